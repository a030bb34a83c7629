"""What the verbs between the handlers and the one who reported ask."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.fields import long_text
from nonconformities.models import Nonconformity
from qms.records.forms import MoveForm, form_of
from qms.records.widgets import ChoiceRow


@form_of(Nonconformity, "ask_reporter")
class AskReporterForm(MoveForm):
    """A question to the one who reported."""

    lede = _("The one who reported reads the question and can answer it without an account.")
    question = long_text(_("What do you want to know?"), rows=3)


@form_of(Nonconformity, "answer_question")
class ReporterAnswerForm(MoveForm):
    """The answer to it."""

    text = long_text(_("Your answer"), rows=3)


SATISFIED = [("yes", _("Yes, satisfied")), ("no", _("No, not satisfied"))]


def is_yes(value: Any) -> bool:
    """Return a radio button's value as a truth value."""
    return value == "yes"


@form_of(Nonconformity, "say_verdict")
class VerdictForm(MoveForm):
    """Was it enough?"""

    lede = _("You say it once. What you write is read by the area manager.")
    satisfied = forms.TypedChoiceField(
        label=_("Are you satisfied with what was done?"),
        choices=SATISFIED,
        coerce=is_yes,
        widget=ChoiceRow(
            help={"no": _("Then the area manager decides whether it is opened again.")}
        ),
    )
    reason = long_text(_("What is still missing?"), rows=3, most=2_000, required=False)


@form_of(Nonconformity, "keep_closed")
class KeepClosedForm(MoveForm):
    """Why the outcome stands."""

    lede = _("The one who reported reads your answer. To open it again is the other choice.")
    answer = long_text(_("Why does it stay closed?"), rows=3)
