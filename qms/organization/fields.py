"""Form fields for choosing a unit or a person, the same in every form.

unit = UnitField()                                  # every open unit
self.fields["responsible"].queryset = people_of(unit)   # a PersonField
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.utils.translation import gettext_lazy as _

from qms.organization.alphabet import SvKey
from qms.organization.duties import Role
from qms.organization.models import Appointment, Unit, User

_HEADINGS = {Unit.Kind.ADMINISTRATION, Unit.Kind.COMPANY, Unit.Kind.COMPANY_PART_OWNED}


def by_name(people: QuerySet[User]) -> QuerySet[User]:
    """Return people in the order of the alphabet, by last name."""
    return people.order_by(SvKey("last_name"), SvKey("first_name"), "pk")


def people_of(unit: Unit) -> QuerySet[User]:
    """Return the people who work within the unit's authority today, by name.

    They are those with a current appointment there, and their substitutes. External auditors
    are not among them: they read and are never given anything to do.
    """
    there = (
        Appointment.objects.current()
        .filter(unit__authority=unit.authority)
        .exclude(role=Role.EXTERNAL_AUDITOR)
    )
    here = Q(pk__in=there.values("user")) | Q(pk__in=there.values("substitute"))
    return by_name(User.objects.filter(here, is_active=True))


class SuggestingInput(forms.TextInput):
    """A text field with a list of suggestions, which the browser itself shows."""

    template_name = "organization/suggesting.html"
    suggestions: Iterable[str] = ()

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Give the list an id of its own."""
        attrs = {**(attrs or {}), "list": f"{name}-suggestions"}
        context = super().get_context(name, value, attrs)
        context["widget"]["suggestions"] = self.suggestions
        return context


class _Places:
    """Where each unit stands: the heading it belongs under, and its nearest unit above."""

    def __init__(self) -> None:
        self.units: dict[int, tuple[str, str, int | None]] = cache.get_or_set(
            Unit.PLACES, self._read, 60
        )  # type: ignore[assignment]

    @staticmethod
    def _read() -> dict[int, tuple[str, str, int | None]]:
        rows = Unit.objects.values_list("pk", "name", "kind", "parent")
        return {pk: (name, kind, parent) for pk, name, kind, parent in rows}

    def heading(self, unit: Unit) -> str:
        """Return the name of the administration or company, or else of the whole group."""
        name, pk = unit.name, unit.pk
        while pk in self.units:
            name, kind, parent = self.units[pk]
            if kind in _HEADINGS or parent is None:
                break
            pk = parent
        return name

    def label(self, unit: Unit, heading: str) -> str:
        """Return the unit's name, and the one above where that tells more than the heading."""
        above = self.units.get(unit.parent_id or 0)
        if above is None or above[0] == heading or unit.name == heading:
            return unit.name
        return f"{unit.name} · {above[0]}"


class UnitIterator(ModelChoiceIterator):
    """The units in the order of the tree, under the name of their administration or company."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the empty choice and then one group per administration or company."""
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        places = _Places()
        units = [(places.heading(unit), unit) for unit in self.queryset.in_tree_order()]  # type: ignore[attr-defined]
        order = {heading: place for place, (heading, _unit) in reversed([*enumerate(units)])}
        units.sort(key=lambda pair: order[pair[0]])
        for heading, members in groupby(units, key=lambda pair: pair[0]):
            yield (
                heading,
                [self._choice(unit, places.label(unit, heading)) for _h, unit in members],
            )

    def _choice(self, unit: Unit, label: str) -> tuple[ModelChoiceIteratorValue, str]:
        return ModelChoiceIteratorValue(self.field.prepare_value(unit), unit), label


class UnitField(forms.ModelChoiceField):
    """Choose a unit; each choice says where in the tree it stands.

    Without a queryset the choice is among the units that are open on the day the form is drawn.
    """

    iterator = UnitIterator

    def __init__(self, queryset: Any = None, **options: Any) -> None:
        self._today = queryset is None
        options.setdefault("label", _("Unit"))
        options.setdefault("empty_label", _("Choose a unit"))
        super().__init__(Unit.objects.all() if queryset is None else queryset, **options)

    def __deepcopy__(self, memo: Any) -> "UnitField":
        """Let every form ask anew which units are open."""
        field = super().__deepcopy__(memo)  # type: ignore[misc]
        if self._today:
            field.queryset = Unit.objects.open()
        return field


class PersonField(forms.ModelChoiceField):
    """Choose a person. The form sets the queryset, usually to people_of(unit)."""

    def __init__(self, queryset: Any = None, **options: Any) -> None:
        options.setdefault("label", _("Person"))
        options.setdefault("empty_label", _("Choose a person"))
        super().__init__(
            by_name(User.objects.filter(is_active=True)) if queryset is None else queryset,
            **options,
        )

    def label_from_instance(self, obj: User) -> str:
        """Return the name, and the title that tells two people of the same name apart."""
        return f"{obj.name}, {obj.title.lower()}" if obj.title else obj.name


class NamedPersonField(forms.CharField):
    """Write who it is: user name, e-mail address or full name. Cleans to a User.

    For forms where anybody in the group can be meant, too many for a list. `suggested` people
    are offered while writing.
    """

    default_error_messages = {
        "required": _("Write who it is."),
        "unknown": _("Nobody is called “%(text)s”. Check the spelling, or write the user name."),
        "several": _("Several people are called that. Write the user name: %(names)s."),
    }

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", 200)
        options.setdefault("widget", SuggestingInput(attrs={"autocomplete": "off"}))
        super().__init__(**options)

    def suggest(self, people: Iterable[User]) -> None:
        """Offer these people while writing."""
        self.widget.suggestions = [f"{each.name} ({each.username})" for each in people]

    def clean(self, value: Any) -> Any:
        """Return the person, or None when nothing was written and nothing must be."""
        text = super().clean(value).strip()
        if not text:
            return None
        written = re.search(r"\(([^()]+)\)$", text)
        return self._found((written.group(1) if written else text).strip(), text)

    def _found(self, key: str, text: str) -> User:
        people = User.objects.filter(is_active=True)
        exact = people.filter(Q(username__iexact=key) | Q(email__iexact=key))
        named = people.annotate(whole=Concat("first_name", Value(" "), "last_name"))
        found = list(exact[:2]) or list(named.filter(whole__iexact=key)[:6])
        if len(found) == 1:
            return found[0]
        code = "several" if found else "unknown"
        names = ", ".join(person.username for person in found)
        raise ValidationError(
            self.error_messages[code], code=code, params={"text": text[:60], "names": names}
        )
