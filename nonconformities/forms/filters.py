"""FilterForm: what a list of deviations can be narrowed to; it lives in the address."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.choices import flatten_choices
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.fields import SeenUnitField, in_groups
from nonconformities.models import Category, Nonconformity
from nonconformities.models.status import Status
from qms.organization.duties import Duty
from qms.organization.fields import NamedPersonField
from qms.organization.models import Unit, User

_UNSEEN = {Status.DRAFT, Status.VOID}
_SEVERITIES = [("", _("All")), ("serious", _("Serious")), ("small", _("Smaller"))]


def categories() -> list[Any]:
    """Return the categories in use, in their groups."""
    used = [category for category in Category.everything() if category.is_active]
    groups = [(g, [(row.code, label) for row, label in rows]) for g, rows in in_groups(used)]
    return [("", _("All")), *groups]


def with_those_below(code: str) -> list[int]:
    """Return the ids of a category and, when it is of the upper level, of those under it."""
    return [
        category.pk
        for category in Category.everything()
        if code in {category.code, category.parent.code if category.parent else ""}
    ]


class FilterForm(forms.Form):
    """A GET form: every answer optional, nothing stored. A wrong answer narrows nothing."""

    vy = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    sortera = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    sok = forms.CharField(
        label=_("Search in the list"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    enhet = SeenUnitField(required=False, to_field_name="code", empty_label=_("All units"))
    steg = forms.ChoiceField(
        label=_("Step"),
        required=False,
        choices=[("", _("All")), *[(s.value, s.label) for s in Status if s not in _UNSEEN]],
    )
    allvar = forms.ChoiceField(label=_("Severity"), required=False, choices=_SEVERITIES)
    kategori = forms.ChoiceField(label=_("Category"), required=False, choices=categories)
    krav = forms.CharField(
        label=_("Requirement"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"placeholder": "8.5.1"}),
    )
    ansvarig = NamedPersonField(
        label=_("Responsible"), required=False, widget=forms.TextInput, max_length=100
    )
    fran = forms.DateField(
        label=_("Reported from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    till = forms.DateField(
        label=_("Reported until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        overseen, read = user.units_for(Duty.OVERSEE), user.units_for(Duty.READ_RECORDS)
        units = Unit.objects.all()
        if not overseen.everything:
            units = units.filter(pk__in=overseen.ids | read.ids)
        self.fields["enhet"].queryset = units  # type: ignore[attr-defined]

    def narrow(self, queryset: Any) -> Any:
        """Return the records that fit the answers."""
        self.is_valid()
        answer = self.cleaned_data.get
        if unit := answer("enhet"):
            queryset = queryset.of_units(unit.reach)
        if status := answer("steg"):
            queryset = queryset.filter(status=status)
        if category := answer("kategori"):
            queryset = queryset.filter(category__in=with_those_below(category))
        if number := answer("krav"):
            # The requirements are shown to those who read the case, so only they find it by them.
            queryset = queryset.filter(Nonconformity.full_access(self.user))
            links = Nonconformity.requirements.through.objects.filter(clause__number=number)
            queryset = queryset.filter(pk__in=links.values("nonconformity"))
        if person := answer("ansvarig"):  # the list names who answers for the open ones only
            queryset = queryset.open().filter(responsible=person)
        if first := answer("fran"):
            queryset = queryset.filter(reported_at__date__gte=first)
        if last := answer("till"):
            queryset = queryset.filter(reported_at__date__lte=last)
        return queryset.graded(answer("allvar")) if answer("allvar") else queryset

    def chosen(self) -> Iterator[tuple[str, str]]:
        """Yield each answer that narrows: its name in the address, and it in words."""
        for field in self.visible_fields():
            value = self.cleaned_data.get(field.name)
            if value not in {None, ""}:
                yield field.name, f"{field.label}: {self._in_words(field, value)}"

    @staticmethod
    def _in_words(field: forms.BoundField, value: Any) -> str:
        if isinstance(field.field, forms.DateField):
            return date_format(value, "j F Y")
        choices = getattr(field.field, "choices", [])
        if isinstance(value, Unit) or not choices:
            return str(value)
        return str(dict(flatten_choices(choices)).get(value, value))
