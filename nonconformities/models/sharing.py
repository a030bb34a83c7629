"""Sharing: a case with a second unit, each its part, one effect check and one close.

The other unit reads the text that was let out and its own part; of the rest it sees what anybody
sees who follows a case masked. What it writes in its part it writes to be read by both.
"""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonconformities.models import border_conditions as conditions
from nonconformities.models.bordering import Bordering
from nonconformities.models.cause import Cause
from nonconformities.models.crossing import Answer, Share
from nonconformities.models.status import AT_WORK, OPEN
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.line import Line
from qms.records.workflow import Move, transition


class Sharing(Bordering):
    """What the unit that shares and the unit that takes a part do."""

    class Meta:
        abstract = True

    # --- Questions ----------------------------------------------------------------------------

    def part_of(self, user: User, *, waiting: bool = False) -> Share:
        """Return the part that `user` handles: one not ready first.

        Raises ValidationError when there is none.
        """
        rows = [
            row
            for row in self.shared
            if row.is_waiting == waiting and user.may(Duty.HANDLE_NONCONFORMITIES, row.to_unit_id)
        ]
        if not rows:
            raise ValidationError(_("No part of the case waits for your unit."))
        return min(rows, key=lambda row: row.ready_at is not None)

    def promised_by(self, part: Share) -> models.QuerySet:
        """Return the actions of another unit that fall if its part is ended."""
        return self.actions.unproven().filter(unit_id=part.to_unit_id)

    # --- Verbs of the unit that shares --------------------------------------------------------

    @transition(
        *OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="dela",
        label=gettext_lazy("Share with another unit"),
        told=gettext_lazy("%(actor)s asked %(unit)s to take a part in the case."),
        needs=[conditions.NOT_WAITING],
        quiet=True,
    )
    def share(
        self,
        *,
        by: User,
        unit: Unit,
        reason: str,
        task: str,
        ground: str = "",
        ground_note: str = "",
        text: str = "",
        decided_by: User | None = None,
    ) -> str:
        """Ask another unit to take a part: to say what it saw, why, and what it changes.

        Raises ValidationError when nobody could answer there, when it has a part already, or when
        the text goes to another authority without a decision.
        """
        if unit.pk in {row.to_unit_id for row in self.shared}:
            raise ValidationError({"unit": _("%s has been asked already.") % unit})
        asked = Share.ask(
            self, by=by, unit=unit, reason=reason, ground=ground, ground_note=ground_note,
            text=text, decided_by=decided_by, task=task,
        )  # fmt: skip
        self.also_changed |= asked.told
        return reason

    @transition(
        *OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="avsluta-delning",
        label=gettext_lazy("End the sharing"),
        told=gettext_lazy("%(actor)s ended the sharing with %(unit)s."),
        needs=[conditions.SHARED],
        quiet=True,
    )
    def end_share(self, *, by: User, part: Share, reason: str) -> str:
        """End a part, answered or not, with the reason; what was written stays on the record.

        What its unit has promised and nobody has verified falls with it (`after`).
        """
        if part.pk not in {row.pk for row in self.shared}:
            raise ValidationError({"part": _("Choose one of the units that share the case.")})
        part.ended_at = timezone.now()
        if part.is_waiting:
            part.settle(Answer.WITHDRAWN, by=by, reason=reason)
        part.save()
        self._ended = part
        self.also_changed["unit"] = ["", part.to_name]
        return reason

    def after(self, move: Move, *, by: User | None) -> None:
        """Let what a unit had promised fall with its part, once the case itself is stored."""
        super().after(move, by=by)
        if move.name == "end_share":
            for action in self.promised_by(self._ended):
                action.lapse(by=None)

    # --- Verbs of the unit that takes a part --------------------------------------------------

    @transition(
        *OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        at=conditions.unit_asked_to_share,
        address="ta-del",
        label=gettext_lazy("Take a part in the case"),
        told=gettext_lazy("%(unit)s takes a part: %(actor)s accepted."),
        quiet=True,
    )
    def accept_share(self, *, by: User) -> None:
        """Take a part in another unit's case."""
        part = self.part_of(by, waiting=True)
        if not part.to_unit.is_open:
            raise ValidationError(_("%s is closed, and cannot take a part.") % part.to_unit)
        part.responsible = Line(part.to_unit).nearest_manager() or by
        part.settle(Answer.ACCEPTED, by=by)
        self.also_changed["unit"] = ["", part.to_name]

    @transition(
        *OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        at=conditions.unit_asked_to_share,
        address="avsta",
        label=gettext_lazy("Say no to a part"),
        told=gettext_lazy("%(unit)s takes no part: %(actor)s said no."),
        quiet=True,
    )
    def decline_share(self, *, by: User, reason: str) -> str:
        """Say no to a part, with the reason."""
        part = self.part_of(by, waiting=True)
        part.settle(Answer.DECLINED, by=by, reason=reason)
        self.also_changed["unit"] = ["", part.to_name]
        return reason

    @transition(
        *OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        at=conditions.sharing_units,
        address="var-del",
        label=gettext_lazy("Tell what you saw"),
        told=gettext_lazy("%(actor)s told what happened, seen from %(unit)s."),
        quiet=True,
    )
    def write_part(self, *, by: User, account: str) -> str:
        """Tell what happened as seen from here; both units read it."""
        part = self.part_of(by)
        part.account = account
        part.save(update_fields=["account"])
        self.also_changed["unit"] = ["", part.to_name]
        return account

    @transition(
        *AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        at=conditions.sharing_units,
        address="var-orsak",
        label=gettext_lazy("Write down a cause at your unit"),
        told=gettext_lazy("%(actor)s wrote down a cause at %(unit)s."),
        quiet=True,
    )
    def add_part_cause(self, *, by: User, cause: str) -> str:
        """Write down why it happened, as seen from here; both units read it."""
        part = self.part_of(by)
        Cause.objects.create(
            nonconformity_id=self.pk, round=self.round, method=Cause.Method.FREE, text=cause,
            added_by=by, part=part,
        )  # fmt: skip
        self.also_changed["unit"] = ["", part.to_name]
        return cause

    @transition(
        *AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        at=conditions.sharing_units,
        address="var-atgard",
        label=gettext_lazy("Plan an action at your unit"),
        told=gettext_lazy("%(actor)s planned an action at %(unit)s."),
        quiet=True,
    )
    def plan_part_action(
        self,
        *,
        by: User,
        kind: str,
        description: str,
        responsible: User,
        due_on: date,
        cause: Cause | None = None,
        criterion: str = "",
        effect_on: date | None = None,
    ) -> str:
        """Plan what this unit does about a cause; its own people do it and see that it is done."""
        from nonconformities.models.action import Action

        part = self.part_of(by)
        if cause and cause.part_id != part.pk:
            raise ValidationError({"cause": _("Choose one of your unit's causes.")})
        self.also_changed["unit"] = ["", part.to_name]
        return str(Action.plan(
            self, unit=part.to_unit, by=by, kind=kind, description=description,
            responsible=responsible, due_on=due_on, cause=cause, criterion=criterion,
            effect_on=effect_on,
        ))  # fmt: skip

    @transition(
        *OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        at=conditions.sharing_units,
        address="var-del-klar",
        label=gettext_lazy("Our part is ready"),
        told=gettext_lazy("%(unit)s is ready with its part, says %(actor)s."),
        quiet=True,
    )
    def finish_part(self, *, by: User) -> None:
        """Say that this unit is ready: it has told what it saw, and its actions are verified.

        Raises ValidationError when something is left.
        """
        part = self.part_of(by)
        if not part.account:
            raise ValidationError(_("Tell what you saw first."))
        left = self.live_actions.filter(unit_id=part.to_unit_id).exclude(status="verified")
        if left.exists():
            raise ValidationError(_("An action of your unit is not verified yet."))
        part.ready_at, part.ready_by = timezone.now(), by
        part.save(update_fields=["ready_at", "ready_by"])
        self.also_changed["unit"] = ["", part.to_name]
