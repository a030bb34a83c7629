"""Reading what is asked of us: our own words first, the standard's number second."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from qms.requirements.models import Clause, Edition

pytestmark = pytest.mark.usefixtures("lists")

INDEX = "/krav/"
HOME_CARE = "/krav/iso9001-2026/8.5.1/"
SignIn = Callable[[Any], Any]


def page(client: Any, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def in_order(text: str, *parts: str) -> bool:
    for part in parts:
        _before, found, text = text.partition(part)
        if not found:
            return False
    return True


# --- The list -------------------------------------------------------------------------------


def test_the_list_begins_with_the_newest_edition_by_chapter(
    sign_in: SignIn, cast: SimpleNamespace
) -> None:
    text = page(sign_in(cast.anna), INDEX)
    assert text.count("<h1") == 1
    assert text.count("task-link") == 65
    assert in_order(
        text, "Vi och vår omvärld", "4.1", "Leda", "Göra jobbet", "Bli bättre", "10.2.2"
    )
    assert in_order(text, "Utföra tjänsten</a>", "8.5.1")


def test_another_edition_and_a_law_can_be_chosen(sign_in: SignIn, cast: SimpleNamespace) -> None:
    client = sign_in(cast.anna)
    assert "10.3" in page(client, INDEX + "?utgava=iso9001-2015")
    law = page(client, INDEX + "?utgava=sosfs-2011-9")
    assert in_order(law, "Processer och rutiner", "5 kap. 2 §", "7 kap. 1 §")


def test_an_unknown_edition_is_not_found(sign_in: SignIn, cast: SimpleNamespace) -> None:
    assert sign_in(cast.anna).get(INDEX + "?utgava=iso14001").status_code == 404


def test_what_is_new_since_2015_can_be_shown_alone(sign_in: SignIn, cast: SimpleNamespace) -> None:
    text = page(sign_in(cast.anna), INDEX + "?utgava=iso9001-2026&andrat=1")
    assert text.count("task-link") == 11
    assert "Ta vara på möjligheter" in text
    assert "Kalibrering" not in text


@pytest.mark.parametrize(
    ("words", "number"),
    [("hemtjänsten planen", "8.5.1"), ("MEDICINEN märkt", "8.5.2"), ("möjlig", "6.1.3")],
)
def test_search_finds_words_in_names_plain_words_and_examples(
    sign_in: SignIn, cast: SimpleNamespace, words: str, number: str
) -> None:
    text = page(sign_in(cast.anna), f"{INDEX}?q={words}")
    assert f"/krav/iso9001-2026/{number}/" in text
    assert "/krav/iso9001-2026/7.5.2/" not in text


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("8.5.1", HOME_CARE),
        (" 8.5 ", "/krav/iso9001-2026/8.5/"),
        ("10.3", "/krav/iso9001-2015/10.3/"),
        ("5 kap. 2 §", "/krav/sosfs-2011-9/5:2/"),
        ("8.5.1&utgava=iso9001-2015", "/krav/iso9001-2015/8.5.1/"),
    ],
)
def test_a_number_goes_straight_to_its_page(
    sign_in: SignIn, cast: SimpleNamespace, query: str, address: str
) -> None:
    response = sign_in(cast.anna).get(f"{INDEX}?q={query}")
    assert (response.status_code, response["Location"]) == (302, address)


@pytest.mark.parametrize("query", ["zzz", "%00", "%", "'" * 300, "\u202e🙂", "a " * 200])
def test_a_search_without_hits_says_what_to_do(
    sign_in: SignIn, cast: SimpleNamespace, query: str
) -> None:
    response = sign_in(cast.anna).get(INDEX, {"q": query})
    assert response.status_code == 200
    if query == "zzz":
        assert "Inget krav innehåller alla orden" in response.content.decode()


def test_before_the_lists_are_loaded_the_page_says_so(
    sign_in: SignIn, cast: SimpleNamespace
) -> None:
    for table in ("ClauseChange", "Crosswalk", "Example", "Clause", "Edition"):
        Clause._meta.apps.get_model("requirements", table).objects.all().delete()
    assert "Det finns inga krav än" in page(sign_in(cast.anna), INDEX)


# --- One requirement ------------------------------------------------------------------------


def test_our_words_come_first_and_the_standards_number_and_heading_last(
    sign_in: SignIn, cast: SimpleNamespace
) -> None:
    text = page(sign_in(cast.anna), "/krav/iso9001-2026/10.1/")
    assert in_order(
        text,
        "<h1",
        "Bli bättre hela tiden",
        "Så här gäller det för oss",
        "Vi blir lite bättre hela tiden.",
        "Det här är nytt i 2026",
        "Samma sak i andra listor",
        "Avvikelser mot det här kravet",
        "Standardens nummer och rubrik",
        "Continual improvement",
        "Kontrollera mot standarden",
    )
    assert f'href="{reverse("nonconformities:index")}?krav=10.1"' in text


def test_each_person_meets_the_example_of_their_own_kind_of_service(
    sign_in: SignIn, cast: SimpleNamespace
) -> None:
    care, school = "I hemtjänsten: rätt person", "I förskolan: vi räknar barnen"
    others = "exempel från andra verksamheter"
    assert in_order(page(sign_in(cast.anna), HOME_CARE), care, others, school)
    assert in_order(page(sign_in(cast.frank), HOME_CARE), school, others, care)
    for stranger in (cast.cecilia, cast.nils):
        text = page(sign_in(stranger), HOME_CARE)
        assert in_order(text, "open>", "Exempel från olika verksamheter", care, school)


def test_a_hit_in_an_example_shows_the_example(sign_in: SignIn, cast: SimpleNamespace) -> None:
    text = page(sign_in(cast.anna), INDEX + "?q=sopkärl")
    assert in_order(text, "Sprida policyn", "För den som tömmer sopkärl")


def test_the_editions_lead_to_each_other(sign_in: SignIn, cast: SimpleNamespace) -> None:
    client = sign_in(cast.anna)
    new = page(client, "/krav/iso9001-2026/4.1/")
    assert "Kravet är utökat sedan 2015." in new
    assert "/krav/iso9001-2015/4.1/" in new
    assert "Uppgiften är säker" in new
    old = page(client, "/krav/iso9001-2015/10.3/")
    assert in_order(old, "I utgåvan 2026", "/krav/iso9001-2026/10.1/")
    assert "Kravet är nytt" in page(client, "/krav/iso9001-2026/6.1.3/")
    assert "Uppgiften är ganska säker." in page(client, "/krav/iso9001-2026/7.1.6/")


def test_the_standard_and_the_laws_lead_to_each_other(
    sign_in: SignIn, cast: SimpleNamespace
) -> None:
    client = sign_in(cast.anna)
    for number in ("10.2", "10.2.1"):
        assert "/krav/sosfs-2011-9/5:3/" in page(client, f"/krav/iso9001-2026/{number}/")
    assert "/krav/sosfs-2011-9/5:3/" in page(client, "/krav/iso9001-2015/10.2.1/")
    law = page(client, "/krav/sosfs-2011-9/5:3/")
    assert "/krav/iso9001-2026/10.2/" in law
    assert "/krav/iso9001-2015/10.2/" not in law


def test_a_heading_lists_the_requirements_under_it(sign_in: SignIn, cast: SimpleNamespace) -> None:
    text = page(sign_in(cast.anna), "/krav/iso9001-2026/7.5/")
    assert in_order(text, "7.5.1", "7.5.2", "7.5.3.1", "7.5.3.2")
    assert "Avvikelser mot det här kravet" not in text


def test_a_checked_edition_no_longer_asks_to_be_checked(
    sign_in: SignIn, cast: SimpleNamespace
) -> None:
    Edition.objects.update(is_verified=True)
    assert "Kontrollera mot standarden" not in page(sign_in(cast.anna), HOME_CARE)


@pytest.mark.parametrize("address", ["/krav/iso9001-2026/10.3/", "/krav/iso14001/4.1/"])
def test_an_unknown_requirement_is_not_found(
    sign_in: SignIn, cast: SimpleNamespace, address: str
) -> None:
    assert sign_in(cast.anna).get(address).status_code == 404


@pytest.mark.parametrize("address", [INDEX, HOME_CARE])
def test_a_stranger_is_asked_to_sign_in_and_nothing_can_be_posted(
    client: Any, cast: SimpleNamespace, address: str
) -> None:
    assert client.get(address)["Location"].startswith(reverse("account_login"))
    client.force_login(cast.anna)
    assert client.post(address).status_code == 405


def test_in_english_swedish_words_are_marked_as_swedish(
    sign_in: SignIn, cast: SimpleNamespace
) -> None:
    cast.anna.language = "en"
    cast.anna.save()
    text = page(sign_in(cast.anna), HOME_CARE)
    assert '<html lang="en"' in text
    assert "What it means to us" in text
    assert '<h1 lang="en">Control of production and service provision' in text
    assert 'lang="sv">Vi gör tjänsten på ett säkert sätt' in text
    assert "Så här gäller" not in text
    assert '<h1 lang="sv">Egenkontroll' in page(sign_in(cast.anna), "/krav/sosfs-2011-9/5:2/")


@pytest.mark.parametrize(
    "address",
    [INDEX, INDEX + "?q=medicin", "/krav/iso9001-2026/10.2.1/", "/krav/sosfs-2011-9/5:2/"],
)
def test_a_page_asks_the_database_at_most_eight_times(
    sign_in: SignIn,
    cast: SimpleNamespace,
    django_assert_max_num_queries: Callable[[int], Any],
    address: str,
) -> None:
    client = sign_in(cast.anna)
    page(client, address)
    with django_assert_max_num_queries(8):
        page(client, address)
