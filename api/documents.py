"""Documents: what applies today, as the library shows it, and the versions that once did."""

from datetime import date
from typing import Any

from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from api.paging import Cursor, Page, Size, cut, way_on
from api.problems import declared, wrong_answers
from api.shapes import File, Named, file_told
from documents.filters import PARAMETERS
from documents.listing import Library
from documents.models import Version
from qms.organization.requests import SignedInRequest
from qms.records.search import MOST_SIGNS

router = Router(tags=["documents"])


class DocumentRow(Schema):
    """A document that applies today."""

    number: str
    title: str
    type: Named
    unit: Named
    version: str
    valid_from: date
    url: str


class Documents(Page):
    """A page of documents: by title, or the best hits of a search first."""

    documents: list[DocumentRow]


class DocumentOut(DocumentRow):
    """What applies, with its text as clean HTML, or the file that stands in its place."""

    summary: str
    news: str
    body: str
    file: File | None
    adopted_on: date
    adopted_by: str | None
    decision_body: str
    decision_paragraph: str
    decision_number: str
    services: list[str]
    applies_to: list[Named]
    requirements: list[str]
    sha256: str = Field(description="Of what the version says; it stands in the event of adoption.")


class VersionRow(Schema):
    """A version that applies, or once did."""

    version: str
    title: str
    state: str = Field(description="where it stands today, in words")
    applies: bool
    valid_from: date
    ended_on: date | None
    url: str


class Versions(Schema):
    """The versions of one document, the latest first."""

    number: str
    versions: list[VersionRow]


class DocumentQuery(Schema):
    """The filters of the library, by the same names."""

    q: str = Field("", max_length=MOST_SIGNS, description="Words; the best 200 hits are answered.")
    enhet: str = Field("", max_length=30, description="A unit's code, or `min` for one's own.")
    typ: str = Field("", max_length=30, description="The code of a type of document.")
    verksamhet: str = Field("", max_length=20, description="A kind of service.")
    nytt: str = Field("", max_length=1, description="`1`: new in the last month.")
    bokstav: str = Field("", max_length=1, description="The first letter of the title.")
    antal: Size = 25
    efter: Cursor = ""


def _library(request: SignedInRequest, asked: DocumentQuery) -> Library:
    """Return the library as it is asked for. Raises Stopped for what it would overlook."""
    query = QueryDict(mutable=True)
    query.update({name: getattr(asked, name) for name in (*PARAMETERS, "efter")})
    library = Library(request.user, query)
    errors = library.filters.faults()
    if asked.efter and not library.query and library.after is None:
        errors["efter"] = [_("This place in the list is not there any more.")]
    if errors:
        raise wrong_answers(errors)
    return library


def _row(version: Version) -> dict[str, Any]:
    document = version.document
    return {
        "number": document.number,
        "title": version.title,
        "type": {"code": document.document_type.code, "name": document.document_type.name},
        "unit": {"code": document.unit.code, "name": document.unit.name},
        "version": version.label,
        "valid_from": version.valid_from,
        "url": version.get_absolute_url(),
    }


@router.get("/documents", response={200: Documents, **declared(422)}, url_name="documents")
def list_documents(request: SignedInRequest, asked: Query[DocumentQuery]) -> dict[str, Any]:
    """List what applies today and the asker may read."""
    library = _library(request, asked)
    if library.query:
        ids, cursor = cut(library.hits, asked.efter, asked.antal, lambda pk: pk)
        by_id = library.found.for_page().in_bulk(ids)
        rows = [by_id[pk] for pk in ids if pk in by_id]
    else:
        rows = list(library.by_title[: asked.antal + 1])
        cursor = str(rows[asked.antal - 1].pk) if len(rows) > asked.antal else ""
        rows = rows[: asked.antal]
    return {"documents": [_row(row) for row in rows], **way_on(request, cursor)}


@router.get(
    "/documents/{number}", response={200: DocumentOut, **declared(404, 422)}, url_name="document"
)
def read_document(request: SignedInRequest, number: str) -> dict[str, Any]:
    """Read what applies today of one document."""
    seen = Version.objects.readable_to(request.user).select_related(
        "document__document_type", "document__unit", "adopted_by", "file"
    )
    version = get_object_or_404(seen.defer("search"), document__number=number)
    document = version.document
    names = ("summary", "news", "body", "adopted_on", "decision_body", "decision_paragraph",
             "decision_number")  # fmt: skip
    clauses = document.clauses.select_related("edition")
    return _row(version) | {
        **{name: getattr(version, name) for name in names},
        "file": file_told(version.file) if version.file else None,
        "adopted_by": version.adopted_by.name if version.adopted_by else None,
        "services": document.services,
        "applies_to": [{"code": u.code, "name": u.name} for u in document.applies_to.all()],
        "requirements": [f"{clause.edition.slug}/{clause.number}" for clause in clauses],
        "sha256": version.digest,
    }


@router.get(
    "/documents/{number}/versions", response={200: Versions, **declared(404, 422)},
    url_name="document_versions",
)  # fmt: skip
def list_versions(request: SignedInRequest, number: str) -> dict[str, Any]:
    """List the versions that apply or once did; drafts are for the pages."""
    seen = Version.objects.visible_to(request.user).was_in_force().for_page()
    found = list(seen.filter(document__number=number).order_by("-major", "-minor"))
    if not found:
        get_object_or_404(seen.none())
    return {
        "number": number,
        "versions": [
            {
                "version": row.label,
                "title": row.title,
                "state": row.state["word"],
                "applies": row.applies,
                "valid_from": row.valid_from,
                "ended_on": row.ended_on,
                "url": row.get_absolute_url(),
            }
            for row in found
        ],
    }
