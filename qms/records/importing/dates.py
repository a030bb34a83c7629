"""Days as people have written them, in at least eight ways; ambiguous ones by their column."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

EARLIEST = 1970
_SERIALS = (20_000, 80_000)  # 1954 to 2119: what a spreadsheet's number of days may be
_MONTHS = (
    ("januari", "january"), ("februari", "february"), ("mars", "march"), ("april",),
    ("maj", "may"), ("juni", "june"), ("juli", "july"), ("augusti", "august"),
    ("september",), ("oktober", "october"), ("november",), ("december",),
)  # fmt: skip
_WORD = r"([a-zåäö]{3,9})\.?"
_TRIPLE = re.compile(r"(\d{1,4})\s*([-/.])\s*(\d{1,2})(\s*[-/.]\s*-?|\s+-?)(\d{4}|\d{1,2})")
_TIME = re.compile(
    r"(?:[T\s]+|,\s*)(?:kl\.?\s*)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?"
    r"\s*(z|[+-]\d\d:?\d\d)?$",
    re.I,
)
_BEFORE = re.compile(
    r"^(?:(?:mån|tis|ons|tor|fre|lör|sön)[a-zåäö]*\.?,?\s+"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|s|rs)?\.?,?\s+)?(?:den\s+)?"
)
_ABOUT = re.compile(r"^(?:ca\.?|c:a|cirka|omkring|ungefär|approx\.?|about)\s+")
_DAY_FIRST = re.compile(
    rf"(\d{{1,2}})(?::?[ea]|st|nd|rd|th)?[\s.-]*{_WORD}[\s,.-]*(\d{{4}}|\d{{2}})"
)
_MONTH_FIRST = re.compile(rf"{_WORD}\s*(\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*|\s+)(\d{{4}}|\d{{2}})")
_YEAR_FIRST = re.compile(rf"(\d{{4}})[\s-]*{_WORD}[\s-]*(\d{{1,2}})")
_WEEK = re.compile(r"(?:v|vecka|w|week)\.?\s*(\d{1,2})[\s,/.-]+(\d{4}|\d{2})")
_YEAR_WEEK = re.compile(r"(\d{4})[\s,-]*(?:v|vecka|w|week)\.?\s*(\d{1,2})")
_NO_YEAR = re.compile(rf"\d{{1,2}}\s*[/.]\s*\d{{1,2}}\.?|\d{{1,2}}\s*{_WORD}")
_NO_DAY = re.compile(
    rf"\d{{4}}|\d{{4}}[-/]\d{{1,2}}|{_WORD}\s*\d{{4}}|q[1-4]\s*\d{{4}}|[vh]t\s*\d{{2,4}}"
)


class Order(models.TextChoices):
    """In which order three numbers stand."""

    YMD = "ymd", gettext_lazy("year, month, day")
    DMY = "dmy", gettext_lazy("day, month, year")
    MDY = "mdy", gettext_lazy("month, day, year")


# How three numbers may be meant, and how they are when nothing tells: the sign between them, and
# how many figures the year has.
_MEANT = {
    "-2": (Order.YMD, Order.DMY),
    ".2": (Order.DMY, Order.YMD),
    "/2": (Order.DMY, Order.MDY, Order.YMD),
    "/4": (Order.DMY, Order.MDY),
    "-4": (Order.DMY, Order.MDY),
}
Orders = dict[str, str]


class NotADay(Exception):
    """What was written is no day; the sentence says why."""


@dataclass(frozen=True)
class Day:
    """A day, perhaps with its time, and what is worth knowing about how it was read."""

    on: date
    at: time | None = None
    flags: tuple[str, ...] = ()


def read_day(
    value: Any, today: date, orders: Orders | None = None, *, is_1904: bool = False, ahead: int = 1
) -> Day:
    """Return the day that a cell means.

    `orders` says how ambiguous ones are read in this column; `ahead` is how many years from now
    the day may lie. Raises NotADay, with a sentence, when it cannot be a day.
    """
    if isinstance(value, datetime):
        day = Day(value.date(), value.time() if value.time() != time() else None)
    elif isinstance(value, date):
        day = Day(value)
    elif isinstance(value, int | float):
        day = _serial(float(value), is_1904)
    else:
        day = _written(str(value), today, orders or {}, is_1904)
    return _possible(day, today, ahead)


def _possible(day: Day, today: date, ahead: int) -> Day:
    if not EARLIEST <= day.on.year <= today.year + ahead:
        raise NotADay(_("check the year: %d") % day.on.year)
    return day


def _serial(number: float, is_1904: bool) -> Day:
    if not _SERIALS[0] <= number < _SERIALS[1]:
        raise NotADay(_("“%s” is not a day") % f"{number:g}"[:20])
    begins = date(1904, 1, 1) if is_1904 else date(1899, 12, 30)
    seconds = round(number % 1 * 86_400)
    at = (datetime.min + timedelta(seconds=seconds)).time() if 0 < seconds < 86_400 else None
    return Day(begins + timedelta(days=int(number)), at)


def _written(text: str, today: date, orders: Orders, is_1904: bool) -> Day:
    shown = text.strip()
    text = " ".join(shown.casefold().split()).rstrip(",;")
    flags: tuple[str, ...] = ()
    if about := _ABOUT.match(text):
        text, flags = text[about.end() :], ("about",)
    at, text, zone = _time_of(text)
    text = _BEFORE.sub("", text).strip()
    for way in (_numbers, _month_by_name, _week):
        if found := way(text, today, orders, is_1904):
            on, at = _here(found.on, found.at or at, zone)
            return Day(on, at, flags + found.flags)
    if _NO_DAY.fullmatch(text):
        raise NotADay(_("the day is missing in “%s”") % shown[:40])
    if _NO_YEAR.fullmatch(text):
        raise NotADay(_("the year is missing in “%s”") % shown[:40])
    raise NotADay(_("“%s” is not a day") % shown[:40])


def _time_of(text: str) -> tuple[time | None, str, str]:
    """Return the time at the end of the text, the text without it, and the zone that is said."""
    if match := _TIME.search(text):
        try:
            at = time(int(match[1]), int(match[2]), int(match[3] or 0))
        except ValueError:
            return None, text, ""
        zone = match[4] or ""
        if zone.startswith("-") and match[0][0] not in "tT":
            zone = ""  # 08:15-09:30 are two times of day
        return (at if at != time() or zone else None), text[: match.start()].strip(), zone
    return None, text, ""


def _here(on: date, at: time | None, zone: str) -> tuple[date, time | None]:
    """Return a day and time as the clock stood here, when it was written in another zone."""
    if at is None or not zone:
        return on, at
    written = f"{on}T{at}{'+00:00' if zone in 'zZ' else zone}"
    try:
        here = datetime.fromisoformat(written).astimezone(timezone.get_default_timezone())
    except (ValueError, OverflowError) as fault:
        raise NotADay(_("“%s” is not a day") % written[:40]) from fault
    return here.date(), here.time() if here.time() != time() else None


def _numbers(text: str, today: date, orders: Orders, is_1904: bool) -> Day | None:
    """Read days of figures alone."""
    if re.fullmatch(r"\d{8}", text):
        try:
            return Day(date(int(text[:4]), int(text[4:6]), int(text[6:])))
        except ValueError:
            return Day(_a_date(int(text[4:]), int(text[2:4]), int(text[:2]), text))
    if re.fullmatch(r"\d{6}", text):
        return Day(_a_date(_century(text[:2], today), int(text[2:4]), int(text[4:]), text))
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", text):
        return _serial(float(text.replace(",", ".")), is_1904)
    if match := _TRIPLE.fullmatch(text):
        return _triple(match, today, orders)
    return None


def _triple(match: re.Match[str], today: date, orders: Orders) -> Day:
    first, _sign, second, _between, third = match.groups()
    text = match[0]
    if len(first) > 2:
        if len(first) == 3 or len(third) > 2:
            raise NotADay(_("“%s” is not a day") % text[:40])
        return Day(_a_date(int(first), int(second), int(third), text))
    shape = _shape(match)
    if len(third) == 1:
        raise NotADay(_("“%s” is not a day") % text[:40])
    if not shape:  # 24/11-26 and 24.11.2026 are read in one way only
        return Day(_a_date(_century(third, today), int(second), int(first), text))
    chosen = orders.get(shape, _MEANT[shape][0])
    fitting = dict(_fitting(match, shape, today))
    if chosen in fitting:
        return Day(fitting[chosen])
    if len(fitting) == 1:
        return Day(next(iter(fitting.values())), None, ("other_order",))
    raise NotADay(_("there is no day “%s”") % text[:40])


def _shape(match: re.Match[str]) -> str:
    """Return how an ambiguous day is written, or "" when it can be read in one way only."""
    sign, between = match[2], match[4].strip() or " "
    if between[0] != sign or len(match[5]) == 1:
        return ""
    return "" if sign == "." and len(match[5]) == 4 else f"{sign}{len(match[5])}"


def _fitting(match: re.Match[str], shape: str, today: date) -> Iterator[tuple[str, date]]:
    """Yield each way the three numbers may be meant that gives a possible day."""
    first, second, third = match[1], match[3], match[5]
    for order in _MEANT[shape]:
        parts = {
            Order.YMD: (first, second, third),
            Order.DMY: (third, second, first),
            Order.MDY: (third, first, second),
        }[order]
        try:
            day = date(_century(parts[0], today), int(parts[1]), int(parts[2]))
        except ValueError:
            continue
        if EARLIEST <= day.year <= today.year + 1:
            yield order, day


def _month_by_name(text: str, today: date, orders: Orders, is_1904: bool) -> Day | None:
    for pattern, places in (
        (_DAY_FIRST, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (_YEAR_FIRST, (1, 2, 3)),
    ):
        if match := pattern.fullmatch(text):
            year, name, day = (match[place] for place in places)
            if month := _month(name):
                return Day(_a_date(_century(year, today), month, int(day), text))
    return None


def _month(word: str) -> int | None:
    for number, names in enumerate(_MONTHS, start=1):
        if any(name.startswith(word) for name in names) or word == "sept" == names[0][:4]:
            return number
    return None


def _week(text: str, today: date, orders: Orders, is_1904: bool) -> Day | None:
    """Read a week as its Monday."""
    if match := _WEEK.fullmatch(text):
        week, year = int(match[1]), _century(match[2], today)
    elif match := _YEAR_WEEK.fullmatch(text):
        year, week = int(match[1]), int(match[2])
    else:
        return None
    try:
        return Day(date.fromisocalendar(year, week, 1), None, ("week",))
    except ValueError as fault:
        raise NotADay(_("there is no week “%s”") % text[:40]) from fault


def _a_date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as fault:
        raise NotADay(_("there is no day “%s”") % text[:40]) from fault


def _century(year: str, today: date) -> int:
    """Return a year of two figures with its century: at most ten years ahead."""
    if len(year) > 2:
        return int(year)
    return 2000 + int(year) if 2000 + int(year) <= today.year + 10 else 1900 + int(year)


@dataclass
class Evidence:
    """What the days of one column say about the order of their numbers."""

    today: date
    votes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    seen: Counter[str] = field(default_factory=Counter)
    example: dict[str, str] = field(default_factory=dict)

    def see(self, value: Any, year: int | None = None) -> None:
        """Weigh one cell. `year` is what the row says elsewhere, as in a number 2022:0011."""
        if not isinstance(value, str):
            return
        match = _TRIPLE.fullmatch(_time_of(value.strip().casefold())[1])
        shape = _shape(match) if match and len(match[1]) <= 2 else ""
        if not match or not shape:
            return
        self.seen[shape] += 1
        self.example.setdefault(shape, value.strip())
        fitting = dict(_fitting(match, shape, self.today))
        near = {order for order, day in fitting.items() if day.year == year} or set(fitting)
        if len(near) == 1:
            self.votes[shape][near.pop()] += 1

    @property
    def orders(self) -> Orders:
        """How each way of writing is read: as most cells show, or as is usual here."""
        return {
            shape: self.votes[shape].most_common(1)[0][0]
            if self.votes[shape]
            else str(_MEANT[shape][0])
            for shape in self.seen
        }

    def sentences(self) -> Iterator[str]:
        """Yield what is worth saying about how ambiguous days are read."""
        for shape, order in self.orders.items():
            words = {
                "example": self.example[shape], "order": Order(order).label,
                "shown": self.votes[shape][order], "seen": self.seen[shape],
            }  # fmt: skip
            yield (
                _("Days as %(example)s are read as %(order)s.") % words
                + " "
                + self._why(shape) % words
            )

    def _why(self, shape: str) -> str:
        if not self.votes[shape]:
            return _("Nothing in the file says otherwise.")
        if len(self.votes[shape]) > 1:
            return _("Some rows say otherwise: check a few.")
        return _("%(shown)d of %(seen)d rows show it.")
