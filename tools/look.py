"""./takt look [name …]: pictures of every page at three widths, light and dark, into var/look/.

Says what the browser complained about: errors in the console, refusals of the content security
policy, wrong answers. Servers, database and people are made for the occasion.
"""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qms.embedded import Fault, services
from tools import environment, system
from tools.environment import PYTHON, ROOT
from tools.look_pages import PAGES, Page
from tools.parts import web
from tools.port import free_port, wait_until_healthy
from tools.speak import say, speak
from tools.supervise import Supervisor
from tools.throwaway import fresh_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage
    from playwright.sync_api import Page as Tab

WIDTHS = {1440: 900, 834: 1112, 390: 844}  # width: height of the window
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PASSWORD = "takt-demo-look"
SCALE = "0.2"
CHROMIUM = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def main(arguments: list[str]) -> int:
    """Take the pictures whose name holds one of the arguments, or all; return 1 for complaints."""
    pages = [
        page for page in PAGES if not arguments or any(word in page.name for word in arguments)
    ]
    system.provide()
    if not system.browser():
        raise Fault(
            "Chromium saknas. Kör: sudo apt-get install chromium - eller ange CHROMIUM=/sökväg.",
            "Chromium is missing. Install it, or set CHROMIUM to its path.",
        )
    folder = environment.data_folder() / "look"
    if not arguments:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    with _site() as address:
        complaints = take(address, pages, folder)
    say(f"{len(list(folder.glob('*.png')))} bilder i {folder}")
    print(*complaints, sep="\n")
    return int(bool(complaints))


@contextlib.contextmanager
def _site() -> Iterator[str]:
    """Yield the address of a site of its own, filled with the demo group."""
    with fresh_folder("look") as var, services(var, "look", throwaway=True) as running:
        env = environment.for_site(var, running.env) | {"DEBUG": "1", "DEMO_PASSWORD": PASSWORD}
        _fill(env)
        with free_port() as listener, Supervisor(running, [web(env, listener)]) as supervisor:
            port = listener.getsockname()[1]
            wait_until_healthy(port, env, supervisor)
            yield f"http://127.0.0.1:{port}"


def _fill(env: dict[str, str]) -> None:
    owner = environment.as_owner(env)
    for command in (
        ["-m", "tools.prepare", "--without-demo"],
        ["manage.py", "seed_demo", "--scale", SCALE],
    ):
        subprocess.run(
            [PYTHON, *command], env=owner, cwd=ROOT, check=True, stdout=subprocess.DEVNULL
        )


def take(address: str, pages: list[Page], folder: Path) -> list[str]:
    """Take every picture; return what the browser complained about, each complaint once."""
    from playwright.sync_api import sync_playwright

    for name, value in system.paths().items():
        os.environ[name] = value
    complaints: dict[str, None] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system.browser(), args=CHROMIUM)
        sessions = {
            person: _log_in(browser, address, person) for person in {p.person for p in pages}
        }
        for page in pages:
            say(page.name)
            for theme in THEMES:
                context = browser.new_context(
                    color_scheme=theme, storage_state=sessions[page.person], locale="sv-SE"
                )
                complaints.update(dict.fromkeys(_shoot(context, address, page, theme, folder)))
                context.close()
        browser.close()
    return list(complaints)


def _log_in(browser: "Browser", address: str, person: str | None) -> Any:
    """Return the session of a demo user."""
    if person is None:
        return None
    context = browser.new_context(locale="sv-SE")
    tab = context.new_page()
    tab.goto(f"{address}/logga-in/")
    tab.fill("input[name=login]", person)
    tab.fill("input[name=password]", PASSWORD)
    with tab.expect_navigation():
        tab.press("input[name=password]", "Enter")
    if "/logga-in/" in tab.url:
        say(f"{person} kunde inte logga in")
    state = context.storage_state()
    context.close()
    return state


def _shoot(
    context: "BrowserContext", address: str, page: Page, theme: str, folder: Path
) -> Iterator[str]:
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.extend(_error(message)))
    tab.on("pageerror", lambda error: said.append(str(error)))
    for width, height in WIDTHS.items():
        tab.set_viewport_size({"width": width, "height": height})
        if problem := _visit(tab, address, page):
            yield f"{page.name}: {problem}"
            break
        if tab.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            yield f"{page.name}: wider than the window at {width}"
        # A window as high as the page: bars that stand at its foot are then drawn there.
        whole = max(height, min(tab.evaluate("document.documentElement.scrollHeight"), 12_000))
        tab.set_viewport_size({"width": width, "height": whole})
        tab.screenshot(path=folder / f"{page.name}-{width}-{theme}.png", full_page=True)
    for text in said:
        if not (page.status >= 400 and "Failed to load resource" in text):
            yield f"{page.name}: {text}"


def _error(message: "ConsoleMessage") -> list[str]:
    """Return what an error in the console says and about which address."""
    if message.type != "error":
        return []
    return [f"{message.text} {message.location.get('url', '')}"]


def _visit(tab: "Tab", address: str, page: Page) -> str:
    """Go to a page; return what is wrong with the answer."""
    answer = tab.goto(address + page.address, wait_until="networkidle")
    if page.follow:
        links = tab.locator(page.follow)
        if not links.count():
            return f"no link {page.follow} on {page.address}"
        answer = tab.goto(
            address + str(links.first.get_attribute("href")), wait_until="networkidle"
        )
    status = answer.status if answer else 0
    return "" if status == page.status else f"answered {status} at {tab.url}"


if __name__ == "__main__":
    sys.exit(speak(main))
