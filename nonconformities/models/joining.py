"""Joining: two reports of the same thing become one, and several are looked into together."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from nonconformities.models import border_conditions, conditions
from nonconformities.models.case import Case
from nonconformities.models.status import OPEN, Status
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Rule
from qms.records.workflow import transition

if TYPE_CHECKING:
    from nonconformities.models.nonconformity import Nonconformity


class Joining(Case):
    """What is done when several cases are about the same thing."""

    merged_into = models.ForeignKey(
        "nonconformities.Nonconformity",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        editable=False,
        related_name="merged",
        verbose_name=_("merged into"),
    )
    parent = models.ForeignKey(
        "nonconformities.Nonconformity",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        editable=False,
        related_name="children",
        verbose_name=_("looked into together with"),
    )

    class Meta:
        abstract = True

    @transition(
        Status.REPORTED,
        Status.ASSESSED,
        Status.INVESTIGATING,
        to=Status.DISMISSED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="sla-ihop",
        label=_("Merge into another"),
        told=_("%(actor)s merged it into another case about the same thing."),
        needs=[
            border_conditions.NOT_WAITING,
            border_conditions.NOT_SHARED,
            conditions.NO_LIVE_ACTIONS,
            conditions.NOTHING_MERGED_HERE,
        ],
    )
    def merge_into(self, *, by: User, main: "Nonconformity", reason: str = "") -> str:
        """Go on in the main case only; the one who reported this follows that one.

        Raises ValidationError when the main case is at an end, is this very one, lies in another
        authority or may not be read, and when somebody is working with it this very moment.
        """
        held = self._hold(main, by, "main")
        self.merged_into, self.parent = held, None
        self._end()
        held.tell("took_in", by=by, note=str(self))
        held.save(update_fields=["event_count", "event_head"])
        return f"{held}. {reason}" if reason else str(held)

    @transition(
        Status.DISMISSED,
        to=Status.REPORTED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="dela-isar",
        label=_("Split off again"),
        told=_("%(actor)s split it off again: it was another thing."),
        needs=[conditions.IS_MERGED],
    )
    def split_off(self, *, by: User, reason: str) -> str:
        """Let a merged report be a case of its own again; it begins with an assessment."""
        self.merged_into = None
        self._forget_the_end()
        self._start_clock(self._workdays_from_now(Rule.Code.ASSESS_DAYS))
        return reason

    @transition(
        *OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="utred-tillsammans",
        label=_("Look into several together"),
        told=_("%(actor)s gathered cases to be looked into together with this one."),
        needs=[conditions.HAS_NO_PARENT],
    )
    def gather(self, *, by: User, cases: Collection["Nonconformity"], reason: str = "") -> str:
        """Let this case be the one where the common cause is looked for; the others stay open.

        Raises ValidationError when one of them is at an end, in another authority, may not be
        read, or belongs to a group already.
        """
        if not cases:
            raise ValidationError({"cases": _("Choose at least one case.")})
        for case in sorted(cases, key=lambda case: case.pk):
            held = self._hold(case, by, "cases")
            if held.parent_id or held.children.exists():
                raise ValidationError({"cases": _("%s belongs to a group already.") % held})
            held.parent_id = self.pk
            held.tell("gathered", by=by, note=str(self))
            held.save(update_fields=["parent", "event_count", "event_head"])
        numbers = ", ".join(str(case) for case in cases)
        return f"{numbers}. {reason}" if reason else numbers

    @transition(
        *OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="utred-for-sig",
        label=_("Take out of the group"),
        told=_("%(actor)s took it out of the group."),
        needs=[conditions.HAS_PARENT],
    )
    def leave_group(self, *, by: User, reason: str) -> str:
        """Look into this one by itself again."""
        self.parent = None
        return reason

    def _hold(self, other: "Nonconformity", by: User, field: str) -> Any:
        """Return `other` re-read and held, or raise ValidationError when it cannot be joined.

        Only a later row is waited for: two people joining the same two cases crosswise would
        wait for each other for ever.
        """
        if other.pk == self.pk:
            raise ValidationError({field: _("Choose another case than this one.")})
        rows: models.QuerySet = type(other)._base_manager.select_for_update(
            skip_locked=other.pk < self.pk, of=("self",)
        )
        held = rows.filter(pk=other.pk).first()
        if held is None:
            raise ValidationError(
                {field: _("Somebody is working with %s now. Send again.") % other}
            )
        may_read = type(other).objects.filter(type(other).full_access(by), pk=other.pk)
        if not may_read.visible_to(by).exists() or not held.unit.same_authority(self.unit):
            raise ValidationError({field: _("Choose a case in your own authority.")})
        if held.status not in OPEN:
            raise ValidationError({field: _("%s is at an end. Choose an open case.") % held})
        return held
