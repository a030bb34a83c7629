"""Documents for other programs: what applies and the asker may read, by the library's filters."""

from types import SimpleNamespace
from typing import Any

import pytest

from tests.api.conftest import key_of
from tests.planted_documents import document_at, version_at

pytestmark = pytest.mark.django_db
ROOM = "/api/v1/documents"


@pytest.fixture
def shelf(cast: SimpleNamespace, units: SimpleNamespace, base: None) -> list[Any]:
    """Three routines of home care, one of the school, and a draft."""
    titles = ("Dosett", "Nycklar", "Ärenden")
    rows = [document_at(units.north, openness="authority") for _title in titles]
    for document, title in zip(rows, titles, strict=True):
        version_at("in_force", document, cast.bo, title=title, body="<p>Kontrollera.</p>")
    school = document_at(units.school, openness="unit")
    version_at("in_force", school, cast.frank, title="Hemlig skola")
    version_at("draft", rows[0], cast.bo, "2.0", title="Hemligt utkast")
    return [*rows, school]


def ask(client: Any, who: Any, address: str) -> Any:
    """Return the answer to somebody's program."""
    return client.get(address, headers={"Authorization": f"Bearer {key_of(who)}"})


def test_the_list_is_the_librarys(client: Any, cast: SimpleNamespace, shelf: list[Any]) -> None:
    found = ask(client, cast.anna, f"{ROOM}?antal=2").json()
    assert [row["title"] for row in found["documents"]] == ["Dosett", "Nycklar"]
    rest = ask(client, cast.anna, found["next"]).json()
    assert [row["title"] for row in rest["documents"]] == ["Ärenden"]
    assert rest["next"] is None


def test_words_are_searched_page_by_page(
    client: Any, cast: SimpleNamespace, shelf: list[Any]
) -> None:
    found = ask(client, cast.anna, f"{ROOM}?q=kontrollera&antal=2").json()
    rest = ask(client, cast.anna, found["next"]).json()
    titles = {row["title"] for row in found["documents"] + rest["documents"]}
    assert titles == {"Dosett", "Nycklar", "Ärenden"}
    assert ask(client, cast.anna, f"{ROOM}?q=hemlig").json()["documents"] == []


@pytest.mark.parametrize("query", ["typ=finnsinte", "enhet=FINNS-INTE", "bokstav=7", "efter=0"])
def test_what_cannot_be_understood_is_told(
    query: str, client: Any, cast: SimpleNamespace, shelf: list[Any]
) -> None:
    assert ask(client, cast.anna, f"{ROOM}?{query}").status_code == 422


def test_one_document_and_its_versions(
    client: Any, cast: SimpleNamespace, shelf: list[Any]
) -> None:
    number = shelf[0].number
    found = ask(client, cast.anna, f"{ROOM}/{number}").json()
    assert (found["title"], found["version"]) == ("Dosett", "1.0")
    rows = ask(client, cast.anna, f"{ROOM}/{number}/versions").json()["versions"]
    assert [row["version"] for row in rows] == ["1.0"]  # the draft is for the pages
    for address in (f"{ROOM}/{number}", f"{ROOM}/{number}/versions"):
        assert ask(client, cast.frank, address).status_code == 404
    assert ask(client, cast.anna, f"{ROOM}/{shelf[-1].number}").status_code == 404
