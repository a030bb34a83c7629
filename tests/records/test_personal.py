"""The question about personal details: what it finds, and what it must leave in peace."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.records.personal import Kind, findings, redact, warning


def check_digit(nine: str) -> str:
    """The last digit of an identity number, after its nine first."""
    total = 0
    for place, digit in enumerate(nine):
        value = int(digit) * (2 - place % 2)
        total += value // 10 + value % 10
    return str(-total % 10)


def identity_number(born: date, serial: int, *, coordination: bool = False) -> str:
    """An identity number of twelve digits for a day."""
    day = born.day + 60 if coordination else born.day
    nine = f"{born:%y%m}{day:02d}{serial:03d}"
    return f"{born:%Y%m}{day:02d}{serial:03d}{check_digit(nine)}"


born = st.dates(date(1900, 1, 1), date.today())
serials = st.integers(0, 999)


@given(born, serials, st.booleans(), st.sampled_from(["", "-", "+", "–", " "]), st.booleans())
def test_every_identity_number_is_found_however_it_is_written(
    day: date, serial: int, coordination: bool, sign: str, is_long: bool
) -> None:
    whole = identity_number(day, serial, coordination=coordination)
    number = f"{whole[0 if is_long else 2 : 8]}{sign}{whole[8:]}"
    text = f"Brukaren ({number}) fick fel dos."
    found = findings(text)
    assert [text[f.start : f.end] for f in found] == [number]
    assert found[0].kind == Kind.IDENTITY
    assert number not in redact(text)


@given(born, serials, st.integers(1, 9))
def test_a_wrong_last_digit_is_no_identity_number(day: date, serial: int, more: int) -> None:
    whole = identity_number(day, serial)
    wrong = whole[:8] + "-" + whole[8:-1] + str((int(whole[-1]) + more) % 10)
    assert Kind.IDENTITY not in {f.kind for f in findings(wrong)}


@pytest.mark.parametrize(
    "number",
    ["070-123 45 67", "0701234567", "073 123 45 67", "076-12 34 567", "+46 70 123 45 67",
     "+46701234567", "0046 70-123 45 67", "+46 (0)70-123 45 67", "08-123 456 78", "08-12 34 56 7",
     "0812345678", "0490-25 40 00", "0490-254000", "031-12 34 56", "+46 490-25 40 00",
     "070–123 45 67"],
)  # fmt: skip
def test_telephone_numbers_are_found(number: str) -> None:
    text = f"Ring {number}, tack."
    assert [(f.kind, text[f.start : f.end]) for f in findings(text)] == [(Kind.PHONE, number)]


@pytest.mark.parametrize("address", ["anna.berg@example.org", "a+b_c-d@sub.example.se", "å@ö.se"])
def test_mail_addresses_are_found(address: str) -> None:
    text = f"Skriv till {address}."
    assert [(f.kind, text[f.start : f.end]) for f in findings(text)] == [(Kind.EMAIL, address)]


@pytest.mark.parametrize(
    "text",
    [
        "AVV-2026-0142", "ATG-2026-0311", "DOK-0231 version 3.1", "REV-2026-07", "2026-11-22",
        "20261122", "den 22/11 2026 kl. 08.00-16.00", "08:00–16:30", "112", "1177", "116 117",
        "Dnr SN 2026/00142", "KS-2026/1234-56", "2026-0701234567", "org.nr 212000-0779",
        "212000-0779", "850709-9804", "199913019999", "8.5.1", "10 000 000", "12 345 678",
        "artikel 7350012345678", "IP 10.0.0.12", "08-12 2026", "0-1-2-3", "plan 2, rum 0142",
        "version 07.0123.4567", "a@b", "@anna", "1234567890123456", "57,758 16,637",
        "faktura 1234567890", "vecka 48–49", "07.00", "0142-2026", "-10 +46 grader",
    ],
)  # fmt: skip
def test_numbers_that_point_at_nobody_are_left_in_peace(text: str) -> None:
    assert findings(text) == []


def test_several_are_found_side_by_side() -> None:
    text = "850709-9805,0701234567 anna@example.org"
    assert [f.kind for f in findings(text)] == [Kind.IDENTITY, Kind.PHONE, Kind.EMAIL]
    assert redact(text) == (
        "[personnummer borttaget],[telefonnummer borttaget] [e-postadress borttagen]"
    )


def test_the_question_names_what_was_found() -> None:
    assert warning(findings("850709-9805")) == (
        "Det här ser ut som ett personnummer. Ta bort det om det inte behövs."
    )
    assert "telefonnummer" in warning(findings("070-123 45 67"))
    assert "e-post" in warning(findings("anna@example.org"))
    assert "person" in warning(findings("850709-9805 070-123 45 67"))
    assert warning([]) == ""


@given(st.text(alphabet="0123456789-+ .@aå()–\n", max_size=120))
def test_what_is_redacted_holds_nothing_more_to_find(text: str) -> None:
    redacted = redact(text)
    assert findings(redacted) == []
    assert redact(redacted) == redacted


@pytest.mark.parametrize(
    "piece", ["a", "0", "0 ", "070-", "850709-9805 ", "+46 (0)", "a.b+c", "a@", "å@ö.", "1-"]
)
def test_a_hundred_thousand_characters_are_read_at_once(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    began = time.monotonic()
    redact(text)
    assert time.monotonic() - began < 3
