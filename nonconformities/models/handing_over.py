"""Handing over: another unit takes the case, asked and answered, so that none dies between two.

Within one authority the same case goes to the other unit, whole. Over the border of an authority
the other unit gets a case of its own, which begins with the text that was let out and nothing
else; the first case ends as handed over and stays where it is.
"""

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonconformities.models import border_conditions as conditions
from nonconformities.models.bordering import Bordering
from nonconformities.models.codes import new_bearer_code
from nonconformities.models.crossing import Answer, Handover
from nonconformities.models.route import Route
from nonconformities.models.status import NOT_BEGUN, Status
from nonconformities.models.track import Track
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.workdays import add_working_days
from qms.records.workflow import transition

if TYPE_CHECKING:
    from nonconformities.models.nonconformity import Nonconformity


class HandingOver(Bordering):
    """What the two units do, and the coordinator when they do not agree."""

    class Meta:
        abstract = True

    @transition(
        *NOT_BEGUN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="lamna-over",
        label=gettext_lazy("Hand over to another unit"),
        told=gettext_lazy("%(actor)s asked %(unit)s to take over."),
        needs=[conditions.NOT_WAITING, conditions.NOT_SHARED, conditions.MAY_BOUNCE],
    )
    def hand_over(
        self,
        *,
        by: User,
        unit: Unit,
        reason: str,
        ground: str = "",
        ground_note: str = "",
        text: str = "",
        decided_by: User | None = None,
    ) -> str:
        """Ask another unit to take the case; whoever asks answers for it until it is accepted.

        Raises ValidationError when nobody could answer there, or when the text goes to another
        authority without a decision (Public Access and Secrecy Act, 8:1).
        """
        asked = Handover.ask(
            self, by=by, unit=unit, reason=reason, ground=ground, ground_note=ground_note,
            text=text, decided_by=decided_by,
        )  # fmt: skip
        self.also_changed |= asked.told
        return reason

    @transition(
        *NOT_BEGUN,
        to=Status.REPORTED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        at=conditions.asked_unit,
        address="ta-emot",
        label=gettext_lazy("Take over the case"),
        told=gettext_lazy("%(unit)s took over: %(actor)s accepted."),
        needs=[conditions.WAITING],
        bars=[conditions.WITHIN],
    )
    def accept_handover(self, *, by: User) -> None:
        """Take the case over from another unit of the authority: it is assessed here."""
        asked = self._accepted(by)
        self._move_to(asked.to_unit, by)

    @transition(
        *NOT_BEGUN,
        to=Status.HANDED_OVER,
        duty=Duty.HANDLE_NONCONFORMITIES,
        at=conditions.asked_unit,
        address="ta-emot-fran-annan",
        label=gettext_lazy("Take over from another authority"),
        told=gettext_lazy("%(unit)s took over: %(actor)s accepted."),
        needs=[conditions.WAITING],
        bars=[conditions.ACROSS],
    )
    def accept_across(self, *, by: User) -> None:
        """Take the case over from another authority: a case of one's own begins with the text."""
        asked = self._accepted(by)
        self._become(asked, by)

    @transition(
        *NOT_BEGUN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        at=conditions.asked_unit,
        address="tacka-nej",
        label=gettext_lazy("Say no to the hand-over"),
        told=gettext_lazy("%(unit)s said no: %(actor)s sent it back."),
        needs=[conditions.WAITING],
    )
    def decline_handover(self, *, by: User, reason: str) -> str:
        """Say no, with the reason; the case stays where it was."""
        self._answered(Answer.DECLINED, by, reason)
        return reason

    @transition(
        *NOT_BEGUN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="ta-tillbaka-overlamning",
        label=gettext_lazy("Take back the hand-over"),
        told=gettext_lazy("%(actor)s took back the question to %(unit)s."),
        needs=[conditions.WAITING],
    )
    def withdraw_handover(self, *, by: User, reason: str = "") -> str:
        """Take the question back before it is answered."""
        self._answered(Answer.WITHDRAWN, by, reason)
        return reason

    @transition(
        *NOT_BEGUN,
        to=Status.REPORTED,
        duty=conditions.ruling,
        address="avgor",
        label=gettext_lazy("Decide who keeps the case"),
        told=gettext_lazy("%(actor)s decided that %(unit)s keeps the case."),
        needs=[conditions.HAS_BOUNCED, conditions.NOT_WAITING],
        bars=[conditions.OVER_BOTH],
    )
    def rule_handover(self, *, by: User, unit: Unit, reason: str) -> str:
        """Decide which unit of the authority keeps a case that has bounced; none says no to that.

        Raises ValidationError when the unit is closed or belongs to another authority.
        """
        if not self.unit.same_authority(unit):
            raise ValidationError({"unit": _("Choose a unit of the same authority.")})
        self._rule(by, unit, reason, text=self.description)
        self._move_to(unit, by)
        return reason

    @transition(
        *NOT_BEGUN,
        to=Status.HANDED_OVER,
        duty=conditions.ruling,
        address="avgor-annan",
        label=gettext_lazy("Decide that another authority keeps the case"),
        told=gettext_lazy("%(actor)s decided that %(unit)s takes the case."),
        needs=[conditions.HAS_BOUNCED, conditions.RELEASED_BEFORE, conditions.NOT_WAITING],
        bars=[conditions.OVER_BOTH],
    )
    def rule_across(self, *, by: User, unit: Unit, reason: str) -> str:
        """Decide that a unit of another authority takes a case that has bounced.

        It gets the text that was let out to it before, on that ground: whoever rules reads no
        secrets and lets nothing out. Raises ValidationError when nothing was let out there.
        """
        earlier = [row for row in self.passed if unit.pk in {row.to_unit_id, row.from_unit_id}]
        released = next((row for row in reversed(earlier) if row.crosses), None)
        if released is None or self.unit.same_authority(unit):
            raise ValidationError(
                {"unit": _("Choose a unit of another authority that has read the text.")}
            )
        ruling = self._rule(
            by, unit, reason, text=released.text, ground=released.ground,
            ground_note=released.ground_note, is_rewritten=released.is_rewritten,
            decided_by=released.decided_by,
        )  # fmt: skip
        self._become(ruling, by)
        return reason

    # --- What the verbs share -----------------------------------------------------------------

    def _answered(self, answer: str, by: User, reason: str = "") -> Handover:
        asked = self.waiting
        if asked is None:
            raise ValidationError(_("No hand-over waits for an answer."))
        asked.settle(answer, by=by, reason=reason)
        self.also_changed["unit"] = ["", asked.to_name]
        return asked

    def _accepted(self, by: User) -> Handover:
        asked = self._answered(Answer.ACCEPTED, by)
        if not asked.to_unit.is_open:
            raise ValidationError(
                _("%s is closed. Say no, so that another unit can be asked.") % asked.to_unit
            )
        return asked

    def _rule(self, by: User, unit: Unit, reason: str, **released: object) -> Handover:
        now = timezone.now()
        self.also_changed["unit"] = ["", unit.name]
        ruling = Handover.aimed(self, unit, by=by, reason=reason, **released)
        ruling.is_ruling, ruling.due_on = True, timezone.localdate(now)
        ruling.settle(Answer.ACCEPTED, by=by)
        return ruling

    def _move_to(self, unit: Unit, by: User) -> None:
        """Let the other unit have the case as it is; it keeps its number and is assessed anew."""
        self.unit, self.unit_name = unit, unit.name
        case: Any = self
        self.responsible = Route.handler_for(case) or by
        self._start_clock(add_working_days(timezone.localdate(), self.days_to_assess))
        Track.follow(case)

    def _become(self, passed: Handover, by: User) -> None:
        """Begin a case at the other authority with the text let out, and end this one here.

        The reporter follows it, without a name there: who reported is not let out.
        """
        new: Any = type(self)(
            status=Status.REPORTED, unit=passed.to_unit, description=passed.text, kind=self.kind,
            urgency=self.urgency, reported_by=self.reported_by,
            hides_reporter=True, created_by=by,
        )  # fmt: skip
        if self.is_borne:  # or nobody there could ask anything, and no answer would be read
            new.channel, new.receipt_code = self.channel, new_bearer_code()
        new._arrive()
        new.responsible = new.responsible or by
        new.save()
        new._open_tracks()
        units = {"unit": ["", passed.from_name]}
        if passed.is_ruling:  # nobody of the unit took it over
            units = {"unit": [passed.from_name, passed.to_name]}
        new.tell("receive_ruling" if passed.is_ruling else "receive", by=by, changes=units)
        new.save(update_fields=["event_count", "event_head"])
        passed.became = cast("Nonconformity", new)
        passed.save(update_fields=["became"])
        self._end()
