"""Many get another responsible person: shown first, done one by one, never twice."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nonconformities.models import Nonconformity
from qms.history.models import Event
from qms.organization.duties import Role
from tests.group import person
from tests.planted import action_at, case_at

URL = "/avvikelser/byt-ansvarig/"
pytestmark = pytest.mark.usefixtures("base")


def at(user: Any) -> Client:
    """Return a browser with somebody signed in."""
    client = Client()
    client.force_login(user)
    return client


def form(browser: Client, *records: Any, url: str = URL, **answers: Any) -> dict[str, Any]:
    """Return the answers of the page where the rows are ticked."""
    page = browser.get(url, {"rad": [str(record) for record in records]})
    assert page.status_code == 200
    asked = page.context["form"]
    held = {"held": asked["held"].value(), "stamp": asked["stamp"].value()}
    return held | {"reason": "Bo slutar"} | answers


@pytest.fixture
def maj(units: SimpleNamespace) -> Any:
    """A colleague in home care north."""
    return person("maj", "Lind", (units.north, Role.UNIT_MANAGER))


def test_bo_hands_over_what_he_ticked(
    cast: SimpleNamespace, units: SimpleNamespace, maj: Any
) -> None:
    cases = [case_at("assessed", units.north, cast.anna, responsible=cast.bo) for _n in range(3)]
    browser = at(cast.bo)
    sent = form(browser, *cases[:2], responsible=maj.pk)
    looked = browser.post(URL, sent | {"look": "1"})
    assert looked.status_code == 200
    assert len(looked.context["changing"]) == 2
    assert not Event.objects.filter(verb="assign").exists()
    done = browser.post(URL, sent | {"change": "1"}, follow=True)
    assert "2 byttes" in done.content.decode()
    assert [*Nonconformity.objects.filter(responsible=maj).order_by("pk")] == cases[:2]
    assert Event.objects.filter(verb="assign", actor=cast.bo, note="Bo slutar").count() == 2


def test_sent_twice_is_done_once_and_again_is_another_time(
    cast: SimpleNamespace, units: SimpleNamespace, maj: Any
) -> None:
    case = case_at("assessed", units.north, cast.anna, responsible=cast.bo)
    browser = at(cast.bo)
    sent = form(browser, case, responsible=maj.pk) | {"change": "1"}
    for _time in range(2):
        assert "1 byttes" in browser.post(URL, sent, follow=True).content.decode()
    assert Event.objects.filter(verb="assign").count() == 1
    for taker in (cast.bo, maj):  # the same answers on a fresh page are a new wish
        browser.post(URL, form(browser, case, responsible=taker.pk) | {"change": "1"})
    assert Event.objects.filter(verb="assign").count() == 3


def test_each_row_says_why_it_stays(
    cast: SimpleNamespace, units: SimpleNamespace, maj: Any
) -> None:
    fine = case_at("assessed", units.north, cast.anna, responsible=cast.berit)
    closed = case_at("closed", units.north, cast.anna)
    elsewhere = case_at("assessed", units.water, cast.anna, reported_by=cast.bo)
    has = case_at("assessed", units.north, cast.anna, responsible=maj)
    browser = at(cast.bo)
    sent = form(browser, fine, closed, elsewhere, has, responsible=maj.pk)
    looked = browser.post(URL, sent | {"look": "1"})
    staying = {str(record): reason for record, reason in looked.context["staying"]}
    assert set(staying) == {str(closed), str(elsewhere), str(has)}
    assert "Avslutad" in staying[str(closed)]
    assert "bedöma och handlägga" in staying[str(elsewhere)]
    assert "Maj Lind" in staying[str(has)]
    page = browser.post(URL, sent | {"change": "1"}, follow=True).content.decode()
    assert "1 byttes" in page
    assert "3 gick inte" in page


def test_who_works_elsewhere_cannot_take_over(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    case = case_at("assessed", units.north, cast.anna, responsible=cast.bo)
    browser = at(cast.bo)
    for wrong in (cast.frank, cast.gun, cast.nils):
        sent = form(browser, case, responsible=wrong.pk) | {"change": "1"}
        assert browser.post(URL, sent).status_code == 422
    cast.berit.is_active = False
    cast.berit.save()
    sent = form(browser, case, responsible=cast.berit.pk) | {"change": "1"}
    assert browser.post(URL, sent).status_code == 422
    assert not Event.objects.filter(verb="assign").exists()


def test_a_row_somebody_changed_meanwhile_is_left(
    cast: SimpleNamespace, units: SimpleNamespace, maj: Any
) -> None:
    case = case_at("assessed", units.north, cast.anna, responsible=cast.bo)
    browser = at(cast.bo)
    sent = form(browser, case, responsible=maj.pk) | {"change": "1"}
    case.assign(by=cast.eva, responsible=cast.berit, reason="Jag hann före")
    page = browser.post(URL, sent, follow=True).content.decode()
    assert "0 byttes" in page
    case.refresh_from_db()
    assert case.responsible == cast.berit


def test_rows_out_of_sight_are_not_there(
    cast: SimpleNamespace, units: SimpleNamespace, maj: Any
) -> None:
    mine = case_at("assessed", units.north, cast.anna, responsible=cast.bo)
    school = case_at("assessed", units.school, None, responsible=cast.frank)
    browser = at(cast.bo)
    sent = form(browser, mine, school, responsible=maj.pk)
    sent["held"] += f" {school.pk}:0 -1:0 x:y 99999999999999999999:1"
    page = browser.post(URL, sent | {"change": "1"}, follow=True).content.decode()
    assert school.number not in page
    school.refresh_from_db()
    assert school.responsible == cast.frank
    assert browser.get(URL, {"rad": school.number}).status_code == 302


@pytest.mark.parametrize(
    "bad", [{"held": ""}, {"stamp": "x"}, {"reason": ""}, {"responsible": "0"}, {"reason": "\x00"}]
)
def test_what_is_missing_or_wrong_changes_nothing(
    bad: dict[str, str], cast: SimpleNamespace, units: SimpleNamespace, maj: Any
) -> None:
    case = case_at("assessed", units.north, cast.anna, responsible=cast.bo)
    browser = at(cast.bo)
    sent = form(browser, case, responsible=maj.pk) | {"change": "1"} | bad
    assert browser.post(URL, sent).status_code in {302, 422}
    assert not Event.objects.filter(verb="assign").exists()


def test_all_hits_are_taken_to_a_limit(
    cast: SimpleNamespace, units: SimpleNamespace, monkeypatch: Any
) -> None:
    for _number in range(4):
        case_at("assessed", units.north, cast.anna, responsible=cast.bo)
    monkeypatch.setattr("qms.records.views.reassigning.MOST", 3)
    page = at(cast.bo).get(URL + "?vy=alla&alla=1")
    assert len(page.context["changing"]) == 3
    assert page.context["is_full"]
    assert len(at(cast.bo).get(URL + "?vy=alla&ansvarig=bo&alla=1").context["changing"]) == 3
    assert at(cast.bo).get(URL + "?vy=alla&ansvarig=ines&alla=1").status_code == 302


def test_the_page_asks_as_much_for_many_rows_as_for_few(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    browser = at(cast.bo)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(URL + "?vy=alla&alla=1")
        return len(queries)

    for _number in range(5):
        case_at("assessed", units.north, cast.anna, responsible=cast.bo)
    asked()
    few = asked()
    for _number in range(45):
        case_at("assessed", units.north, cast.anna, responsible=cast.bo)
    assert asked() == few <= 10


def test_only_who_may_hand_over_meets_the_boxes(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    case = case_at("assessed", units.north, cast.anna, responsible=cast.bo)
    for who, count in ((cast.bo, 1), (cast.anna, 0), (cast.cecilia, 0), (cast.gun, 0)):
        page = at(who).get("/avvikelser/?vy=alla").content.decode()
        assert page.count('name="rad"') == count, who
        assert at(who).get(URL, {"rad": case.number}).status_code == (200 if count else 404)


def test_actions_are_handed_over_the_same_way(
    cast: SimpleNamespace, units: SimpleNamespace, maj: Any
) -> None:
    case = case_at("action", units.north, cast.anna)
    action = action_at("planned", case, cast.anna)
    url = "/atgarder/byt-ansvarig/"
    browser = at(cast.bo)
    assert 'name="rad"' in browser.get("/atgarder/?vy=alla").content.decode()
    sent = form(browser, action, url=url, responsible=maj.pk) | {"change": "1"}
    assert "1 byttes" in browser.post(url, sent, follow=True).content.decode()
    action.refresh_from_db()
    assert action.responsible == maj
    assert uuid.UUID(sent["stamp"] if isinstance(sent["stamp"], str) else str(sent["stamp"]))
