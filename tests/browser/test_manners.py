"""How every page behaves: for assistive technology, in small windows, by keyboard alone."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from nonconformities.models import Nonconformity
from tests.browser.conftest import DESK, PHONE, Window

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
NARROW = {"width": 320, "height": 640}
# The dark theme changes colours only (static/css/tokens.css), so only the colours are read again.
RULES = {
    "light": "axe.run(document, {resultTypes: ['violations']})",
    "dark": "axe.run(document, {resultTypes: ['violations'],"
    " runOnly: {type: 'rule', values: ['color-contrast', 'link-in-text-block']}})",
}
AXE = Axe().axe_script

# Who looks at what; the words in braces are planted (tests/matrix.py: filled).
PAGES = {
    "": (
        "/logga-in/", "/konto/glomt/", "/tillganglighet/", "/hjalp/", "/kvitto/",
        "/kvitto/{borne}/", "/r/{kitchen}/", "/r/{cellar}/",
    ),
    "anna": (
        "/", "/rapportera/", "/rapportera/{draft}/", "/kvitto/{receipt}/", "/mina-rapporter/",
        "/avvikelser/{north}/", "/jag/", "/finns-inte/", "/konto/losenord/", "/logga-ut/",
        "/avvikelser/", "/atgarder/",
    ),
    "bo": (
        "/", "/avvikelser/", "/avvikelser/?vy=alla&sok=q", "/avvikelser/{north}/",
        "/avvikelser/{north}/synlig-for/", "/avvikelser/{hidden}/bedom/",
        "/avvikelser/{north}/planera-atgard/", "/avvikelser/{north}/effekt/",
        "/avvikelser/{north}/visa-skyddade-uppgifter/", "/avvikelser/{north}/utred/",
        "/atgarder/?vy=alla", "/atgarder/{north_action}/", "/atgarder/{north_action}/ny-dag/",
        "/avvikelser/{company}/", "/behorighet/bo-ek/", "/organisation/SOF-HT-01/",
        "/avvikelser/{north}/ta-upp-igen/", "/avvikelser/{borne_case}/", "/platser/",
        "/platser/ny/", "/platser/{kitchen}/", "/platser/{kitchen}/andra/",
        "/platser/{kitchen}/stang/", "/platser/{cellar}/", "/platser/affischer/",
        "/dokument/{docnorth}/utkast/skriv/", "/dokument/{docnorth}/utkast/bild/",
        "/dokument/{docnorth}/jamfor/1.0..2.0/",
    ),
    "cecilia": (
        "/", "/avvikelser/?vy=alla", "/avvikelser/{north}/", "/avvikelser/{company}/",
        "/atgarder/{company_action}/", "/krav/", "/krav/iso9001-2026/8.5.1/", "/krav/?q=behov",
        "/sok/?q=qcompany", "/sok/?q=finnsinte", "/organisation/", "/organisation/?q=hem",
        "/organisation/SOF-HT-02/", "/organisation/SOF-HT-01/utse/",
        "/organisation/SOF-HT-01/flytta/", "/organisation/SOF-HT-01/dela/", "/organisation/csv/",
        "/organisation/SOF-HT-02/ta-tillbaka/{change}/", "/behorighet/eva-lund/",
        "/installningar/", "/installningar/assess_days/",
    ),
}  # fmt: skip
EVERY = [(name, address) for name, addresses in PAGES.items() for address in addresses]
each_page = pytest.mark.parametrize(("name", "address"), EVERY)


@pytest.fixture
def go(window: Window, places: dict[str, Any]) -> Any:
    """Open a page as somebody and return it."""

    def _go(name: str, address: str, size: Any = DESK, **options: Any) -> Page:
        page = window(name, size, **options)
        answer = page.goto(address.format(**places))
        assert answer
        assert answer.status < 500
        return page

    return _go


def _violations(page: Page, theme: str) -> list[str]:
    found = page.evaluate(RULES[theme])["violations"]
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]} ({len(each['nodes'])})"
        for each in found
    ]


@each_page
def test_assistive_technology_and_eyes_can_read_it(go: Any, name: str, address: str) -> None:
    page = go(name, address)
    page.evaluate(AXE)
    wrong: dict[str, list[str]] = {}
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            if found := _violations(page, theme):
                wrong[f"{size['width']} {theme}"] = found
    page.set_viewport_size(NARROW)
    assert wrong == {}
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def _tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the focus stands on what is looked for."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab never came to {selector}")


def test_a_report_is_sent_by_keyboard_alone(go: Any) -> None:
    page = go("anna", "/rapportera/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    _tab_to(page, "[name=description]")
    page.keyboard.type("Skickad med bara tangenter.")
    _tab_to(page, "[name=unit]")
    _tab_to(page, "[name=urgency]")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "risk"
    _tab_to(page, "button[data-busy]")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.wait_for_url("**/kvitto/**")
    assert Nonconformity.objects.filter(description="Skickad med bara tangenter.").exists()


def test_focus_is_seen_where_it_stands(go: Any) -> None:
    page = go("bo", "/avvikelser/")
    for _press in range(12):
        page.keyboard.press("Tab")
        ring = page.evaluate(
            "(() => { const seen = getComputedStyle(document.activeElement);"
            " return seen.outlineStyle !== 'none' && parseFloat(seen.outlineWidth) >= 2; })()"
        )
        assert ring, page.evaluate("document.activeElement.outerHTML.slice(0, 200)")


def test_a_filter_keeps_the_focus_and_says_how_many(go: Any) -> None:
    page = go("bo", "/avvikelser/?vy=alla")
    if not page.locator("[name=steg]").is_visible():
        page.locator("details.filters > summary").click()
    page.locator("[name=steg]").focus()
    for step in ("reported", "effect_check"):  # twice: the part that was swapped is swapped again
        page.locator("[name=steg]").select_option(step)
        page.wait_for_url(f"**steg={step}**")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(200)  # the words are said a moment after the swap
    assert page.locator("#live").inner_text() == page.locator("#lista").get_attribute("data-say")
    assert page.evaluate("document.activeElement.name") == "steg"
    page.reload()
    assert page.locator("[name=steg]").input_value() == "effect_check"


def test_a_wrong_form_puts_the_focus_on_the_summary(go: Any) -> None:
    page = go("anna", "/rapportera/")
    page.locator("[name=description]").fill("")
    with page.expect_navigation():
        page.locator("main form .actions button.btn").first.click()
    assert page.title().startswith("Fel:")
    assert page.evaluate("document.activeElement.matches('.error-summary, [data-focus]')")


def test_what_is_written_survives_a_lost_page(go: Any) -> None:
    page = go("anna", "/rapportera/")
    page.locator("[name=description]").fill("Skrivet innan nätet försvann.")
    page.wait_for_timeout(2000)
    page.reload()
    assert page.locator("[name=description]").input_value() == "Skrivet innan nätet försvann."


def test_a_sent_comment_does_not_come_back_into_the_box(go: Any) -> None:
    page = go("anna", "/avvikelser/{north}/")
    box = page.locator("[data-draft^=comment] textarea")
    box.type("Hann inte")
    page.wait_for_timeout(1800)
    page.reload()
    assert box.input_value() == "Hann inte"  # not sent, so it is kept
    box.fill("Skickad en gång.")
    with page.expect_navigation():
        page.locator("[data-draft^=comment] button.btn").click()
    assert box.input_value() == ""
    page.reload()
    assert box.input_value() == ""
    assert page.get_by_text("Skickad en gång.").count() == 1


def test_details_about_a_person_that_were_taken_out_stay_out(go: Any) -> None:
    page = go("anna", "/rapportera/")
    page.locator("[name=description]").type("Ring 070-123 45 67 om dosen.")
    page.wait_for_timeout(1800)
    for button in ("main form .actions button.btn:not(.link)", "button[name=redact]"):
        with page.expect_navigation():
            page.locator(button).first.click()
    assert "070" not in page.locator("[name=description]").input_value()
