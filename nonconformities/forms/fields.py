"""Form fields of deviations: the category in its groups, a unit among those already read."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonconformities.models import Category, Nonconformity
from qms.organization.alphabet import swedish_key
from qms.organization.fields import UnitField, UnitIterator
from qms.organization.models import Unit


def in_groups(rows: Iterable[Category]) -> Iterator[tuple[str, list[tuple[Category, str]]]]:
    """Yield each group with its categories and their labels, in alphabetical order."""
    ordered = sorted(rows, key=_place)
    for group, members in groupby(ordered, key=lambda row: (row.parent or row).name):
        yield group, [(row, _label(row)) for row in members]


def _place(row: Category) -> tuple[str, bool, str]:
    group = swedish_key((row.parent or row).name)
    return (group, row.parent_id is not None, swedish_key(row.name))


def _label(row: Category) -> str:
    if row.parent_id:
        return row.name
    return _("Everything about %s") % (row.name[:1].lower() + row.name[1:])


def long_text(label: Any, *, rows: int = 4, most: int = 10_000, **options: Any) -> forms.CharField:
    """Return a field for running text, with the soft warning for personal details."""
    attrs = {"rows": rows, "data-warn-personal": ""}
    return forms.CharField(
        label=label, max_length=most, widget=forms.Textarea(attrs=attrs), **options
    )


class KindField(forms.ChoiceField):
    """Choose what sort of report it is, in everyday words, never in those of a law."""

    WORDS = (
        (Nonconformity.Kind.DEVIATION, gettext_lazy("Something that went wrong")),
        (Nonconformity.Kind.COMPLAINT, gettext_lazy("A complaint or an opinion")),
        (Nonconformity.Kind.NEAR_MISS, gettext_lazy("Something that nearly went wrong")),
        (Nonconformity.Kind.RISK, gettext_lazy("A risk: something that can go wrong")),
        (Nonconformity.Kind.IDEA, gettext_lazy("An idea for improvement")),
    )

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", gettext_lazy("What is it?"))
        options.setdefault("initial", Nonconformity.Kind.DEVIATION)
        super().__init__(choices=[(str(kind), words) for kind, words in self.WORDS], **options)

    def clean(self, value: Any) -> str:
        """Return the kind; "" where none was sent, and then it stays what it is."""
        return super().clean(value) if value else ""

    def keep(self, kind: str) -> None:
        """Offer the kind a case has even where nobody can choose it, as for an audit's finding."""
        known = [(str(each), words) for each, words in self.WORDS]
        if kind not in dict(known):
            self.choices = [*known, (kind, Nonconformity.Kind(kind).label)]


class _GroupIterator(ModelChoiceIterator):
    """The categories under the name of the group they belong to."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the empty choice and then one group per category of the upper level."""
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        for group, members in in_groups(self.queryset.select_related("parent")):
            yield (group, [self._choice(row, label) for row, label in members])

    def _choice(self, row: Category, label: str) -> tuple[ModelChoiceIteratorValue, str]:
        return ModelChoiceIteratorValue(self.field.prepare_value(row), row), label


class CategoryField(forms.ModelChoiceField):
    """Choose a category; the choices stand under the group they belong to."""

    iterator = _GroupIterator


class _OwnFirst(UnitIterator):
    """The units, those where the person works in a group of their own before all others."""

    def __iter__(self) -> Iterator[Any]:
        """Yield the empty choice, the own units, and then every group as it was."""
        groups = list(super().__iter__())
        own = [
            choice
            for label, group in groups
            if isinstance(group, list)
            for choice in group
            if choice[0].instance.pk in self.field.own  # type: ignore[attr-defined]
        ]
        empty = [each for each in groups if not isinstance(each[1], list)]
        yield from empty
        if own:
            yield (_("Where you work"), own)
        for label, group in groups[len(empty) :]:
            rest = [choice for choice in group if choice not in own]
            if rest:
                yield (label, rest)


class OwnUnitField(UnitField):
    """Choose a unit; the form says in `own` which ones the person works in."""

    iterator = _OwnFirst
    own: Iterable[int] = ()


class SeenUnitField(UnitField):
    """Choose among the units one sees; the answer is found in the list that is drawn anyway."""

    def to_python(self, value: Any) -> Unit | None:
        """Return the unit with this code, None when nothing was chosen. Raises ValidationError."""
        if value in self.empty_values:
            return None
        found = next((unit for unit in self.queryset or () if unit.code == value), None)
        if found is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid")
        return found
