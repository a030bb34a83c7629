"""Nonconformity: something that departs from a requirement, from report to shown effect."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any, Self

import pghistory
import pgtrigger
from django.contrib.postgres.aggregates import StringAgg
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from nonconformities.models.action import Action
from nonconformities.models.assessing import Assessing
from nonconformities.models.beside import Beside
from nonconformities.models.cause import Cause
from nonconformities.models.checking import Checking
from nonconformities.models.crossing import Handover, Share
from nonconformities.models.effect import EffectCheck
from nonconformities.models.extent import ExtentQuestion
from nonconformities.models.handing_over import HandingOver
from nonconformities.models.importing import OldRow
from nonconformities.models.investigating import Investigating
from nonconformities.models.joining import Joining
from nonconformities.models.learning import Learning
from nonconformities.models.passing import Passing
from nonconformities.models.sharing import Sharing
from nonconformities.models.speaking import Speaking
from nonconformities.models.status import Status
from nonconformities.models.wishes import WishQuestions
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.line import led_by, lying_with, lying_with_nobody
from qms.records.models import Access, RecordQuerySet, Rule
from qms.records.models.due import DueQuestions
from qms.records.workflow import guard_status


def _how_many(rows: models.QuerySet, same: str) -> Coalesce:
    """Return the number of rows as a subquery; `same` is a field that is alike in all of them."""
    count = rows.values(same).annotate(many=models.Count("pk")).values("many")
    return Coalesce(models.Subquery(count), 0)


class NonconformityQuerySet(RecordQuerySet, DueQuestions, WishQuestions):
    """Questions about many deviations."""

    def reported(self) -> Self:
        """Return what has been sent in: everything but drafts and what was withdrawn."""
        return self.exclude(status__in=[Status.DRAFT, Status.VOID])

    def counted(self) -> Self:
        """Return each report once: what another authority took over is counted there."""
        return self.reported().exclude(status=Status.HANDED_OVER)

    def founded(self) -> Self:
        """Return what was a deviation, each once: neither drafts nor what was dismissed."""
        return self.counted().exclude(status=Status.DISMISSED)

    def trials(self) -> Self:
        """Return what tries a lesson from others."""
        return self.filter(tries__isnull=False)

    def awaiting(self, user: User) -> Self:
        """Return the open ones whose next step `user` answers for, or stands in for."""
        return self.open().reported().filter(lying_with(user))

    def unheld(self) -> Self:
        """Return the open ones that nobody who still works in the authority answers for."""
        return self.open().reported().filter(lying_with_nobody())

    def unheld_for(self, user: User) -> Self:
        """Return those of them that `user` gives a handler: who leads there, or coordinates."""
        if user.units_for(Duty.CONFIGURE).everything and user.units_for(Duty.OVERSEE).everything:
            return self.unheld()
        led = led_by(user).nearest
        return self.unheld().filter(unit__any=led) if led else self.none()

    def borne_by(self, code: str) -> "Nonconformity | None":
        """Return the report without an account that a receipt code leads to, or None."""
        borne = self.reported().filter(channel__in=Nonconformity.WITHOUT_ACCOUNT, receipt_code=code)
        return borne.filter(reported_by=None).first() if code else None

    def graded(self, which: str) -> Self:
        """Return the "serious" or the "small" ones, by the score that holds today."""
        limit = Rule.value_of(Rule.Code.SERIOUS_SCORE)
        scored = self.annotate(_score=models.F("severity") * models.F("likelihood"))
        return (
            scored.filter(_score__gte=limit)
            if which == "serious"
            else scored.filter(_score__lt=limit)
        )

    def assessed_for(self, user: User) -> Self:
        """Return those whose assessment `user` is told: not what is seen as the own report only.

        What one is not told one may not narrow by either.
        """
        return self.filter(~Nonconformity.own(user) | Nonconformity.full_access(user))

    def of_units(self, ids: Iterable[int]) -> Self:
        """Return the cases of some units, and those that such a unit has a part in."""
        shares = Share.objects.live().filter(to_unit__any=ids).order_by()
        return self.filter(
            models.Q(unit__any=ids) | models.Q(pk__among=shares.values("nonconformity_id"))
        )

    def firsthand(self) -> Self:
        """Return what was reported and stands: neither withdrawn, nor what a case became over
        the border of an authority."""
        return self.filter(handed_from=None).exclude(status=Status.VOID)

    def shown_as(self, which: str) -> Self:
        """Return those with "effekt" (shown to have helped), "svar" (answered) or "upprepad"."""
        if which == "effekt":
            checks = EffectCheck.objects.order_by().filter(
                nonconformity=models.OuterRef("pk"), round=models.OuterRef("round")
            )
            helped = checks.filter(
                outcome__in=[EffectCheck.Outcome.YES, EffectCheck.Outcome.PARTLY]
            )
            return self.filter(models.Exists(helped))
        if which == "svar":
            ended = self.filter(status__in=[Status.CLOSED, Status.DISMISSED])
            return ended.exclude(answer="").filter(reported_by__isnull=False)
        alike = _how_many(self._alike_before(), "category")
        often = Rule.value_of(Rule.Code.REPEAT_COUNT) - 1
        return (
            self.founded()
            .filter(category__isnull=False)
            .alias(often=alike)
            .filter(often__gte=often)
        )

    def for_page(self) -> Self:
        """Return the rows with what a list shows of them, without a query per row."""
        return self.select_related("unit", "responsible", "category").defer("search")

    def with_progress(self) -> Self:
        """Add what each row still lacks and how often it has happened before.

        Meant for the few rows of one page: each answer is a small query of its own.
        """
        return self.annotate(**_progress(Rule.value_of(Rule.Code.REPEAT_DAYS)))

    def _alike_before(self) -> Self:
        """Return the deviations that make a row a repeated one, for a subquery."""
        return _alike_within(Rule.value_of(Rule.Code.REPEAT_DAYS))


def _alike_within(days: int) -> Any:
    within = timedelta(days=days)
    return (
        Nonconformity.objects.order_by()
        .founded()
        .filter(
            unit=models.OuterRef("unit"),
            category=models.OuterRef("category"),
            reported_at__lt=models.OuterRef("reported_at"),
            reported_at__gte=models.OuterRef("reported_at") - within,
        )
        .exclude(kind=Nonconformity.Kind.IDEA)
    )


@lru_cache(maxsize=8)
def _progress(days: int) -> dict[str, Any]:
    """Return what `with_progress` adds: no day and no person in it, so it is made up only once."""
    here = {"nonconformity": models.OuterRef("pk"), "round": models.OuterRef("round")}
    live = Action.objects.filter(**here).exclude(status="cancelled").order_by()
    undone = live.filter(status__in=["planned", "in_progress"])
    waiting = Handover.objects.waiting().filter(nonconformity=models.OuterRef("pk"))
    shares = Share.objects.live().filter(nonconformity=models.OuterRef("pk")).order_by()
    names = shares.values("nonconformity").annotate(
        names=StringAgg("to_name", ", ", order_by="to_name")
    )
    day = live.values("nonconformity").annotate(day=models.Max("effect_on")).values("day")
    return {
        "has_cause": models.Exists(Cause.objects.roots().filter(**here)),
        "has_corrective": models.Exists(live.filter(kind="corrective")),
        "undone": _how_many(undone, "nonconformity"),
        "has_unverified": models.Exists(live.exclude(status="verified")),
        "checked_from": models.Subquery(day),
        "alike": _how_many(_alike_within(days), "category"),
        "waits_for_unit": models.Subquery(waiting.values("to_name")[:1]),
        "shared_with": models.Subquery(names.values("names")),
        "has_pending": models.Exists(ExtentQuestion.objects.pending().filter(**here)),
        "has_answers": models.Exists(ExtentQuestion.objects.met().filter(**here)),
    }


@guard_status
@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement),
    exclude=["search", "event_count", "event_head"],
)
class Nonconformity(
    Passing,
    Assessing,
    Investigating,
    Checking,
    HandingOver,
    Sharing,
    Speaking,
    Joining,
    Learning,
    Beside,
):
    """A deviation (ISO 9001, 10.2): what happened, why, what we do about it, and if it helped.

    Its facts and questions stand in Case; its verbs, in life order, in the other bases;
    Passing says who answers for it after each of them.
    """

    objects = NonconformityQuerySet.as_manager()

    class Meta:
        verbose_name = _("deviation")
        verbose_name_plural = _("deviations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="draft")
                | models.Q(number__isnull=False, reported_at__isnull=False),
                name="nonconformity_sent_in_has_number",
            ),
            models.CheckConstraint(
                condition=models.Q(severity=None) | models.Q(severity__range=(1, 4)),
                name="nonconformity_severity_1_4",
            ),
            models.CheckConstraint(
                condition=models.Q(likelihood=None) | models.Q(likelihood__range=(1, 4)),
                name="nonconformity_likelihood_1_4",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into=None)
                | (~models.Q(merged_into=models.F("id")) & models.Q(status="dismissed")),
                name="nonconformity_merged_is_at_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
                name="nonconformity_not_its_own_parent",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-reported_at", "-id"], name="nonconformity_unit_latest"),
            models.Index(fields=["-reported_at", "-id"], name="nonconformity_latest"),
            models.Index(fields=["unit", "status", "due_on"], name="nonconformity_unit_due"),
            models.Index(fields=["unit", "category", "reported_at"], name="nonconformity_alike"),
            models.Index(fields=["reported_by", "-reported_at"], name="nonconformity_reporter"),
            # The few open ones among all: the first page by last day, and the counts of the tabs,
            # are read from here alone, without the table.
            models.Index(
                fields=["due_on", "id"],
                include=["unit", "status", "responsible", "reported_by"],
                name="nonconformity_open",
                condition=~models.Q(status__in=["closed", "dismissed"]),
            ),
            models.Index(
                fields=["responsible", "due_on"],
                name="nonconformity_responsible",
                condition=~models.Q(status__in=["closed", "dismissed"]),
            ),
            models.Index(
                fields=["responsible"],
                name="nonconformity_unsatisfied",
                condition=models.Q(verdict="unsatisfied"),
            ),
            models.Index(
                fields=["investigator"],
                name="nonconformity_investigator",
                condition=models.Q(investigator__isnull=False),
            ),
            GinIndex(fields=["search"], name="nonconformity_search"),
            models.Index(fields=["category", "-reported_at"], name="nonconformity_of_a_kind"),
            # The few that belong with another one.
            *(
                models.Index(
                    fields=[name],
                    name=f"nonconformity_{name}"[:30],
                    condition=models.Q(**{f"{name}__isnull": False}),
                )
                for name in ("arose_from", "merged_into", "parent", "tries")
            ),
        ]

    def get_status_display(self) -> str:  # type: ignore[no-redef]
        """Return the status in words; what was merged is not dismissed as no deviation."""
        return str(_("Merged") if self.merged_into_id else Status(self.status).label)

    @classmethod
    def numbered_elsewhere(cls, text: str) -> models.Q:
        """Return those that had this number in the register they were imported from."""
        rows = OldRow.objects.filter(number=text, is_withdrawn=False)
        return models.Q(pk__in=rows.values("nonconformity"))

    # --- Who sees it --------------------------------------------------------------------------

    @classmethod
    def involving(cls, user: User) -> models.QuerySet:
        """Return the ids of those `user` reported, investigates, answers for or acts in.

        And of those that another unit has asked a unit of the user's to take over or share: they
        exist for whoever answers, masked, with the text that was let out beside.
        """
        here = cls.objects.order_by().filter(unit__authority__any=user.authorities)
        return (
            cls.objects.order_by()
            .filter(reported_by=user)
            .values("pk")
            .union(
                here.filter(lying_with(user, "investigator")).values("pk"),
                here.filter(lying_with(user)).values("pk"),
                Action.objects.taken_on_by(user).values("nonconformity_id"),
                Handover.objects.waiting().asked_of(user).order_by().values("nonconformity_id"),
                Share.objects.standing().asked_of(user).order_by().values("nonconformity_id"),
            )
        )

    @classmethod
    def out_of_draft(cls, user: User) -> models.Q:
        """A draft is its author's alone; what was withdrawn is nobody's any more."""
        is_sent = ~models.Q(status__in=[Status.DRAFT, Status.VOID])
        return is_sent | models.Q(status=Status.DRAFT, reported_by=user)

    @classmethod
    def full_access(cls, user: User) -> models.Q:
        """The unit's own line, and whoever investigates, answers for it or acts in it."""
        here = models.Q(unit__authority__any=user.authorities)
        acting = Action.objects.taken_on_by(user).values("nonconformity_id")
        return (
            super().full_access(user)
            | (here & (lying_with(user, "investigator") | lying_with(user)))
            | models.Q(pk__in=acting)
        )

    @classmethod
    def own(cls, user: User) -> models.Q:
        """The user's own reports."""
        return models.Q(reported_by=user)

    @classmethod
    def not_secret(cls) -> models.Q:
        """Those without a secrecy mark."""
        return models.Q(is_secret=False)

    @property
    def is_marked_secret(self) -> bool:
        """True with a secrecy mark of its own."""
        return self.is_secret

    def parts(self) -> list[tuple[User | None, Any, str]]:
        """The reporter, the investigator, who answers for it, and those with an action in it."""
        models.prefetch_related_objects([self], "actions__responsible")
        at_work = [
            (self.investigator, _("Investigates it"), Access.FULL),
            (self.responsible, _("Answers for the next step"), Access.FULL),
            *(
                (action.responsible, _("Has an action in it"), Access.FULL)
                for action in self.actions.all()
                if action.status != Action.Status.CANCELLED and action.unit_id == self.unit_id
            ),
        ]
        return [(self.reported_by, _("Reported it"), Access.OWN), *self.still_here(at_work)]

    def guests(self) -> Iterator[tuple[int, Any]]:
        """Yield the units that were asked to take it over, or share it, and as what they see it."""
        if self.waiting:
            yield self.waiting.to_unit_id, _("asked to take over")
        for part in self.shared:
            yield part.to_unit_id, _("shares the case")
