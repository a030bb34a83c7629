"""A visitor: sends requests in process through the real WSGI handler, middleware included."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.utils.module_loading import import_string

from qms.organization.models import User

_CSRF = "b" * 32  # the cookie and the form carry the same secret
_FILES = "----takt-bench"


@dataclass
class Answer:
    """What one request cost."""

    status: str
    ms: float
    cpu_ms: float  # of this process: what others on the machine do shows less in it
    sql_ms: float
    queries: int
    size: int
    body: str = ""


class Clock:
    """Counts and times the queries of one request."""

    def __init__(self) -> None:
        self.queries, self.seconds = 0, 0.0

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        """Run one query."""
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.seconds += time.perf_counter() - begun


class Visitor:
    """One person's browser."""

    def __init__(self, application: Any, user: User | None = None) -> None:
        self.application = application
        self.cookies = {settings.CSRF_COOKIE_NAME: _CSRF}
        if user:
            store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")()
            store[SESSION_KEY] = str(user.pk)
            store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
            store[HASH_SESSION_KEY] = user.get_session_auth_hash()
            store.create()
            self.cookies[settings.SESSION_COOKIE_NAME] = store.session_key

    def get(self, address: str, keep: bool = False) -> Answer:
        """Ask for a page."""
        return self._send("GET", address, b"", keep)

    def post(self, address: str, answers: list[tuple[str, str]]) -> Answer:
        """Send a form."""
        body = urlencode([*answers, ("csrfmiddlewaretoken", _CSRF)]).encode()
        return self._send("POST", address, body, keep=True)

    def _send(self, method: str, address: str, body: bytes, keep: bool) -> Answer:
        path, _sep, query = address.partition("?")
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        environ = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query,
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost", "HTTP_COOKIE": cookies, "HTTP_ACCEPT_LANGUAGE": "sv",
            "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(), "wsgi.version": (1, 0), "wsgi.multithread": True,
            "wsgi.multiprocess": False, "wsgi.run_once": False, "SCRIPT_NAME": "",
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
        }  # fmt: skip
        with _timed() as (clock, told):
            begun, worked = time.perf_counter(), time.process_time()
            parts = self.application(environ, lambda status, headers: told.append(status))
            content = b"".join(parts)
            spent, cpu = time.perf_counter() - begun, time.process_time() - worked
            getattr(parts, "close", lambda: None)()
        text = content.decode() if keep else ""
        return Answer(
            told[0], spent * 1000, cpu * 1000, clock.seconds * 1000, clock.queries,
            len(content), text,
        )  # fmt: skip


@contextmanager
def _timed() -> Iterator[tuple[Clock, list[str]]]:
    clock = Clock()
    with connection.execute_wrapper(clock):
        yield clock, []


def _is_sent(kind: str | None, given: dict[str, str | None]) -> bool:
    if kind in {"submit", "file"}:
        return False
    return kind not in {"radio", "checkbox"} or "checked" in given


class Answers(HTMLParser):
    """The answers that already stand in a page's form, as a browser would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.choices: dict[str, list[str]] = {}
        self._name = self._select = ""
        self._text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take in a field."""
        given = dict(attrs)
        name, kind = given.get("name") or "", given.get("type", "text")
        if tag == "select":
            self._select, self.choices[name] = name, []
        elif tag == "option" and self._select:
            self.choices[self._select].append(given.get("value") or "")
            if "selected" in given:
                self.found.append((self._select, given.get("value") or ""))
        elif tag == "textarea":
            self._name, self._text = name, ""
        elif tag == "input" and name and _is_sent(kind, given):
            self.found.append((name, given.get("value") or ""))

    def handle_data(self, data: str) -> None:
        """Take in the text of a text area."""
        self._text += data if self._name else ""

    def handle_endtag(self, tag: str) -> None:
        """Close a field."""
        if tag == "select":
            self._select = ""
        elif tag == "textarea" and self._name:
            self.found.append((self._name, self._text))
            self._name = ""

    def but(self, **answers: str) -> list[tuple[str, str]]:
        """Return the answers with some given anew."""
        kept = [pair for pair in self.found if pair[0] not in {*answers, "csrfmiddlewaretoken"}]
        return kept + list(answers.items())
