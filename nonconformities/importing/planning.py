"""What each row becomes: a case, a double, or a row to mend with the reasons for it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonconformities.importing.columns import Column
from nonconformities.importing.layout import Layout, fingerprint
from nonconformities.importing.meanings import Meanings
from nonconformities.importing.words import AUTO
from nonconformities.models import OldRow
from nonconformities.models.importing import Flag
from nonconformities.models.status import Status
from qms.organization.models import Unit
from qms.records import personal
from qms.records.importing.dates import Day, NotADay, Orders, read_day
from qms.records.importing.words import alike, is_nothing

BATCH = 1000
DUE_DAYS = 30  # until what is open should have been assessed here, unless the row says
_NOON = time(12)
_MOST_TEXT, _MOST_LINE, _MOST_NUMBER = 20_000, 150, 60


class Why(models.TextChoices):
    """The kinds of reasons for which a row cannot become a case."""

    NO_DAY = "no_day", gettext_lazy("no day for when it was reported")
    DAY = "day", gettext_lazy("a day that cannot be read")
    UNIT = "unit", gettext_lazy("a unit that nobody has chosen")
    TEXT = "text", gettext_lazy("nothing says what happened")
    CLASH = "clash", gettext_lazy("the number is used by another row as well")
    LONG = "long", gettext_lazy("a text that is too long")
    CELL = "cell", gettext_lazy("a formula without a value")


@dataclass
class Ready:
    """A row that can become a case."""

    row: int
    number: str
    unit: Unit
    facts: dict[str, Any]
    digest: str
    cause: str = ""
    rest: list[list[str]] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    handler: str = ""
    personal: int = 0


@dataclass
class Failed:
    """A row to mend: the kinds of reasons, and a sentence for each."""

    row: int
    reasons: list[tuple[str, str]]
    cells: list[Any]


@dataclass
class Double:
    """A row that is here already, or stands higher up in the file."""

    row: int
    sentence: str


@dataclass
class Nothing:
    """A line that is no row: "junk", "blank" or "sum"."""

    row: int
    kind: str


Outcome = Ready | Failed | Double | Nothing


@dataclass(frozen=True)
class How:
    """What has been chosen about a file."""

    register: str
    orders: dict[str, Orders] = field(default_factory=dict)
    clashes: dict[str, list[int]] = field(default_factory=dict)
    unit: str = ""  # the code of the unit of every row, where no column says
    redacts: bool = False
    due_on: date | None = None


class Planner:
    """Goes through the rows of a file, always with the same result."""

    def __init__(self, layout: Layout, meanings: Meanings, how: How) -> None:
        self.layout, self.meanings, self.how = layout, meanings, how
        self.today = timezone.localdate()
        self.zone = timezone.get_default_timezone()
        self.seen: dict[int, int] = {}
        self.numbers: dict[int, int] = {}
        is_1904 = layout.table.source.is_1904
        self._day = lru_cache(maxsize=50_000)(
            lambda value, column: read_day(
                value, self.today, how.orders.get(column), is_1904=is_1904,
                ahead=10 if column == Column.DUE_ON else 1,
            )
        )  # fmt: skip

    def batches(self) -> Iterator[list[Outcome]]:
        """Yield the outcome of every line, a batch at a time, in the order of the file."""
        lines = self._lines()
        while batch := list(islice(lines, BATCH)):
            yield batch

    def _lines(self) -> Iterator[Outcome]:
        for row in self.layout.table.rows():
            if row.kind != "data":
                yield Nothing(row.number, row.kind)
            elif self.layout.is_sum(row.cells):
                yield Nothing(row.number, "sum")
            else:
                yield self._row(row.number, row.cells)

    def _row(self, row: int, cells: list[Any]) -> Outcome:
        number = self.layout.text(cells, Column.NUMBER)[:200]
        if clash := self.how.clashes.get(alike(number)) if number else None:
            words = {"one": clash[0], "other": clash[1], "number": number[:40]}
            said = _("rows %(one)d and %(other)d both have the number %(number)s and differ")
            return Failed(row, [(Why.CLASH, said % words)], cells)
        if number:
            first = self.numbers.setdefault(fingerprint(alike(number)), row)
            if first != row:
                return Double(row, _("the same as row %d") % first)
        return _Case(self, row, number, cells).outcome()

    def alike_before(self, row: int, digest: str) -> int | None:
        """Return the earlier row with this unit, day and text, and remember this one."""
        first = self.seen.setdefault(int(digest[:16], 16), row)
        return first if first != row else None

    def day(self, cells: list[Any], column: str) -> Day | None:
        """Return the day in a column, None when nothing stands there. Raises NotADay."""
        value = self.layout.cell(cells, column)
        if value is None or (isinstance(value, str) and is_nothing(value)):
            return None
        return self._day(value, column)

    def moment(self, day: Day) -> datetime:
        """Return a day as a moment; without a time it is noon."""
        return datetime.combine(day.on, day.at or _NOON, self.zone)


class _Case:
    """One row on its way to become a case."""

    def __init__(self, planner: Planner, row: int, number: str, cells: list[Any]) -> None:
        self.planner, self.layout, self.meanings = planner, planner.layout, planner.meanings
        self.row, self.number, self.cells = row, number, cells
        self.reasons: list[tuple[str, str]] = []
        self.flags: list[str] = []
        self.personal = 0

    def outcome(self) -> Outcome:
        """Return what the row becomes."""
        self.reasons += [(Why.CELL, said) for said in self.layout.unreadable(self.cells)]
        unit = self._unit()
        reported, happened, closed, due = self._days()
        facts = self._texts()
        if self.reasons or unit is None or reported is None:
            return Failed(self.row, self.reasons, self.cells)
        said = self.layout.text(self.cells, Column.DESCRIPTION) or facts["title"]
        digest = _digest(unit, reported.on, said)
        first = self.planner.alike_before(self.row, digest)
        if first and not self.number:
            return Double(self.row, _("the same unit, day and text as row %d") % first)
        facts |= {
            "reported_at": self.planner.moment(reported),
            "happened_at": self.planner.moment(happened) if happened else None,
        }
        facts |= self._state(reported, closed, due)
        facts |= self._graded()
        rest = self._rest(facts)
        is_open = facts["status"] == Status.REPORTED
        cause = facts.pop("cause")
        if cause and is_open:
            rest.append([self.layout.heading(Column.CAUSE), cause])
        return Ready(
            self.row, self.number, unit, facts, digest, "" if is_open else cause, rest, self.flags,
            self._meaning(Column.HANDLER) if is_open else "", self.personal,
        )  # fmt: skip

    def _meaning(self, column: str) -> str:
        return self.meanings.of(column, self.layout.text(self.cells, column))

    # --- Where and when -------------------------------------------------------------------------

    def _unit(self) -> Unit | None:
        text = self.layout.text(self.cells, Column.UNIT)
        code = self._meaning(Column.UNIT) if self.layout.has(Column.UNIT) else self.planner.how.unit
        unit = self.meanings.directory.unit_by_code.get(code)
        if unit is None:
            said = _("choose a unit for “%s”") % text[:60] if text else _("the unit is missing")
            self.reasons.append((Why.UNIT, said))
        return unit

    def _days(self) -> list[Day | None]:
        columns = (Column.REPORTED_ON, Column.HAPPENED_ON, Column.CLOSED_ON, Column.DUE_ON)
        before = len(self.reasons)
        days = [self._read(column) for column in columns]
        if days[0] is None and len(self.reasons) == before:
            days[0] = days[1]
            if days[0] is None:
                self.reasons.append((Why.NO_DAY, str(Why.NO_DAY.label)))
        for day in filter(None, days):
            self.flags += [flag for flag in day.flags if flag not in self.flags]
        if any(day and day.on > self.planner.today for day in days[:3]):
            self.flags.append(Flag.FUTURE)
        return days

    def _read(self, column: str) -> Day | None:
        try:
            return self.planner.day(self.cells, column)
        except NotADay as refusal:
            self.reasons.append((Why.DAY, f"{self.layout.heading(column)}: {refusal}"))
            return None

    # --- What -----------------------------------------------------------------------------------

    def _texts(self) -> dict[str, Any]:
        texts = {}
        for column in (Column.DESCRIPTION, Column.CORRECTION, Column.CAUSE):
            texts[str(column)] = self._clean(self.layout.text(self.cells, column))
            if len(texts[column]) > _MOST_TEXT:
                heading = self.layout.heading(column)
                said = _("%(heading)s: at most %(most)d characters") % {
                    "heading": heading, "most": _MOST_TEXT,
                }  # fmt: skip
                self.reasons.append((Why.LONG, said))
        for column in (Column.TITLE, Column.PLACE):
            line = self._clean(" ".join(self.layout.text(self.cells, column).split()))
            texts[str(column)] = line
        texts["description"] = texts["description"] or texts["title"]
        if not texts["description"]:
            self.reasons.append((Why.TEXT, str(Why.TEXT.label)))
        return texts

    def _clean(self, text: str) -> str:
        """Return a text as it is stored; what points at a person is counted, or removed too."""
        text = text.replace("\x00", "")
        if found := personal.findings(text):
            self.personal += len(found)
            return personal.redact(text) if self.planner.how.redacts else text
        return text

    def _state(self, reported: Day, closed: Day | None, due: Day | None) -> dict[str, Any]:
        said = self._meaning(Column.STATUS) or AUTO
        if said == AUTO:
            said = Status.CLOSED if closed else Status.REPORTED
        if said == Status.REPORTED:
            if closed:
                self.flags.append(Flag.OPEN_WITH_DAY)
            day = due.on if due else self.planner.how.due_on
            day = day or self.planner.today + timedelta(days=DUE_DAYS)
            return {"status": said, "closed_at": None, "due_on": day, "first_due_on": day}
        if closed is None:
            self.flags.append(Flag.NO_CLOSING_DAY)
        elif closed.on < reported.on:
            self.flags.append(Flag.CLOSED_BEFORE)
        ended = self.planner.moment(closed) if closed else None
        return {"status": said, "closed_at": ended, "due_on": None, "first_due_on": None}

    def _graded(self) -> dict[str, Any]:
        severity, likelihood = self._meaning(Column.SEVERITY), self._meaning(Column.LIKELIHOOD)
        kind = self._meaning(Column.KIND)
        return {
            "severity": int(severity) if severity else None,
            "likelihood": int(likelihood) if likelihood else None,
            "category": self.meanings.category(self._meaning(Column.CATEGORY)),
            "reported_by": self.meanings.person(self._meaning(Column.REPORTER)),
            **({"kind": kind} if kind else {}),
        }

    def _rest(self, facts: dict[str, Any]) -> list[list[str]]:
        """Return what has no place of its own here, in the words of the old register."""
        others = {self.layout.table.name(n) for n in self.layout.places.get(Column.OTHER, ())}
        rest = [
            [heading, self._clean(text) if heading in others else text]
            for heading, text in self.layout.kept(self.cells)
        ]
        for column in (Column.TITLE, Column.PLACE):
            if len(facts[column]) > _MOST_LINE:
                rest.append([self.layout.heading(column), facts[column]])
                facts[column] = facts[column][: _MOST_LINE - 1] + "…"
        if facts["description"] and facts["title"] == facts["description"]:
            facts["title"] = ""
        if len(self.number) > _MOST_NUMBER:
            rest.append([self.layout.heading(Column.NUMBER), self.number])
            self.number = self.number[:_MOST_NUMBER]
        if self.flags:
            for column in (Column.REPORTED_ON, Column.HAPPENED_ON, Column.CLOSED_ON, Column.DUE_ON):
                if text := self.layout.text(self.cells, column):
                    rest.append([self.layout.heading(column), text])
        return rest


def _digest(unit: Unit, on: date, text: str) -> str:
    words = alike(text)
    return f"{fingerprint(f'{unit.pk}|{on}|{words}'):016x}{fingerprint(words):016x}"


def known_already(register: str, batch: list[Outcome]) -> list[Outcome]:
    """Return the batch with what an earlier import of the register brought in as doubles."""
    ready = [each for each in batch if isinstance(each, Ready)]
    rows = OldRow.objects.filter(register=register, is_withdrawn=False)
    rows = rows.select_related("nonconformity").only("number", "digest", "nonconformity__number")
    numbered = {
        row.number: row for row in rows.filter(number__in=[e.number for e in ready if e.number])
    }
    others = [e.digest for e in ready if not e.number]
    similar = {row.digest: row for row in rows.filter(digest__in=others)} if others else {}

    def judged(each: Outcome) -> Outcome:
        if not isinstance(each, Ready):
            return each
        found = numbered.get(each.number) if each.number else similar.get(each.digest)
        return Double(each.row, _("is here as %s") % found.nonconformity.number) if found else each

    return [judged(each) for each in batch]
