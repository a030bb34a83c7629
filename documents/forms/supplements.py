"""What is asked before a local supplement is begun."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qms.organization.fields import UnitField
from qms.organization.models import Unit
from qms.records.forms import name_what_is_missing


class SupplementForm(forms.Form):
    """Whose supplement it is."""

    unit = UnitField(label=_("Which unit does it belong to?"), queryset=Unit.objects.none())

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = units
        if len(units) == 1:
            self.initial.setdefault("unit", units[0].pk)
        name_what_is_missing(self)
