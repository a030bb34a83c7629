"""The states of an examination by law, whose duty it is, and what must be in place."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.organization.duties import Duty, Role
from qms.records.workflow import Need

if TYPE_CHECKING:
    from nonconformities.models.track import Track


class TrackStatus(models.TextChoices):
    """Where an examination by law is."""

    OPENED = "opened", _("To be examined")
    EXAMINED = "examined", _("Being examined")
    DECIDED = "decided", _("Decided")
    SENT = "sent", _("Sent to the authority")
    CLOSED = "closed", _("Examination closed")
    NOT_THIS_LAW = "not_this_law", _("Not under this law")


BEFORE = (TrackStatus.OPENED, TrackStatus.EXAMINED)
RUNNING = (*BEFORE, TrackStatus.DECIDED, TrackStatus.SENT)


KNOWING = (Duty.READ_PROTECTED, Duty.INVESTIGATE_SERIOUS)  # each lets somebody know of a track


def examining(track: "Track") -> tuple[Duty, ...]:
    """Return whose duty it is: the investigator's where the law has one, else the manager's."""
    owned = Role(track.obligation.owner_role).duties
    if Duty.INVESTIGATE_SERIOUS in owned:
        return (Duty.INVESTIGATE_SERIOUS,)
    return (Duty.READ_PROTECTED,)


def knowing(track: "Track") -> tuple[Duty, ...]:
    """Return the duties of those who may know of it."""
    return KNOWING


TO_BE_SENT = Need(
    _("The decision says that it need not be sent to the authority."),
    lambda track: track.outcome == "serious",
)
SOMETHING_WRITTEN = Need(
    _("Nobody has written anything here yet."),
    lambda track: track.entries.exists(),
    mend="write_entry",
)
ALL_SENT = Need(
    _("Everything the law asks for is sent, with its date."),
    lambda track: not any(c.is_running and c.purpose == "send" for c in track.clocks.all()),
    mend="register_sent",
)
