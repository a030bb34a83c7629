"""Documents in every place, with a secret word in every text: in force, drafts, in review.

The one of home care north is for that unit only, and its next version is being written. Another
there is reviewed by Anna. The school's is for its board. One of the group's is for everybody.
"""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from documents.models import (
    Audience,
    ChangeRequest,
    Document,
    DocumentImport,
    DocumentType,
    IncomingWord,
    ReaderCheck,
    Review,
    Version,
    Writer,
)
from documents.word import Head, write_docx
from qms.organization.models import Unit, User
from qms.records.models import Attachment, NumberSeries

_KEPT = {"bo", "berit", "eva"}  # they write and adopt routines at north
_APPOINTED = {
    "anna", "bo", "berit", "cecilia", "david", "eva", "ines", "frank", "gun", "adam", "rut",
    "standin",
}  # fmt: skip
_TEXTS = ("title", "summary", "body")
DOCUMENTS: dict[str, dict[str, set[str]]] = {
    "docnorth": dict.fromkeys(_TEXTS, _KEPT | {"anna", "ines"}),
    "docdraft": dict.fromkeys((*_TEXTS, "news"), _KEPT),
    "docreview": dict.fromkeys((*_TEXTS, "comment"), _KEPT | {"anna"}),
    "docschool": {name: {"frank", "rut"} for name in _TEXTS},
    "docopen": dict.fromkeys(_TEXTS, _APPOINTED),
    "docfile": dict.fromkeys(("title", "summary"), _KEPT | {"anna", "ines"}),
    "docword": {"body": {"bo"}},
    "docimport": {"title": {"cecilia"}},
    # What Anna suggested and was answered, and what she said of the text, are for those who write.
    "docchange": {
        "text": _KEPT | {"anna"}, "answer": _KEPT | {"anna"}, "first": _KEPT, "hard": _KEPT,
    },
}  # fmt: skip
# What stands where only the search of the own texts leads is met on the document's own page.


def document_at(unit: Unit, **facts: Any) -> Document:
    """Return a routine of a unit, without any version."""
    kind = DocumentType.objects.get(code=facts.pop("kind", "rutin"))
    number = NumberSeries.take(kind.prefix)
    return Document.objects.create(unit=unit, document_type=kind, number=number, **facts)


def version_at(
    status: str, document: Document, writer: User, label: str = "1.0", **facts: Any
) -> Version:
    """Return a version placed in a state without its story, for tests of one verb."""
    today = timezone.localdate()
    major, minor = map(int, label.split("."))
    if status not in {"draft", "review", "approved"}:
        days = {"adopted_on": today, "valid_from": today}
        facts = days | facts
        if document.first_valid_on is None:
            document.first_valid_on = facts["valid_from"]
            document.save(update_fields=["first_valid_on"])
    facts = {"title": "Dosett", "summary": "Kort.", "body": "<p>Text.</p>", "news": "Nytt."} | facts
    version = Version(
        document=document, unit=document.unit, number=f"{document.number}/{label}",
        major=major, minor=minor, status=status, **facts,
    )  # fmt: skip
    version.measure()
    version.save()
    Writer.objects.create(version=version, person=writer)
    return version


def _filed(unit: Unit, writer: User, word: Any) -> tuple[Document, Attachment]:
    """Return a document that is a file, in force, with a word in the file too."""
    document = document_at(unit, owner=writer, openness="unit")
    content = ContentFile(word("docfile", "summary").encode(), name="x")
    file = Attachment(file=content, name="plan.pdf", media_type="application/pdf", size=9,
                      sha256="1" * 64, object_id=0)  # fmt: skip
    texts = {name: word("docfile", name) for name in ("title", "summary")}
    texts["file_text"] = texts["summary"]  # what is searched stands on no page
    version = version_at("draft", document, writer, body="", **texts)
    file.record, file.added_by = version, writer
    file.save()
    today = timezone.localdate()
    Version.objects.filter(pk=version.pk).update(file=file, file_sha256=file.sha256)
    for status in ("review", "approved", "adopted", "in_force"):
        Version.objects.filter(pk=version.pk).update(
            status=status, adopted_on=today, valid_from=today
        )
    Document.objects.filter(pk=document.pk).update(first_valid_on=today)
    return document, file


def _incoming(draft: Version, by: User, word: Any) -> IncomingWord:
    """Return a Word file that somebody looks at before it becomes the text of a draft."""
    content = write_docx(Head("Titel"), f"<p>{word('docword', 'body')}</p>")
    file = ContentFile(content, name="x")
    return IncomingWord.objects.create(
        version=draft, file=file, name="rutin.docx", sha256="2" * 64, sent_by=by
    )


