"""A deviation as people meet it: reported on a phone, taken care of at a desk."""

import time
from types import SimpleNamespace

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from nonconformities.models import Action, Category, Nonconformity
from tests.browser.conftest import DESK, PHONE, Window
from tests.group import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
SECONDS, SCREENS = 60, 2


def _send(page: Page) -> None:
    """Press the form's own button and wait for the answer."""
    with page.expect_navigation():
        page.locator("main form.form[method=post] .actions button.btn").first.click()


def _do(page: Page, number: str, verb: str, **answers: str) -> None:
    """Do a verb on its page: choose and write as a person would."""
    model, base = (
        (Action, "atgarder") if number.startswith("ATG") else (Nonconformity, "avvikelser")
    )
    page.goto(f"/{base}/{number}/{model.moves()[verb].address}/")
    for name, value in answers.items():
        field = page.locator(f"main [name={name}]")
        if field.first.get_attribute("type") == "radio":
            page.locator(f"main [name={name}][value='{value}']").check(force=True)
        elif field.first.evaluate("each => each.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    _send(page)
    assert page.url.endswith(f"/{number}/") or "#" in page.url, (verb, page.inner_text("main"))


def _report(page: Page, text: str) -> str:
    """Report from the start page with three answers; return the number."""
    page.goto("/")
    page.locator("a[href='/rapportera/']:visible").first.click()
    page.locator("[name=description]").fill(text)
    page.locator("[name=urgency][value=no]").check(force=True)
    _send(page)
    page.wait_for_url("**/kvitto/**")
    return next(w.strip(".") for w in page.inner_text("h1").split() if w.startswith("AVV-"))


def test_reported_on_a_phone_within_a_minute(window: Window, town: SimpleNamespace) -> None:
    page = window("", PHONE)
    page.goto("/logga-in/?next=/")
    page.locator("[name=login]").fill("anna")
    page.locator("[name=password]").fill(PASSWORD)
    _send(page)
    began = time.monotonic()
    number = _report(page, "Larmet i rum 4 gick inte fram.")
    assert time.monotonic() - began < SECONDS
    assert Nonconformity.objects.filter(number=number, unit=town.units.north).exists()


def test_send_lies_within_two_screens_of_the_phone(window: Window) -> None:
    page = window("anna", PHONE)
    page.goto("/rapportera/")
    box = page.locator("main form .actions button.btn").first.bounding_box()
    assert box
    assert box["y"] + box["height"] <= SCREENS * PHONE["height"]
    assert box["height"] >= 44  # a thumb hits it


def _whole_way(phone: Page, desk: Page, doer: Page) -> str:
    """Go from report to closed; return the number."""
    number = _report(phone, "Fel tablett låg i tisdagsfacket.")
    category = Category.objects.filter(parent__isnull=False, services__contains=["care"]).first()
    assert category
    today = timezone.localdate().isoformat()
    _do(
        desk, number, "assess", title="Fel tablett", severity="2", likelihood="3",
        category=str(category.pk),
    )  # fmt: skip
    _do(desk, number, "start_investigation", plan="Prata med gruppen")
    _do(desk, number, "add_cause", method="whys", why_1="Stress", why_2="Ingen dubbelkoll")
    _do(desk, number, "answer_extent", extent="Söder har samma.")
    anna = Nonconformity.objects.get(number=number).reported_by
    assert anna
    _do(
        desk, number, "plan_action", kind="corrective", description="Dubbelkoll",
        responsible=str(anna.pk), due_on=today, criterion="Inga fel", effect_on=today,
    )  # fmt: skip
    _do(desk, number, "decide_actions")
    action = Action.objects.get(nonconformity__number=number).number
    assert action
    _do(doer, action, "begin")
    _do(doer, action, "complete", evidence="Listan hänger där.")
    _do(desk, action, "verify", result="Sett.")
    _do(
        desk, number, "approve_effect", outcome="yes", evidence="Inga fel", lesson="Dubbelkolla",
        answer="Tack!",
    )  # fmt: skip
    return number


def test_the_whole_way_on_phone_and_desk(window: Window) -> None:
    number = _whole_way(window("anna", PHONE), window("bo", DESK), window("anna", PHONE))
    assert Nonconformity.objects.get(number=number).status == "closed"


def test_the_whole_way_without_javascript(window: Window) -> None:
    off = {"java_script_enabled": False}
    number = _whole_way(
        window("anna", PHONE, **off), window("bo", DESK, **off), window("anna", PHONE, **off)
    )
    assert Nonconformity.objects.get(number=number).status == "closed"


def test_the_list_is_filtered_without_javascript(window: Window, town: SimpleNamespace) -> None:
    page = window("bo", DESK, java_script_enabled=False)
    page.goto("/avvikelser/")
    page.locator("details.filters > summary:visible").click() if page.locator(
        "details.filters > summary:visible"
    ).count() else None
    page.locator("[name=steg]").select_option("effect_check")
    with page.expect_navigation():
        page.locator("details.filters form button").click()
    assert "steg=effect_check" in page.url
    assert town.planted.north.number in page.inner_text("#lista")
