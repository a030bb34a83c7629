"""The desk in a browser: the editor, what it saves and when it says so, and the plain field."""

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Window
from tests.browser.test_manners import AXE, _violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
WORD = (
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·"
    "<span>&nbsp;&nbsp;</span></span>Tvätta händerna</p><p class=MsoListParagraph "
    "style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>Ta "
    "på handskar</p><style>p { color: red }</style><h1 style='color:red'>Sedan</h1><img src='file:///C:/x.png'>"
)
PASTE = """(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  document.querySelector("[role=textbox]").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def desk(window: Window, places: dict[str, Any]) -> Any:
    """Open the desk as Bo, with an empty text in the editor."""

    def _desk(size: Any = DESK, **options: Any) -> Page:
        page = window("bo", size, **options)
        page.goto(f"/dokument/{places['docnorth']}/utkast/skriv/")
        return page

    return _desk


def typed(page: Page, text: str) -> Any:
    """Put a new text in the editor, and return the editor."""
    paper = page.get_by_role("textbox", name="Text", exact=True)
    expect(paper).to_have_attribute("contenteditable", "true")
    paper.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)
    return paper


def saved(page: Page) -> None:
    """Wait until the server has said that it is saved."""
    expect(page.locator("[data-save-line]")).to_contain_text("Sparat kl.", timeout=10_000)


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page, when somebody asked for pictures."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def test_what_is_written_is_saved_and_stands_there_again(desk: Any) -> None:
    page = desk()
    paper = typed(page, "Ge rätt dos")
    expect(page.locator("[data-save-line]")).to_contain_text("Sparar")
    saved(page)
    page.reload()
    expect(paper).to_have_text("Ge rätt dos")
    expect(page.locator("textarea[name=plain]")).to_be_hidden()


def test_the_tools_shape_the_text(desk: Any) -> None:
    page = desk()
    paper = typed(page, "Vem gör vad")
    page.get_by_label("Slags stycke").select_option("2")
    expect(paper.locator("h2")).to_have_text("Vem gör vad")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Numrerad lista").click()
    page.keyboard.type("Tvätta händerna")
    expect(paper.locator("ol li")).to_have_text("Tvätta händerna")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Fet", exact=True).click()
    expect(page.get_by_role("button", name="Fet", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.keyboard.type("Viktigt")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Tabell", exact=True).click()
    page.keyboard.type("När")
    page.get_by_role("button", name="Tabellrubrik").click()
    page.get_by_label("Vad visar tabellen?").fill("Tider")
    page.keyboard.press("Enter")
    saved(page)
    shot(page, "desk-tools")
    page.reload()
    expect(paper.locator("table caption")).to_have_text("Tider")
    expect(paper.locator("th").first).to_have_text("När")
    expect(paper.locator("strong")).to_have_text("Viktigt")


def test_the_tools_are_one_stop_for_the_keyboard(desk: Any) -> None:
    page = desk()
    page.get_by_label("Slags stycke").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Fet", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_be_focused()


def test_paste_from_word_keeps_structure(desk: Any) -> None:
    page = desk()
    paper = typed(page, "")
    page.evaluate(PASTE, WORD)
    expect(paper.locator("ul li")).to_have_text(["Tvätta händerna", "Ta på handskar"])
    expect(paper.locator("h2")).to_have_text("Sedan")
    assert paper.locator("[style], img").count() == 0
    saved(page)


def test_a_link_gets_its_address(desk: Any) -> None:
    page = desk()
    paper = typed(page, "rutinen")
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Länk").click()
    page.get_by_label("Adress").fill("www.example.se/rutin")
    page.keyboard.press("Enter")
    expect(paper.locator("a")).to_have_attribute("href", "https://www.example.se/rutin")
    saved(page)


def test_a_picture_comes_with_its_words(desk: Any, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (40, 30), "navy").save(tmp_path / "bild.png")
    page = desk()
    paper = typed(page, "Se bilden ")
    page.get_by_role("button", name="Bild", exact=True).click()
    dialog = page.get_by_role("dialog", name="Bild")
    dialog.locator("input[type=file]").set_input_files(tmp_path / "bild.png")
    dialog.get_by_role("button", name="Lägg in bilden").click()
    expect(dialog.get_by_role("alert")).not_to_be_empty()
    dialog.get_by_label("Vad visar bilden?").fill("En dosett")
    dialog.get_by_role("button", name="Lägg in bilden").click()
    expect(paper.get_by_role("img", name="En dosett")).to_be_visible()
    saved(page)


def test_the_language_help_follows_and_swaps_words(desk: Any) -> None:
    page = desk()
    paper = typed(page, "Erhålla stöd. Alla ska erhålla stöd. ")
    swap = page.get_by_role("button", name="Byt ”erhålla” mot ”få”")
    expect(swap).to_be_visible(timeout=10_000)
    shot(page, "desk-help")
    swap.click()
    expect(paper).to_have_text("Få stöd. Alla ska få stöd. ")
    saved(page)


def test_signed_out_while_writing_nothing_is_lost(desk: Any, town: Any) -> None:
    page = desk()
    typed(page, "Först.")
    saved(page)
    page.context.clear_cookies()
    page.keyboard.type(" Sedan.")
    line = page.locator("[data-save-line]")
    expect(line).to_contain_text("Du är utloggad", timeout=10_000)
    session = {"name": "sessionid", "value": town.sessions["bo"], "url": town.url}
    page.context.add_cookies([session])
    line.get_by_role("button", name="Försök igen").click()
    saved(page)
    page.reload()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_text("Först. Sedan.")


def test_without_network_the_text_waits_on_the_device(desk: Any) -> None:
    page = desk()
    typed(page, "Hemma.")
    saved(page)
    page.context.set_offline(True)
    page.keyboard.type(" Borta.")
    line = page.locator("[data-save-line]")
    expect(line).to_contain_text("Inget nät", timeout=10_000)
    page.context.set_offline(False)
    saved(page)
    page.reload()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_text("Hemma. Borta.")


def test_what_was_not_sent_is_there_after_a_crash(desk: Any) -> None:
    page = desk()
    typed(page, "Ett.")
    saved(page)
    page.route("**/skriv/", lambda route: route.abort())
    page.keyboard.type(" Två.")
    line = page.locator("[data-save-line]")
    expect(line).to_contain_text("Kunde inte spara", timeout=10_000)
    page.unroute("**/skriv/")
    page.reload()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_text("Ett. Två.")
    saved(page)


def test_the_plain_field_stands_in_when_the_engine_does_not_come(desk: Any) -> None:
    page = desk()
    typed(page, "Grund.")
    saved(page)
    page.route("**/django_prose_editor/**", lambda route: route.abort())
    page.reload()
    field = page.locator("textarea[name=plain]")
    expect(field).to_be_visible()
    page.route("**/skriv/", lambda route: route.abort())
    field.fill("- Ett\n- Två")
    expect(page.locator("[data-save-line]")).to_contain_text("Kunde inte spara", timeout=10_000)
    page.unroute("**/skriv/")
    page.unroute("**/django_prose_editor/**")
    page.reload()
    expect(field).to_have_value("- Ett\n- Två")
    saved(page)
    page.reload()
    editor = page.get_by_role("textbox", name="Text", exact=True)
    expect(editor.locator("li")).to_have_text(["Ett", "Två"])


def test_two_tabs_show_both_texts(desk: Any) -> None:
    page = desk()
    typed(page, "Grunden ligger här.")
    saved(page)
    other = page.context.new_page()
    other.goto(page.url)
    typed(other, "Grunden ligger här, sa den ena.")
    saved(other)
    typed(page, "Grunden ligger här, sa den andra.")
    line = page.locator("[data-save-line]")
    expect(line).to_contain_text("Båda texterna visas", timeout=10_000)
    line.get_by_role("button", name="Visa vad som har hänt").click()
    expect(page.locator(".diff ins")).to_contain_text("andra")
    expect(page.locator(".diff del")).to_contain_text("ena")
    shot(page, "desk-both")
    page.get_by_role("button", name="Spara min text").click()
    expect(page.locator("main")).to_contain_text("sa den andra")


def test_without_script_the_field_does_it_all(desk: Any) -> None:
    page = desk(java_script_enabled=False)
    expect(page.locator("[role=toolbar]")).to_be_hidden()
    page.get_by_label("Text", exact=True).fill(
        "## Vem gör vad\n\n- Du tvättar händerna\n- Jag skriver"
    )
    page.get_by_role("button", name="Spara och räkna om").click()
    expect(page.get_by_label("Text", exact=True)).to_have_value(
        "## Vem gör vad\n\n- Du tvättar händerna\n- Jag skriver"
    )
    shot(page, "desk-plain")
    page.get_by_role("button", name="Spara och stäng").click()
    expect(page.locator(".prose h2")).to_have_text("Vem gör vad")
    expect(page.locator(".prose li")).to_have_count(2)


@pytest.mark.parametrize("script", [True, False])
def test_assistive_technology_can_write(desk: Any, script: bool) -> None:
    for size in (DESK, PHONE):
        for theme in ("light", "dark"):
            page = desk(size, color_scheme=theme, bypass_csp=True)
            if script:
                typed(page, "Text med tabell")
                page.get_by_role("button", name="Tabell", exact=True).click()
                for heading in ("När", "Vem", "Hur"):
                    page.keyboard.type(heading)
                    page.keyboard.press("Tab")
                saved(page)
            paper = page.get_by_role("textbox", name="Text", exact=True)
            expect(paper).to_have_attribute("contenteditable", "true")  # not while it is coming
            page.evaluate(AXE)
            assert _violations(page, theme) == []
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= size["width"]
            shot(page, f"desk-{size['width']}-{theme}-{script}")


def test_a_word_is_explained_by_keyboard_touch_and_without_script(
    window: Window, places: dict[str, Any]
) -> None:
    bo = window("bo")
    bo.goto(f"/dokument/{places['docnorth']}/utkast/skriv/")
    typed(bo, "Skriv en avvikelse.")
    saved(bo)
    for script in (True, False):
        page = window("bo", PHONE, java_script_enabled=script, has_touch=True)
        page.goto(f"/dokument/{places['docnorth']}/utkast/")
        word = page.get_by_role("button", name="avvikelse", exact=True)
        meaning = page.get_by_text("Något blev inte som det skulle")
        expect(meaning).to_be_hidden()
        word.tap()
        expect(meaning).to_be_visible()
        page.keyboard.press("Escape")
        expect(meaning).to_be_hidden()
        word.focus()
        page.keyboard.press("Enter")
        expect(meaning).to_be_visible()
        shot(page, f"term-{script}")
