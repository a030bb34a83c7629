"""A question to three preschools, each answered by its own head in a minute, on a phone."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page

from nonconformities.models import Category, Nonconformity
from qms.organization.duties import Role
from qms.organization.models import Unit
from tests.browser.conftest import PHONE, Window
from tests.browser.test_journey import _do, _report
from tests.group import person
from tests.site import cookie

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
_NAMES = ("Skärgården", "Gamleby", "Ankan")
_QUESTION = "Är grinden mot gatan låst när barnen är ute?"


@pytest.fixture(scope="module")
def preschools(town: SimpleNamespace, django_db_blocker: Any) -> list[Unit]:
    """Three preschools under the school board, each with a head who has a session."""
    with django_db_blocker.unblock():
        found = [
            Unit.found(
                by=None, parent=town.units.school, code=f"BUF-F-0{n}", name=f"Förskolan {name}",
                kind="site", service="school", authority="BUN",
            )
            for n, name in enumerate(_NAMES)
        ]  # fmt: skip
        for n, unit in enumerate(found):
            head = person(f"rektor{n}", "Ros", (unit, Role.UNIT_MANAGER))
            town.sessions[f"rektor{n}"] = cookie(head)
    return found


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form.form[method=post] .actions button.btn").first.click()


def _asked(bo: Page, window: Window, preschools: list[Unit]) -> str:
    """Report, assess, begin to investigate and ask the three; return the number."""
    number = _report(window("anna", PHONE), "Grinden stod öppen när Karin gick ut.")
    category = Category.objects.filter(parent__isnull=False, services__contains=["care"]).first()
    assert category
    _do(
        bo, number, "assess", title="Öppen grind", severity="2", likelihood="3",
        category=str(category.pk),
    )  # fmt: skip
    _do(bo, number, "start_investigation", plan="Prata med gruppen")
    bo.goto(f"/avvikelser/{number}/{Nonconformity.moves()['ask_others'].address}/")
    bo.fill("main [name=text]", _QUESTION)
    for each in bo.locator("main [name=units]:checked").all():
        each.uncheck(force=True)
    for unit in preschools:
        bo.locator(f"main [name=units][value='{unit.pk}']").check(force=True)
    bo.locator("main [name=ground][value=none]").check(force=True)
    _send(bo)
    return number


def _answer(page: Page, verdict: str, reason: str) -> str:
    """Open the task on the start page and answer; return what the page said before that."""
    page.goto("/")
    page.locator("a.task-link", has_text="Kan det finnas hos er?").click()
    asked = page.content()
    page.fill("main [name=reason]", reason)
    with page.expect_navigation():
        page.locator(f"main button[name=verdict][value={verdict}]").click()
    return asked


def test_three_preschools_answer_on_their_phones(window: Window, preschools: list[Unit]) -> None:
    bo = window("bo")
    number = _asked(bo, window, preschools)
    heads = [
        window("rektor0", PHONE),
        window("rektor1", PHONE, java_script_enabled=False),
    ]
    answers = [("no", "Vi har kodlås."), ("yes", "Låset är trasigt.")]
    for head, (verdict, reason) in zip(heads, answers, strict=True):
        began = time.monotonic()
        asked = _answer(head, verdict, reason)
        assert time.monotonic() - began < 60
        assert _QUESTION in asked
        for secret in (number, "Karin", "Hemtjänst Norr", "Bo Ek"):
            assert secret not in asked
    made = Nonconformity.objects.get(arose_from__number=number)
    assert (made.unit, made.status) == (preschools[1], "reported")
    bo.goto(f"/avvikelser/{number}/")
    said = bo.inner_text("main")
    assert "2 av 3 har svarat" in said
    assert "Vi har kodlås." in said
    assert made.number not in said
