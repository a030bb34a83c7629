"""Periods of statistics: the latest months, the same span before, and two years month by month."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from qms.records.workdays import add_months

_EARLIEST, _LATEST = date(1900, 1, 1), date(9000, 1, 1)


def begins(day: date) -> datetime:
    """Return the first instant of a Swedish day; one nobody lives to see is the last of all."""
    day = min(max(day, _EARLIEST), _LATEST)
    return timezone.make_aware(datetime.combine(day, time.min))


def ends(day: date) -> datetime:
    """Return the first instant after a Swedish day."""
    return begins(min(day, _LATEST) + timedelta(days=1))


@dataclass(frozen=True)
class Period:
    """Some days, both ends among them."""

    first: date
    last: date

    def of(self, field: str) -> Q:
        """Return the condition that an instant lies in the period, as an index reads it."""
        return Q(**{f"{field}__gte": begins(self.first), f"{field}__lt": ends(self.last)})


def latest(months: int, today: date) -> Period:
    """Return the latest so many months, today among them."""
    return Period(add_months(today + timedelta(days=1), -months), today)


def before(period: Period, months: int) -> Period:
    """Return the period of the same length just before."""
    return Period(add_months(period.first, -months), period.first - timedelta(days=1))


def calendar_months(count: int, today: date) -> list[Period]:
    """Return the latest calendar months, the one that is not over among them, oldest first."""
    found = []
    for back in reversed(range(count)):
        first = add_months(today.replace(day=1), -back)
        last = first.replace(day=monthrange(first.year, first.month)[1])
        found.append(Period(first, min(last, today)))
    return found
