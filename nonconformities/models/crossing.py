"""Handover and Share: what one unit asks of another about a case, and what it answers.

A board is its own authority, and a company too: what goes over that border is a disclosure (Public
Access and Secrecy Act, 8:1). So the row holds the very text that was let out, on which ground, and
who decided. Nothing else of the case goes along.
"""

import hashlib
from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.line import Line, led_by, lying_with
from qms.records.models import Rule
from qms.records.workdays import add_working_days


class Answer(models.TextChoices):
    """What came of the question."""

    WAITING = "waiting", gettext_lazy("Waits for an answer")
    ACCEPTED = "accepted", gettext_lazy("Accepted")
    DECLINED = "declined", gettext_lazy("Declined")
    WITHDRAWN = "withdrawn", gettext_lazy("Taken back")


class Ground(models.TextChoices):
    """Why the text may be let out to another authority, everyday word first."""

    NONE = "none", gettext_lazy("Nothing in the text is secret")
    MASKED = "masked", gettext_lazy("What is secret is taken out of the text")
    CONSENT = "consent", gettext_lazy("The person concerned agrees")
    DUTY = "duty", gettext_lazy("A law says that we must tell")
    OTHER = "other", gettext_lazy("Another ground")


GROUND_HELP = {
    "none": gettext_lazy("No secrecy hinders it (Public Access and Secrecy Act, 8:1)."),
    "masked": gettext_lazy("Write another text below, without what points at a person."),
    "consent": gettext_lazy("Say how and when (Public Access and Secrecy Act, 12:2)."),
    "duty": gettext_lazy("Say which law (Public Access and Secrecy Act, 10:28)."),
    "other": gettext_lazy("Say which."),
}
_EXPLAINED = {Ground.CONSENT, Ground.DUTY, Ground.OTHER}


def require_ground(ground: str, note: str, why: str) -> None:
    """Raise ValidationError unless it is said on which ground a text is let out; `why` asks."""
    if not ground:
        raise ValidationError({"ground": why})
    if ground in _EXPLAINED and not note.strip():
        raise ValidationError({"ground_note": _("Say more about the ground.")})


class CrossingQuerySet(models.QuerySet):
    """Questions about many hand-overs, or many shares."""

    def waiting(self) -> Self:
        """Return those nobody has answered."""
        return self.filter(answer=Answer.WAITING)

    def asked_of(self, user: User) -> Self:
        """Return those put to a unit whose deviations `user` handles."""
        return self.filter(to_unit__any=user.units_for(Duty.HANDLE_NONCONFORMITIES).ids)

    def lying_with(self, user: User) -> Self:
        """Return those that lie with `user`: asked, standing in, or leading that unit by now."""
        here = models.Q(to_unit__any=led_by(user).nearest)
        return self.asked_of(user).filter(lying_with(user, at="to_unit") | here)

    def overdue(self) -> Self:
        """Return those that should have been answered before today."""
        return self.waiting().filter(due_on__lt=timezone.localdate())


