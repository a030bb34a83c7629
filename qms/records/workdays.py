"""Swedish working days: clocks do not run on Saturdays, Sundays, holidays and the three eves.

Months are counted here too.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

import holidays

_SATURDAY = 5


@lru_cache(maxsize=30)
def _days_off(year: int) -> frozenset[date]:
    """Return the public holidays of a year, with Midsummer, Christmas and New Year's eve."""
    categories = (holidays.PUBLIC, holidays.DE_FACTO)
    return frozenset(holidays.Sweden(years=year, include_sundays=False, categories=categories))


def is_working_day(day: date) -> bool:
    """Return True when offices are open on a day."""
    return day.weekday() < _SATURDAY and day not in _days_off(day.year)


def add_working_days(start: date, count: int) -> date:
    """Return the `count`-th working day after `start` (which itself does not count).

    With 0, `start` itself when it is a working day, else the next one.
    """
    day = start
    while count > 0 or not is_working_day(day):
        day += timedelta(days=1)
        if is_working_day(day) and count > 0:
            count -= 1
    return day


def add_months(day: date, months: int) -> date:
    """Return the day of the same number so many months later, or the last of a shorter month.

    Less than zero leads back.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def working_days_between(first: date, last: date) -> int:
    """Return how many working days lie after `first`, until and including `last`.

    Less than zero when `last` comes before `first`: that many have passed.
    """
    if last < first:
        return -working_days_between(last, first)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_working_day(day) for day in days)
