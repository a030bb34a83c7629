"""Units and requirements through the API."""

from types import SimpleNamespace
from typing import Any

from qms.organization.models import Unit
from tests.api.conftest import Program


def test_the_tree_comes_in_pages_parents_first(cast: SimpleNamespace) -> None:
    program, seen, address = Program(cast.anna), [], "/units?antal=3"
    while address:
        page = program.get(address)
        seen += page["units"]
        address = (page["next"] or "").partition("/api/v1")[2]
    assert [unit["code"] for unit in seen] == [unit.code for unit in Unit.objects.in_tree_order()]
    north = next(unit for unit in seen if unit["code"] == "SOF-HT-01")
    assert north["parent"] == "SOF-HT"
    assert (north["authority"], north["service"], north["depth"]) == ("SN", "care", 3)


def test_units_are_found_by_words_and_by_code(cast: SimpleNamespace) -> None:
    program = Program(cast.anna)
    assert [u["code"] for u in program.get("/units?q=norr")["units"]] == ["SOF-HT-01"]
    assert program.get("/units/VMEAB")["name"] == "Energibolaget"
    program.get("/units/VMEAB-XX", 404)


def test_a_page_is_at_most_a_hundred_rows(cast: SimpleNamespace) -> None:
    program = Program(cast.anna)
    for wrong in ("antal=101", "antal=0", "antal=x", "efter=finns-inte"):
        assert program.get(f"/units?{wrong}", 422)["errors"]


def test_requirements_with_the_plain_layer(base: Any, cast: SimpleNamespace) -> None:
    program = Program(cast.anna)
    editions = program.get("/editions")["editions"]
    assert editions[0]["standard"] == "iso9001"
    found = program.get(f"/requirements?utgava={editions[0]['slug']}&antal=2")
    assert len(found["requirements"]) == 2
    assert found["cursor"] == found["requirements"][1]["number"]
    whole = program.get(f"/requirements/{editions[0]['slug']}/8.5.1")
    assert whole["plain"]
    assert whole["examples"]
    program.get("/requirements?utgava=finns-inte", 404)
    program.get(f"/requirements/{editions[0]['slug']}/99", 404)


def test_changed_requirements_and_words(base: Any, cast: SimpleNamespace) -> None:
    program = Program(cast.anna)
    every = program.get("/requirements")["requirements"]
    changed = program.get("/requirements?andrat=true")["requirements"]
    assert 0 < len(changed) < len(every)
    assert program.get("/requirements?q=lärdom")["requirements"] != every
