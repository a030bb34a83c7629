"""What must be in place before a version moves on, who may not do it, and whose decision it is."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models.status import Status
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.workflow import Bar, Need

if TYPE_CHECKING:
    from documents.models.facts import VersionFacts


def adopting(version: "VersionFacts") -> tuple[Duty, ...]:
    """Return whose decision it is: the duty that the kind of document names."""
    return (version.document.document_type.adopting_duty,)


def steering(version: "VersionFacts") -> tuple[Duty, ...]:
    """Return the duties of those who may send a text back: who writes here, and who adopts."""
    return (Duty.WRITE_DOCUMENTS, *adopting(version))


# --- What must be in place -----------------------------------------------------------------------

A_TEXT = Need(_("There is a text, or a file in its place."), lambda v: v.has_text)
A_SUMMARY = Need(
    _("What it is about, in a few sentences (in short)."), lambda v: bool(v.summary.strip())
)
NEWS = Need(_("What is new in this version."), lambda v: v.is_first or bool(v.news.strip()))
AN_OWNER = Need(
    _("Somebody who works here owns the document."), lambda v: v.document.has_working_owner
)


def _none_waits(version: "VersionFacts") -> bool:
    """True when no other adopted version waits for its day."""
    others = version.document.versions.filter(status=Status.ADOPTED).exclude(pk=version.pk)
    return not others.filter(valid_from__gt=timezone.localdate()).exists()


NONE_WAITS = Need(
    _("Another adopted version waits to enter force. Withdraw it, or wait for its day."),
    _none_waits,
    unsaid_when_met=True,
)
APPLIES = Need(_("It applies today."), lambda v: v.applies, unsaid_when_met=True)
ITS_DAY = Need(
    _("Its first day has come."),
    lambda v: v.valid_from is not None and v.valid_from <= timezone.localdate(),
)
BEGAN = Need(
    _("It has entered force."),
    lambda v: bool(v.valid_from) and v.valid_from <= timezone.localdate() and not v.never_began,
)
ENDED = Need(
    _("Its last day has passed."),
    lambda v: v.ended_on is not None and v.ended_on <= timezone.localdate(),
)


def _all_approved(version: "VersionFacts") -> bool:
    return version.reviews.of_this_round().exists() and version.has_quorum  # type: ignore[attr-defined]


QUORUM = Need(_("As many as were to approve it have done so."), _all_approved)

# --- Four eyes -----------------------------------------------------------------------------------


def _wrote(version: "VersionFacts", user: User) -> bool:
    return version.is_written_by(user)


NOT_THE_AUTHOR = Bar(_("You have written in this text. Somebody else adopts it."), _wrote)
NOT_THE_WRITER = Bar(_("You have written in this text. Somebody else reviews it."), _wrote)
ALREADY_EDITS = Bar(
    _("You are the one who edits it."), lambda version, user: version.editing_by_id == user.pk
)
