"""Coverage: how many of those who are to read have read, per document and unit.

Whoever leads a unit sees its figures and who is left; whoever writes documents there, or follows
them for the group, sees the figures alone. Every page asks as many questions whatever the number
of people: they are counted where they stand, in the database.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import Audience, Version
from documents.models.asking import ask
from documents.models.status import STANDING
from qms.organization.alphabet import SvKey
from qms.organization.duties import Duty
from qms.organization.models import Unit, User

PER_PAGE = 25
_HERE = "and appointment.unit_id = any(%(units)s)"
_THESE = "and version.id = any(%(versions)s)"
_OF_THESE = "and audience.document_id = any(%(documents)s)"


@dataclass(frozen=True)
class Count:
    """How many were asked, have read, and are late."""

    asked: int = 0
    read: int = 0
    late: int = 0

    @property
    def words(self) -> str:
        """31 of 38."""
        return _("%(read)d of %(asked)d") % {"read": self.read, "asked": self.asked}

    @property
    def look(self) -> str:
        """The look of the state label."""
        if self.read == self.asked:
            return "done"
        return "late" if self.late else "active"

    @property
    def is_complete(self) -> bool:
        """True when everybody has read."""
        return self.read == self.asked


def counted_units(user: User) -> frozenset[int]:
    """Return the units whose figures `user` sees."""
    led = user.units_for(Duty.HANDLE_NONCONFORMITIES, Duty.WRITE_DOCUMENTS).ids
    return led | user.units_for(Duty.FOLLOW_DOCUMENTS).ids


def led_units(user: User) -> frozenset[int]:
    """Return the units of which `user` sees who has not read: those of one who leads there."""
    return user.units_for(Duty.HANDLE_NONCONFORMITIES).ids


def to_be_read(units: Iterable[int]) -> Any:
    """Return the versions that somebody of these units may be asked to read."""
    named = Audience.objects.current().filter(unit__reach__overlap=list(units))
    today = timezone.localdate()
    goes_on = Q(ended_on=None) | Q(ended_on__gt=today)
    found = Version.objects.filter(goes_on, status__in=STANDING)
    found = found.filter(Q(valid_from__lte=today) | Q(is_meaningful=True))
    return found.filter(document__in=named.values("document"))


def counts(
    versions: Iterable[Version], places: dict[int, int]
) -> dict[tuple[int, int | None], Count]:
    """Return the counts of each version by column, and of all columns together under None.

    `places` says in which column each unit is counted. Nobody is counted twice in one count.
    """
    known = list(versions)
    if not (known and places):
        return {}
    rows = ask(
        """
        select version_id, place.col, count(distinct person_id),
               count(distinct person_id) filter (where is_read),
               count(distinct person_id) filter (where not is_read and due < %(today)s)
        from asks
        join unnest(%(units)s::bigint[], %(columns)s::bigint[]) as place (unit_id, col)
          on place.unit_id = asks.unit_id
        group by grouping sets ((version_id, place.col), (version_id))
        """,
        narrowed=f"{_HERE} {_OF_THESE}", chosen=_THESE,
        units=list(places), columns=list(places.values()),
        versions=[each.pk for each in known],
        documents=[each.document_id for each in known],
    )  # fmt: skip
    return {(version, col): Count(*rest) for version, col, *rest in rows}


class CoverageTable:
    """One page of documents, with a column for each part of the unit that was chosen."""

    def __init__(self, user: User, *, unit: str = "", document: str = "", page: str = "") -> None:
        self.user, self.asked_page = user, page
        self.reach = counted_units(user)
        self.unit = self._units.get(unit)
        self.query = document.replace("\x00", "").strip()[:100]

    @cached_property
    def _units(self) -> dict[str, Unit]:
        found = Unit.objects.filter(pk__in=self.reach).order_by("code")
        return {unit.code: unit for unit in found}

    @cached_property
    def _tops(self) -> list[Unit]:
        """The units with none above them that one sees."""
        ids = {unit.pk for unit in self._units.values()}
        return [unit for unit in self._units.values() if unit.parent_id not in ids]

    @cached_property
    def chosen(self) -> Unit | None:
        """The unit whose parts are the columns: the one asked for, or the only topmost one."""
        if self.unit:
            return self.unit
        return self._tops[0] if len(self._tops) == 1 else None

    @cached_property
    def within(self) -> frozenset[int]:
        """The units that are counted."""
        return self.reach & frozenset(self.chosen.reach) if self.chosen else self.reach

    @cached_property
    def columns(self) -> list[Unit]:
        """The parts of the chosen unit: those right below it, and it itself first."""
        if self.chosen is None:
            return self._tops
        below = [u for u in self._units.values() if u.parent_id == self.chosen.pk and u.is_open]
        return [self.chosen, *below] if below else []

    @cached_property
    def _places(self) -> dict[int, int]:
        """In which column each unit is counted: the nearest of the columns above it."""
        places = dict.fromkeys(self.within, self.chosen.pk if self.chosen else 0)
        for column in sorted(self.columns, key=lambda unit: -len(unit.reach)):
            places |= {pk: column.pk for pk in column.reach if pk in self.within}
        return places

    @property
    def units(self) -> list[Unit]:
        """The units one may choose."""
        return Unit.objects.filter(pk__in=self.reach).open().in_tree_order()

    @cached_property
    def found(self) -> Any:
        """Every version that somebody here may be asked to read, by number."""
        found = to_be_read(self.within)
        if self.query:
            seen = Version.objects.visible_to(self.user).filter(title__icontains=self.query)
            named = Q(document__number__iexact=self.query) | Q(pk__in=seen.values("pk"))
            found = found.filter(named)
        return found.for_page().order_by("document__number", "major", "minor")

    @cached_property
    def page(self) -> Page:
        """The page that was asked for."""
        return Paginator(self.found, PER_PAGE).get_page(self.asked_page)

    @cached_property
    def _seen(self) -> set[int]:
        """The versions of this page whose titles the person may read."""
        ids = [each.pk for each in self.page]
        return set(
            Version.objects.visible_to(self.user).filter(pk__in=ids).values_list("pk", flat=True)
        )

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The rows: the version, if its title may be read, and the counts."""
        found = counts(self.page, self._places)
        shown = [(each, found.get((each.pk, None))) for each in self.page]
        return [
            {
                "version": each,
                "is_seen": each.pk in self._seen,
                "whole": whole,
                "cells": [(unit, found.get((each.pk, unit.pk))) for unit in self.columns],
            }
            for each, whole in shown
            if whole
        ]

    @cached_property
    def shown_columns(self) -> list[Unit]:
        """The columns in which somebody is asked on this page."""
        used = {unit.pk for row in self.rows for unit, count in row["cells"] if count}
        return [unit for unit in self.columns if unit.pk in used]

    @property
    def address(self) -> str:
        """The query of the table, for the links to its other pages."""
        asked = {"enhet": self.unit.code if self.unit else "", "dokument": self.query}
        kept = urlencode({name: value for name, value in asked.items() if value})
        return f"{kept}&" if kept else ""

    @property
    def export_url(self) -> str:
        """The address of the table as a file; the format is added to it."""
        return f"{reverse('documents:coverage_export')}?{self.address}format="

    def lines(self, most: int) -> Iterator[list[Any]]:
        """Yield one line per version and unit, for a file."""
        versions = list(self.found[:most])
        own = {unit.pk: unit for unit in self._units.values() if unit.pk in self.within}
        found = counts(versions, {pk: pk for pk in own})
        seen = set(
            Version.objects.visible_to(self.user)
            .filter(pk__in=[each.pk for each in versions])
            .values_list("pk", flat=True)
        )
        by_version: dict[int, list[tuple[int, Count]]] = {}
        for (version, unit), count in found.items():
            if unit is not None:
                by_version.setdefault(version, []).append((unit, count))
        for each in versions:
            title = each.title if each.pk in seen else ""
            cells = by_version.get(each.pk, [])
            for unit, count in sorted(cells, key=lambda pair: own[pair[0]].code):
                yield [
                    each.document.number, title, each.label, each.valid_from, own[unit].code,
                    own[unit].name, count.asked, count.read, count.late,
                ]  # fmt: skip


