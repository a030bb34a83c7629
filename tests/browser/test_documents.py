"""A routine in a browser: written, sent back, approved by two, adopted by a third, read."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from documents.models import Document, DocumentType, Version
from qms.organization.duties import Role
from tests.browser.conftest import PHONE, Window
from tests.group import person
from tests.site import cookie

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
_TITLE = "Nyckelhantering på natten"
_ASKED = "Skriv vem som lämnar nyckeln på morgonen."


@pytest.fixture(scope="module")
def people(town: SimpleNamespace, django_db_blocker: Any) -> SimpleNamespace:
    """Who writes, who review, and who works at night; each with a session."""
    units = town.units
    roles = {
        "petra": (units.home_care, Role.PROCESS_OWNER),
        "mia": (units.north, Role.STAFF),
        "sara": (units.south, Role.STAFF),
        "nora": (units.north, Role.STAFF),
    }
    with django_db_blocker.unblock():
        found = {name: person(name, "Ros", appointed) for name, appointed in roles.items()}
        town.sessions.update({name: cookie(user) for name, user in found.items()})
    return SimpleNamespace(**found)


def _send(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form.form[method=post] .actions button.btn").first.click()


def _fill(page: Page, **answers: Any) -> None:
    for name, value in answers.items():
        field = page.locator(f"main [name={name}]")
        if field.first.get_attribute("type") == "radio":
            page.locator(f"main [name={name}][value='{value}']").check(force=True)
        elif field.first.evaluate("each => each.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    _send(page)


def _do(page: Page, address: str, verb: str, **answers: Any) -> None:
    """Do a verb of a version on its page."""
    page.goto(f"{address}{Version.moves()[verb].address}/")
    _fill(page, **answers)


def _write(page: Page, document: str, text: str, **more: str) -> None:
    """Write in the editor as one types, and send."""
    page.goto(f"{document}utkast/skriv/")
    for name, value in more.items():
        page.fill(f"main [name={name}]", value)
    editor = page.locator("main [contenteditable=true]")
    editor.click()
    editor.press("Control+End")
    editor.press("Enter")
    editor.type(text)
    _send(page)
    assert page.url.endswith("/utkast/"), page.inner_text("main")


def _approved_by_two(window: Window, people: SimpleNamespace, version: str) -> None:
    petra = window("petra")
    _do(petra, version, "send_to_review", reviewer_1=people.mia.pk, reviewer_2=people.sara.pk)
    _do(window("mia", PHONE), version, "approve", comment="")
    _do(window("sara", PHONE, java_script_enabled=False), version, "approve", comment="")


def test_a_routine_is_written_reviewed_adopted_read_and_followed_by_the_next(
    window: Window, town: SimpleNamespace, people: SimpleNamespace
) -> None:
    petra, nora = window("petra"), window("nora", PHONE)
    petra.goto("/dokument/ny/")
    kind = DocumentType.objects.get(code="rutin").pk
    _fill(
        petra, title=_TITLE, document_type=kind, unit=town.units.home_care.pk, openness="authority"
    )
    number = Document.objects.latest("pk").number
    page = f"/dokument/{number}/"
    first, second = f"{page}v/1.0/", f"{page}v/2.0/"
    _write(petra, page, "Du hämtar nyckeln i skåpet.", summary="Nyckeln ligger i skåpet.")
    _do(petra, first, "send_to_review", reviewer_1=people.mia.pk, reviewer_2=people.sara.pk)
    _do(window("mia", PHONE), first, "ask_for_change", comment=_ASKED)
    petra.goto(f"{page}utkast/")
    assert _ASKED in petra.inner_text("main")
    assert (nora.goto(page) or petra).status == 404  # type: ignore[union-attr]
    _write(petra, page, "Nattpatrullen lämnar nyckeln klockan sju.")
    _approved_by_two(window, people, first)
    today = timezone.localdate().isoformat()
    _do(window("berit"), first, "adopt", valid_from=today)

    nora.goto(page)
    said = nora.inner_text("main")
    assert "Det här gäller nu" in said
    assert "Nattpatrullen lämnar nyckeln klockan sju." in said
    assert nora.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    petra.goto(f"{page}ny-version/")
    _fill(petra, is_minor="major")
    _write(petra, page, "Skriv i listan när du lämnar nyckeln.", news="En lista att skriva i.")
    _approved_by_two(window, people, second)
    _do(window("berit"), second, "adopt", valid_from=today)
    nora.goto(page)
    assert "En lista att skriva i." in nora.inner_text("main")
    nora.goto(first)
    assert "Den gäller inte längre" in nora.inner_text("main")
    nora.goto(f"{page}jamfor/1.0..2.0/")
    assert "Skriv i listan" in "".join(nora.locator("main ins").all_inner_texts())
    frank = window("frank")
    for address in (page, first, f"{page}jamfor/1.0..2.0/"):
        answer = frank.goto(address)
        assert answer
        assert answer.status == 404
