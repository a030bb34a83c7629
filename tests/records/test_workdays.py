"""Working days in Sweden, as an office counts them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.records.workdays import add_working_days, is_working_day

DAYS = st.dates(date(2015, 1, 1), date(2045, 1, 1))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (date(2026, 1, 1), "New Year's Day"),
        (date(2026, 1, 6), "Epiphany, a Tuesday"),
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 4, 6), "Easter Monday"),
        (date(2026, 5, 1), "First of May, a Friday"),
        (date(2026, 5, 14), "Ascension Day"),
        (date(2025, 6, 6), "National Day, a Friday"),
        (date(2026, 6, 19), "Midsummer's Eve"),
        (date(2026, 12, 24), "Christmas Eve"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2027, 12, 31), "New Year's Eve, a Friday"),
        (date(2026, 11, 21), "a Saturday"),
        (date(2026, 11, 22), "a Sunday"),
    ],
)
def test_offices_are_closed(day: date, why: str) -> None:
    assert not is_working_day(day), why


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 4, 2),  # Maundy Thursday
        date(2026, 5, 15),  # the Friday after Ascension Day is a working day, if a quiet one
        date(2026, 5, 25),  # Whit Monday is no holiday any more
        date(2026, 10, 30),  # the eve of All Saints
        date(2026, 1, 5),  # the eve of Epiphany
    ],
)
def test_offices_are_open(day: date) -> None:
    assert is_working_day(day)


def test_the_day_itself_does_not_count() -> None:
    assert add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert add_working_days(date(2026, 11, 20), 5) == date(2026, 11, 27)


def working_days_between(start: date, end: date) -> int:
    """Return how many working days lie after `start`, up to and including `end`."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))


def test_christmas_is_jumped_over() -> None:
    assert add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 28)
    assert add_working_days(date(2026, 12, 30), 1) == date(2027, 1, 4)


def test_with_no_days_it_is_today_or_the_next_working_day() -> None:
    assert add_working_days(date(2026, 11, 20), 0) == date(2026, 11, 20)
    assert add_working_days(date(2026, 11, 21), 0) == date(2026, 11, 23)


def test_a_year_with_53_weeks_loses_none() -> None:
    assert date(2026, 12, 31).isocalendar().week == 53
    assert working_days_between(date(2026, 12, 27), date(2027, 1, 3)) == 3
    assert working_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 251


@given(DAYS, st.integers(0, 60))
def test_the_day_reached_is_a_working_day_with_as_many_between(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert is_working_day(end)
    if count:
        assert working_days_between(start, end) == count
    else:
        assert all(not is_working_day(start + timedelta(n)) for n in range((end - start).days))
