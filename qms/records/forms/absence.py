"""AbsenceForm: the days somebody is away."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy

from qms.organization.forms import day_field, show_faults
from qms.organization.models import User
from qms.records.forms import name_what_is_missing
from qms.records.models import Absence


class AbsenceForm(forms.Form):
    """The first and the last day away."""

    since = day_field(label=gettext_lazy("First day away"))
    until = day_field(label=gettext_lazy("Last day away"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("since", timezone.localdate())
        name_what_is_missing(self)

    def state(self, user: User, *, by: User) -> Absence | None:
        """Say that `user` is away; None when it is refused, with the reason beside its day."""
        try:
            return Absence.state(user, by=by, **self.cleaned_data)
        except ValidationError as fault:
            show_faults(self, fault)
            return None
