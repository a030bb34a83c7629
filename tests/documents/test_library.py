"""The library: what applies is found by title, word, unit and kind, and nothing else is told of."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from documents.models import Document, Opening, Version
from documents.searching import best, meant
from qms.organization.duties import Role
from qms.organization.models import User
from tests.planted_documents import document_at, version_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(people: SimpleNamespace, units: SimpleNamespace, routine: Any) -> SimpleNamespace:
    """Three routines in force and a draft."""

    def put(unit: Any, title: str, body: str, status: str = "in_force", **facts: Any) -> Document:
        document = document_at(unit, **facts)
        version_at(status, document, people.pia, title=title, summary="", body=f"<p>{body}</p>")
        return document

    return SimpleNamespace(
        drugs=put(units.home_care, "Läkemedelshantering", "Kontrollera dosetten.",
                  openness="authority", services=["care"]),
        violence=put(units.group, "Hot och våld", "Ring. Om läkemedel saknas, larma."),
        school=put(units.school, "Åska på skolgården", "Gå in.", openness="unit"),
        draft=put(units.home_care, "Läkemedelsförråd", "Ny hemlighet.", "draft"),
        put=put,
    )  # fmt: skip


def seen_by(user: User, query: str = "") -> list[str]:
    """Return the titles that the library shows somebody."""
    client = Client()
    client.force_login(user)
    answer = client.get(f"/dokument/?{query}")
    assert answer.status_code == 200
    return [version.title for version in answer.context["library"].rows]


def test_the_list_goes_by_title_and_holds_what_applies(
    shelf: SimpleNamespace, people: SimpleNamespace
) -> None:
    assert seen_by(people.anna) == ["Hot och våld", "Läkemedelshantering"]
    assert seen_by(people.frank) == ["Hot och våld", "Åska på skolgården"]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("enhet=min", ["Läkemedelshantering"]),
        ("typ=rutin", ["Hot och våld", "Läkemedelshantering"]),
        ("typ=policy", []),
        ("verksamhet=care", ["Läkemedelshantering"]),
        ("bokstav=H", ["Hot och våld"]),
        ("nytt=1&bokstav=L", ["Läkemedelshantering"]),
        ("enhet=FINNS-INTE", []),
        ("bokstav=%00&typ=;drop&sida=-4&efter=x", ["Hot och våld", "Läkemedelshantering"]),
        ("q=dosett", ["Läkemedelshantering"]),
        ("q=hemlighet", []),
    ],
)
def test_links_narrow_the_list(
    query: str, titles: list[str], shelf: SimpleNamespace, people: SimpleNamespace
) -> None:
    assert seen_by(people.anna, query) == titles


def test_a_unit_has_its_own_and_what_applies_there(
    shelf: SimpleNamespace, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    shelf.violence.applies_to.add(units.north)
    query = f"enhet={units.home_care.code}"
    assert seen_by(people.anna, query) == ["Hot och våld", "Läkemedelshantering"]
    assert seen_by(people.frank, query) == ["Hot och våld"]


def test_the_title_goes_before_the_text(shelf: SimpleNamespace, people: SimpleNamespace) -> None:
    assert seen_by(people.anna, "q=läkemedel") == ["Läkemedelshantering", "Hot och våld"]


def test_what_is_opened_where_one_works_comes_before_its_like(
    shelf: SimpleNamespace, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    for title in ("Nycklar, ett", "Nycklar, två"):
        shelf.put(units.group, title, "Lämna dem i skåpet.")
    assert seen_by(people.anna, "q=nycklar") == ["Nycklar, ett", "Nycklar, två"]
    later = Version.objects.get(title="Nycklar, två").document
    client = Client()
    client.force_login(people.maj)
    for _time in range(3):
        assert client.get(later.get_absolute_url()).status_code == 200
    assert Opening.objects.get().count == 3
    assert seen_by(people.anna, "q=nycklar") == ["Nycklar, två", "Nycklar, ett"]
    assert seen_by(people.frank, "q=nycklar") == ["Nycklar, ett", "Nycklar, två"]


def test_whoever_works_everywhere_says_nothing_of_any_unit(
    shelf: SimpleNamespace, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    for unit in (units.north, units.south, units.home_care, units.school, units.company):
        unit.appoint(people.nils, Role.STAFF, by=None)
    units.water.appoint(people.nils, Role.STAFF, by=None)
    Opening.count_one(shelf.drugs, people.nils)
    assert not Opening.objects.exists()


@pytest.mark.parametrize(
    ("written", "wanted"),
    [("lakemedl", "läkemedel"), ("läkmedel", "läkemede"), ("hott", "hot"), ("xyzzyq", "")],
)
def test_a_misspelled_word_is_guessed_from_titles_one_reads(
    written: str, wanted: str, shelf: SimpleNamespace, people: SimpleNamespace
) -> None:
    guess = meant(Version.objects.readable_to(people.anna), written)
    assert guess.startswith(wanted)
    assert bool(guess) == bool(wanted)


def test_a_guess_tells_of_nothing_one_may_not_read(
    shelf: SimpleNamespace, people: SimpleNamespace
) -> None:
    assert meant(Version.objects.readable_to(people.frank), "skolgåreden") == "skolgården"
    assert meant(Version.objects.readable_to(people.anna), "skolgåreden") == ""
    assert meant(Version.objects.readable_to(people.pia), "läkemedelsförrod") != "läkemedelsförråd"


def test_a_number_leads_to_what_applies(
    shelf: SimpleNamespace, people: SimpleNamespace, client: Client
) -> None:
    number = shelf.drugs.number
    client.force_login(people.anna)
    for said in (number, number.lower().replace("-", " "), number.replace("-0", "-")):
        answer = client.get("/sok/", {"q": said})
        assert (answer.status_code, answer["Location"]) == (302, shelf.drugs.get_absolute_url())
    client.force_login(people.frank)
    assert client.get("/sok/", {"q": number}).status_code == 200
    assert seen_by(people.anna, f"q={number}") == ["Läkemedelshantering"]


def test_the_great_search_finds_the_same_in_the_same_order(
    shelf: SimpleNamespace, people: SimpleNamespace, client: Client
) -> None:
    client.force_login(people.anna)
    answer = client.get("/sok/", {"q": "läkemedel"})
    urls = [hit.url for group in answer.context["groups"] for hit in group.hits]
    wanted = [shelf.drugs.get_absolute_url(), shelf.violence.get_absolute_url()]
    assert [url for url in urls if url.startswith("/dokument/")] == wanted
    assert "<mark>" in answer.content.decode()
    answer = client.get("/sok/", {"q": "läkmedelshantering"})
    assert answer.context["meant"] == "läkemedelshantering"


def test_beyond_the_numbered_pages_one_goes_on(
    shelf: SimpleNamespace, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch,
    client: Client, units: SimpleNamespace,
) -> None:  # fmt: skip
    monkeypatch.setattr("documents.listing.PER_PAGE", 2)
    monkeypatch.setattr("documents.listing.NUMBERED", 2)
    for title in ("Zebra", "Ärenden", "Öppettider"):
        shelf.put(units.group, title, "Text.")
    client.force_login(people.anna)
    library = client.get("/dokument/").context["library"]
    assert library.is_more
    found = [row.title for row in library.rows]
    while library.older_url:
        library = client.get(f"/dokument/{library.older_url}").context["library"]
        found += [row.title for row in library.rows]
    assert found == ["Hot och våld", "Läkemedelshantering", "Zebra", "Ärenden", "Öppettider"]


def test_the_best_are_few(
    shelf: SimpleNamespace, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("documents.searching.MOST", 1)
    found: Callable[..., Any] = Version.objects.readable_to
    assert len(best(found(people.anna), people.anna, "läkemedel")) == 1
