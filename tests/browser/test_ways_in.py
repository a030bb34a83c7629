"""In by the code on the wall, in a browser: no account, no network for a while, no scripts."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Error, Page, Route

from nonconformities.models import Nonconformity
from tests.browser.conftest import PHONE, Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SCREENS = 2
SEND = "main #report-form .actions button.btn:not(.link)"


def _press(page: Page, selector: str = SEND) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def _fill(page: Page, text: str) -> None:
    page.locator("[name=description]").type(text)
    page.locator("[name=urgency][value=risk]").check(force=True)
    page.wait_for_timeout(2200)  # no person answers three questions faster, and the draft is kept


def _sent(text: str) -> int:
    return Nonconformity.objects.filter(description=text).count()


def _whole_way(phone: Page, desk: Page, code: str, text: str) -> None:
    """Report at the place, dismiss at the desk, read the answer and say that it is enough."""
    phone.goto(f"/r/{code}/")
    _fill(phone, text)
    _press(phone)
    phone.wait_for_url("**/kvitto/**")
    receipt = phone.url
    assert phone.locator(".receipt-code").inner_text() in receipt
    case = Nonconformity.objects.get(description=text)
    assert case.reported_by is None
    desk.goto(f"/avvikelser/{case.number}/avskriv/")
    desk.fill("main [name=reason]", "Golvet är torkat.")
    _press(desk, "main form.form[method=post] .actions button.btn")
    phone.goto(receipt)
    assert "Golvet är torkat." in phone.inner_text("main")
    phone.locator("[name=satisfied][value=yes]").check(force=True)
    _press(phone, "#nojd button.btn")
    assert "Det du sa på slutet" in phone.inner_text("main")
    case.refresh_from_db()
    assert case.verdict == "satisfied"


def test_from_the_wall_to_the_last_word(window: Window, town: SimpleNamespace) -> None:
    code = town.planted.spots.kitchen.code
    _whole_way(window("", PHONE), window("bo"), code, "Golvet är halt vid dörren.")


def test_from_the_wall_to_the_last_word_without_javascript(
    window: Window, town: SimpleNamespace
) -> None:
    code, off = town.planted.spots.kitchen.code, {"java_script_enabled": False}
    _whole_way(window("", PHONE, **off), window("bo", **off), code, "Golvet är halt vid trappan.")


def test_three_questions_what_holds_and_send_within_two_screens(
    window: Window, town: SimpleNamespace
) -> None:
    page = window("", PHONE)
    page.goto(f"/r/{town.planted.spots.kitchen.code}/")
    button = page.locator(SEND).bounding_box()
    assert button
    assert button["y"] + button["height"] <= SCREENS * PHONE["height"]
    notice = page.locator("main .notice.info")
    assert "allmän handling" in notice.inner_text()
    assert "visselblåsarkanal" in notice.inner_text()
    box = notice.bounding_box()
    assert box
    assert box["y"] < button["y"]


# --- When the network goes away ------------------------------------------------------------------

forms = pytest.mark.parametrize("person", ["anna", ""], ids=["signed in", "no account"])


def _open(window: Window, town: SimpleNamespace, person: str) -> Page:
    page = window(person, PHONE)
    page.goto("/rapportera/" if person else f"/r/{town.planted.spots.kitchen.code}/")
    return page


@forms
def test_sent_without_a_network_the_text_is_kept(
    window: Window, town: SimpleNamespace, person: str
) -> None:
    page, text = _open(window, town, person), f"Nätet var borta ({person})."
    here = page.url
    _fill(page, text)
    page.context.set_offline(True)
    page.locator(SEND).first.click()
    page.wait_for_timeout(800)
    assert _sent(text) == 0
    page.context.set_offline(False)
    page.goto(here)
    assert page.locator("[name=description]").input_value() == text
    assert page.locator("[name=urgency]:checked").get_attribute("value") == "risk"
    page.wait_for_timeout(2200)
    _press(page)
    page.wait_for_url("**/kvitto/**")
    assert _sent(text) == 1
    page.goto(here)
    assert page.locator("[name=description]").input_value() == ""


@forms
def test_an_answer_that_is_lost_on_the_way_makes_no_second_report(
    window: Window, town: SimpleNamespace, person: str
) -> None:
    page, text = _open(window, town, person), f"Svaret kom bort ({person})."
    here = page.url
    _fill(page, text)

    def lose(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch(max_redirects=0)
        route.abort("internetdisconnected")

    page.route("**/*", lose)
    try:
        page.locator(SEND).first.click()
        page.wait_for_timeout(1500)
    except Error:
        pass
    assert _sent(text) == 1
    page.unroute("**/*")
    page.goto(here)
    assert page.locator("[name=description]").input_value() == text
    page.wait_for_timeout(2200)
    _press(page)
    page.wait_for_url("**/kvitto/**")
    assert _sent(text) == 1
