"""Status: where a deviation is, and the groups of states that verbs start from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a deviation is; the stepper shows the six of the main road."""

    DRAFT = "draft", _("Draft")
    REPORTED = "reported", _("Reported")
    ASSESSED = "assessed", _("Assessed")
    INVESTIGATING = "investigating", _("Under investigation")
    ACTION = "action", _("Actions in progress")
    EFFECT_CHECK = "effect_check", _("Awaiting effect check")
    CLOSED = "closed", _("Closed")
    DISMISSED = "dismissed", _("Dismissed")
    VOID = "void", _("Withdrawn")
    HANDED_OVER = "handed_over", _("Handed over")


AFTER_REPORT = tuple(status for status in Status if status not in {Status.DRAFT, Status.VOID})
AT_AN_END = (Status.CLOSED, Status.DISMISSED, Status.VOID, Status.HANDED_OVER)
OPEN = tuple(status for status in AFTER_REPORT if status not in AT_AN_END)
ASSESSED_AND_OPEN = tuple(status for status in OPEN if status is not Status.REPORTED)
NOT_BEGUN = (Status.REPORTED, Status.ASSESSED)
AT_WORK = (Status.INVESTIGATING, Status.ACTION)
UNDECIDED = (Status.REPORTED, Status.ASSESSED, Status.INVESTIGATING)  # no action is decided
