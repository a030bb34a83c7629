"""StatisticsForm: where and how far back statistics look; it lives in the address."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from nonconformities.forms.fields import SeenUnitField
from nonconformities.statistics import SPANS
from qms.organization.duties import Duty
from qms.organization.models import Unit, User


class StatisticsForm(forms.Form):
    """A GET form; a wrong answer is as none."""

    enhet = SeenUnitField(required=False, to_field_name="code", empty_label=_("All I follow"))
    manader = forms.TypedChoiceField(
        label=pgettext_lazy("statistics", "Period"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(12, _("the last year")), (3, _("the last three months"))],
    )

    def __init__(self, *args: Any, user: User, **more: Any) -> None:
        super().__init__(*args, **more)
        units = Unit.objects.all()
        if not user.units_for(Duty.OVERSEE).everything:
            units = units.filter(pk__in=user.followed)
        self.fields["enhet"].queryset = units  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def unit(self) -> Unit | None:
        """The unit chosen, with those below it; None for all."""
        return self.cleaned_data.get("enhet")

    @property
    def span(self) -> int:
        """How many months the period has."""
        return self.cleaned_data.get("manader") or SPANS[0]

    def url(self, **more: str) -> str:
        """Return the address of what is shown, with more in it."""
        query = {"enhet": self.unit.code} if self.unit else {}
        return f"?{urlencode(query | {'manader': str(self.span)} | more)}"
