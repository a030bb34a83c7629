"""Lists as the pages have them, by the same addresses: only the size and the way on differ."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import create_model

from api.paging import Cursor, Page, Size
from api.problems import wrong_answers
from nonconformities.listing import ActionList, CaseList
from qms.organization.requests import SignedInRequest
from qms.records.lists import MOST_COUNTED, RecordList

_SAYS = {
    "vy": "A view of the page (the first tab is `oppna`).",
    "sortera": "`dag` by last day, `nyast` newest first.",
    "sok": "Words of the text; only what the asker may read is searched.",
    "enhet": "The code of a unit; those below it are taken along.",
    "steg": "A status, as `investigating`.",
    "allvar": "`serious` or `small`.",
    "kategori": "The code of a category.",
    "krav": "The number of a requirement, as `8.5.1`.",
    "fran": "Reported from this day on (YYYY-MM-DD).",
    "till": "Reported until this day (YYYY-MM-DD).",
}


def _asked_by(names: Any, size: int = 25) -> Any:
    """Return what describes the parameters of a list; the list itself reads the address."""
    fields: dict[str, Any] = {
        name: (str, Field("", max_length=200, description=_SAYS.get(name, "As on the page.")))
        for name in names
    }
    return create_model(
        "ListQuery", __base__=Schema, **fields, antal=(Size, size), efter=(Cursor, "")
    )


CaseQuery: Any = _asked_by(CaseList.PARAMETERS)
ActionQuery: Any = _asked_by(ActionList.PARAMETERS)


class Counted(Page):
    """A page of a list; `count` is how many there are in all, at most 10 001 (more than 10 000)."""

    MOST: ClassVar[int] = MOST_COUNTED
    count: int


def cases(request: SignedInRequest, size: int) -> CaseList:
    """Return the list of deviations that the address asks for. Raises Stopped when it cannot be."""
    listing: Any = _asked(CaseList, request, "oppna")
    faults = listing.filters.errors
    errors = {name: [str(each) for each in found] for name, found in faults.items()}
    return _in_order(listing, size, errors)


def actions(request: SignedInRequest, size: int) -> ActionList:
    """Return the list of actions that the address asks for. Raises Stopped when it cannot be."""
    return _in_order(_asked(ActionList, request, next(iter(ActionList.VIEWS))), size, {})


def _asked(kind: type[RecordList], request: SignedInRequest, view: str) -> RecordList:
    """Return a list that never begins with a view the person has saved: that is for people."""
    query = request.GET.copy()
    query["vy"] = query.get("vy") or view
    return kind.of(request.user, query.urlencode())


def _in_order(listing: Any, size: int, errors: dict[str, list[str]]) -> Any:
    """Refuse what a page would overlook: a program that is not understood must be told."""
    asked = listing.asked
    known: dict[str, Any] = {"vy": listing.VIEWS, "sortera": listing.SORTS}
    for name, choices in known.items():
        if asked.get(name) and asked[name] not in choices:
            errors[name] = [_("Choose one of: %s.") % ", ".join(choices)]
    if asked.get("efter") and listing.after is None:
        errors["efter"] = [_("This place in the list is not there any more.")]
    if errors:
        raise wrong_answers(errors)
    listing.size = size
    return listing


def told(listing: RecordList, way: dict[str, Any]) -> dict[str, Any]:
    """Return what a page of a list says beside its rows."""
    return {"count": listing.count, **way}
