"""Saved views: one's own, the unit's, and never more than the reader may see."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from qms.records.models import SavedView
from qms.records.models.saved_view import MOST_VIEWS

LIST = "/avvikelser/"
pytestmark = pytest.mark.usefixtures("base")


def at(person: Any) -> Client:
    """Return a browser with somebody signed in."""
    client = Client()
    client.force_login(person)
    return client


def saved(owner: Any, query: str = "vy=sena", **more: Any) -> SavedView:
    """Return a view that somebody saved."""
    facts = {"listing": "avvikelser", "name": "Vår morgon", "unit": None} | more
    return SavedView.keep(by=owner, query=query, **facts)


def tabs(person: Any, url: str = LIST) -> dict[str, bool]:
    """Return the saved tabs of a list, and which of them is shown."""
    listing = at(person).get(url).context["listing"]
    return {tab["label"]: tab["current"] for tab in listing.saved_tabs}


def test_bo_saves_what_the_list_shows_and_finds_it_as_a_tab(cast: SimpleNamespace) -> None:
    page = at(cast.bo).get(LIST + "?vy=sena&enhet=SOF-HT-01&sida=3&hittepa=1")
    url = f"/vyer/ny/?{page.context['listing'].keep_query}"
    assert at(cast.bo).get(url).status_code == 200
    sent = at(cast.bo).post(url, {"name": "Vår morgon", "unit": ""})
    assert sent.url == LIST + "?vy=sena&enhet=SOF-HT-01"
    assert SavedView.objects.get().query == "vy=sena&enhet=SOF-HT-01"
    assert tabs(cast.bo, sent.url) == {"Vår morgon": True}
    assert tabs(cast.bo) == {"Vår morgon": False}
    assert tabs(cast.frank) == tabs(cast.eva) == {}


def test_sent_twice_is_one_view_and_a_taken_name_is_said(cast: SimpleNamespace) -> None:
    url = "/vyer/ny/?lista=avvikelser&fraga=vy%3Dsena"
    for _time in range(2):
        assert at(cast.bo).post(url, {"name": "Sena"}).status_code == 302
    assert SavedView.objects.count() == 1
    other = at(cast.bo).post("/vyer/ny/?lista=avvikelser&fraga=vy%3Dalla", {"name": "Sena"})
    assert other.status_code == 422
    assert "samma namn" in other.content.decode() or "det namnet" in other.content.decode()


def test_a_view_shared_with_a_unit_is_for_those_who_work_there(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    saved(cast.berit, unit=units.home_care)
    for person in (cast.berit, cast.bo, cast.anna):  # Bo and Anna work below home care
        assert tabs(person) == {"Vår morgon": False}
    for person in (cast.eva, cast.frank, cast.cecilia, cast.nils):
        assert tabs(person) == {}


def test_a_shared_view_shows_each_only_what_they_may_see(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    from tests.planted import case_at

    case_at("reported", units.north, cast.anna)
    case_at("reported", units.north, cast.bo)
    view = saved(cast.bo, "vy=alla", unit=units.north)
    seen = [
        at(p).get(f"{LIST}?{view.query}").context["listing"].count for p in (cast.bo, cast.anna)
    ]
    assert seen == [2, 1]


def test_search_words_are_not_shared(cast: SimpleNamespace, units: SimpleNamespace) -> None:
    url = "/vyer/ny/?lista=avvikelser&fraga=vy%3Dalla%26sok%3Dkarin"
    refused = at(cast.bo).post(url, {"name": "Karin", "unit": units.north.pk})
    assert refused.status_code == 422
    assert "Sökord" in refused.content.decode()
    assert at(cast.bo).post(url, {"name": "Karin"}).status_code == 302


def test_nobody_shares_where_they_do_not_work(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    url = "/vyer/ny/?lista=avvikelser&fraga=vy%3Dalla"
    refused = at(cast.bo).post(url, {"name": "Skolan", "unit": units.school.pk})
    assert refused.status_code == 422
    assert not SavedView.objects.exists()


def test_the_owner_and_the_units_manager_change_it_and_nobody_else(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    url = f"/vyer/{saved(cast.anna, unit=units.north).uid}/"
    assert at(cast.frank).get(url).status_code == 404
    assert at(cast.bo).post(url, {"name": "Ny", "unit": units.north.pk}).status_code == 302
    maj = saved(cast.bo, "vy=alla", name="Bos", unit=units.north)
    address = f"/vyer/{maj.uid}/"
    assert at(cast.anna).get(address).status_code == 200  # she may begin with it
    at(cast.anna).post(address, {"name": "Annas", "begins": "on"})
    at(cast.anna).post(address, {"remove": "1"})
    maj.refresh_from_db()
    assert (maj.name, maj.removed_at) == ("Bos", None)
    at(cast.bo).post(address, {"remove": "1"})
    assert tabs(cast.anna, LIST + "?vy=alla") == {"Ny": False}
    assert at(cast.bo).get(address).status_code == 404


def test_the_list_begins_with_the_chosen_view(cast: SimpleNamespace) -> None:
    first, second = saved(cast.bo, "vy=sena"), saved(cast.bo, "vy=alla", name="Allt")
    for view in (first, second):
        at(cast.bo).post(f"/vyer/{view.uid}/", {"name": view.name, "begins": "on"})
    assert at(cast.bo).get(LIST).context["listing"].view == "alla"
    assert at(cast.bo).get(LIST + "?vy=mig").context["listing"].view == "mig"
    at(cast.bo).post(f"/vyer/{second.uid}/", {"name": "Allt"})
    assert at(cast.bo).get(LIST).context["listing"].view == "oppna"


@pytest.mark.parametrize(
    "query",
    ["", "lista=avvikelser", "lista=katter&fraga=vy%3Dalla", "lista=avvikelser&fraga=x%3D1"],
)
def test_there_is_nothing_to_save_of_what_no_list_knows(query: str, cast: SimpleNamespace) -> None:
    assert at(cast.bo).get(f"/vyer/ny/?{query}").status_code == 404


def test_an_old_view_with_broken_answers_narrows_nothing(cast: SimpleNamespace) -> None:
    view = saved(cast.bo, "vy=borta&enhet=FANNS&steg=okant&fran=snart&sortera=%00&sok=%00")
    assert at(cast.bo).get(f"{LIST}?{view.query}").status_code == 200


def test_too_many_views_are_refused_with_what_to_do(cast: SimpleNamespace) -> None:
    for number in range(MOST_VIEWS):
        saved(cast.bo, name=f"Vy {number}")
    sent = at(cast.bo).post("/vyer/ny/?lista=avvikelser&fraga=vy%3Dalla", {"name": "En till"})
    assert sent.status_code == 422
    assert SavedView.objects.count() == MOST_VIEWS


def test_actions_have_saved_views_of_their_own(cast: SimpleNamespace) -> None:
    saved(cast.bo, "vy=sena", listing="atgarder", name="Löften")
    assert tabs(cast.bo, "/atgarder/") == {"Löften": False}
    assert tabs(cast.bo) == {}
