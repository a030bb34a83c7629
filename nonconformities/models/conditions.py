"""What must be in place before a deviation moves on, who may not do it, and whose decision it is.

The lock that holds the process together: no action without a cause, no close without effect.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonconformities.models.extent import ExtentQuestionQuerySet
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.line import Line
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
    """A trial needs no cause of its own: whoever wrote the lesson found it."""
    return any(action.kind == "corrective" or case.tries_id for action in case.promises)


def _was_asked(case: "Nonconformity", narrow: Callable[[Any], Any]) -> bool:
    """True when there are such questions to other units in this round; the page may know better."""
    if getattr(case, "has_asked", True) is False:
        return False
    return bool(narrow(case.extent_questions.filter(round=case.round)).exists())


def _answers_say(case: "Nonconformity") -> str:
    if not _was_asked(case, ExtentQuestionQuerySet.pending):
        return _("No other unit is left to answer.")
    return _("Other units are asked if it can exist there, and have not all answered yet.")


def _has_joined(case: "Nonconformity") -> bool:
    known = getattr(case, "has_joined", None)
    return case.merged.exists() or case.children.exists() if known is None else known


def _is_first_or_explained(case: "Nonconformity") -> bool:
    """True when it is not repeated, by either rule, or its group has found the common cause."""
    months = Rule.value_of(Rule.Code.REPEAT_MONTHS)
    if _is_idea(case) or not (case.is_repeated or case.earlier_alike(months=months).exists()):
        return True
    return bool(case.parent and case.parent.roots)


def _repeated_says(case: "Nonconformity") -> str:
    if not case.is_repeated:
        return _("The same kind of deviation has happened here within a year. Find out why.")
    return _(
        "The same kind of deviation has happened here %(n)d times within %(days)d days. Look for "
        "the common cause."
    ) % {"n": case.times_alike, "days": Rule.value_of(Rule.Code.REPEAT_DAYS)}


def _effect_from(case: "Nonconformity") -> str:
    return _("The effect can be checked from %(day)s, as decided with the actions.") % {
        "day": date_format(case.effect_on, "j F Y") if case.effect_on else ""
    }


def _score_is_low(case: "Nonconformity") -> bool:
    return (case.score or 0) <= Rule.value_of(Rule.Code.CORRECTED_SCORE)


def _is_idea(case: "Nonconformity") -> bool:
    """Return True for what nothing went wrong in: it has no cause to be found."""
    return case.kind == case.Kind.IDEA


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
    lambda case: bool(case.extent) or _was_asked(case, ExtentQuestionQuerySet.met),
    mend="answer_extent",
)
ANSWERS_IN = Need(
    _answers_say,
    lambda case: not _was_asked(case, ExtentQuestionQuerySet.pending),
    mend="pass_answers",
)
SOMEBODY_ASKED = Need(
    gettext_lazy("No other units wait to answer."),
    lambda case: _was_asked(case, ExtentQuestionQuerySet.unanswered),
    mend="ask_others",
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
    _repeated_says,
    _is_first_or_explained,
    mend="start_investigation",
)


# --- Which belongs with which ---------------------------------------------------------------------

NO_LIVE_ACTIONS = Need(
    gettext_lazy("It has actions of its own. Cancel them first, with the reason."),
    lambda case: not case.promises,
)
NOTHING_MERGED_HERE = Need(
    gettext_lazy("Others are merged into this one or looked into with it. Split them off first."),
    lambda case: not _has_joined(case),
)
IS_MERGED = Need(gettext_lazy("It is not merged into another."), lambda case: case.merged_into_id)
NOT_MERGED = Need(
    gettext_lazy("It was merged into another case. Split it off again instead."),
    lambda case: not case.merged_into_id,
    mend="split_off",
)
HAS_PARENT = Need(gettext_lazy("It does not belong to a group."), lambda case: case.parent_id)
HAS_NO_PARENT = Need(
    gettext_lazy("It belongs to a group already: add the others to the case of the group."),
    lambda case: not case.parent_id,
)
A_TRIAL = Need(gettext_lazy("It tries no lesson."), lambda case: case.tries_id)
NOT_A_TRIAL = Need(
    gettext_lazy("It tries a lesson. Close it as something that did not help with you."),
    lambda case: not case.tries_id,
    mend="end_trial",
)
NO_LESSON_SHARED = Need(
    gettext_lazy("The lesson is shared already."),
    lambda case: not case.lessons.published().exists(),
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
VERDICT_UNSAID = Need(
    gettext_lazy("You have already said it, or it is said in the case it was merged into."),
    lambda case: not case.verdict and not case.merged_into_id,
)
ASKED_TO_REOPEN = Need(
    gettext_lazy("Nobody has asked for it to be opened again."),
    lambda case: case.verdict == case.Verdict.UNSATISFIED,
)

# --- Four eyes -----------------------------------------------------------------------------------


def _owns_an_action(case: "Nonconformity", user: User) -> bool:
    return any(user.pk in {action.responsible_id, action.done_by_id} for action in case.promises)


def _does_not_settle(case: "Nonconformity", user: User) -> bool:
    """True for a substitute whose manager is at work, and for whoever ended the case.

    Where nobody else who decides is at work, all who may decide do.
    """
    if case.verdict != case.Verdict.UNSATISFIED:
        return False
    ended = case.story.filter(verb__in=ENDING).order_by("-seq").first()
    deciding = {person.pk for person in Line(case.unit).holding(Duty.DECIDE_SERIOUS)}
    deciding.discard(ended.actor_id if ended else None)
    return bool(deciding) and user.pk not in deciding


ENDING = ("dismiss", "close_as_corrected", "approve_effect", "end_trial")
SETTLES = Bar(
    gettext_lazy(
        "Whoever decides there today answers this: not a substitute of somebody who is at work, "
        "and not the one who ended the case."
    ),
    _does_not_settle,
)
NOT_ACTION_OWNER = Bar(
    gettext_lazy("You answer for one of the actions. Let someone else judge whether it helped."),
    _owns_an_action,
)
