"""Bouncing: between which units cases go to and fro, counted for one reader.

A pair of units is shown with its numbers to whoever reads one of them in full, and so knows every
case of the pair. To others small numbers could point at a person, so a pair with fewer than the
set number is only said to exist.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from statistics import median

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonconformities.models import Handover
from nonconformities.models.crossing import Answer
from nonconformities.statistics import told
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Rule

Row = tuple[int, int, str, str, str, bool, datetime, datetime | None]


@dataclass
class Pair:
    """What one unit has asked another, and what came of it."""

    from_name: str
    to_name: str
    least: int = 0  # the smallest number told; 0 for who reads one of the units in full
    answers: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    days: list[int] = field(default_factory=list)
    ruled: int = 0

    @property
    def asked(self) -> int:
        """How many times it was asked, those taken back not counted."""
        return self.accepted + self.declined + self.waiting

    @property
    def accepted(self) -> int:
        """How many were taken over."""
        return self.answers[Answer.ACCEPTED]

    @property
    def declined(self) -> int:
        """How many bounced."""
        return self.answers[Answer.DECLINED]

    @property
    def waiting(self) -> int:
        """How many wait for an answer."""
        return self.answers[Answer.WAITING]

    @property
    def is_shown(self) -> bool:
        """True when there are so many that something may be told of them."""
        return self.asked >= self.least

    @cached_property
    def told(self) -> dict[str, int | None]:
        """The numbers by name; None for one so small that it could point at a person."""
        names = ("accepted", "declined", "waiting")
        parts = told([self.accepted, self.declined, self.waiting], self.least)
        answered = self.accepted + self.declined
        return dict(zip(names, parts, strict=True)) | {
            "asked": self.asked,
            "median_days": self.median_days if answered >= self.least else None,
            "ruled": None if 0 < self.ruled < self.least else self.ruled,
        }

    @property
    def median_days(self) -> int | None:
        """The days to an answer, in the middle of them all."""
        return round(median(self.days)) if self.days else None


class Bouncing:
    """The pairs of units that one reader may see."""

    def __init__(self, user: User) -> None:
        self.user = user

    @property
    def is_shown(self) -> bool:
        """True for whoever follows deviations of some unit."""
        return bool(self.user.units_for(Duty.READ_RECORDS) or self.user.units_for(Duty.OVERSEE))

    @cached_property
    def pairs(self) -> list[Pair]:
        """The pairs in the order of the units' names: no ranking."""
        found: dict[tuple[int, int], Pair] = {}
        for row in self._rows():
            one, other, from_name, to_name = row[:4]
            pair = found.setdefault((one, other), Pair(from_name, to_name))
            pair.from_name, pair.to_name = from_name, to_name
            _count(pair, row)
        least = Rule.value_of(Rule.Code.SMALL_NUMBERS)
        reads = self.user.units_for(Duty.READ_RECORDS)
        for (one, other), pair in found.items():
            pair.least = 0 if one in reads or other in reads else least
        asked = (pair for pair in found.values() if pair.asked or pair.ruled)
        return sorted(asked, key=lambda pair: (pair.from_name, pair.to_name))

    def _rows(self) -> Iterable[Row]:
        """Return the hand-overs from or to a unit the reader follows."""
        rows = Handover.objects.order_by("asked_at", "pk")
        overseen = self.user.units_for(Duty.OVERSEE)
        if not overseen.everything:
            ids = overseen.ids | self.user.units_for(Duty.READ_RECORDS).ids
            rows = rows.filter(Q(from_unit__any=ids) | Q(to_unit__any=ids))
        return rows.values_list(
            "from_unit", "to_unit", "from_name", "to_name", "answer", "is_ruling", "asked_at",
            "answered_at",
        )  # fmt: skip

    @property
    def least(self) -> int:
        """The smallest number shown to who reads masked."""
        return Rule.value_of(Rule.Code.SMALL_NUMBERS)

    @property
    def sentence(self) -> str:
        """What the table says, of the pairs whose numbers are shown."""
        shown = [pair for pair in self.pairs if pair.told["declined"] is not None and pair.is_shown]
        asked, declined = sum(p.asked for p in shown), sum(p.declined for p in shown)
        if not asked:
            return ""
        first = ngettext(
            "%(count)d case has been handed over.", "%(count)d cases have been handed over.", asked
        ) % {"count": asked}
        return first + " " + _("%(count)d of them came back.") % {"count": declined}

    @cached_property
    def late(self) -> list[Handover]:
        """The questions whose last day has passed, of the units the reader follows in full."""
        reads = self.user.units_for(Duty.READ_RECORDS, Duty.OVERSEE).ids
        rows = Handover.objects.overdue().filter(from_unit__any=reads, to_unit__any=reads)
        return list(rows.select_related("nonconformity", "responsible").order_by("due_on")[:25])

    def __iter__(self) -> Iterator[Pair]:
        """Yield the pairs."""
        return iter(self.pairs)


def _count(pair: Pair, row: Row) -> None:
    answer, is_ruling, asked_at, answered_at = row[4:]
    if is_ruling:
        pair.ruled += 1
        return
    pair.answers[answer] += 1
    if answered_at and answer in {Answer.ACCEPTED, Answer.DECLINED}:
        pair.days.append((answered_at - asked_at).days)
