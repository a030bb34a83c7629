"""What a version on paper says beside its text, as plain data: the head and the approvals."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from documents.models import Review, Status, Version
from documents.models.status import BEFORE_ADOPTION
from qms.organization.duties import Role
from qms.organization.models import Appointment


def mark_of(version: Version) -> str:
    """Return what is written across each page: why it must not be followed, "" when it applies."""
    if version.status in BEFORE_ADOPTION:
        return _("Draft")
    if version.phase == Status.ADOPTED:
        return _("Not in force yet")
    return "" if version.applies else _("No longer applies")


def told(version: Version, at: datetime, mark: str) -> dict[str, Any]:
    """Return everything but the text that will stand in the file, in the language of the moment."""
    document = version.document
    address = f"{settings.SITE_URL}{document.get_absolute_url()}"
    return {
        "number": document.number,
        "version": version.label,
        "kind": document.document_type.name,
        "title": version.title,
        "mark": mark,
        "bar": _bar(version, mark),
        "address": address,
        "shown_address": address.partition("://")[2].rstrip("/"),
        "header": _rows(_header(version)),
        "summary": version.summary,
        "news": version.news,
        "file": _file(version),
        "source": document.source_url,
        "written_by": [writer.person.name for writer in version.writers.all()],
        "reviews": [_turn(turn) for turn in _turns(version)],
        "adoption": _rows(_adoption(version)),
        "fingerprint": "" if version.status in BEFORE_ADOPTION else version.digest,
        "made_at": at.isoformat(),
    }


def _header(version: Version) -> list[tuple[str, Any]]:
    document = version.document
    applies_to = ", ".join(unit.name for unit in document.applies_to.all())
    return [
        (_("Document"), document.number),
        (_("Version"), version.label),
        (_("Kind"), document.document_type.name),
        (_("Belongs to"), version.unit_then_and_now),
        (_("Applies to"), applies_to),
        (_("Owner"), document.owner.name if document.owner else ""),
        *_adoption(version),
        (_("Next review"), in_words(document.review_on)),
        (_("Replaces"), _replaced(version)),
        (_("Local supplement to"), document.supplements.number if document.supplements else ""),
        (_("Issued by"), document.source),
        (_("Retention"), document.document_type.retention_in_words),
    ]


def _adoption(version: Version) -> list[tuple[str, Any]]:
    if version.adopted_on is None:
        return [(_("State"), version.get_status_display())]
    minutes = (version.decision_body, version.decision_paragraph)
    return [
        (_("Adopted by"), _adopter(version)),
        (_("Adopted on"), in_words(version.adopted_on)),
        (_("Decision"), ", ".join(part for part in minutes if part)),
        (_("Registration number"), version.decision_number),
        (_("In force from"), in_words(version.valid_from)),
        (_("Applied until"), in_words(version.ended_on) if _is_over(version) else ""),
    ]


def _is_over(version: Version) -> bool:
    return version.ended_on is not None and version.ended_on <= timezone.localdate()


def _adopter(version: Version) -> str:
    """Return who adopted it, with the role that person had there on that day."""
    person = version.adopted_by
    if person is None or version.adopted_on is None:
        return ""
    held = Appointment.objects.current(version.adopted_on).filter(user=person)
    roles = held.filter(unit__reach__contains=[version.unit_id]).order_by("unit__reach__len", "pk")
    adopting = version.document.document_type.adopting_duty
    role = next((Role(one.role) for one in roles if adopting in Role(one.role).duties), None)
    return f"{person.name}, {str(role.label).lower()}" if role else person.name


def _replaced(version: Version) -> str:
    """Return the version before it and the documents it came instead of."""
    before = version.predecessor
    others = [document.number for document in version.document.replaces.order_by("number")]
    return ", ".join([_("version %s") % before.label, *others] if before else others)


def _bar(version: Version, mark: str) -> str:
    """Return the sentence over the text that must not be followed."""
    if not mark:
        return ""
    if version.status in BEFORE_ADOPTION:
        return _("This is a draft. It does not apply.")
    if version.phase == Status.ADOPTED:
        return _("It does not apply until %s.") % in_words(version.valid_from)
    day = in_words(version.withdrawn_on or version.ended_on)
    return _("This version no longer applies. It stopped to apply on %s.") % day


def _file(version: Version) -> list[list[str]]:
    """Return the facts about the file that stands in the place of a text."""
    if version.file is None:
        return []
    return [
        [_("File"), version.file.name],
        [_("Size"), _("%s bytes") % version.file.size],
        ["SHA-256", version.file_sha256],
    ]


def _turns(version: Version) -> list[Review]:
    answered = version.reviews.exclude(answer="").order_by("round", "order", "pk")
    return list(answered.select_related("reviewer", "answered_by"))


def _turn(turn: Review) -> list[str]:
    """Return a row of the approvals: who, as what, the answer and its day; never the comment."""
    by = turn.answered_by
    name = turn.reviewer.name
    if by and by.pk != turn.reviewer_id:
        name = _("%(deputy)s for %(reviewer)s") % {"deputy": by.name, "reviewer": name}
    at = timezone.localtime(turn.answered_at) if turn.answered_at else None
    return [name, str(turn.round), turn.get_answer_display(), f"{at:%Y-%m-%d %H:%M}" if at else ""]


def _rows(rows: list[tuple[str, Any]]) -> list[list[str]]:
    return [[str(label), str(value)] for label, value in rows if value not in (None, "")]


def in_words(day: date | None) -> str:
    """Return a day in words, "" for none."""
    return date_format(day, "j F Y") if day else ""
