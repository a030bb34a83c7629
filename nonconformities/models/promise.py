"""The states of an action, what must be in place before it moves, and who may not move it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

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
