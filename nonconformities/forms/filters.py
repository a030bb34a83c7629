"""FilterForm: what a list of deviations can be narrowed to; it lives in the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nonconformities.models import Category, Nonconformity
from nonconformities.models.status import Status
from qms.organization.duties import Duty
from qms.organization.fields import UnitField
from qms.organization.models import Unit, User

_SEVERITIES = [("", _("All")), ("serious", _("Serious (8 or more)")), ("small", _("Smaller"))]


class FilterForm(forms.Form):
    """A GET form: every answer optional, nothing stored."""

    enhet = UnitField(
        label=_("Unit"), required=False, to_field_name="code", empty_label=_("All units")
    )
    steg = forms.ChoiceField(
        label=_("Step"),
        required=False,
        choices=[("", _("All")), *[(s.value, s.label) for s in Status if s != Status.DRAFT]],
    )
    allvar = forms.ChoiceField(label=_("Severity"), required=False, choices=_SEVERITIES)
    kategori = forms.ModelChoiceField(
        label=_("Category"),
        required=False,
        queryset=Category.objects.filter(is_active=True),
        to_field_name="code",
        empty_label=_("All"),
    )
    krav = forms.CharField(label=_("Requirement"), required=False, max_length=20)
    fran = forms.DateField(
        label=_("Reported from"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    till = forms.DateField(
        label=_("Reported until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    sok = forms.CharField(label=_("Search in the list"), required=False, max_length=200)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        seen = user.units_for(Duty.OVERSEE).ids | user.units_for(Duty.READ_RECORDS).ids
        self.fields["enhet"].queryset = Unit.objects.filter(pk__in=seen)

    def narrow(self, queryset: Any) -> Any:
        """Return the records that fit the answers; a wrong answer narrows nothing."""
        self.is_valid()
        answer = self.cleaned_data.get
        if unit := answer("enhet"):
            queryset = queryset.filter(unit__any=unit.reach)
        if status := answer("steg"):
            queryset = queryset.filter(status=status)
        if category := answer("kategori"):
            queryset = queryset.filter(category__in=[category, *category.children.all()])
        if number := answer("krav"):
            links = Nonconformity.requirements.through.objects.filter(clause__number=number)
            queryset = queryset.filter(pk__in=links.values("nonconformity"))
        if first := answer("fran"):
            queryset = queryset.filter(reported_at__date__gte=first)
        if last := answer("till"):
            queryset = queryset.filter(reported_at__date__lte=last)
        return queryset.graded(answer("allvar")) if answer("allvar") else queryset
