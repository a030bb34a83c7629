"""What each verb of an action asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.fields import long_text
from nonconformities.models import Action
from qms.organization.fields import PersonField, people_of
from qms.records.fields import FilesField
from qms.records.forms import MoveForm, ReasonForm, form_of


@form_of(Action, "complete")
class CompleteForm(MoveForm):
    """What was done."""

    evidence = long_text(
        _("What was done, and how can it be seen?"),
        rows=3,
        help_text=_("For example: the list hangs in the medicine room since Monday."),
    )


@form_of(Action, "verify")
class VerifyForm(MoveForm):
    """What the check showed."""

    lede = _("You check, as someone else than the doer, that it was done as promised.")
    result = long_text(_("What did you check, and what did you see?"), rows=3)


@form_of(Action, "send_back")
class SendBackForm(ReasonForm):
    """What is missing."""


@form_of(Action, "cancel")
class CancelForm(ReasonForm):
    """Why it will not be done."""


@form_of(Action, "postpone")
class PostponeForm(MoveForm):
    """A new last day."""

    lede = _("The first day promised is kept, so that the real delay can be seen.")
    due_on = forms.DateField(
        label=_("New last day"), widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )
    reason = long_text(_("Why?"), rows=2)


@form_of(Action, "assign")
class AssignActionForm(MoveForm):
    """Who does it instead."""

    responsible = PersonField(label=_("Who does it?"))
    reason = long_text(_("Why?"), rows=2, required=False)

    def prepare(self) -> None:
        """Offer the people of the authority."""
        self.fields["responsible"].queryset = people_of(self.record.unit)
        self.initial.setdefault("responsible", self.record.responsible_id)


@form_of(Action, "attach")
class AttachActionForm(MoveForm):
    """Evidence as photographs or documents."""

    files = FilesField(label=_("Photographs or documents"))  # type: ignore[assignment]
