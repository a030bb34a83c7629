"""Statutory clocks: hours, working days, days and months, over holidays and turned clocks."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from nonconformities.models.clocks import ends, left

HERE = ZoneInfo("Europe/Stockholm")


def at(text: str) -> datetime:
    """Return a time in Sweden."""
    return datetime.fromisoformat(text).replace(tzinfo=HERE)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "last"),
    [
        # Easter 2026: Good Friday is 3 April, Easter Monday 6 April.
        ("2026-04-01 15:00", 2, "workdays", "2026-04-07"),
        ("2026-04-02 23:59", 1, "workdays", "2026-04-07"),
        # Midsummer's eve 2026 is Friday 19 June.
        ("2026-06-18 08:00", 1, "workdays", "2026-06-22"),
        ("2026-06-13 12:00", 5, "workdays", "2026-06-22"),  # begins on a Saturday
        ("2026-12-30 09:00", 5, "workdays", "2027-01-11"),  # new year and epiphany
        ("2026-01-31 10:00", 1, "months", "2026-02-28"),
        ("2027-12-31 10:00", 2, "months", "2028-02-29"),
        ("2026-11-30 10:00", 3, "months", "2027-02-28"),
        ("2026-03-28 10:00", 7, "days", "2026-04-04"),
    ],
)
def test_days_and_months_end_with_their_last_day(
    start: str, amount: int, unit: str, last: str
) -> None:
    end = ends(at(start), amount, unit)
    assert end.astimezone(HERE).strftime("%Y-%m-%d %H:%M") == f"{last} 23:59"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-03-28 12:00", "2026-03-29 13:00"),  # the night has one hour less
        ("2026-10-24 12:00", "2026-10-25 11:00"),  # and here one more
        ("2026-06-19 12:00", "2026-06-20 12:00"),  # hours take no holiday
    ],
)
def test_hours_count_from_the_moment_whatever_the_clock_on_the_wall_says(
    start: str, end: str
) -> None:
    assert ends(at(start), 24, "hours").astimezone(HERE) == at(end)
    assert ends(at(start), 24, "hours") - at(start).astimezone(ZoneInfo("UTC")) == timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "end", "unit", "words"),
    [
        ("2026-06-17 12:00", "2026-06-18 13:30", "hours", "25 timmar kvar"),
        ("2026-06-18 13:00", "2026-06-18 13:30", "hours", "30 minuter kvar"),
        ("2026-06-18 15:00", "2026-06-18 13:30", "hours", "1 timme för sent"),
        ("2026-06-18 12:00", "2026-06-22 23:59", "workdays", "1 arbetsdag kvar"),
        ("2026-06-22 12:00", "2026-06-22 23:59", "workdays", "Sista dagen i dag"),
        ("2026-06-20 12:00", "2026-06-18 23:59", "workdays", "1 arbetsdag för sent"),
        ("2026-06-18 12:00", "2026-07-18 23:59", "months", "30 dagar kvar"),
        ("2026-06-18 12:00", "2026-06-16 23:59", "days", "2 dagar för sent"),
    ],
)
def test_what_is_left_is_told_in_what_the_clock_counts(
    monkeypatch: Any, now: str, end: str, unit: str, words: str
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: at(now))
    assert left(at(end), unit) == words
