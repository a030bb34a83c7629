"""Giving many documents another owner at once."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from qms.organization.duties import Role
from qms.organization.fields import PersonField, by_name
from qms.organization.models import Appointment, User

MOST = 200  # at a time: each is a change with an event of its own


class OwnerForm(forms.Form):
    """Tick documents, and say who owns them from now on and why."""

    documents = forms.ModelMultipleChoiceField(
        label=_("Which documents?"), queryset=Document.objects.none(), to_field_name="number",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one document.")},
    )  # fmt: skip
    owner = PersonField(label=_("Who owns them from now on?"))
    reason = forms.CharField(
        label=_("Why?"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It stands in the story of each of them."),
    )  # fmt: skip

    def __init__(self, *args: Any, documents: Any, authorities: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["documents"].queryset = documents
        fields["owner"].queryset = _at_work_in(authorities)

    @property
    def ticked(self) -> set[str]:
        """The numbers that are ticked on the page, also when something else is wrong."""
        return {str(number) for number in self["documents"].value() or []}

    def clean_documents(self) -> list[Document]:
        """Return the documents. Raises ValidationError when they are too many."""
        found = list(self.cleaned_data["documents"].select_related("unit", "document_type"))
        if len(found) > MOST:
            raise forms.ValidationError(_("Tick at most %(most)d."), params={"most": MOST})
        return found


def _at_work_in(authorities: set[str]) -> Any:
    """Return the people who may be given something to do in some boards or companies."""
    there = Appointment.objects.current().filter(unit__authority__in=authorities)
    there = there.exclude(role=Role.EXTERNAL_AUDITOR)
    here = Q(pk__in=there.values("user")) | Q(pk__in=there.values("substitute"))
    return by_name(User.objects.filter(here, is_active=True))
