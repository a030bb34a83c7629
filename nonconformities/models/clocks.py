"""How long the law gives: when a statutory clock ends, and how much of it is left.

Hours count from the moment itself, also over the nights when the clock is turned. Working days,
calendar days and months count whole days: they end when the last day does. A month ends on the
day of the same number, or on the last day of a shorter month. Nothing is lengthened because the
last day is a holiday: the page shows the earlier day.
"""

from datetime import UTC, datetime, time, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qms.records.workdays import add_months, add_working_days, working_days_between

_LAST = time(23, 59, 59)


class TimeUnit(models.TextChoices):
    """What a clock counts."""

    HOURS = "hours", gettext_lazy("hours")
    WORKDAYS = "workdays", gettext_lazy("working days")
    DAYS = "days", gettext_lazy("calendar days")
    MONTHS = "months", gettext_lazy("months")


class Start(models.TextChoices):
    """What a clock counts from."""

    REPORTED = "reported", gettext_lazy("it was reported")
    HAPPENED = "happened", gettext_lazy("it happened")
    KNOWN = "known", gettext_lazy("we came to know")


class Purpose(models.TextChoices):
    """What must be done before a clock ends."""

    DECIDE = "decide", gettext_lazy("decide whether the law applies")
    SEND = "send", gettext_lazy("send to the authority")


def ends(start: datetime, amount: int, unit: str) -> datetime:
    """Return when a clock that began at `start` (an aware time) ends."""
    if unit == TimeUnit.HOURS:
        return start.astimezone(UTC) + timedelta(hours=amount)
    first = timezone.localdate(start)
    if unit == TimeUnit.WORKDAYS:
        last = add_working_days(first, amount)
    elif unit == TimeUnit.MONTHS:
        last = add_months(first, amount)
    else:
        last = first + timedelta(days=amount)
    return datetime.combine(last, _LAST, tzinfo=timezone.get_default_timezone())


def in_time(amount: int, unit: str) -> str:
    """Return a length of time in words: 24 hours, 1 month."""
    words = {
        TimeUnit.HOURS: ngettext("%(n)d hour", "%(n)d hours", amount),
        TimeUnit.WORKDAYS: ngettext("%(n)d working day", "%(n)d working days", amount),
        TimeUnit.DAYS: ngettext("%(n)d day", "%(n)d days", amount),
        TimeUnit.MONTHS: ngettext("%(n)d month", "%(n)d months", amount),
    }
    return words[TimeUnit(unit)] % {"n": amount}


def left(ends_at: datetime, unit: str) -> str:
    """Return how much is left of a clock, or how long ago it ended, in what it counts."""
    now = timezone.now()
    if unit == TimeUnit.HOURS:
        return _hours_left(ends_at - now)
    today, last = timezone.localdate(now), timezone.localdate(ends_at)
    if unit == TimeUnit.WORKDAYS:
        days = working_days_between(today, last)
        return _workdays_left(days, ends_at < now)
    return _days_left((last - today).days)


def _hours_left(rest: timedelta) -> str:
    minutes = int(abs(rest).total_seconds() // 60)
    hours, over = minutes // 60, rest < timedelta(0)
    if hours == 0:
        words = ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    else:
        words = in_time(hours, TimeUnit.HOURS)
    return _told(words, over=over)


def _workdays_left(days: int, over: bool) -> str:
    if not over and days <= 0:
        return _("Last day today")
    # A clock that ended on a day before a free one is late although no working day has passed.
    count = max(1, abs(days))
    return _told(in_time(count, TimeUnit.WORKDAYS), over=over)


def _days_left(days: int) -> str:
    if days == 0:
        return _("Last day today")
    return _told(in_time(abs(days), TimeUnit.DAYS), over=days < 0)


def _told(words: str, *, over: bool) -> str:
    return (_("%(time)s too late") if over else _("%(time)s left")) % {"time": words}
