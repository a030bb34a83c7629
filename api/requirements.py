"""Requirements: standards with their editions, and clauses with what they mean to us."""

from datetime import date
from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema

from api.paging import Cursor, Page, Size, cut, way_on
from api.problems import declared
from qms.organization.requests import SignedInRequest
from qms.requirements.models import Clause, Edition

router = Router(tags=["requirements"])


class EditionOut(Schema):
    """One edition of a standard, a law or a list of our own."""

    slug: str
    name: str
    standard: str
    standard_name: str
    kind: str
    published_on: date | None
    valid_until: date | None
    is_verified: bool


class Editions(Schema):
    """Every edition: standards first, then our own lists, then laws; the newest first."""

    editions: list[EditionOut]


class ClauseOut(Schema):
    """A requirement: its number, its heading, and whether it changed since the last edition."""

    edition: str
    number: str
    label: str
    title: str
    is_heading: bool
    url: str


class Clauses(Page):
    """A page of requirements of one edition, in its own order."""

    edition: str
    requirements: list[ClauseOut]


class Example(Schema):
    """An everyday example, with those it speaks to."""

    audience: str
    text: str


class Change(Schema):
    """How the requirement came from the edition before, or went over to the next."""

    kind: str
    old: str | None
    new: str | None
    what: str
    certainty: str


class ClauseWhole(ClauseOut):
    """A requirement with the plain layer. The standard's own text is never here."""

    plain: str
    examples: list[Example]
    changes: list[Change]
    relatives: list[ClauseOut]


class ClauseQuery(Schema):
    """What the list of requirements may be narrowed to."""

    utgava: str = Field("", max_length=60, description="`slug` of an edition; the newest if empty.")
    q: str = Field("", max_length=100, description="Words of the heading, plain words or examples.")
    andrat: bool = Field(False, description="Only what changed since the edition before.")
    antal: Size = 100
    efter: Cursor = ""


def _told(clause: Clause) -> dict[str, Any]:
    names = ("number", "label", "title", "is_heading")
    told = {name: getattr(clause, name) for name in names}
    return told | {"edition": clause.edition.slug, "url": clause.get_absolute_url()}


@router.get("/editions", response={200: Editions, **declared()}, url_name="editions")
def list_editions(request: SignedInRequest) -> dict[str, Any]:
    """List standards, laws and our own lists by their editions."""
    names = ("slug", "name", "published_on", "valid_until", "is_verified")
    return {
        "editions": [
            {name: getattr(edition, name) for name in names}
            | {
                "standard": edition.standard.code,
                "standard_name": edition.standard.name,
                "kind": edition.standard.kind,
            }
            for edition in Edition.objects.for_page()
        ]
    }


@router.get("/requirements", response={200: Clauses, **declared(404, 422)}, url_name="requirements")
def list_requirements(request: SignedInRequest, asked: Query[ClauseQuery]) -> dict[str, Any]:
    """List the requirements of an edition, the headings left out."""
    editions = Edition.objects.for_page()
    chosen = editions.filter(slug=asked.utgava) if asked.utgava else editions[:1]
    edition = get_object_or_404(chosen)
    found = edition.clauses.leaves().select_related("edition__standard").order_by("sort_key")
    found = found.about(asked.q.replace("\x00", "")) if asked.q.strip() else found
    found = found.changed() if asked.andrat else found
    page, cursor = cut(list(found), asked.efter, asked.antal, lambda clause: clause.number)
    told = [_told(clause) for clause in page]
    return {"edition": edition.slug, "requirements": told, **way_on(request, cursor)}


@router.get(
    "/requirements/{edition}/{number}", response={200: ClauseWhole, **declared(404, 422)},
    url_name="requirement",
)  # fmt: skip
def read_requirement(request: SignedInRequest, edition: str, number: str) -> dict[str, Any]:
    """Read one requirement: what it means to us, examples, changes, and who asks for the same."""
    clause = get_object_or_404(Clause.objects.for_page(), edition__slug=edition, number=number)
    changes = clause.changes()
    return _told(clause) | {
        "plain": clause.plain_sv,
        "examples": [{"audience": e.audience, "text": e.text_sv} for e in clause.examples.all()],
        "changes": [
            {
                "kind": change.kind,
                "old": str(change.old) if change.old else None,
                "new": str(change.new) if change.new else None,
                "what": change.text,
                "certainty": change.certainty,
            }
            for change in changes
        ],
        "relatives": [_told(other) for other in clause.relatives(changes)],
    }
