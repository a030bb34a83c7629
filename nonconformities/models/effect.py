"""EffectCheck: did it help? (ISO 9001, 10.2.1 d)."""

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement),
)
class EffectCheck(models.Model):
    """The answer of one round. A no opens the next round and stays on the record."""

    class Outcome(models.TextChoices):
        YES = "yes", _("Yes")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    nonconformity = models.ForeignKey(
        "nonconformities.Nonconformity", models.PROTECT, related_name="effect_checks"
    )
    round = models.PositiveSmallIntegerField()
    outcome = models.CharField(_("did it help?"), max_length=6, choices=Outcome.choices)
    evidence = models.TextField(_("how we know"))
    routine_changed = models.BooleanField(_("routine changed"), default=False)
    risks_updated = models.BooleanField(_("risk list updated"), default=False)
    group_told = models.BooleanField(_("told to the working group"), default=False)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["round"]
        constraints = [
            models.UniqueConstraint(fields=["nonconformity", "round"], name="effect_once_a_round")
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.get_outcome_display()}"
