"""Escalation: which cases have been lifted to whom, since when and why.

Computed from days, scores and checks each time somebody asks, never from whether a job has run.
Mails and reminders ask the same questions: `lifted_to(user)` for one head's cases, `lifts_of(case)`
for one case. Days count from when the case came to the unit that has it: reported there, handed
over to it, or brought in from an older register.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models import Action, EffectCheck, Handover, Nonconformity
from nonconformities.models.status import Status
from qms.organization.models import User
from qms.records.line import Line, led_by
from qms.records.models import Rule
from qms.records.workdays import add_working_days


class Reason(models.TextChoices):
    """Why a case is lifted."""

    URGENT = "urgent", _("Very serious")
    SERIOUS = "serious", _("Serious")
    NO_EFFECT = "no_effect", _("What was done did not help")
    NOT_REMEDIED = "not_remedied", _("Not put right in time")
    NOT_ASSESSED = "not_assessed", _("Nobody has assessed it in time")


# Which of the heads of the unit a reason lifts the case to (see qms.records.line.Led).
LEVELS = {
    Reason.URGENT: "heading",
    Reason.SERIOUS: "deciding",
    Reason.NO_EFFECT: "deciding",
    Reason.NOT_REMEDIED: "following",
    Reason.NOT_ASSESSED: "following",
}


@dataclass(frozen=True)
class Lift:
    """One reason why a case is lifted: since when, and to whom."""

    reason: Reason
    since: date
    to: User | None


def lifted_to(user: User) -> Q:
    """Return which cases are lifted to `user` today."""
    led = led_by(user)
    found = Q(pk__in=[])
    for reason, level in LEVELS.items():
        if units := getattr(led, level):
            found |= Q(unit__any=units) & _conditions()[reason]
    return ~Q(status__in=[Status.DRAFT, *Nonconformity.ENDS]) & found


def reasons_for(user: User, cases: list[Nonconformity]) -> dict[int, list[Reason]]:
    """Return why each of these cases is lifted to `user`: one question for all of them."""
    led = led_by(user)
    tests = {reason.value: models.ExpressionWrapper(q, models.BooleanField())
             for reason, q in _conditions().items()}  # fmt: skip
    rows = Nonconformity.objects.filter(pk__in=[case.pk for case in cases]).annotate(**tests)
    return {
        row["pk"]: [
            reason
            for reason, level in LEVELS.items()
            if row[reason.value] and row["unit_id"] in getattr(led, level)
        ]
        for row in rows.values("pk", "unit_id", *tests)
    }


def lifts_of(case: Nonconformity) -> list[Lift]:
    """Return every reason why a case is lifted; asks for its heads only when there is one."""
    since = dict(_reasons_of(case)) if case.is_open and case.number else {}
    if not since:
        return []
    line = Line(case.unit)
    return [
        Lift(reason, since[reason], line.person(getattr(line.heads, level)))
        for reason, level in LEVELS.items()
        if reason in since
    ]


# --- The rules, said of many and of one ----------------------------------------------------------


def _conditions() -> dict[Reason, Q]:
    """Return each reason as a condition on open cases."""
    score = F("severity") * F("likelihood")
    serious = Rule.value_of(Rule.Code.SERIOUS_SCORE)
    here = {"nonconformity": OuterRef("pk")}
    done = Action.objects.order_by().filter(**here, status__in=["done", "verified"])
    failed = EffectCheck.objects.order_by().filter(**here, outcome__in=["no", "partly"])
    has_day_left = Q(imported_in__isnull=False, due_on__gte=timezone.localdate())
    return {
        Reason.URGENT: _at_least(score, Rule.value_of(Rule.Code.URGENT_SCORE)),
        Reason.SERIOUS: _at_least(score, serious),
        Reason.NO_EFFECT: Q(Exists(failed)),
        Reason.NOT_REMEDIED: _at_least(score, serious)
        & Q(correction="")
        & _came_before(_remedied_before())
        & ~Q(Exists(done)),
        Reason.NOT_ASSESSED: Q(status=Status.REPORTED)
        & _came_before(_assessed_before())
        & ~has_day_left,
    }


def _at_least(score: Any, limit: int) -> Q:
    """Return which cases have such a score; what an older register said is no assessment here."""
    graded = Q(models.lookups.GreaterThanOrEqual(score, limit), severity__isnull=False)
    return graded & ~Q(imported_in__isnull=False, status=Status.REPORTED)


def _came_before(day: date) -> Q:
    """Return which cases had come to their unit before a day; `_came_on` says it of one."""
    at = _midnight(day)
    taken = Handover.objects.order_by().filter(
        nonconformity=OuterRef("pk"), answer=Handover.Answer.ACCEPTED, answered_at__gte=at
    )
    brought = Q(imported_in__isnull=False, created_at__gte=at)
    return Q(reported_at__lt=at) & ~brought & ~Q(Exists(taken))


def _reasons_of(case: Nonconformity) -> Iterator[tuple[Reason, date]]:
    """Yield the same reasons of one case, each with its first day."""
    came, assessed = _came_on(case), _day(case.assessed_at or case.reported_at)
    is_old = case.imported_in_id is not None
    is_serious = case.is_serious and not (is_old and case.status == Status.REPORTED)
    if is_serious and (case.score or 0) >= Rule.value_of(Rule.Code.URGENT_SCORE):
        yield Reason.URGENT, assessed
    if is_serious:
        yield Reason.SERIOUS, assessed
    if case.round > 1:
        checks = [c for c in case.effect_checks.all() if c.outcome in {"no", "partly"}]
        if checks:
            yield Reason.NO_EFFECT, _day(checks[-1].checked_at)
    if is_serious and came < _remedied_before() and not _is_remedied(case):
        yield Reason.NOT_REMEDIED, max(assessed, came + timedelta(days=_remedy_days() + 1))
    has_day_left = is_old and case.due_on is not None and case.due_on >= timezone.localdate()
    if case.status == Status.REPORTED and came < _assessed_before() and not has_day_left:
        yield Reason.NOT_ASSESSED, _last_to_assess(came) + timedelta(days=1)


def _came_on(case: Nonconformity) -> date:
    """Return the day the case came to the unit that has it."""
    moments = [case.reported_at]
    if case.imported_in_id is not None:
        moments.append(case.created_at)
    moments += [row.answered_at for row in case.asked if row.answer == row.Answer.ACCEPTED]
    return _day(max(moment for moment in moments if moment))


def _is_remedied(case: Nonconformity) -> bool:
    """Return True when a correction is told, or something that was promised is done."""
    return bool(case.correction) or any(
        action.status in {"done", "verified"} for action in case.actions.all()
    )


def _remedy_days() -> int:
    return Rule.value_of(Rule.Code.REMEDY_DAYS)


def _remedied_before() -> date:
    """Return the day before which a case came that should be put right by now."""
    return timezone.localdate() - timedelta(days=_remedy_days())


def _last_to_assess(came: date) -> date:
    return add_working_days(came, Rule.value_of(Rule.Code.LIFT_DAYS))


def _assessed_before() -> date:
    """Return the day before which a case came that should be assessed by now."""
    today = timezone.localdate()
    day = today
    while _last_to_assess(day) >= today:
        day -= timedelta(days=1)
    return day + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day(moment: datetime | None) -> date:
    return timezone.localdate(moment or timezone.now())
