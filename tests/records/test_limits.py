"""What stands open to everybody is counted per subscriber, however the address is written."""

import pytest
from django.test import RequestFactory, override_settings

from qms.records.limits import address_of
from qms.records.qr import qr_code


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::a:b:c:d", "2001:db8::e:f:0:1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
    ],
)
@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=0)
def test_one_subscriber_is_one_address(one: str, other: str, same: bool) -> None:
    def counted(address: str) -> str:
        return address_of(RequestFactory().get("/", REMOTE_ADDR=address))

    assert (counted(one) == counted(other)) is same


def test_a_code_says_any_name() -> None:
    assert "<title>Kök \\Sal &amp; \\g&lt;0&gt;</title>" in qr_code(
        "https://takt.example.se/r/7X4M/", label="Kök \\Sal & \\g<0>"
    )
