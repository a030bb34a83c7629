"""When things happen: three years with weekends and summers, and a quarter that stood still."""

import random
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from django.utils import timezone

from qms.records.workdays import is_working_day

YEARS = 3
_BY_MONTH = (1.0, 1.0, 1.1, 1.0, 1.05, 0.85, 0.55, 0.9, 1.1, 1.15, 1.1, 0.8)
_WEEKEND = 0.4
_STANDSTILL = 0.04  # of what is otherwise reported
_OPENS = time(10, 0)  # the demo begins at ten o'clock of its day


class Almanac:
    """The days of the demo group, counted back from one day."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.now = self.moment(today, _OPENS)
        self.first_day = today - timedelta(days=365 * YEARS)
        # Long enough ago that the way back shows as well.
        self.still_from = today - timedelta(days=640)
        self.still_until = today - timedelta(days=545)

    def moment(self, day: date, at: time) -> datetime:
        """Return an instant of a day, in the municipality's time."""
        return datetime.combine(day, at, tzinfo=timezone.get_default_timezone())

    def stands_still(self, day: date) -> bool:
        """True in the quarter when nearly nobody reported."""
        return self.still_from <= day < self.still_until

    def _weight(self, day: date) -> float:
        weight = _BY_MONTH[day.month - 1] * (1 if day.weekday() < 5 else _WEEKEND)
        if self.stands_still(day):
            return weight * _STANDSTILL
        # People report more as they see that it helps, and come back slowly after the standstill.
        since = (day - self.first_day).days / (365 * YEARS)
        back = (day - self.still_until).days
        return weight * (0.8 + 0.5 * since) * (0.4 + back / 150 if 0 <= back < 90 else 1)

    def reports(self, rng: random.Random, count: int) -> list[datetime]:
        """Return when `count` reports were sent, the first one first."""
        days = [
            self.first_day + timedelta(days=n) for n in range((self.today - self.first_day).days)
        ]
        sums = list(accumulate(map(self._weight, days)))
        found = []
        for day in rng.choices(days, cum_weights=sums, k=count):
            hour = rng.choices(range(24), weights=(*[1] * 6, *[6] * 12, *[4] * 4, *[2] * 2))[0]
            found.append(self.moment(day, time(hour, rng.randrange(60), rng.randrange(60))))
        return sorted(found)

    def at_work(self, at: datetime, rng: random.Random) -> datetime:
        """Return `at`, or the next time an office is open."""
        local = timezone.localtime(at, timezone.get_default_timezone())
        if is_working_day(local.date()) and 7 <= local.hour < 17:
            return local
        day = local.date() + timedelta(days=local.hour >= 17)
        while not is_working_day(day):
            day += timedelta(days=1)
        return self.moment(day, time(rng.randrange(7, 16), rng.randrange(60), rng.randrange(60)))
