"""Speaking: between those who handle a case and the one who reported it, to the last word."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models import conditions
from nonconformities.models.case import Case
from nonconformities.models.protected import ProtectedDetails
from nonconformities.models.status import OPEN, Status
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.workflow import Actor, transition


class Speaking(Case):
    """Questions to the one who reported, the answers, and whether the outcome was enough."""

    class Meta:
        abstract = True

    def leave_contact(self, contact: str, *, by: User) -> None:
        """Keep how the one who complained is reached, encrypted, apart from the report."""
        self.lock()
        details = ProtectedDetails(nonconformity_id=self.pk)
        details.add(contact, by=by)
        details.save()
        self.tell("leave_contact", by=by)
        self.save(update_fields=["event_count", "event_head"])

    @transition(
        *OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="fraga",
        label=_("Ask the one who reported"),
        told=_("%(actor)s asked the one who reported."),
        needs=[conditions.REACHABLE],
        quiet=True,
    )
    def ask_reporter(self, *, by: User, question: str) -> str:
        """Ask something; the case shows that it waits for the answer."""
        self._add_comment(by=by, text=question, to_reporter=True)
        self.asked_at = timezone.now()
        return question

    @transition(
        *OPEN,
        person="reported_by",
        by_code=True,
        address="svara",
        label=_("Answer the question"),
        told=_("%(actor)s answered the question."),
        needs=[conditions.ASKED],
        quiet=True,
    )
    def answer_question(self, *, by: Actor, text: str) -> str:
        """Answer what was asked."""
        self._add_comment(by=by, text=text, to_reporter=True)
        self.asked_at = None
        return text

    @transition(
        Status.CLOSED,
        Status.DISMISSED,
        person="reported_by",
        by_code=True,
        address="nojd",
        label=_("Say if you are satisfied"),
        told=_("%(actor)s said whether the answer was enough."),
        needs=[conditions.VERDICT_UNSAID],
        quiet=True,
    )
    def say_verdict(self, *, by: Actor, satisfied: bool, reason: str = "") -> str:
        """Say if the outcome is enough, once. If not, it is a wish that the case opens again.

        Raises ValidationError when it was not enough and no reason is given.
        """
        if not satisfied and not reason.strip():
            raise ValidationError({"reason": _("Write what is still missing.")})
        self.verdict = self.Verdict.SATISFIED if satisfied else self.Verdict.UNSATISFIED
        self.verdict_reason = reason
        return reason

    @transition(
        Status.CLOSED,
        Status.DISMISSED,
        duty=Duty.DECIDE_SERIOUS,
        address="sta-fast",
        label=_("Keep it closed"),
        told=_("%(actor)s kept it closed and answered why."),
        needs=[conditions.ASKED_TO_REOPEN],
        bars=[conditions.SETTLES],
    )
    def keep_closed(self, *, by: User, answer: str) -> str:
        """Stand by the outcome; the one who reported reads why, after what was answered first."""
        self.answer = "\n\n".join(filter(None, [self.answer, answer]))
        self.verdict = self.Verdict.KEPT
        return answer