def _folder(by: User, word: Any) -> DocumentImport:
    """Return a folder of documents that somebody has sent and not gone on with."""
    ready = {"row": 2, "title": word("docimport", "title"), "unit": "Nord", "type": "Rutin",
             "is_text": True, "version": "1.0", "earlier": 0, "since": "1 maj 2026",
             "notes": []}  # fmt: skip
    counts = {"ready": 1, "failed": 0, "doubles": 0, "texts": 1, "files": 0, "earlier": 0,
              "rows": 1, "first": [ready], "problems": [], "same": [], "unused": [],
              "unused_count": 0, "refused": []}  # fmt: skip
    return DocumentImport.objects.create(
        filename="mapp.zip", sha256="3" * 64, size=9, uploaded_by=by, counts=counts,
        file=ContentFile(b"x", name="x"), faults=ContentFile(b"x", name="x"),
    )  # fmt: skip


def version_for(verb: str, status: str, unit: Unit, writer: User, reviewer: User) -> Version:
    """Return a version of a new document from which a verb starts."""
    document = document_at(unit, owner=writer, openness="unit")
    more: dict[str, Any] = {"round": 1} if status == "review" else {}
    if verb == "take_over":
        more = {"editing_by": writer, "editing_since": timezone.now()}
    version = version_at(status, document, writer, **more)
    if status == "review":
        Review.objects.create(version=version, round=1, order=1, reviewer=reviewer)
    return version


def plant_documents(
    units: SimpleNamespace, cast: SimpleNamespace, writer: User, word: Any
) -> SimpleNamespace:
    """Plant the documents; returns their numbers by place."""

    def texts(place: str, *more: str) -> dict[str, str]:
        body = {"body": f"<p>{word(place, 'body')}</p>"}
        return {n: word(place, n) for n in ("title", "summary", *more)} | body

    today = timezone.localdate()
    north = document_at(units.north, owner=cast.bo, openness="unit")
    version_at("in_force", north, writer, **texts("docnorth"))
    draft = version_at("draft", north, writer, "2.0", **texts("docdraft", "news"))
    filed, file = _filed(units.north, cast.bo, word)
    reviewed = document_at(units.north, openness="group")
    version = version_at("review", reviewed, writer, round=1, **texts("docreview"))
    asked = Review.objects.create(version=version, round=1, order=1, reviewer=cast.berit)
    asked.give("passed_on", by=cast.berit, comment=word("docreview", "comment"))
    Review.objects.create(version=version, round=1, order=1, reviewer=cast.anna, passed_from=asked)
    school = document_at(units.school, openness="authority")
    version_at("in_force", school, cast.frank, **texts("docschool"))
    everybody = document_at(units.group, openness="group")
    before = today - timedelta(days=30)
    version_at(
        "superseded", everybody, writer, adopted_on=before, valid_from=before, ended_on=today
    )
    version_at("in_force", everybody, writer, "2.0", **texts("docopen"))
    change = _plant_reading(north, units, cast, writer, word)
    north.related.set([reviewed, school])
    everybody.related.set([north, school])
    return SimpleNamespace(
        docnorth=north.number, docreview=reviewed.number, docschool=school.number,
        docopen=everybody.number, docchange=change.number, docfile=filed.number,
        docfile_file=file.uid,
        incoming=_incoming(draft, cast.bo, word).uid, folder=_folder(cast.cecilia, word).uid,
    )  # fmt: skip


def change_at(document: Document, by: User, **facts: Any) -> ChangeRequest:
    """Return a suggestion about what applies, without its story."""
    facts = {"status": "asked", "text": "Det står fel dos."} | facts
    return ChangeRequest.objects.create(
        document=document, version=document.versions.get(minor=0, major=1), unit=document.unit,
        asked_by=by, number=NumberSeries.take("AND", timezone.localdate().year), **facts,
    )  # fmt: skip


def _plant_reading(
    document: Document, units: SimpleNamespace, cast: SimpleNamespace, writer: User, word: Any
) -> ChangeRequest:
    """Let Anna's unit read the document, and plant what she answered and suggested."""
    Audience.objects.create(document=document, unit=units.north)
    valid = document.versions.get(major=1)
    now = timezone.now()
    ReaderCheck.objects.create(
        version=valid, person=cast.anna, asked_by=writer, found="yes", answered_at=now,
        first=word("docchange", "first"), hard=word("docchange", "hard"),
    )  # fmt: skip
    ReaderCheck.objects.create(version=valid, person=cast.ines, asked_by=writer)
    return change_at(
        document, cast.anna, status="declined", text=word("docchange", "text"),
        answer=word("docchange", "answer"), answered_by=cast.bo, answered_at=now,
    )  # fmt: skip
