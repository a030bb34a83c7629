"""Cause: why it happened, as data (ISO 9001, 10.2.1 b)."""

import pghistory
import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CauseQuerySet(models.QuerySet["Cause"]):
    """Questions about many causes."""

    def standing(self) -> "CauseQuerySet":
        """Return the causes nobody has withdrawn."""
        return self.filter(withdrawn_at=None)

    def roots(self) -> "CauseQuerySet":
        """Return the causes an action may hang on: the last why, or the cause itself."""
        return self.standing().filter(is_root=True)


@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement),
)
class Cause(models.Model):
    """One cause. Five whys are a chain by `because_of`; a fishbone sorts them by `branch`."""

    class Method(models.TextChoices):
        WHYS = "whys", _("Five whys")
        FISHBONE = "fishbone", _("Fishbone")
        FREE = "free", _("In your own words")

    class Branch(models.TextChoices):
        NONE = "", _("Not sorted")
        METHOD = "method", _("Way of working")
        PEOPLE = "people", _("Staffing and knowledge")
        EQUIPMENT = "equipment", _("Equipment and IT")
        ENVIRONMENT = "environment", _("Premises and surroundings")
        MATERIAL = "material", _("Material and information")
        MANAGEMENT = "management", _("Management and planning")

    nonconformity = models.ForeignKey(
        "nonconformities.Nonconformity", models.PROTECT, related_name="causes"
    )
    round = models.PositiveSmallIntegerField(default=1)
    method = models.CharField(_("method"), max_length=10, choices=Method.choices)
    branch = models.CharField(_("branch"), max_length=12, blank=True, choices=Branch.choices)
    text = models.TextField(_("cause"))
    because_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="leads_to"
    )
    is_root = models.BooleanField(_("root cause"), default=True)
    part = models.ForeignKey(
        "nonconformities.Share", models.PROTECT, null=True, blank=True, related_name="causes"
    )  # None: the case's own unit
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = CauseQuerySet.as_manager()

    class Meta:
        ordering = ["round", "pk"]
        verbose_name = _("cause")

    def __str__(self) -> str:
        return self.text[:80]

    def withdraw(self, reason: str) -> None:
        """Strike the cause, with the reason.

        Raises ValidationError when an action that is not cancelled hangs on it.
        """
        if self.actions.exclude(status="cancelled").exists():
            raise ValidationError(_("An action hangs on this cause. Cancel the action first."))
        self.withdrawn_at, self.withdrawn_reason = timezone.now(), reason
        self.save(update_fields=["withdrawn_at", "withdrawn_reason"])
