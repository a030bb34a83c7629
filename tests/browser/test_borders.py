"""A complaint over the border of an authority, in a browser, without scripts at the other end."""

from types import SimpleNamespace

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, Window
from tests.browser.test_journey import _report

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
_LET_OUT = "Maten var kall vid två leveranser."


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form.form[method=post] .actions button.btn").first.click()


def test_a_complaint_is_handed_over_taken_over_and_followed(
    town: SimpleNamespace, window: Window
) -> None:
    anna = window("anna", PHONE)
    number = _report(anna, "Maten var kall hos Karin.")
    here = f"/avvikelser/{number}/"
    bo = window("bo")
    bo.goto(f"{here}lamna-over/")
    bo.select_option("main [name=unit]", str(town.units.school.pk))
    bo.fill("main [name=reason]", "Maten lagas hos er.")
    _send(bo)
    assert "annan myndighet" in bo.inner_text("main")
    bo.locator("main [name=ground][value=masked]").check(force=True)
    bo.fill("main [name=text]", _LET_OUT)
    _send(bo)
    assert "Väntar på Barn och utbildning" in bo.inner_text("main")
    number = bo.url.rstrip("/").rpartition("/")[2]
    frank = window("frank", PHONE, java_script_enabled=False)
    frank.goto("/")
    asked = frank.locator(f"a.task-link[href='/avvikelser/{number}/']")
    assert asked.inner_text() == "Ta över? Ett ärende från Hemtjänst Norr"
    asked.click()
    assert _LET_OUT in frank.inner_text("main")
    assert "Karin" not in frank.content()
    frank.get_by_role("link", name="Ta över ärendet").click()
    _send(frank)
    assert number not in frank.url
    assert _LET_OUT in frank.inner_text("main")
    assert "Karin" not in frank.content()
    anna.goto(here)
    assert "Barn och utbildning tog över din rapport." in anna.inner_text("main")
