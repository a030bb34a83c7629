"""A night nurse reads a routine on the phone: with script and without."""

from typing import Any

import pytest

from tests.browser.conftest import PHONE, Window

BUTTON = "Jag har läst och förstått"


@pytest.mark.parametrize("script", [True, False], ids=["script", "none"])
def test_a_routine_is_read_on_the_phone(
    script: bool, window: Window, places: dict[str, Any]
) -> None:
    page = window("anna", PHONE, java_script_enabled=script)
    page.goto("/")
    page.get_by_role("link", name="Läs: qdocnorthtitleq").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert page.get_by_role("button", name=BUTTON).count() == 2
    page.get_by_role("button", name=BUTTON).last.click()
    page.get_by_text("Läst ").first.wait_for()
    assert page.get_by_role("button", name=BUTTON).count() == 0
    page.goto("/dokument/att-lasa/")
    page.get_by_role("heading", name="Du har läst allt").wait_for()
    page.goto(f"/dokument/{places['docnorth']}/")
    page.get_by_role("button", name="Ångra").first.click()
    page.get_by_text("Ångrat").wait_for()
    assert page.get_by_role("button", name=BUTTON).count() == 2
    page.get_by_role("link", name="Föreslå en ändring").click()
    page.get_by_label("Vad är fel, eller kan bli bättre?").fill("Numret till jouren är gammalt.")
    page.get_by_role("button", name="Skicka").click()
    page.get_by_text("De som skriver dokumentet har fått det.").wait_for()


def test_a_head_sees_who_is_left_on_the_phone(window: Window) -> None:
    page = window("bo", PHONE)
    page.goto("/dokument/lasning/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("link", name="qdocnorthtitleq").click()
    page.get_by_text("Anna Berg").wait_for()
