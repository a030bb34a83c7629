"""What must be in place before a deviation moves on, who may not do it, and whose decision it is.

The lock that holds the process together: no action without a cause, no close without effect.
"""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Rule
from qms.records.workflow import Bar, Need

if TYPE_CHECKING:
    from nonconformities.models.nonconformity import Nonconformity


# --- Whose decision ------------------------------------------------------------------------------


def deciding(case: "Nonconformity") -> tuple[Duty, ...]:
    """Return whose duty it is to decide: the area manager's when the score is serious."""
    return (Duty.DECIDE_SERIOUS,) if case.is_serious else (Duty.HANDLE_NONCONFORMITIES,)


def starting(case: "Nonconformity") -> tuple[Duty, ...]:
    """Return who starts the investigation: an investigator when it is serious and severe."""
    if case.is_serious and (case.severity or 0) >= Rule.value_of(Rule.Code.INVESTIGATOR_SEVERITY):
        return (Duty.INVESTIGATE_SERIOUS, Duty.DECIDE_SERIOUS)
    return (Duty.HANDLE_NONCONFORMITIES,)


def conversing(case: "Nonconformity") -> tuple[Duty, ...]:
    """Return the duties of those who may write in a case: not of those who only look on."""
    return (Duty.READ_RECORDS, Duty.SEE_REPORTERS)


# --- What must be in place -----------------------------------------------------------------------


def _effect_wait_is_over(case: "Nonconformity") -> bool:
    return case.effect_on is not None and case.effect_on <= timezone.localdate()


def _all_verified(case: "Nonconformity") -> bool:
    return all(action.status == "verified" for action in case.promises)


def _has_corrective(case: "Nonconformity") -> bool:
    return any(action.kind == "corrective" for action in case.promises)


def _effect_from(case: "Nonconformity") -> str:
    return _("The effect can be checked from %(day)s, as decided with the actions.") % {
        "day": date_format(case.effect_on, "j F Y") if case.effect_on else ""
    }


def _score_is_low(case: "Nonconformity") -> bool:
    return (case.score or 0) <= Rule.value_of(Rule.Code.CORRECTED_SCORE)


def _is_idea(case: "Nonconformity") -> bool:
    """Return True for what nothing went wrong in: it has no cause to be found."""
    return case.kind == case.Kind.IDEA


def _has_happened_before(case: "Nonconformity") -> bool:
    return bool(case.earlier_alike(months=Rule.value_of(Rule.Code.REPEAT_MONTHS)).exists())


def _score_too_high(case: "Nonconformity") -> str:
    return _(
        "Only small deviations are closed without an investigation: at most %(most)d, this "
        "one is %(score)d."
    ) % {"most": Rule.value_of(Rule.Code.CORRECTED_SCORE), "score": case.score or 0}


A_CAUSE = Need(
    gettext_lazy("Why did it happen? At least one cause."),
    lambda case: bool(case.roots),
    mend="add_cause",
)
EXTENT = Need(
    gettext_lazy("Can it exist elsewhere? Say where you looked."),
    lambda case: bool(case.extent),
    mend="answer_extent",
)
A_CORRECTIVE_ACTION = Need(
    gettext_lazy("At least one action that removes a cause."),
    _has_corrective,
    mend="plan_action",
)
ACTIONS_VERIFIED = Need(
    gettext_lazy("Every action is verified by someone other than the one who did it."),
    _all_verified,
)
NOTHING_UNDONE = Need(
    gettext_lazy("Every action is done or cancelled."),
    lambda case: all(action.status in {"done", "verified"} for action in case.promises),
)
EFFECT_WAIT_OVER = Need(_effect_from, _effect_wait_is_over)
LOW_SCORE = Need(_score_too_high, lambda case: _is_idea(case) or _score_is_low(case))
NOT_REPEATED = Need(
    gettext_lazy("The same kind of deviation has happened here within a year. Find out why."),
    lambda case: _is_idea(case) or not _has_happened_before(case),
    mend="start_investigation",
)


def _has_protected(case: "Nonconformity") -> bool:
    known = getattr(case, "has_protected", None)
    return hasattr(case, "protected") if known is None else known


PROTECTED_WRITTEN = Need(
    gettext_lazy("Nobody has written protected details in this case."),
    _has_protected,
    mend="protect_details",
)

UNTOUCHED = Need(
    gettext_lazy("It came from an older register and nobody has worked with it since."),
    lambda case: case.imported_in_id is not None and case.event_count == 1,
)
REACHABLE = Need(
    gettext_lazy("Nobody is known to have reported this, so nobody can be asked."),
    lambda case: case.is_reachable,
)
ASKED = Need(
    gettext_lazy("No question waits for an answer."), lambda case: case.asked_at is not None
)
VERDICT_UNSAID = Need(gettext_lazy("You have already said it."), lambda case: not case.verdict)
ASKED_TO_REOPEN = Need(
    gettext_lazy("Nobody has asked for it to be opened again."),
    lambda case: case.verdict == case.Verdict.UNSATISFIED,
)

# --- Four eyes -----------------------------------------------------------------------------------


def _owns_an_action(case: "Nonconformity", user: User) -> bool:
    return any(user.pk in {action.responsible_id, action.done_by_id} for action in case.promises)


NOT_ACTION_OWNER = Bar(
    gettext_lazy("You answer for one of the actions. Let someone else judge whether it helped."),
    _owns_an_action,
)
