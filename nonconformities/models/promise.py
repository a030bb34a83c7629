"""The states of an action, what must be in place before it moves, who may not move it, and what
one may ask about many of them.
"""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.organization.models import User
from qms.records.line import lying_with
from qms.records.models import RecordQuerySet
from qms.records.models.due import DueQuestions
from qms.records.workflow import Bar, Need


class Status(models.TextChoices):
    """Where an action is."""

    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("In progress")
    DONE = "done", _("Done")
    VERIFIED = "verified", _("Verified")
    CANCELLED = "cancelled", _("Cancelled")


UNDONE = (Status.PLANNED, Status.IN_PROGRESS)
DECIDED = Need(
    _("The actions of the case are decided first."),
    lambda action: action.nonconformity.status in {"action", "effect_check"},
)
NOT_THE_DOER = Bar(
    _("You did this yourself. Let someone else verify it."),
    lambda action, user: user.pk in {action.done_by_id, action.responsible_id},
)
NOT_THE_LAST = Need(
    _("Without this action nothing removes the cause. Plan another one first."),
    lambda action: (
        action.nonconformity.status not in {"action", "effect_check"}
        or action.nonconformity.tries_id
        or action.nonconformity.live_actions.filter(kind="corrective")
        .exclude(pk=action.pk)
        .exists()
    ),
)


class ActionQuerySet(RecordQuerySet, DueQuestions):
    """Questions about many actions."""

    def undone(self) -> Self:
        """Return what is still to be done: neither done nor cancelled."""
        return self.filter(status__in=[Status.PLANNED, Status.IN_PROGRESS])

    def unproven(self) -> Self:
        """Return what nobody has verified or cancelled."""
        return self.filter(status__in=[*UNDONE, Status.DONE])

    def overdue(self) -> Self:
        """Return what is not done and should have been before today."""
        return self.undone().filter(due_on__lt=timezone.localdate())

    def taken_on_by(self, user: User) -> Self:
        """Return what `user` has taken on at the case's own unit: not cancelled, in the authority.

        Who does something at a unit that shares the case has a part of that unit, not of the case.
        """
        mine = self.order_by().filter(lying_with(user), unit__authority__any=user.authorities)
        own = mine.filter(unit=models.F("nonconformity__unit"))
        return own.exclude(status=Status.CANCELLED)

    def for_page(self) -> Self:
        """Return the rows with what a list shows of them, without a query per row."""
        return self.select_related("unit", "responsible", "nonconformity", "cause")
