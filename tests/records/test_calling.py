"""Whom we do not call: ourselves, under any of our names."""

from typing import Any

import pytest

from qms.records import calling
from qms.records.calling import Fault, Unreachable


@pytest.mark.parametrize("host", ["takt.example.se", "a.takt.example.se", "TAKT.example.se"])
def test_a_name_below_our_own_is_our_own(host: str, settings: Any) -> None:
    settings.ALLOWED_HOSTS = [".takt.example.se"]
    with pytest.raises(Unreachable) as refused:
        calling.checked(f"https://{host}/")
    assert refused.value.fault == Fault.OWN


@pytest.mark.parametrize("host", ["nottakt.example.se", "takt.example.org"])
def test_a_name_that_only_looks_like_ours_is_somebody_elses(
    host: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALLOWED_HOSTS = [".takt.example.se"]
    monkeypatch.setattr(calling, "look_up", lambda *_: ["93.184.215.14"])
    assert calling.checked(f"https://{host}/").host == host
