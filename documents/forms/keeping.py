"""Looking through many documents at once: which are right as they are, and until when."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from qms.organization.forms import day_field
from qms.records.workdays import add_months


class LookedThroughForm(forms.Form):
    """Tick those that are right, and say when they are looked through next."""

    documents = forms.ModelMultipleChoiceField(
        label=_("Which have you looked through?"), queryset=Document.objects.none(),
        to_field_name="number", widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one document.")},
    )  # fmt: skip
    review_on = day_field(
        label=_("Next review"), required=False,
        help_text=_("Empty: each by the rule of its own kind."),
    )  # fmt: skip
    confirmed = forms.BooleanField(
        label=_("I have looked them through, and they are right as they are."),
        error_messages={"required": _("Say that you have looked them through.")},
    )

    def __init__(self, *args: Any, documents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["documents"]
        field.queryset = documents

    @property
    def ticked(self) -> set[str]:
        """The numbers that are ticked on the page, also when something else is wrong."""
        return {str(number) for number in self["documents"].value() or []}

    def clean_review_on(self) -> date | None:
        """Refuse a day that has come."""
        day: date | None = self.cleaned_data["review_on"]
        if day and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day that has not come yet."))
        return day

    def next_for(self, document: Document) -> date:
        """Return the day for one document: the one that was asked for, or by its kind."""
        months = document.document_type.review_months
        return self.cleaned_data["review_on"] or add_months(timezone.localdate(), months)
