"""What the other verbs of a version ask. The fields' names are the verb's arguments."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.forms.fields import text
from documents.models import Document, Version
from qms.organization.forms import day_field
from qms.records.forms import MoveForm, ReasonForm, form_of
from qms.records.workdays import add_months


@form_of(Version, "discard")
class DiscardForm(ReasonForm):
    """Why the draft is given up."""

    lede = _("The draft is shown to nobody any more. What applies is not touched.")

    def after_url(self) -> str:
        """Go to the document: the draft has no page any more."""
        return self.record.document.get_absolute_url()


@form_of(Version, "return_to_draft")
class ReturnToDraftForm(ReasonForm):
    """Why it becomes a draft again."""

    lede = _("The text can be changed again, and is reviewed anew afterwards.")


@form_of(Version, "adopt")
class AdoptForm(MoveForm):
    """From when it applies, and by which decision."""

    beside = "documents/parts/adopting.html"
    valid_from = day_field(label=_("In force from"), help_text=_("Today or a later day."))
    review_on = day_field(
        label=_("Next review"), required=False, help_text=_("Empty: by the rule of its kind.")
    )
    decision_body = forms.CharField(
        label=_("Who decided?"), max_length=120, required=False,
        help_text=_("For example the council or the social welfare board."),
    )  # fmt: skip
    decision_paragraph = forms.CharField(
        label=_("Paragraph of the minutes"), max_length=30, required=False,
        widget=forms.TextInput(attrs={"class": "short"}),
    )  # fmt: skip
    decision_number = forms.CharField(
        label=_("Registration number"), max_length=50, required=False,
        widget=forms.TextInput(attrs={"class": "short"}),
    )  # fmt: skip
    hard_text_reason = text(
        _("Why must the text be hard to read?"), rows=2, most=1000, required=False
    )

    def prepare(self) -> None:
        """Begin with today; ask for the decision and the reason only where they are needed."""
        self.initial.setdefault("valid_from", timezone.localdate())
        needs_decision = self.record.document.document_type.needs_decision_number
        for name in ("decision_body", "decision_paragraph", "decision_number"):
            self.fields[name].required = needs_decision
            if not needs_decision and name != "decision_number":
                del self.fields[name]
        if self.record.is_hard:
            self.fields["hard_text_reason"].required = True
        else:
            del self.fields["hard_text_reason"]


@form_of(Version, "reviewed_unchanged")
class ReviewedUnchangedForm(MoveForm):
    """When it is looked through next."""

    lede = _("You have looked it through and it still is right. No new version is made.")
    review_on = day_field(label=_("Next review"))
    note = text(_("Comment"), rows=2, required=False)

    def prepare(self) -> None:
        """Begin with the day by the rule of its kind."""
        self.initial.setdefault("review_on", next_review(self.record))


def next_review(version: Version) -> date:
    """Return the day of the next review, counted from today by the rule of its kind."""
    return add_months(timezone.localdate(), version.document.document_type.review_months)


@form_of(Version, "withdraw")
class WithdrawForm(MoveForm):
    """Why, and what applies instead."""

    lede = _("From today it applies no more. It can still be read, as withdrawn.")
    reason = text(_("Why?"))
    replaced_by = forms.CharField(
        label=_("Which document applies instead?"), max_length=20, required=False,
        help_text=_("Its number, for example DOK-0012. Empty when there is none."),
        widget=forms.TextInput(attrs={"class": "short"}),
    )  # fmt: skip

    def clean_replaced_by(self) -> Any:
        """Return the document that is meant, among those the person sees."""
        written = self.cleaned_data["replaced_by"].strip().upper()
        if not written:
            return None
        found = Document.objects.visible_to(self.user).filter(number=written).first()
        if found is None:
            raise forms.ValidationError(
                _("There is no document %(number)s for you to see. Check the number."),
                params={"number": written[:20]},
            )
        if found.pk == self.record.document_id:
            raise forms.ValidationError(_("A document does not replace itself. Choose another."))
        return found