HEADS = (
    gettext_lazy("number"), gettext_lazy("title"), gettext_lazy("version"),
    gettext_lazy("in force from"), gettext_lazy("unit code"), gettext_lazy("unit"),
    gettext_lazy("are to read"), gettext_lazy("have read"), gettext_lazy("late"),
)  # fmt: skip


@dataclass(frozen=True)
class UnitCoverage:
    """One unit of one version: the count, and who is left where that may be known."""

    unit: Unit
    count: Count
    is_led: bool
    left: list[tuple[User, date]]


class VersionCoverage:
    """One version, unit by unit, as one person may know it."""

    def __init__(self, version: Version, user: User) -> None:
        self.version, self.user = version, user
        self.reach = counted_units(user)

    @cached_property
    def _counts(self) -> dict[tuple[int, int | None], Count]:
        return counts([self.version], {pk: pk for pk in self.reach})

    @property
    def whole(self) -> Count | None:
        """All units that one sees together; None when nobody there is asked."""
        return self._counts.get((self.version.pk, None))

    @cached_property
    def units(self) -> list[UnitCoverage]:
        """Each unit where somebody is asked."""
        by_unit = {unit: count for (_version, unit), count in self._counts.items() if unit}
        led, left = led_units(self.user), self._left
        found = Unit.objects.filter(pk__in=by_unit).order_by("code")
        return [
            UnitCoverage(unit, by_unit[unit.pk], unit.pk in led, left.get(unit.pk, []))
            for unit in found
        ]

    @cached_property
    def _left(self) -> dict[int, list[tuple[User, date]]]:
        """Who has not read, by unit, where the person leads: two questions."""
        led = led_units(self.user)
        if not led:
            return {}
        rows = ask(
            "select unit_id, person_id, due from asks where not is_read",
            narrowed=f"{_HERE} {_OF_THESE}", chosen=_THESE, units=list(led),
            versions=[self.version.pk], documents=[self.version.document_id],
        )  # fmt: skip
        by_person: dict[int, list[tuple[int, date]]] = {}
        for unit, person, due in rows:
            by_person.setdefault(person, []).append((unit, due))
        people = User.objects.filter(pk__in=by_person)
        found: dict[int, list[tuple[User, date]]] = {}
        for each in people.order_by(SvKey("last_name"), SvKey("first_name"), "pk"):
            for unit, due in by_person[each.pk]:
                found.setdefault(unit, []).append((each, due))
        return found
