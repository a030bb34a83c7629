"""One browser and one site for all of these tests; each test has a window of its own."""

import os
import shutil
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.matrix import filled
from tests.planted import plant
from tests.site import site

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
Window = Callable[..., Page]


@pytest.fixture(scope="package")
def town(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[SimpleNamespace]:
    """A site with the cast and a case in every place."""
    with site(django_db_blocker, tmp_path_factory.mktemp("browser"), plant) as found:
        yield found


@pytest.fixture(scope="package")
def places(town: SimpleNamespace, django_db_blocker: Any) -> dict[str, Any]:
    """What stands in the braces of addresses."""
    with django_db_blocker.unblock():
        return filled(town.planted)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium: the one in CHROMIUM, or the system's."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.skip("Chromium saknas / is missing")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        chromium = playwright.chromium.launch(executable_path=program, args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def window(browser: Browser, town: SimpleNamespace) -> Iterator[Window]:
    """Open a window for somebody: window("bo", PHONE, java_script_enabled=False)."""
    contexts, complaints = [], list[str]()

    def _window(name: str = "", size: Any = None, **options: Any) -> Page:
        options = {"viewport": size or DESK, "locale": "sv-SE", "base_url": town.url} | options
        context = browser.new_context(**options)
        context.set_default_timeout(15_000)
        if name:
            session = {"name": "sessionid", "value": town.sessions[name], "url": town.url}
            context.add_cookies([session])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: _note(complaints, page, said))
        return page

    yield _window
    for context in contexts:
        context.close()
    assert complaints == []


def _note(complaints: list[str], page: Page, said: Any) -> None:
    """Keep what the browser complains about; an answer of 4xx is no fault of the page."""
    if said.type == "error" and "Failed to load resource" not in said.text:
        complaints.append(f"{page.url}: {said.text}")
