"""Statistics: where deviations stand and how it went, compared only with the own earlier period.

Never between units: how much is reported says more about how safe it is to report than about how
much goes wrong. Every figure opens the records it is made of, and numbers that could point at a
person are not told to who reads the unit masked.
"""

from collections import Counter
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Aggregate, Count, DateTimeField, DurationField, F, Q, When
from django.db.models import Case as Choice
from django.db.models.functions import TruncMonth
from django.utils import timezone

from nonconformities import periods
from nonconformities.models import Category, EffectCheck, Nonconformity
from nonconformities.models.status import Status
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.models import Rule

MONTHS_SHOWN = 24
SPANS = (12, 3)  # how many months a period may have
PROVEN = (EffectCheck.Outcome.YES, EffectCheck.Outcome.PARTLY)


class Median(Aggregate):
    """The middle value, as PostgreSQL finds it."""

    function = "percentile_cont"
    template = "%(function)s(0.5) within group (order by %(expressions)s)"
    output_field = DurationField()


class Statistics:
    """What is counted for one person: in one unit and those below, or in all units followed."""

    def __init__(self, user: User, unit: Unit | None, span: int) -> None:
        self.user, self.unit, self.span = user, unit, span
        today = timezone.localdate()
        self.now = periods.latest(span, today)
        self.before = periods.before(self.now, span)
        self.months = periods.calendar_months(MONTHS_SHOWN, today)

    # --- What is counted ------------------------------------------------------------------------

    @cached_property
    def scope(self) -> frozenset[int]:
        """The units whose deviations are counted."""
        followed = self.user.followed
        return followed & frozenset(self.unit.reach) if self.unit else followed

    @cached_property
    def limit(self) -> int:
        """The smallest number told; 0 for who reads every unit of the scope in full."""
        if self.scope <= self.user.units_for(Duty.READ_RECORDS).ids:
            return 0
        return Rule.value_of(Rule.Code.SMALL_NUMBERS)

    @property
    def _seen(self) -> Any:
        """Just what the list shows when it is narrowed to the same units (FilterForm)."""
        seen = Nonconformity.objects.visible_to(self.user).counted().order_by()
        if self.unit:
            seen = seen.of_units(self.unit.reach)
        if self.user.units_for(Duty.OVERSEE).everything:
            return seen
        return seen.filter(unit__any=self.user.followed)

    # --- Numbers --------------------------------------------------------------------------------

    @cached_property
    def standing(self) -> dict[str, int]:
        """How many are open and how many of them late, today."""
        return self._seen.open().aggregate(
            open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=timezone.localdate()))
        )

    @cached_property
    def totals(self) -> dict[str, Any]:
        """Counts and medians of the period and of the one before, in one reading."""
        asked: dict[str, Any] = {}
        for name, period in (("now", self.now), ("before", self.before)):
            came, went = period.of("reported_at"), period.of("closed_at")
            closed = went & Q(status=Status.CLOSED)
            heard = went & Q(
                status__in=[Status.CLOSED, Status.DISMISSED], reported_by__isnull=False
            )
            asked |= {
                f"opened_{name}": Count("pk", filter=came),
                f"closed_{name}": Count("pk", filter=closed),
                f"assessed_{name}": Count("pk", filter=came & Q(assessed_at__isnull=False)),
                f"assess_days_{name}": Median(F("assessed_at") - F("reported_at"), filter=came),
                f"close_days_{name}": Median(F("closed_at") - F("reported_at"), filter=closed),
                f"heard_{name}": Count("pk", filter=heard),
                f"answered_{name}": Count("pk", filter=heard & ~Q(answer="")),
            }
        since = periods.begins(self.before.first)
        return self._seen.filter(Q(reported_at__gte=since) | Q(closed_at__gte=since)).aggregate(
            **asked
        )

    @cached_property
    def proven(self) -> dict[str, int]:
        """How many closed ones were shown to have helped, in the period and before it."""
        closed = self._seen.filter(status=Status.CLOSED).values("pk")
        checks = EffectCheck.objects.order_by().filter(
            outcome__in=PROVEN, round=F("nonconformity__round"),
            nonconformity__closed_at__gte=periods.begins(self.before.first),
            nonconformity__in=closed,
        )  # fmt: skip
        return checks.aggregate(
            now=Count("pk", filter=self.now.of("nonconformity__closed_at")),
            before=Count("pk", filter=self.before.of("nonconformity__closed_at")),
        )

    @cached_property
    def repeated(self) -> dict[str, int]:
        """How many came with a category, and how many of them as at least the third of a kind."""
        days = timedelta(days=Rule.value_of(Rule.Code.REPEAT_DAYS))
        first, turn = periods.begins(self.before.first), periods.begins(self.now.first)
        graded = self._seen.founded().filter(category__isnull=False, reported_at__gte=first - days)
        sql, params = graded.values_list(
            "unit_id", "category_id", "reported_at"
        ).query.sql_with_params()
        statement = f"""
            select count(*) filter (where at >= %s), count(*) filter (where at < %s),
                   count(*) filter (where at >= %s and earlier >= %s),
                   count(*) filter (where at < %s and earlier >= %s)
            from (
              select at, count(*) over (
                partition by unit, category order by at
                range between %s preceding and current row exclude group
              ) as earlier from ({sql}) as graded(unit, category, at)
            ) as counted where at >= %s
        """
        enough = Rule.value_of(Rule.Code.REPEAT_COUNT) - 1
        with connection.cursor() as cursor:
            values = [turn, turn, turn, enough, turn, enough, days, *params, first]
            cursor.execute(statement, values)
            of_now, of_before, now, before = cursor.fetchone()
        return {"of_now": of_now, "of_before": of_before, "now": now, "before": before}

    @cached_property
    def by_month(self) -> list[dict[str, Any]]:
        """Each of the latest months with what came and what was closed; None before the first."""
        came, went = self._per_month()
        begun = min([*came, *went], default=None)
        rows = []
        for month in self.months:
            is_known = begun is not None and month.first >= begun
            rows.append({
                "month": month,
                "opened": came.get(month.first, 0) if is_known else None,
                "closed": went.get(month.first, 0) if is_known else None,
            })  # fmt: skip
        return rows

    def _per_month(self) -> tuple[Counter[Any], Counter[Any]]:
        """Return how many came and how many were closed, by the first of each month.

        In one reading of the table: which month they came in and which they were closed in.
        """
        first = self.months[0].first
        since = periods.begins(first)
        closed = Choice(When(status=Status.CLOSED, then="closed_at"), output_field=DateTimeField())
        pairs = (
            self._seen.filter(Q(reported_at__gte=since) | Q(closed_at__gte=since))
            .annotate(came_in=TruncMonth("reported_at"), went_in=TruncMonth(closed))
            .values_list("came_in", "went_in")
            .annotate(count=Count("pk"))
        )
        came, went = Counter[Any](), Counter[Any]()
        for month_came, month_went, count in pairs:
            for month, counter in ((month_came, came), (month_went, went)):
                if month is not None and (day := timezone.localdate(month)) >= first:
                    counter[day] += count
        return came, went

    @cached_property
    def breakdown(self) -> dict[str, Counter[Any]]:
        """What came in the period: by group of categories, by kind and by how serious it is."""
        limit = Rule.value_of(Rule.Code.SERIOUS_SCORE)
        score = F("severity") * F("likelihood")
        rows = (
            self._seen.filter(self.now.of("reported_at"))
            .annotate(_score=score)
            .values_list("category", "kind", "_score")
            .annotate(count=Count("pk"))
        )
        groups = {each.pk: (each.parent or each) for each in Category.everything()}
        found: dict[str, Counter[Any]] = {
            "category": Counter(),
            "kind": Counter(),
            "grade": Counter(),
        }
        for category, kind, points, count in rows:
            found["category"][groups.get(category)] += count
            found["kind"][kind] += count
            grade = "" if points is None else "serious" if points >= limit else "small"
            found["grade"][grade] += count
        return found


def told(counts: list[int | None], limit: int) -> list[int | None]:
    """Return the counts with the small ones left out.

    One alone left out could be counted from the sum, so then the next smallest goes too.
    """
    small = {n for n, count in enumerate(counts) if count and count < limit}
    if len(small) == 1:
        rest = [(count, n) for n, count in enumerate(counts) if count and n not in small]
        small |= {n for _count, n in sorted(rest)[:1]}
    return [None if n in small else count for n, count in enumerate(counts)]
