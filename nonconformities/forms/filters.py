"""FilterForm: what a list of deviations can be narrowed to; it lives in the address."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.choices import flatten_choices
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.fields import SeenUnitField, in_groups
from nonconformities.models import Category, Import, Nonconformity
from nonconformities.models.status import Status
from nonconformities.periods import begins, ends
from qms.organization.duties import Duty
from qms.organization.fields import NamedPersonField
from qms.organization.models import Unit, User

_UNSEEN = {Status.DRAFT, Status.VOID}
_PROPERTIES = [
    ("", ""),
    ("effekt", _("shown to have helped")),
    ("upprepad", _("repeated")),
    ("svar", _("answered")),
]
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
    slag = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All")), *Nonconformity.Kind.choices]
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

    # What the figures of statistics narrow by: hidden, and shown as chips like the rest.
    stangd_fran = forms.DateField(label=_("Closed from"), required=False, widget=forms.HiddenInput)
    stangd_till = forms.DateField(label=_("Closed until"), required=False, widget=forms.HiddenInput)
    visar = forms.ChoiceField(
        label=_("Only"), required=False, choices=_PROPERTIES, widget=forms.HiddenInput
    )
    foljda = forms.ChoiceField(
        label=_("Where"),
        required=False,
        choices=[("", ""), ("1", _("units I follow"))],
        widget=forms.HiddenInput,
    )
    raknas = forms.ChoiceField(
        label=_("Handed over"),
        required=False,
        choices=[("", ""), ("1", _("counted where it was taken over"))],
        widget=forms.HiddenInput,
    )

    inlast = forms.ModelChoiceField(
        label=_("Brought in from"),
        required=False,
        queryset=Import.objects.none(),
        to_field_name="uid",
        widget=forms.HiddenInput,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["inlast"].queryset = Import.objects.visible_to(user)  # type: ignore[attr-defined]
        units = Unit.objects.all()
        if not user.units_for(Duty.OVERSEE).everything:
            units = units.filter(pk__in=user.followed)
        self.fields["enhet"].queryset = units  # type: ignore[attr-defined]

    def narrow(self, queryset: Any) -> Any:
        """Return the records that fit the answers."""
        self.is_valid()
        answer = self.cleaned_data.get
        if unit := answer("enhet"):
            queryset = queryset.of_units(unit.reach)
        if status := answer("steg"):
            queryset = queryset.filter(status=status)
        if kind := answer("slag"):
            queryset = queryset.filter(kind=kind)
        if category := answer("kategori"):
            told = queryset.assessed_for(self.user)
            queryset = told.filter(category__in=with_those_below(category))
        if number := answer("krav"):
            # The requirements are shown to those who read the case, so only they find it by them.
            queryset = queryset.filter(Nonconformity.full_access(self.user))
            links = Nonconformity.requirements.through.objects.filter(clause__number=number)
            queryset = queryset.filter(pk__in=links.values("nonconformity"))
        if person := answer("ansvarig"):  # the list names who answers for the open ones only
            queryset = queryset.open().filter(responsible=person)
        if first := answer("fran"):
            queryset = queryset.filter(reported_at__gte=begins(first))
        if last := answer("till"):
            queryset = queryset.filter(reported_at__lt=ends(last))
        queryset = self._narrow_as_counted(queryset)
        if which := answer("allvar"):
            queryset = queryset.assessed_for(self.user).graded(which)
        return queryset

    def _narrow_as_counted(self, queryset: Any) -> Any:
        """Return what one figure of the statistics is made of."""
        answer = self.cleaned_data.get
        if first := answer("stangd_fran"):
            queryset = queryset.filter(closed_at__gte=begins(first))
        if last := answer("stangd_till"):
            queryset = queryset.filter(closed_at__lt=ends(last))
        if brought := answer("inlast"):
            queryset = queryset.filter(imported_in=brought)
        if answer("raknas"):
            queryset = queryset.counted()
        if answer("foljda"):
            queryset = queryset.filter(unit__any=self.user.followed)
        if which := answer("visar"):  # told on the case's page only to who reads it
            queryset = queryset.filter(Nonconformity.full_access(self.user)).shown_as(which)
        return queryset

    def chosen(self) -> Iterator[tuple[str, str]]:
        """Yield each answer that narrows: its name in the address, and it in words."""
        for field in self:
            if field.name in {"vy", "sortera"}:
                continue
            value = self.cleaned_data.get(field.name)
            if value not in {None, ""}:
                yield field.name, f"{field.label}: {self._in_words(field, value)}"

    @staticmethod
    def _in_words(field: forms.BoundField, value: Any) -> str:
        if isinstance(field.field, forms.DateField):
            return date_format(value, "j F Y")
        choices = getattr(field.field, "choices", [])
        if isinstance(value, Unit | Import) or not choices:
            return str(value)
        return str(dict(flatten_choices(choices)).get(value, value))
