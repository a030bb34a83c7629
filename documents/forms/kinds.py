"""The rules of one kind of document, for who may change settings."""

from typing import Any

from django import forms

from documents.models import DocumentType
from qms.records.forms import name_what_is_missing
from qms.records.widgets import ChoiceRow

_FIELDS = (
    "name_sv", "name_en", "prefix", "adopting", "needs_decision_number", "review_months",
    "lix_green", "lix_red", "retention", "retention_years", "is_external", "is_active",
)  # fmt: skip


class KindForm(forms.ModelForm):
    """Its name, who adopts it, how often it is reviewed, how hard its text may be, how long kept.

    It only asks and checks; `DocumentType.add()` and `amend()` store, and tell of it.
    """

    class Meta:
        model = DocumentType
        fields = _FIELDS
        widgets = {
            "adopting": ChoiceRow,
            "retention": ChoiceRow,
            **{
                name: forms.NumberInput(attrs={"class": "short"})
                for name in ("review_months", "lix_green", "lix_red", "retention_years")
            },
            "prefix": forms.TextInput(attrs={"class": "short"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("adopting", "retention"):
            self.fields[name].choices = [c for c in self.fields[name].choices if c[0]]  # type: ignore[attr-defined]
        for field in self.fields.values():
            field.label = str(field.label)[:1].upper() + str(field.label)[1:]
        name_what_is_missing(self)
