"""A day is understood in the ways people have written it, and refused with the reason."""

from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.records.importing.dates import Day, Evidence, NotADay, read_day

TODAY = date(2026, 11, 25)
THE_24TH = date(2026, 11, 24)


@pytest.mark.parametrize(
    "written",
    [
        "24/11-26", "24/11 2026", "24/11 -26", "24/11-2026", "24/11/2026", "24/11/26",
        "2026-11-24", "2026/11/24", "2026.11.24", "26-11-24", "261124", "20261124",
        "24 nov 2026", "24 november 2026", "den 24 november 2026", "24:e november 2026",
        "24 nov. 2026", "24-nov-2026", "24-nov-26", "tisdag 24 november 2026", "tis 24/11 2026",
        "24.11.2026", "24. 11. 2026", "24-11-2026", "Nov 24, 2026", "November 24 2026",
        "24th November 2026", "2026-nov-24", " 2026-11-24 ", "46350", "46350.0", "24112026",
        "2026-11-24 00:00:00", "Tue, 24 Nov 2026", "2026-11-24,",
    ],
)  # fmt: skip
def test_one_day_in_many_ways(written: str) -> None:
    assert read_day(written, TODAY).on == THE_24TH


@pytest.mark.parametrize("value", [46350, 46350.0, THE_24TH, datetime(2026, 11, 24)])
def test_what_a_workbook_holds_is_a_day(value: object) -> None:
    assert read_day(value, TODAY) == Day(THE_24TH)


def test_a_workbook_from_an_old_mac_counts_from_1904() -> None:
    assert read_day(46350 - 1462, TODAY, is_1904=True).on == THE_24TH


@pytest.mark.parametrize(
    "written",
    ["2026-11-24T08:15", "2026-11-24 08:15:00", "2026-11-24T08:15:00.000+01:00",
     "24/11-26 kl 08.15", "24 nov 2026 08:15", "24.11.2026, 08:15", datetime(2026, 11, 24, 8, 15)],
)  # fmt: skip
def test_the_time_is_kept(written: object) -> None:
    assert read_day(written, TODAY) == Day(THE_24TH, time(8, 15))


@pytest.mark.parametrize(
    ("written", "on", "at"),
    [
        ("2026-11-23T23:30:00Z", THE_24TH, time(0, 30)),
        ("2026-06-30T22:00:00Z", date(2026, 7, 1), None),
        ("2026-11-24T00:00:00Z", THE_24TH, time(1)),
        ("2026-11-24 01:00 +0300", date(2026, 11, 23), time(23)),
        ("2026-11-23T20:15:00-03:00", THE_24TH, time(0, 15)),
        ("24/11-26 08:15-09:30", THE_24TH, time(8, 15)),
    ],
)
def test_a_time_of_another_zone_is_the_day_it_was_here(written: str, on: date, at: Any) -> None:
    assert read_day(written, TODAY) == Day(on, at)


@pytest.mark.parametrize(
    "written", ["v. 34 2021", "v34 2021", "vecka 34, 2021", "2021 v 34", "2021-W34", "v.34-21"]
)
def test_a_week_is_its_monday_and_said_so(written: str) -> None:
    assert read_day(written, TODAY) == Day(date(2021, 8, 23), None, ("week",))


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("31/2-26", "finns ingen dag"), ("2026-02-31", "finns ingen dag"),
        ("31.04.2022", "finns ingen dag"), ("2062-11-24", "2062"), ("1899-12-30", "1899"),
        ("24/11", "året saknas"), ("24 nov", "året saknas"), ("november 2026", "dagen saknas"),
        ("2026", "dagen saknas"), ("2026-11", "dagen saknas"), ("i våras", "inte en dag"),
        ("v 60 2021", "ingen vecka"), (17, "inte en dag"), (1e300, "inte en dag"),
        ("24-25/11 2026", "inte en dag"), ("20269924", "finns ingen dag"), ("????", "inte en dag"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_with_the_reason(written: object, why: str) -> None:
    with pytest.raises(NotADay, match=why):
        read_day(written, TODAY)


def test_figures_without_noughts_are_days_too() -> None:
    assert read_day("2026-1-5", TODAY).on == date(2026, 1, 5)
    with pytest.raises(NotADay):
        read_day("1-5-6", TODAY)


def test_a_last_day_may_lie_further_ahead() -> None:
    with pytest.raises(NotADay):
        read_day("2030-01-01", TODAY)
    assert read_day("2030-01-01", TODAY, ahead=10).on == date(2030, 1, 1)


def _orders(*cells: str, year: int | None = None) -> dict[str, str]:
    evidence = Evidence(TODAY)
    for cell in cells:
        evidence.see(cell, year)
    return evidence.orders


def test_the_column_says_which_number_is_the_day() -> None:
    assert _orders("03/04/2026", "04/23/2026") == {"/4": "mdy"}
    assert _orders("03/04/2026", "23/04/2026") == {"/4": "dmy"}
    assert _orders("03/04/2026") == {"/4": "dmy"}
    assert _orders("21-12-23") == {"-2": "ymd"}
    assert _orders("05-06-07", "24-11-31") == {"-2": "ymd"}
    assert _orders("05-06-07", "31-01-24") == {"-2": "dmy"}


def test_the_year_in_the_rows_number_decides() -> None:
    assert _orders("21-12-23", year=2023) == {"-2": "dmy"}
    assert _orders("21-12-23", year=2021) == {"-2": "ymd"}


def test_a_day_that_fits_another_order_only_is_read_and_flagged() -> None:
    assert read_day("23/04/2026", TODAY, {"/4": "mdy"}) == Day(
        date(2026, 4, 23), None, ("other_order",)
    )


def test_what_was_decided_is_said() -> None:
    evidence = Evidence(TODAY)
    evidence.see("03/04/2026")
    assert "03/04/2026" in next(evidence.sentences())
    assert "dag, månad, år" in next(evidence.sentences())


_days = st.dates(date(1970, 1, 1), date(2026, 12, 31))


@given(_days)
def test_every_day_comes_back_however_it_is_written(day: date) -> None:
    months = [
        "jan",
        "feb",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "aug",
        "sept",
        "okt",
        "nov",
        "dec",
    ]
    for written in (
        day.isoformat(), f"{day:%Y%m%d}", f"{day:%d.%m.%Y}", f"{day:%d/%m} {day.year}",
        f"{day.day} {months[day.month - 1]} {day.year}", f"{day.isoformat()} 00:00:00",
        f"{day.day}/{day.month}-{day.year}", day,
    ):  # fmt: skip
        assert read_day(written, TODAY).on == day
    serial = (day - date(1899, 12, 30)).days
    assert read_day(serial, TODAY) == read_day(str(serial), TODAY) == Day(day)


@given(
    st.one_of(
        st.text(max_size=40),
        st.floats(),
        st.integers(),
        st.datetimes(),
        st.from_regex(r"[0-9/. -]{1,12}", fullmatch=True),
    )
)
def test_whatever_is_written_is_a_day_or_refused(value: object) -> None:
    evidence = Evidence(TODAY)
    evidence.see(value)
    try:
        found = read_day(value, TODAY, evidence.orders)
    except NotADay:
        return
    assert 1970 <= found.on.year <= TODAY.year + 1
