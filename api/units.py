"""Units: the tree, with dates, service and authority."""

from datetime import date
from typing import Any

from django.http import Http404
from ninja import Field, Query, Router, Schema

from api.paging import Cursor, Page, Size, cut, way_on
from api.problems import declared
from qms.organization.chart import Chart
from qms.organization.models import Unit
from qms.organization.requests import SignedInRequest

router = Router(tags=["units"])


class UnitOut(Schema):
    """A unit. `parent` and `successor` are codes; `depth` is its level in the tree, 0 the top."""

    code: str
    name: str
    kind: str
    parent: str | None
    depth: int
    authority: str
    secrecy_area: str
    service: str
    valid_from: date | None
    valid_until: date | None
    successor: str | None
    is_open: bool
    url: str


class Units(Page):
    """A page of units, parents before children."""

    units: list[UnitOut]


class UnitQuery(Schema):
    """What the list of units may be narrowed to."""

    q: str = Field("", max_length=100, description="Words of the name or the code.")
    antal: Size = 100
    efter: Cursor = ""


def _told(unit: Unit, chart: Chart) -> dict[str, Any]:
    names = ("code", "name", "kind", "depth", "authority", "secrecy_area", "service",
             "valid_from", "valid_until", "is_open")  # fmt: skip
    codes = {pk: other.code for pk, other in chart.by_id.items()}
    return {name: getattr(unit, name) for name in names} | {
        "parent": codes.get(unit.parent_id or 0),
        "successor": codes.get(unit.successor_id or 0),
        "url": unit.get_absolute_url(),
    }


@router.get("/units", response={200: Units, **declared(422)}, url_name="units")
def list_units(request: SignedInRequest, asked: Query[UnitQuery]) -> dict[str, Any]:
    """List the units in the order of the tree."""
    chart = Chart()
    words = asked.q.replace("\x00", "").strip()
    units = [unit for unit, _place in chart.search(words)] if words else chart.units
    page, cursor = cut(units, asked.efter, asked.antal, lambda unit: unit.code)
    return {"units": [_told(unit, chart) for unit in page], **way_on(request, cursor)}


@router.get("/units/{code}", response={200: UnitOut, **declared(404, 422)}, url_name="unit")
def read_unit(request: SignedInRequest, code: str) -> dict[str, Any]:
    """Read one unit."""
    chart = Chart()
    unit = next((unit for unit in chart.units if unit.code == code), None)
    if unit is None:
        raise Http404
    return _told(unit, chart)
