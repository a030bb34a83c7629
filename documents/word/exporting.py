"""A version as a Word file: its head, its text, its pictures."""

import io
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from documents.models import Document, Version
from documents.models.pictures import pictures_of
from documents.word.writing import Head, write_docx

_LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}


def as_word(document: Document, version: Version, site: str = "") -> io.BytesIO:
    """Return a version as a Word file, for somebody who may read it.

    Args:
        document: the document it is a version of.
        version: the version.
        site: the address of this site, so that links to other pages here lead somewhere.
    """
    rows = [
        (_("Number"), document.number),
        (_("Kind"), document.document_type.name),
        (_("Version"), f"{version.label}, {version.state['word'].lower()}"),
        (_("Belongs to"), document.unit.name),
        (_("In force from"), _in_words(version.valid_from)),
        (_("Adopted by"), _adopted(version)),
        (_("Decision"), _decision(version)),
        (_("In short"), version.summary),
        (_("What applies now"), f"{site}{document.get_absolute_url()}" if site else ""),
    ]
    head = Head(
        title=version.title,
        facts=[(name, said) for name, said in rows if said],
        subject=f"{document.number} {version.label}",
        foot=_("%(number)s, version %(label)s. Paper and copies may be out of date.")
        % {"number": document.number, "label": version.label},
        at=_at(version),
        language=_LANGUAGES.get((get_language() or "sv")[:2], "sv-SE"),
        site=site,
    )
    return io.BytesIO(write_docx(head, version.body, _Pictures(version).of))


class _Pictures:
    """Answers with the pictures of one text: those of its document, and of no other."""

    def __init__(self, version: Version) -> None:
        self.kept: dict[str, Any] = {row.get_absolute_url(): row for row in pictures_of(version)}

    def of(self, src: str) -> bytes | None:
        """Return the bytes of a picture, or None when it is gone."""
        if (row := self.kept.get(src)) is None:
            return None
        try:
            with row.file.open("rb") as opened:
                found: bytes = opened.read()
        except OSError:
            return None
        return found


def _in_words(day: Any) -> str:
    return date_format(day, "j F Y") if day else ""


def _adopted(version: Version) -> str:
    by = version.adopted_by.name if version.adopted_by else ""
    return ", ".join(part for part in (by, _in_words(version.adopted_on)) if part)


def _decision(version: Version) -> str:
    parts = (version.decision_body, version.decision_paragraph, version.decision_number)
    return ", ".join(part for part in parts if part)


def _at(version: Version) -> datetime:
    """Return the moment the file says it was made: that of the text, so that it is always alike."""
    if version.adopted_on:
        return timezone.make_aware(datetime.combine(version.adopted_on, time(12)))
    return version.created_at
