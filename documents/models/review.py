"""Review: one reviewer's turn in one round, with a deputy who may answer in the same stead."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history.triggers import Hard, HardTruncate
from qms.organization.models import User


class ReviewQuerySet(models.QuerySet["Review"]):
    """Questions about many turns."""

    def of_this_round(self) -> Self:
        """Return the turns of the round that each version is in."""
        return self.filter(round=F("version__round"))

    def asked_of(self, user: User) -> Self:
        """Return the turns of `user`, as reviewer or as deputy."""
        return self.filter(Q(reviewer=user) | Q(deputy=user))

    def waiting(self) -> Self:
        """Return the turns that have not been answered."""
        return self.filter(answer="")

    def in_turn(self) -> Self:
        """Return those whose turn it is: all at once, or the first where they go in order."""
        earlier = Review.objects.filter(
            version=models.OuterRef("version"), round=models.OuterRef("round"), answer="",
            order__lt=models.OuterRef("order"),
        )  # fmt: skip
        return self.waiting().filter(Q(version__reviews_in_order=False) | ~models.Exists(earlier))


class Review(models.Model):
    """One turn. What has been answered stands, also in the database (ISO 9001, 7.5.2 c)."""

    class Answer(models.TextChoices):
        APPROVED = "approved", _("Approved")
        CHANGE = "change", _("Asked for a change")
        PASSED_ON = "passed_on", _("Passed it on")
        NOT_NEEDED = "not_needed", _("Not needed")

    version = models.ForeignKey("documents.Version", models.PROTECT, related_name="reviews")
    round = models.PositiveSmallIntegerField(_("round"))
    order = models.PositiveSmallIntegerField(_("place in the order"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reviewer")
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("deputy"),
    )  # fmt: skip
    passed_from = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("passed on by"),
    )  # fmt: skip
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, blank=True)
    comment = models.TextField(_("comment"), max_length=10_000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["round", "order", "pk"]
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "round", "reviewer"], name="review_once_a_round"
            ),
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=F("reviewer")), name="review_deputy_is_another"
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="review_answered_when_answered",
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer"], name="review_waits", condition=Q(answer="")),
            models.Index(fields=["deputy"], name="review_waits_deputy", condition=Q(answer="")),
        ]
        triggers = [
            Hard(
                name="answered_stands", operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__answer=""),
            ),
            Hard(name="never_deleted", operation=pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.get_answer_display() or _('has not answered')}"

    def give(self, answer: str, *, by: User | None, comment: str = "") -> None:
        """Store the answer, once and for all."""
        self.answer, self.comment = answer, comment
        self.answered_by, self.answered_at = by, timezone.now()
        self.save()

    @property
    def people(self) -> list[Any]:
        """Those who may answer: the reviewer and the deputy."""
        return [person for person in (self.reviewer, self.deputy) if person]

    @property
    def look(self) -> dict[str, str]:
        """What the state label shows."""
        looks = {"": "waiting", "approved": "done", "change": "soon"}
        word = self.get_answer_display() or str(_("Has not answered"))
        return {"look": looks.get(self.answer, "na"), "word": word}
