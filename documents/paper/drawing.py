"""Drawing a version: what stands in the file, and the file."""

import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from documents.markup import headings
from documents.models import Version
from documents.paper.body import body_on_paper
from documents.paper.telling import mark_of, told
from qms.records import pdf
from qms.records.qr import qr_code

LANGUAGE = "sv"  # of the archive
OWN_CONTENTS = 3  # pages: a longer text has a list of its own contents
_SURELY_LONGER = 2500  # words
_ONE_PAGE = 40  # headings


@dataclass(frozen=True)
class Drawn:
    """A file that was drawn, and what it was drawn from."""

    content: bytes
    snapshot: dict[str, Any]
    at: datetime
    name: str
    language: str


def for_paper() -> Any:
    """Return versions with what a drawing reads of them."""
    found = Version.objects.select_related(
        "unit", "adopted_by", "file", "document__document_type", "document__owner",
        "document__unit", "document__supplements",
    )  # fmt: skip
    return found.prefetch_related("writers__person", "document__applies_to")


def archive_copy(version: Version, at: datetime | None = None) -> Drawn:
    """Draw what is kept for good, in Swedish. `at` is the time of issue, now when not given.

    The same version at the same time gives the same bytes. Raises Refused when the server cannot
    draw, LookupError when the text holds something that may not be read.
    """
    with translation.override(LANGUAGE):
        return _drawn(version, _at(at), mark="", is_archive=True)


def printed(version: Version, *, supplement: Version | None = None) -> Drawn:
    """Draw a print for now: what does not apply says so across each page. Raises as above.

    `supplement` is a local text that is to stand after it.
    """
    return _drawn(version, _at(), mark=mark_of(version), supplement=supplement)


def _at(at: datetime | None = None) -> datetime:
    return (at or timezone.now()).replace(microsecond=0)


def _drawn(
    version: Version, at: datetime, *, mark: str, supplement: Version | None = None,
    is_archive: bool = False,
) -> Drawn:  # fmt: skip
    snapshot = told(version, at, mark)
    label = _("Leads to the version of %s that applies") % snapshot["number"]
    context: dict[str, Any] = {
        "paper": snapshot,
        "body": body_on_paper(version),
        "local": supplement and _local(supplement),
        "code": qr_code(snapshot["address"], label=label),
        "number": _("%(number)s version %(label)s")
        % {"number": snapshot["number"], "label": version.label},
        "is_archive": is_archive,
        "contents": [],
    }
    facts: dict[str, Any] = {
        "title": f"{snapshot['number']} {version.title}",
        "language": translation.get_language() or LANGUAGE,
        "created": at,
        "identifier": f"{version.number or version.pk} {mark} {at.isoformat()}",
        "attachments": _inside(version, snapshot) if is_archive else [],
    }
    content = _with_contents(version, context, facts)
    return Drawn(content, snapshot, at, _name(snapshot), facts["language"])


def _with_contents(version: Version, context: dict[str, Any], facts: dict[str, Any]) -> bytes:
    """Draw the text, with a list of its contents where it is long."""
    wanted = [each for each in headings(version.body) if each.level < 4]
    if len(wanted) > _ONE_PAGE:
        wanted = [each for each in wanted if each.level == 2] or wanted
    if not wanted or (version.words or 0) <= _SURELY_LONGER:
        content = pdf.render("documents/pdf/document.html", context, **facts)
        if not wanted or _pages(content) <= OWN_CONTENTS:
            return content
    return pdf.render("documents/pdf/document.html", {**context, "contents": wanted}, **facts)


def _pages(content: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)


def _local(supplement: Version) -> dict[str, Any]:
    """Return a local text to stand after the one it belongs to."""
    return {
        "number": supplement.document.number,
        "version": supplement.label,
        "unit": supplement.unit.name,
        "title": supplement.title,
        "summary": supplement.summary,
        "body": body_on_paper(supplement, before="lokalt-", lower=1),
        "file": supplement.file.name if supplement.file else "",
    }


def _inside(version: Version, snapshot: dict[str, Any]) -> list[pdf.Attached]:
    """Return what goes inside the archive copy: the facts as data, and the file itself."""
    data = json.dumps(snapshot, ensure_ascii=False, indent=1, sort_keys=True).encode()
    inside = [pdf.Attached(f"{_name(snapshot)}.json", data, _("The facts, as data"))]
    if version.file:
        with version.file.file.open("rb") as stored:
            kept = stored.read()
        what = _("The file that was adopted")
        inside.append(pdf.Attached(version.file.name, kept, what, relation="Source"))
    return inside


def _name(snapshot: dict[str, Any]) -> str:
    """Return the name of the file; what does not apply says so there too."""
    mark = f"-{snapshot['mark'].lower().replace(' ', '-')}" if snapshot["mark"] else ""
    return f"{snapshot['number']}-{snapshot['version']}{mark}"
