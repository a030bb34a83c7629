"""ReassignForm: who takes over many records, and why."""

import uuid
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from qms.organization.duties import Role
from qms.organization.fields import PersonField, by_name
from qms.organization.models import Appointment, User
from qms.records.reassigning import MOST, Reassigning


class ReassignForm(forms.Form):
    """Who shall answer for them, and why."""

    held = forms.CharField(widget=forms.HiddenInput, max_length=MOST * 32)
    stamp = forms.UUIDField(widget=forms.HiddenInput)
    responsible = PersonField(label=gettext_lazy("Who takes over?"))
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stands in the story of each of them."),
    )

    def __init__(self, *args: Any, work: Reassigning, **more: Any) -> None:
        more["initial"] = {"held": work.held, "stamp": uuid.uuid4()} | more.get("initial", {})
        super().__init__(*args, **more)
        self.fields["responsible"].queryset = _colleagues(work)  # type: ignore[attr-defined]


def _colleagues(work: Reassigning) -> Any:
    """Return the people who work in the authorities of the records."""
    there = Appointment.objects.current().filter(
        unit__authority__in={record.unit.authority for record in work.records}
    )
    there = there.exclude(role=Role.EXTERNAL_AUDITOR)
    here = Q(pk__in=there.values("user")) | Q(pk__in=there.values("substitute"))
    return by_name(User.objects.filter(here, is_active=True))
