"""Action: what somebody has promised to do about it (ISO 9001, 10.2.1 c)."""

from datetime import date
from typing import Any, Self

import pghistory
import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models.cause import Cause
from nonconformities.models.promise import (
    DECIDED,
    NOT_THE_DOER,
    NOT_THE_LAST,
    UNDONE,
    ActionQuerySet,
    Status,
)
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.headings import first_words
from qms.records.line import lying_with
from qms.records.models import Access, Attachment, Due, NumberSeries, Record
from qms.records.workflow import guard_status, transition


@guard_status
@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement),
    exclude=["event_count", "event_head"],
)
class Action(Due, Record):
    """Something to be done by somebody by a day. A corrective action hangs on a cause."""

    Status = Status

    class Kind(models.TextChoices):
        CORRECTIVE = "corrective", _("So that it does not happen again")
        CORRECTION = "correction", _("Puts this one right")
        IMPROVEMENT = "improvement", _("Improvement")

    SERIES = "ATG"
    ENDS = (Status.VERIFIED, Status.CANCELLED)
    STEPS = (
        (Status.PLANNED, _("Planned")),
        (Status.IN_PROGRESS, _("In progress")),
        (Status.DONE, _("Done")),
        (Status.VERIFIED, _("Verified")),
    )

    LOOKS = {
        Status.PLANNED: "new",
        Status.IN_PROGRESS: "active",
        Status.DONE: "waiting",
        Status.VERIFIED: "done",
        Status.CANCELLED: "na",
    }
    BESIDE = "nonconformities/parts/beside_action.html"
    ANNOUNCED = frozenset({"plan"})
    ALSO_TOLD = {"plan": _("%(actor)s planned the action.")}

    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.PLANNED, editable=False
    )
    nonconformity = models.ForeignKey(
        "nonconformities.Nonconformity",
        models.PROTECT,
        related_name="actions",
        verbose_name=_("deviation"),
    )
    cause = models.ForeignKey(
        Cause,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="actions",
        verbose_name=_("cause"),
    )
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    description = models.TextField(_("what is to be done"), max_length=20_000)
    criterion = models.TextField(_("how we see that it helped"), blank=True)
    effect_on = models.DateField(_("when we check that it helped"), null=True, blank=True)
    evidence = models.TextField(_("what was done, and how it can be seen"), blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    done_at = models.DateTimeField(null=True, editable=False)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    result = models.TextField(_("what the check showed"), blank=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="corrective") | models.Q(cause__isnull=False),
                name="corrective_action_hangs_on_a_cause",
                violation_error_message=_("Choose which cause the action removes."),
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="corrective")
                | (models.Q(effect_on__isnull=False) & ~models.Q(criterion="")),
                name="corrective_action_says_how_effect_is_seen",
                violation_error_message=_("Say how and when you will see that it helped."),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "status", "due_on"], name="action_unit_due"),
            models.Index(fields=["responsible", "status", "due_on"], name="action_responsible"),
            models.Index(fields=["-created_at", "-id"], name="action_latest"),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the action."""
        return reverse("nonconformities:action", args=[self.number])

    @classmethod
    def involving(cls, user: User) -> models.QuerySet:
        """The actions `user` answers for, and those of cases `user` investigates."""
        here = cls.objects.order_by().filter(unit__authority__any=user.authorities)
        return (
            here.filter(lying_with(user))
            .values("pk")
            .union(
                here.filter(lying_with(user, "nonconformity__investigator")).values("pk"),
                here.filter(lying_with(user, "nonconformity__responsible")).values("pk"),
            )
        )

    @classmethod
    def full_access(cls, user: User) -> models.Q:
        """The unit's own line, and whoever answers for the action or its case."""
        here = models.Q(unit__authority__any=user.authorities)
        return super().full_access(user) | (
            here
            & (
                lying_with(user)
                | lying_with(user, "nonconformity__investigator")
                | lying_with(user, "nonconformity__responsible")
            )
        )

    @classmethod
    def not_secret(cls) -> models.Q:
        """Those of cases without a secrecy mark."""
        return models.Q(nonconformity__is_secret=False)

    @property
    def days_late(self) -> int:
        """How many days past its last day it is; a done one waits for others and is not late."""
        return super().days_late if self.status in UNDONE else 0

    @property
    def is_marked_secret(self) -> bool:
        """True when its case is marked secret."""
        return self.nonconformity.is_secret

    def parts(self) -> list[tuple[User | None, Any, str]]:
        """Who does it, and those who investigate and answer for its case."""
        return self.still_here(
            [
                (self.responsible, _("Does it"), Access.FULL),
                (self.nonconformity.investigator, _("Investigates the case"), Access.FULL),
                (self.nonconformity.responsible, _("Answers for the case"), Access.FULL),
            ]
        )

    # --- Questions ----------------------------------------------------------------------------

    @property
    def is_elsewhere(self) -> bool:
        """True when a unit that shares the case does it: who reads the case cannot open it."""
        return self.unit_id != self.nonconformity.unit_id

    @property
    def heading(self) -> str:
        """The first words of what is to be done."""
        return first_words(self.description)

    def heading_for(self, user: User) -> str:
        """Return the heading, or the number for who may not read the text."""
        access = getattr(self, "access", None) or self.access_of(user)
        return self.heading if access == "full" else str(self)

    def lock(self) -> None:
        """Hold the case first, then the action: two last actions cannot miss each other."""
        cases = type(self.nonconformity)._base_manager
        cases.select_for_update().only("pk").get(pk=self.nonconformity_id)
        super().lock()

    # --- Verbs, in life order -----------------------------------------------------------------

    @classmethod
    def plan(
        cls,
        case: Any,
        unit: Any = None,
        *,
        by: User,
        kind: str,
        description: str,
        responsible: User,
        due_on: date,
        cause: Cause | None = None,
        criterion: str = "",
        effect_on: date | None = None,
    ) -> Self:
        """Create an action on a case and begin its story; `unit` when it is not the case's own.

        Raises ValidationError when a corrective action lacks its cause, its criterion or its
        effect date, when the cause is another case's, or when a day is wrong.
        """
        if cause and (cause.nonconformity_id != case.pk or cause.withdrawn_at):
            raise ValidationError({"cause": _("Choose one of this case's causes.")})
        unit = unit or case.unit
        if due_on < timezone.localdate():
            raise ValidationError({"due_on": _("The last day must be today or later.")})
        if effect_on and effect_on < due_on:
            raise ValidationError(
                {"effect_on": _("Check the effect after the last day of the action.")}
            )
        action = cls(
            unit=unit,
            unit_name=case.unit_name if unit == case.unit else unit.name,
            nonconformity=case,
            round=case.round,
            kind=kind,
            cause=cause,
            description=description,
            responsible=responsible,
            due_on=due_on,
            first_due_on=due_on,
            criterion=criterion,
            effect_on=effect_on,
            created_by=by,
        )
        action.require_colleague(responsible, "responsible")
        action.number = NumberSeries.take(cls.SERIES, timezone.localdate().year)
        action.full_clean()
        action.save()
        action.tell("plan", by=by, note=description)
        action.save(update_fields=["event_count", "event_head"])
        return action

    @transition(
        Status.PLANNED,
        to=Status.IN_PROGRESS,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person="responsible",
        address="borja",
        label=_("Begin"),
        told=_("%(actor)s began."),
    )
    def begin(self, *, by: User) -> None:
        """Say that the work has begun."""

    @transition(
        *UNDONE,
        to=Status.DONE,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person="responsible",
        address="klar",
        label=_("Mark as done"),
        told=_("%(actor)s marked it as done."),
        needs=[DECIDED],
        main=True,
    )
    def complete(self, *, by: User, evidence: str) -> str:
        """Say that it is done, and how it can be seen."""
        self.evidence, self.done_by, self.done_at = evidence, by, timezone.now()
        return evidence

    @transition(
        Status.DONE,
        to=Status.VERIFIED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="verifiera",
        label=_("Verify"),
        told=_("%(actor)s verified that it is done."),
        bars=[NOT_THE_DOER],
        main=True,
    )
    def verify(self, *, by: User, result: str) -> str:
        """Check, as someone else than the doer, that it was done as promised."""
        self.result, self.verified_by = result, by
        return result

    @transition(
        Status.DONE,
        to=Status.IN_PROGRESS,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="skicka-tillbaka",
        label=_("Send back"),
        told=_("%(actor)s sent it back."),
        bars=[NOT_THE_DOER],
    )
    def send_back(self, *, by: User, reason: str) -> str:
        """Say that it is not done yet, and what is missing."""
        self.done_at = self.done_by = None
        return reason

    @transition(
        *UNDONE,
        to=Status.CANCELLED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="utgar",
        label=_("Cancel the action"),
        told=_("%(actor)s cancelled the action."),
        needs=[NOT_THE_LAST],
    )
    def cancel(self, *, by: User, reason: str) -> str:
        """Decide that it will not be done, with the reason."""
        return reason

    @transition(
        *UNDONE,
        Status.DONE,
        to=Status.CANCELLED,
        by_clock=True,
        address="upphor",
        label=_("The action lapses"),
        told=_("The sharing ended, and the action with it."),
    )
    def lapse(self, *, by: User | None = None) -> None:
        """Fall with the part of the unit that promised it: nobody at the case can stop it.

        Why the sharing ended is told in the case, which not everybody reads who sees the action.
        """

    @transition(
        *UNDONE,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person="responsible",
        address="ny-dag",
        label=_("Set a new last day"),
        told=_("%(actor)s set a new last day."),
    )
    def postpone(self, *, by: User, due_on: date, reason: str) -> str:
        """Move the last day, with the reason; the first one promised is kept."""
        if due_on < timezone.localdate():
            raise ValidationError({"due_on": _("The last day must be today or later.")})
        self.promise(due_on)
        if self.effect_on and self.effect_on < due_on:
            self.effect_on = due_on
        return reason

    @transition(
        *UNDONE,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="byt-ansvarig",
        label=_("Change who is responsible"),
        told=_("%(actor)s changed who is responsible."),
    )
    def assign(self, *, by: User, responsible: User, reason: str = "") -> str:
        """Let somebody else do it."""
        self.require_colleague(responsible, "responsible")
        self.responsible = responsible
        return reason

    @transition(
        *Status,
        duty=Duty.READ_RECORDS,
        person="responsible",
        address="bifoga",
        label=_("Attach a file"),
        told=_("%(actor)s attached a file."),
        quiet=True,
    )
    def attach(self, *, by: User, files: list[Attachment]) -> str:
        """Attach evidence that has been checked."""
        return self._add_files(files, by)

    def after(self, move, *, by: User | None) -> None:
        """Let the case go on when its last action is done or cancelled; back when one is not."""
        case = self.nonconformity
        if move.name not in {"complete", "cancel", "lapse"} or case.status != "action":
            return
        live = list(case.live_actions)
        removes = any(each.kind == self.Kind.CORRECTIVE or case.tries_id for each in live)
        if removes and not any(each.status in UNDONE for each in live):
            case.finish_actions(by=None)