class Crossing(models.Model):
    """A question from one unit to another about a case, with the text that goes along."""

    Answer, Ground = Answer, Ground

    nonconformity = models.ForeignKey(
        "nonconformities.Nonconformity", models.PROTECT, related_name="%(class)ss"
    )
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=gettext_lazy("unit")
    )
    from_name = models.CharField(max_length=150)
    to_name = models.CharField(max_length=150)
    reason = models.TextField(gettext_lazy("reason"), max_length=10_000)
    crosses = models.BooleanField(gettext_lazy("over the border of the authority"))
    text = models.TextField(gettext_lazy("text that goes along"), max_length=20_000)
    is_rewritten = models.BooleanField(
        gettext_lazy("another text than the report's"), default=False
    )
    ground = models.CharField(
        gettext_lazy("ground"), max_length=8, blank=True, choices=Ground.choices
    )
    ground_note = models.TextField(gettext_lazy("more about the ground"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    responsible = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    due_on = models.DateField(gettext_lazy("last day"))
    answer = models.CharField(max_length=9, choices=Answer.choices, default=Answer.WAITING)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer_reason = models.TextField(blank=True)

    objects: ClassVar[Any] = CrossingQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.from_name} → {self.to_name}"

    @property
    def is_waiting(self) -> bool:
        """True until somebody has answered."""
        return self.answer == Answer.WAITING

    @property
    def is_late(self) -> bool:
        """True when the last day to answer has passed."""
        return self.is_waiting and self.due_on < timezone.localdate()

    # --- The question -------------------------------------------------------------------------

    @classmethod
    def aimed(cls, case: Any, unit: Unit, *, by: User, reason: str, **more: Any) -> Self:
        """Return a question from the case's unit to another one, not yet stored.

        Raises ValidationError when nobody could answer there.
        """
        row = cls(
            nonconformity=case, from_unit=case.unit, from_name=case.unit.name, to_unit=unit,
            to_name=unit.name, reason=reason, asked_by=by,
            crosses=not case.unit.same_authority(unit), **more,
        )  # fmt: skip
        row._aim()
        return row

    @classmethod
    def ask(
        cls, case: Any, *, by: User, unit: Unit, reason: str, task: str = "", **release: Any
    ) -> Self:
        """Store the question with the text that goes along and the decision to let it out.

        Raises ValidationError when the unit cannot be asked, or the decision is missing.
        """
        row = cls.aimed(case, unit, by=by, reason=reason, **({"task": task} if task else {}))
        if unit.pk == case.unit_id:
            raise ValidationError({"unit": _("The case is there already. Choose another unit.")})
        row._release(by=by, **release)
        row.due_on = add_working_days(timezone.localdate(), Rule.value_of(Rule.Code.HANDOVER_DAYS))
        row.save()
        return row

    def _aim(self) -> None:
        """Find who answers; a question to nobody would die there."""
        unit = self.to_unit
        if not unit.is_open:
            raise ValidationError({"unit": _("%s is closed. Choose another unit.") % unit})
        self.responsible = Line(unit).nearest_manager()
        if self.responsible is None:
            raise ValidationError(
                {
                    "unit": _(
                        "Nobody leads %s, so nobody could answer. Choose the unit above it, or "
                        "ask the quality coordinator."
                    )
                    % unit
                }
            )

    def _release(
        self,
        *,
        by: User,
        ground: str = "",
        ground_note: str = "",
        text: str = "",
        decided_by: User | None = None,
    ) -> None:
        """Keep the text that goes along, and the decision where secrecy asks for one.

        Public Access and Secrecy Act, 8:1: secrecy holds between authorities.
        """
        case = self.nonconformity
        self.is_rewritten = bool(text.strip()) and text.strip() != case.description.strip()
        self.text = text if self.is_rewritten else case.description
        self.ground, self.ground_note = ground, ground_note
        if self.crosses or case.is_secret:
            self._require_decision()
            self.decided_by = decided_by or by
            case.require_colleague(self.decided_by, "decided_by")
        elif ground:
            self.decided_by = decided_by or by

    def _require_decision(self) -> None:
        require_ground(self.ground, self.ground_note, self._why_decision)
        if self.ground == Ground.MASKED and not self.is_rewritten:
            raise ValidationError(
                {"text": _("Write another text, without what points at a person.")}
            )
        if self.ground == Ground.NONE and self.nonconformity.is_secret and not self.is_rewritten:
            raise ValidationError(
                {"ground": _("The case is marked secret. Choose another ground, or another text.")}
            )

    @property
    def _why_decision(self) -> str:
        if self.crosses:
            return _(
                "%(unit)s belongs to another authority (%(authority)s). Say why the text may go "
                "there."
            ) % {"unit": self.to_unit, "authority": self.to_unit.authority_name}
        return _("The case is marked secret. Say why the text may go to another unit.")

    # --- The answer ---------------------------------------------------------------------------

    def settle(self, answer: str, *, by: User, reason: str = "") -> None:
        """Keep the answer, who gave it and when."""
        self.answer, self.answered_by, self.answered_at = answer, by, timezone.now()
        self.answer_reason = reason
        self.save()

    @property
    def told(self) -> dict[str, Any]:
        """What an Event keeps of it, so that a later change of the row shows."""
        seal = hashlib.sha256(self.text.encode()).hexdigest()
        return {"unit": ["", self.to_name], "ground": ["", self.ground], "released": ["", seal]}


class Handover(Crossing):
    """One time a unit asked another to take a case over (ISO 9001, 10.2.1)."""

    is_ruling = models.BooleanField(gettext_lazy("decided by the coordinator"), default=False)
    became = models.OneToOneField(
        "nonconformities.Nonconformity", models.PROTECT, null=True, related_name="handed_from"
    )

    class Meta(Crossing.Meta):
        abstract = False
        verbose_name = gettext_lazy("hand-over")
        verbose_name_plural = gettext_lazy("hand-overs")
        constraints = [
            models.UniqueConstraint(
                fields=["nonconformity"],
                condition=models.Q(answer="waiting"),
                name="handover_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(crosses=False) | ~models.Q(ground=""),
                name="handover_over_a_border_has_its_ground",
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_unit"],
                name="handover_waiting",
                condition=models.Q(answer="waiting"),
            ),
        ]


class ShareQuerySet(CrossingQuerySet):
    """Questions about many shares."""

    def live(self) -> Self:
        """Return those that were accepted and not ended."""
        return self.filter(answer=Answer.ACCEPTED, ended_at=None)

    def standing(self) -> Self:
        """Return those that hold, or may come to: accepted or waiting, and not ended."""
        return self.filter(answer__in=[Answer.ACCEPTED, Answer.WAITING], ended_at=None)


class Share(Crossing):
    """The part of a second unit in a case: what it saw, its causes and its actions."""

    task = models.TextField(gettext_lazy("what the other unit is asked to do"), max_length=10_000)
    account = models.TextField(gettext_lazy("what happened, seen from here"), blank=True)
    ready_at = models.DateTimeField(null=True)
    ready_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ShareQuerySet.as_manager()

    class Meta(Crossing.Meta):
        abstract = False
        verbose_name = gettext_lazy("shared part")
        verbose_name_plural = gettext_lazy("shared parts")
        constraints = [
            models.UniqueConstraint(
                fields=["nonconformity", "to_unit"],
                condition=models.Q(answer__in=["waiting", "accepted"], ended_at=None),
                name="share_once_with_each_unit",
            ),
            models.CheckConstraint(
                condition=models.Q(crosses=False) | ~models.Q(ground=""),
                name="share_over_a_border_has_its_ground",
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_unit"],
                name="share_standing",
                condition=models.Q(answer__in=["waiting", "accepted"], ended_at=None),
            ),
        ]


def names_of(crossings: Iterable[Crossing]) -> str:
    """Return the asked units as one phrase, by the names they had then."""
    return ", ".join(row.to_name for row in crossings)
