"""Which unit and which person a text means: known at once, or suggested and asked about."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.utils.translation import override

from nonconformities.importing.columns import Column
from nonconformities.importing.words import AUTO, grade_meant, kind_meant, status_meant
from nonconformities.models import Category, Grade, KnownName, Nonconformity
from nonconformities.models.status import Status
from qms.organization.models import Unit, User
from qms.records.importing.people import (
    may_be,
    names_of_people,
    names_of_units,
    nearest,
    unambiguous,
)
from qms.records.importing.words import alike, is_nothing

Kind = KnownName.Kind
KIND_OF = {
    Column.UNIT: Kind.UNIT, Column.HANDLER: Kind.PERSON, Column.REPORTER: Kind.PERSON,
    Column.SEVERITY: Kind.SEVERITY, Column.LIKELIHOOD: Kind.LIKELIHOOD,
    Column.STATUS: Kind.STATUS, Column.CATEGORY: Kind.CATEGORY, Column.KIND: Kind.KIND,
}  # fmt: skip
MANAGER = "@manager"  # whoever leads the unit of the row
STATES = (AUTO, Status.REPORTED.value, Status.CLOSED.value, Status.DISMISSED.value)
_ROLES = {
    "enhetschef", "enhetschefen", "chef", "chefen", "rektor", "rektorn", "föreståndare",
    "verksamhetschef", "områdeschef", "ansvarig chef", "närmaste chef", "manager", "unit manager",
    "head of unit", "avdelningschef", "ec",
}  # fmt: skip
_NO_ONE = {"vakant", "vakans", "ej tillsatt", "ej utsedd", "inte utsedd", "vacant", "nobody"}


class Directory:
    """Everything a text may mean here. Meanings are codes: a unit's, a user name, a status."""

    def __init__(self) -> None:
        self.units = list(Unit.objects.select_related("successor").order_by("code"))
        self.people = list(User.objects.order_by("last_name", "first_name", "pk"))
        self.unit_by_code = {unit.code: unit for unit in self.units}
        self.person_by_username = {person.username: person for person in self.people}

    # --- Known at once ------------------------------------------------------------------------

    def known(self, kind: str, text: str) -> str | None:
        """Return the meaning of a text when there is no doubt, else None. "" means nothing."""
        if kind not in {Kind.UNIT, Kind.STATUS} and is_nothing(text):
            return ""
        key = alike(text)
        if key and (kind, key) in self._remembered:
            return self._remembered[kind, key]
        return self._exact[kind].get(key) if key else None

    @cached_property
    def _remembered(self) -> dict[tuple[str, str], str]:
        rows = KnownName.objects.select_related("unit", "person", "category")
        return {(row.kind, row.key): _code(row) for row in rows}

    @cached_property
    def _exact(self) -> dict[str, dict[str, str]]:
        return {
            Kind.UNIT: unambiguous(names_of_units(self.units)),
            Kind.PERSON: unambiguous(names_of_people(self.people)),
            Kind.SEVERITY: self._grades("severity"),
            Kind.LIKELIHOOD: self._grades("likelihood"),
            Kind.STATUS: _labels(Status.choices, STATES),
            Kind.CATEGORY: unambiguous(
                (word, category.code)
                for category in Category.everything()
                for word in (category.code, category.name_sv, category.name_en)
            ),
            Kind.KIND: _labels(Nonconformity.Kind.choices, Nonconformity.Kind.values),
        }

    def _grades(self, axis: str) -> dict[str, str]:
        found = {str(step): str(step) for step in range(1, 5)}
        for grade in Grade.scale(axis):
            found |= dict.fromkeys(map(alike, (grade.name_sv, grade.name_en)), str(grade.value))
        return found

    # --- Suggested ----------------------------------------------------------------------------

    def suggested(self, kind: str, text: str) -> str:
        """Return the meaning that a person is asked to confirm; "" when nothing is near."""
        if kind == Kind.UNIT:
            return self._unit_like(text)
        if kind == Kind.PERSON:
            return self._person_like(text)
        if kind in {Kind.SEVERITY, Kind.LIKELIHOOD}:
            return str(grade_meant(text) or "")
        if kind == Kind.STATUS:
            return status_meant(text)
        return kind_meant(text) if kind == Kind.KIND else self._category_like(text)

    def _unit_like(self, text: str) -> str:
        return "" if is_nothing(text) else nearest(text, self._unit_names)

    @cached_property
    def _unit_names(self) -> list[tuple[str, str]]:
        return [(name, code) for name, code in names_of_units(self.units) if name != code]

    def _category_like(self, text: str) -> str:
        rows = Category.everything()
        return nearest(text, [(row.name_sv, row.code) for row in rows if row.is_active])

    def _person_like(self, text: str) -> str:
        key = alike(text)
        if key in _ROLES:
            return MANAGER
        if key in _NO_ONE or is_nothing(text):
            return ""
        found = {person.username for person in self.people if may_be(person, key)}
        return found.pop() if len(found) == 1 else ""

    def owners(self, usernames: Iterable[str]) -> list[User]:
        """Return the people with these user names."""
        return [self.person_by_username[name] for name in usernames]


def _labels(choices: Iterable[tuple[str, Any]], wanted: Iterable[str]) -> dict[str, str]:
    """Return the codes under their own words, in both languages."""
    found: dict[str, str] = {}
    for language in ("en", "sv"):
        with override(language):
            found |= {alike(str(label)): value for value, label in choices if value in set(wanted)}
    return found


def _code(row: KnownName) -> str:
    if row.unit:
        return str(row.unit.code)
    if row.person:
        return str(row.person.username)
    return str(row.category.code) if row.category else row.value
