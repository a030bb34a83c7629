"""What each verb of an action asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.moves import long_text
from nonconformities.models import Action
from qms.organization.fields import PersonField, people_of
from qms.records.fields import FilesField
from qms.records.forms import MoveForm, ReasonForm


class CompleteForm(MoveForm, model=Action, verb="complete"):
    """What was done."""

    evidence = long_text(
        _("What was done, and how can it be seen?"),
        rows=3,
        help_text=_("For example: the list hangs in the medicine room since Monday."),
    )


class VerifyForm(MoveForm, model=Action, verb="verify"):
    """What the check showed."""

    lede = _("You check, as someone else than the doer, that it was done as promised.")
    result = long_text(_("What did you check, and what did you see?"), rows=3)


class SendBackForm(ReasonForm, model=Action, verb="send_back"):
    """What is missing."""


class CancelForm(ReasonForm, model=Action, verb="cancel"):
    """Why it will not be done."""


class PostponeForm(MoveForm, model=Action, verb="postpone"):
    """A new last day."""

    lede = _("The first day promised is kept, so that the real delay can be seen.")
    due_on = forms.DateField(
        label=_("New last day"), widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )
    reason = long_text(_("Why?"), rows=2)


class AssignActionForm(MoveForm, model=Action, verb="assign"):
    """Who does it instead."""

    responsible = PersonField(label=_("Who does it?"))
    reason = long_text(_("Why?"), rows=2, required=False)

    def prepare(self) -> None:
        """Offer the people of the authority."""
        self.fields["responsible"].queryset = people_of(self.record.unit)
        self.initial.setdefault("responsible", self.record.responsible_id)


class AttachActionForm(MoveForm, model=Action, verb="attach"):
    """Evidence as photographs or documents."""

    files = FilesField(label=_("Photographs or documents"))
