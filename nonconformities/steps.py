"""Where a case stands and what it waits for, in two or three words for a list and a heading."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonconformities.models import Nonconformity
from nonconformities.models.status import Status
from qms.records.models import Access
from qms.records.workflow import Move


def main_move(case: Nonconformity) -> Move | None:
    """Return the verb that carries a case forward from here, whoever may do it."""
    if case.kind == case.Kind.IDEA and case.status == Status.ASSESSED:
        return case.moves()["close_as_corrected"]  # nothing went wrong, so no cause is looked for
    moves = case.moves().values()
    return next((move for move in moves if move.main and case.status in move.sources), None)


def state_of(case: Nonconformity) -> dict[str, str]:
    """Return the state label as the reader may see it: the step, or only the plain status.

    The case comes from a queryset `with_access()` and, for the step, `with_progress()`.
    """
    if case.access == Access.FULL:
        return step_of(case)
    return {"look": case.LOOKS[case.status], "word": case.get_status_display()}


def step_of(case: Nonconformity) -> dict[str, str]:
    """Return the state label of a case: its look, and the step with what is missing.

    The case comes from a queryset `with_progress()`.
    """
    says = {
        Status.REPORTED: _reported,
        Status.ASSESSED: _assessed,
        Status.INVESTIGATING: _investigating,
        Status.ACTION: _acting,
        Status.EFFECT_CHECK: _checking,
    }.get(Status(case.status))
    word = says(case) if says else case.get_status_display()
    if asked := getattr(case, "waits_for_unit", ""):
        return {"look": "waiting", "word": _("Waits for %s") % asked}
    return {"look": case.LOOKS[case.status], "word": word}


def _reported(case: Nonconformity) -> str:
    return _("Not assessed")


def _assessed(case: Nonconformity) -> str:
    if case.kind == case.Kind.IDEA:
        return _("Decision on the idea missing")
    return _("Investigation not started")


def _investigating(case: Nonconformity) -> str:
    if not case.has_cause:  # type: ignore[attr-defined]
        return _("Cause missing")
    if not case.has_corrective:  # type: ignore[attr-defined]
        return _("Action missing")
    if case.has_pending:  # type: ignore[attr-defined]
        return _("Answers from others missing")
    told = case.extent or case.has_answers  # type: ignore[attr-defined]
    return _("Decision missing") if told else _("Question of spread missing")


def _acting(case: Nonconformity) -> str:
    left = case.undone  # type: ignore[attr-defined]
    return ngettext("%(n)d action left", "%(n)d actions left", left) % {"n": left}


def _checking(case: Nonconformity) -> str:
    if case.has_unverified:  # type: ignore[attr-defined]
        return _("Verification missing")
    day = case.checked_from  # type: ignore[attr-defined]
    if day and day > timezone.localdate():
        return _("Effect checked %(day)s") % {"day": date_format(day, "j F")}
    return _("Effect not judged")


def own_words(case: Nonconformity, *, named: bool = True) -> str:
    """Return where a case stands as a sentence for the one who reported it.

    Not `named`: whoever has only a receipt code is told the part of who reads it, not the name.
    """
    if case.waiting:
        return _("Handed over to %(unit)s, waits for an answer by %(day)s.") % {
            "unit": case.waiting.to_name, "day": date_format(case.waiting.due_on, "l j F"),
        }  # fmt: skip
    if case.went_by and case.went_by.became:
        there = own_words(case.went_by.became, named=named)
        return _("%(unit)s took over your report.") % {"unit": case.went_by.to_name} + " " + there
    if case.merged_into:
        same = _("Somebody else told us about the same thing, and we go on with both together.")
        return f"{same} {own_words(case.merged_into, named=named)}"
    if case.status == Status.REPORTED:
        return _reading(case, named=named)
    return {
        Status.ASSESSED: _("Your report is read and assessed. Next we find out why it happened."),
        Status.INVESTIGATING: _("We are finding out why it happened."),
        Status.ACTION: _("We know why, and are changing how we work."),
        Status.EFFECT_CHECK: _("The changes are made. Now we wait to see if they helped."),
        Status.CLOSED: _("It is done. Thank you for telling us."),
        Status.DISMISSED: _("We do not go on with it. Why stands in the answer to you."),
        Status.VOID: _("It was brought here by mistake."),
    }[Status(case.status)]


def _reading(case: Nonconformity, *, named: bool) -> str:
    if not (case.responsible and case.due_on):
        return _("Your report is waiting to be read.")
    if not named:
        return _("The manager of %(unit)s reads your report by %(day)s.") % {
            "unit": case.unit, "day": date_format(case.due_on, "l j F"),
        }  # fmt: skip
    return _("%(person)s reads your report by %(day)s.") % {
        "person": case.responsible.name, "day": date_format(case.due_on, "l j F"),
    }  # fmt: skip
