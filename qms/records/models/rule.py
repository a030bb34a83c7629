"""Rule: a number the municipality sets itself, from a day on (clocks, thresholds)."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qms.history.triggers import Hard, HardTruncate
from qms.organization.duties import Duty
from qms.records import at_hand

if TYPE_CHECKING:
    from qms.organization.models import User

_CACHE_KEY = "rules"
_FARTHEST = timedelta(days=3 * 366)


def require_settings(by: "User | None") -> None:
    """Raise PermissionDenied unless `by` may change settings of the whole group.

    None is the system itself: what an installation begins with.
    """
    if by is not None and not by.units_for(Duty.CONFIGURE).everything:
        raise PermissionDenied(_("You may not change settings. Ask the quality coordinator."))


def check_beginning(valid_from: date, reason: str) -> None:
    """Raise ValidationError unless the day is today or near ahead, and somebody has said why."""
    today = timezone.localdate()
    if not today <= valid_from <= today + _FARTHEST:
        raise ValidationError(
            {"valid_from": _("Choose today or a later day, at most three years ahead.")}
        )
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that others understand later.")})


class RuleQuerySet(models.QuerySet["Rule"]):
    """Questions about many rules."""

    def in_force(self, day: date) -> "dict[str, Rule]":
        """Return the row of every rule that holds on a day: the latest that had begun."""
        rows: dict[str, Rule] = {}
        for row in self.filter(valid_from__lte=day).order_by("code", "-valid_from", "-pk"):
            rows.setdefault(row.code, row)
        return rows

    def on(self, day: date) -> dict[str, int]:
        """Return every rule's value on a day."""
        return {code: row.value for code, row in self.in_force(day).items()}

    def waiting(self, day: date) -> "RuleQuerySet":
        """Return the values that begin after a day, the nearest first."""
        return self.filter(valid_from__gt=day).order_by("valid_from", "pk")


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
        SMALL_NUMBERS = (
            "small_numbers",
            _("smallest number shown in statistics to who reads masked"),
        )
        HARM_DAYS = "harm_days", _("working days to assess when somebody is or may be harmed")
        LIFT_DAYS = "lift_days", _("working days until an unread report goes to the next manager")
        REMEDY_DAYS = "remedy_days", _("days to put a serious deviation right")
        URGENT_SCORE = "urgent_score", _("score from which the head is told at once")
        ABSENCE_DAYS = "absence_days", _("working days away before a substitute takes over")
        HANDOVER_DAYS = "handover_days", _("working days to answer a hand-over or a shared case")
        HANDOVER_MOST = "handover_most", _("hand-overs before the quality coordinator decides")
        EXTENT_DAYS = "extent_days", _("working days for other units to say if it exists there")
        SMALL_UNIT = "small_unit", _("employees below which a lesson does not name the unit")
        READ_DAYS = "read_days", _("days to read a new version of a document")

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
        Code.SMALL_NUMBERS: 5,
        Code.HARM_DAYS: 1,
        Code.LIFT_DAYS: 8,
        Code.REMEDY_DAYS: 7,
        Code.URGENT_SCORE: 12,
        Code.ABSENCE_DAYS: 2,
        Code.HANDOVER_DAYS: 3,
        Code.HANDOVER_MOST: 2,
        Code.EXTENT_DAYS: 10,
        Code.SMALL_UNIT: 10,
        Code.READ_DAYS: 14,
    }
    MOST = {
        Code.SERIOUS_SCORE: 16,
        Code.URGENT_SCORE: 16,
        Code.CORRECTED_SCORE: 16,
        Code.INVESTIGATOR_SEVERITY: 4,
        Code.REPEAT_COUNT: 50,
        Code.REPEAT_MONTHS: 60,
        Code.SMALL_NUMBERS: 50,
        Code.HANDOVER_MOST: 10,
    }
    LEAST = {Code.REPEAT_COUNT: 2}  # one alone is not repeated
    MEANINGS = {
        Code.ASSESS_DAYS: ngettext_lazy(
            "Who leads the unit has %(value)d working day to assess a report.",
            "Who leads the unit has %(value)d working days to assess a report.",
            "value",
        ),
        Code.INVESTIGATE_DAYS: ngettext_lazy(
            "An investigation starts within %(value)d working day of the report.",
            "An investigation starts within %(value)d working days of the report.",
            "value",
        ),
        Code.DECIDE_DAYS: ngettext_lazy(
            "Actions are decided within %(value)d day of the start of the investigation.",
            "Actions are decided within %(value)d days of the start of the investigation.",
            "value",
        ),
        Code.EFFECT_DAYS: ngettext_lazy(
            "The effect is checked %(value)d day after the action, unless something else is set.",
            "The effect is checked %(value)d days after the action, unless something else is set.",
            "value",
        ),
        Code.SERIOUS_SCORE: _("From %(value)d points of 16 the area manager decides."),
        Code.INVESTIGATOR_SEVERITY: _(
            "From severity %(value)d of 4 a serious deviation is started by an investigator or "
            "the area manager."
        ),
        Code.CORRECTED_SCORE: _(
            "Up to %(value)d points of 16 a deviation may be closed as corrected, without an "
            "investigation."
        ),
        Code.REPEAT_COUNT: _("%(value)d of the same kind at the same unit count as repeated."),
        Code.REPEAT_DAYS: ngettext_lazy(
            "They are counted together when they come within %(value)d day.",
            "They are counted together when they come within %(value)d days.",
            "value",
        ),
        Code.REPEAT_MONTHS: ngettext_lazy(
            "A deviation may be closed as corrected when none of its kind came for %(value)d "
            "month.",
            "A deviation may be closed as corrected when none of its kind came for %(value)d "
            "months.",
            "value",
        ),
        Code.SMALL_NUMBERS: _(
            "Who reads a unit masked sees no number in its statistics that is smaller than "
            "%(value)d."
        ),
        Code.HARM_DAYS: ngettext_lazy(
            "When somebody is or may be harmed, the report is assessed within %(value)d working "
            "day.",
            "When somebody is or may be harmed, the report is assessed within %(value)d working "
            "days.",
            "value",
        ),
        Code.LIFT_DAYS: ngettext_lazy(
            "A report that nobody has assessed after %(value)d working day is lifted to the next "
            "manager.",
            "A report that nobody has assessed after %(value)d working days is lifted to the next "
            "manager.",
            "value",
        ),
        Code.REMEDY_DAYS: ngettext_lazy(
            "A serious deviation that is not put right within %(value)d day is lifted to the next "
            "manager.",
            "A serious deviation that is not put right within %(value)d days is lifted to the "
            "next manager.",
            "value",
        ),
        Code.URGENT_SCORE: _(
            "From %(value)d points of 16 a deviation is lifted to the head of the administration "
            "or company."
        ),
        Code.ABSENCE_DAYS: ngettext_lazy(
            "When a manager is away more than %(value)d working day, the substitute takes over.",
            "When a manager is away more than %(value)d working days, the substitute takes over.",
            "value",
        ),
        Code.HANDOVER_DAYS: ngettext_lazy(
            "The unit that is asked to take over or share a case answers within %(value)d "
            "working day.",
            "The unit that is asked to take over or share a case answers within %(value)d "
            "working days.",
            "value",
        ),
        Code.HANDOVER_MOST: ngettext_lazy(
            "After %(value)d hand-over the quality coordinator decides who keeps the case.",
            "After %(value)d hand-overs the quality coordinator decides who keeps the case.",
            "value",
        ),
        Code.EXTENT_DAYS: ngettext_lazy(
            "Other units have %(value)d working day to say if it can exist there.",
            "Other units have %(value)d working days to say if it can exist there.",
            "value",
        ),
        Code.SMALL_UNIT: _("A unit with fewer than %(value)d employees is not named in a lesson."),
        Code.READ_DAYS: ngettext_lazy(
            "Who is to read a new version has at least %(value)d day.",
            "Who is to read a new version has at least %(value)d days.",
            "value",
        ),
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
        constraints = [
            models.CheckConstraint(
                condition=models.Q(value__range=(1, 365)), name="rule_between_1_and_365"
            )
        ]
        triggers = [
            Hard(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.code} = {self.value}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the value and, once it is stored for good, forget what was remembered."""
        super().save(*args, **kwargs)
        at_hand.forget(_CACHE_KEY)
        transaction.on_commit(lambda: at_hand.forget(_CACHE_KEY))

    def clean(self) -> None:
        """Refuse a value outside what the rule can mean."""
        least, most = self.bounds(self.code)
        if self.value is not None and not least <= self.value <= most:
            raise ValidationError(
                {
                    "value": _("Choose a number from %(least)d to %(most)d.")
                    % {"least": least, "most": most}
                }
            )

    @property
    def meaning(self) -> str:
        """What the value means, in a sentence."""
        return self.meaning_of(self.code, self.value)

    # --- Questions ----------------------------------------------------------------------------

    @classmethod
    def value_of(cls, code: str) -> int:
        """Return today's value of a rule; its starting value when none has been set."""
        values = at_hand.fetch(_CACHE_KEY, lambda: cls.objects.on(timezone.localdate()), 60)
        return values.get(str(code), cls.DEFAULTS[cls.Code(code)])

    @classmethod
    def bounds(cls, code: str) -> tuple[int, int]:
        """Return the least and the greatest value a rule can have."""
        known = cls.Code(code)
        return cls.LEAST.get(known, 1), cls.MOST.get(known, 365)

    @classmethod
    def meaning_of(cls, code: str, value: int) -> str:
        """Return what a value of a rule means, in a sentence."""
        return str(cls.MEANINGS[cls.Code(code)] % {"value": value})

    # --- Verb ---------------------------------------------------------------------------------

    @classmethod
    def decide(
        cls, code: str, value: int, *, by: "User | None", valid_from: date, reason: str
    ) -> Self:
        """Set a rule's value from a day on. What held before that day stays true.

        Raises PermissionDenied for who may not change settings, and ValidationError when the
        value is out of bounds, the day has been or lies more than three years ahead, or the
        reason is missing.
        """
        require_settings(by)
        check_beginning(valid_from, reason)
        rule = cls(code=code, value=value, valid_from=valid_from, set_by=by, reason=reason)
        rule.full_clean()
        rule.save()
        return rule
