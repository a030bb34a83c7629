"""Pages of a list: at most a hundred rows, and the way to the next by the last row's place."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import BeforeValidator

from api.problems import wrong_answers

MOST = 100
Size = Annotated[int, Field(ge=1, le=MOST, description="How many rows, at most.")]
Cursor = Annotated[
    str,
    Field(max_length=100, description="Where the page begins: `cursor` of the page before."),
    BeforeValidator(lambda value: value or ""),
]


class Page(Schema):
    """What every list of pages says beside its rows."""

    cursor: str | None = Field(None, description="Where the next page begins; null on the last.")
    next: str | None = Field(None, description="The whole address of the next page.")


def way_on(request: HttpRequest, cursor: str) -> dict[str, Any]:
    """Return what a page says of the next one; `cursor` is "" on the last."""
    if not cursor:
        return {"cursor": None, "next": None}
    query = request.GET.copy()
    query["efter"] = cursor
    address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
    return {"cursor": cursor, "next": address}


def cut(rows: list[Any], after: str, size: int, key: Any) -> tuple[list[Any], str]:
    """Return one page of a short list that is at hand, and the cursor of the next page.

    Raises Stopped when no row has `after` as its key.
    """
    start = 0
    if after:
        keys = [str(key(row)) for row in rows]
        if after not in keys:
            raise wrong_answers({"efter": [_("This place in the list is not there any more.")]})
        start = keys.index(after) + 1
    page = rows[start : start + size]
    is_last = start + size >= len(rows)
    return page, "" if is_last or not page else str(key(page[-1]))
