"""Investigating: why it happened, where else, and what is done about it (10.2.1 b and c)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models import border_conditions, conditions
from nonconformities.models.case import Case
from nonconformities.models.cause import Cause
from nonconformities.models.status import AT_WORK, Status
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Rule
from qms.records.workflow import transition


class Investigating(Case):
    """What the investigator and the deciding manager do."""

    class Meta:
        abstract = True

    @transition(
        Status.ASSESSED,
        to=Status.INVESTIGATING,
        duty=conditions.starting,
        address="utred",
        label=_("Start the investigation"),
        told=_("%(actor)s started the investigation."),
        needs=[border_conditions.NOT_WAITING],
        main=True,
    )
    def start_investigation(self, *, by: User, investigator: User, plan: str = "") -> str:
        """Decide who finds out why it happened, and how (10.2.1 b)."""
        self.require_colleague(investigator, "investigator")
        self.investigator, self.plan, self.responsible = investigator, plan, investigator
        self._start_clock(self._days_from_now(Rule.Code.DECIDE_DAYS))
        return plan

    @transition(
        *AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="orsak",
        label=_("Write down a cause"),
        told=_("%(actor)s wrote down a cause."),
        quiet=True,
    )
    def add_cause(self, *, by: User, method: str, texts: list[str], branch: str = "") -> str:
        """Write down why it happened. Several texts are a chain of whys; the last is the root.

        Look for the cause in the way of working, not in the person.
        """
        if not texts:
            raise ValidationError(_("Write why it happened."))
        because_of = None
        for place, text in enumerate(texts, start=1):
            because_of = Cause.objects.create(
                nonconformity_id=self.pk,
                round=self.round,
                method=method,
                branch=branch,
                text=text,
                because_of=because_of,
                is_root=place == len(texts),
                added_by=by,
            )
        return texts[-1]

    @transition(
        *AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person="investigator",
        address="stryk-orsak",
        label=_("Withdraw a cause"),
        told=_("%(actor)s withdrew a cause."),
        needs=[conditions.A_CAUSE],
    )
    def withdraw_cause(self, *, by: User, cause: Cause, reason: str) -> str:
        """Strike a cause that did not hold; it stays on the record, struck.

        Raises ValidationError when an action hangs on it.
        """
        if cause.nonconformity_id != self.pk:
            raise ValidationError({"cause": _("Choose one of this case's causes.")})
        cause.withdraw(reason)
        return reason

    @transition(
        *AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="utbredning",
        label=_("Can it exist elsewhere?"),
        told=_("%(actor)s answered where else it may exist."),
        quiet=True,
    )
    def answer_extent(self, *, by: User, extent: str) -> str:
        """Say where similar deviations were looked for and what was found (10.2.1 b 3)."""
        self.extent = extent
        return extent

    @transition(
        *AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="planera-atgard",
        label=_("Plan an action"),
        told=_("%(actor)s planned an action."),
        quiet=True,
    )
    def plan_action(self, *, by: User, **answers: Any) -> str:
        """Plan what to do about a cause, who does it, by when and how the effect is judged."""
        from nonconformities.models.action import Action

        return str(Action.plan(self, by=by, **answers))

    @transition(
        Status.INVESTIGATING,
        to=Status.ACTION,
        duty=conditions.deciding,
        address="besluta-atgarder",
        label=_("Decide on the actions"),
        main=True,
        told=_("%(actor)s decided on the actions."),
        needs=[
            conditions.A_CAUSE,
            conditions.EXTENT,
            conditions.A_CORRECTIVE_ACTION,
            conditions.ANSWERS_IN,
        ],
    )
    def decide_actions(self, *, by: User, note: str = "") -> str:
        """Decide that the planned actions are the right ones for the causes found (10.2.1 c)."""
        self.responsible = by
        self._start_clock(self.live_actions.aggregate(day=models.Max("due_on"))["day"])
        return note

    @transition(
        Status.ACTION,
        to=Status.EFFECT_CHECK,
        by_clock=True,
        address="atgarder-klara",
        label=_("Actions done"),
        told=_("Every action is done. Now we wait to see if it helped."),
        needs=[conditions.NOTHING_UNDONE],
    )
    def finish_actions(self, *, by: User | None = None) -> None:
        """Go on to the effect check when the last action is done or cancelled."""
        self._start_clock(self.effect_on or timezone.localdate())
