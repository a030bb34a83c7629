"""Nonconformity: something that departs from a requirement, from report to shown effect."""

from typing import Self

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from nonconformities.models.action import Action
from nonconformities.models.assessing import Assessing
from nonconformities.models.beside import Beside
from nonconformities.models.checking import Checking
from nonconformities.models.investigating import Investigating
from nonconformities.models.status import Status
from qms.organization.models import User
from qms.records.models import RecordQuerySet, Rule
from qms.records.models.due import DueQuerySet
from qms.records.workflow import guard_status


class NonconformityQuerySet(RecordQuerySet, DueQuerySet):
    """Questions about many deviations."""

    def reported(self) -> Self:
        """Return what has been sent in: everything but drafts."""
        return self.exclude(status=Nonconformity.Status.DRAFT)

    def awaiting(self, user: User) -> Self:
        """Return the open ones whose next step `user` answers for."""
        return self.open().reported().filter(responsible=user)

    def graded(self, which: str) -> Self:
        """Return the "serious" or the "small" ones, by the score that holds today."""
        limit = Rule.value_of(Rule.Code.SERIOUS_SCORE)
        scored = self.annotate(_score=models.F("severity") * models.F("likelihood"))
        return scored.filter(_score__gte=limit) if which == "serious" else scored.filter(
            _score__lt=limit
        )

    def for_page(self) -> Self:
        """Return the rows with what a list shows of them, without a query per row."""
        return self.select_related("unit", "responsible", "category").defer("search")


@guard_status
@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement),
    exclude=["search", "event_count", "event_head"],
)
class Nonconformity(Assessing, Investigating, Checking, Beside):
    """A deviation (ISO 9001, 10.2): what happened, why, what we do about it, and if it helped.

    Its facts and questions stand in Case; its verbs, in life order, in the four other bases.
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
        ]
        indexes = [
            models.Index(fields=["unit", "-reported_at", "-id"], name="nonconformity_unit_latest"),
            models.Index(fields=["-reported_at", "-id"], name="nonconformity_latest"),
            models.Index(fields=["unit", "status", "due_on"], name="nonconformity_unit_due"),
            models.Index(fields=["unit", "category", "reported_at"], name="nonconformity_alike"),
            models.Index(fields=["reported_by", "-reported_at"], name="nonconformity_reporter"),
            models.Index(
                fields=["responsible", "due_on"],
                name="nonconformity_responsible",
                condition=~models.Q(status__in=["closed", "dismissed"]),
            ),
            models.Index(
                fields=["investigator"],
                name="nonconformity_investigator",
                condition=models.Q(investigator__isnull=False),
            ),
            GinIndex(fields=["search"], name="nonconformity_search"),
        ]

    # --- Who sees it --------------------------------------------------------------------------

    @classmethod
    def involving(cls, user: User) -> models.QuerySet:
        """Return the ids of those `user` reported, investigates, answers for or acts in."""
        mine = cls.objects.filter(models.Q(reported_by=user))
        return (
            mine.order_by()
            .values("pk")
            .union(
                cls.objects.filter(investigator=user).values("pk"),
                cls.objects.filter(responsible=user).values("pk"),
                Action.objects.filter(responsible=user).values("nonconformity_id"),
            )
        )

    @classmethod
    def out_of_draft(cls, user: User) -> models.Q:
        """A draft is its author's alone."""
        return ~models.Q(status=Status.DRAFT) | models.Q(reported_by=user)

    @classmethod
    def full_access(cls, user: User) -> models.Q:
        """The unit's own line, and whoever investigates, answers for it or acts in it."""
        acting = Action.objects.filter(responsible=user).values("nonconformity_id")
        return (
            super().full_access(user)
            | models.Q(investigator=user)
            | models.Q(responsible=user)
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
