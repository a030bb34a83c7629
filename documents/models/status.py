"""Status: where a version of a document is, and the groups of states that verbs start from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where a version is; the stepper shows the five of the main road."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    APPROVED = "approved", _("Approved, to be adopted")
    ADOPTED = "adopted", _("Adopted, not yet in force")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")
    WITHDRAWN = "withdrawn", pgettext_lazy("a document", "Withdrawn")
    DISCARDED = "discarded", _("Discarded")


BEFORE_ADOPTION = (Status.DRAFT, Status.REVIEW, Status.APPROVED)  # one such at a time
FROZEN = (Status.ADOPTED, Status.IN_FORCE, Status.SUPERSEDED, Status.WITHDRAWN)
STANDING = (Status.ADOPTED, Status.IN_FORCE)  # applies, or will
ENDED = (Status.SUPERSEDED, Status.WITHDRAWN, Status.DISCARDED)
