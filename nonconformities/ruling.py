"""Ruling: the cases that two units have said no to, which whoever is over them decides about."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from nonconformities.models import Handover, Nonconformity
from nonconformities.models.status import Status
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Rule

_AGREED = (Handover.Answer.ACCEPTED, Handover.Answer.DECLINED)


def for_ruling(user: User) -> Q:
    """Return which cases have bounced and wait for `user` to say who keeps them.

    The last unit asked has said no, nobody has begun, and it may not be handed on once more. Those
    who say which unit answers for what are asked (`conditions.ruling`).
    """
    if not user.units_for(Duty.ORGANIZE):
        return Q(pk__in=[])
    rows = Handover.objects.order_by("-pk").filter(nonconformity=OuterRef("pk"))
    last = Subquery(rows.values("answer")[:1])
    found = (
        Nonconformity.objects.order_by()
        .filter(status=Status.REPORTED, unit__any=user.units_for(Duty.ORGANIZE).ids)
        .annotate(last=last)
        .filter(last=Handover.Answer.DECLINED)
        .annotate(times=_answered_here() + Coalesce(_answered_before(), 0))
        .filter(times__gte=Rule.value_of(Rule.Code.HANDOVER_MOST))
    )
    return Q(pk__in=found.values("pk"))


def _answered_here() -> Count:
    return Count("handovers", filter=Q(handovers__answer__in=_AGREED))


def _answered_before() -> Subquery:
    """Return how many times the case of another authority, that this one came from, was passed."""
    came = Handover.objects.order_by().filter(became=OuterRef("pk"))
    passed = Count(
        "nonconformity__handovers", filter=Q(nonconformity__handovers__answer__in=_AGREED)
    )
    return Subquery(came.values("nonconformity").annotate(n=passed).values("n")[:1])


def waits_for_ruling(case: Nonconformity) -> bool:
    """Return the same of one case: it has bounced, and the last unit asked has said no."""
    asked = case.asked
    if case.status != Status.REPORTED or not asked:
        return False
    last = max(asked, key=lambda row: row.pk)
    most = Rule.value_of(Rule.Code.HANDOVER_MOST)
    return last.answer == Handover.Answer.DECLINED and len(case.passed) >= most


__all__ = ["for_ruling", "waits_for_ruling"]
