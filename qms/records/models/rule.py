"""Rule: a number the municipality sets itself, from a day on (clocks, thresholds)."""

from datetime import date

from django.core.cache import cache
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_CACHE_KEY = "rules"


class RuleQuerySet(models.QuerySet["Rule"]):
    """Questions about many rules."""

    def on(self, day: date) -> dict[str, int]:
        """Return every rule's value on a day: the latest that had begun."""
        rows = self.filter(valid_from__lte=day).order_by("code", "-valid_from", "-pk")
        values: dict[str, int] = {}
        for code, value in rows.values_list("code", "value"):
            values.setdefault(code, value)
        return values


class Rule(models.Model):
    """One value of one rule from a day on. A new value is a new row; old ones stay true."""

    class Code(models.TextChoices):
        ASSESS_DAYS = "assess_days", _("working days to assess a report")
        INVESTIGATE_DAYS = "investigate_days", _("working days until the investigation starts")
        DECIDE_DAYS = "decide_days", _("days to decide on actions")
        EFFECT_DAYS = "effect_days", _("days until the effect is checked, as a suggestion")
        SERIOUS_SCORE = "serious_score", _("score from which the area manager decides")
        INVESTIGATOR_SEVERITY = (
            "investigator_severity",
            _("severity from which an investigator is needed when the score is serious"),
        )
        CORRECTED_SCORE = "corrected_score", _("highest score that may be closed as corrected")
        REPEAT_COUNT = "repeat_count", _("how many of the same kind make a repeated deviation")
        REPEAT_DAYS = "repeat_days", _("days within which they are counted")
        REPEAT_MONTHS = (
            "repeat_months",
            _("months without the same deviation before one may be closed as corrected"),
        )

    # Kristianstad's published clocks, and the steps of its matrix, as starting values.
    DEFAULTS = {
        Code.ASSESS_DAYS: 5,
        Code.INVESTIGATE_DAYS: 10,
        Code.DECIDE_DAYS: 30,
        Code.EFFECT_DAYS: 60,
        Code.SERIOUS_SCORE: 8,
        Code.INVESTIGATOR_SEVERITY: 3,
        Code.CORRECTED_SCORE: 3,
        Code.REPEAT_COUNT: 3,
        Code.REPEAT_DAYS: 90,
        Code.REPEAT_MONTHS: 12,
    }

    code = models.CharField(_("rule"), max_length=40, choices=Code.choices)
    value = models.PositiveSmallIntegerField(_("value"))
    valid_from = models.DateField(_("from and including"), default=timezone.localdate)
    set_by = models.ForeignKey(
        "organization.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    set_at = models.DateTimeField(auto_now_add=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["code", "-valid_from", "-pk"]

    def __str__(self) -> str:
        return f"{self.code} = {self.value}"

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Store the value and forget what was remembered."""
        super().save(*args, **kwargs)
        cache.delete(_CACHE_KEY)

    @classmethod
    def value_of(cls, code: str) -> int:
        """Return today's value of a rule; its starting value when none has been set."""
        values = cache.get_or_set(_CACHE_KEY, lambda: cls.objects.on(timezone.localdate()), 60)
        return values.get(str(code), cls.DEFAULTS[cls.Code(code)])
