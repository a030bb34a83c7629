"""Walker: a person with a plain browser, who reads pages, follows links and sends forms."""

import re
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from tests.group import PASSWORD

_SPACE = re.compile(r"\s+")


@dataclass
class SeenForm:
    """A form as it stands on a page: where it goes, and what is in it already."""

    action: str
    method: str
    names: set[str] = field(default_factory=set)
    answers: dict[str, list[str]] = field(default_factory=dict)

    def put(self, name: str, value: str) -> None:
        """Remember what a field holds."""
        self.answers.setdefault(name, []).append(value)


class Reader(HTMLParser):
    """Reads a page: its words, links, headings and forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[SeenForm] = []
        self.links: dict[str, str] = {}
        self.words: list[str] = []
        self._form: SeenForm | None = None
        self._area = self._select = self._link = ""
        self._link_words: list[str] = []
        self._silent = False
        self.feed(html)
        self.text = _SPACE.sub(" ", " ".join(self.words))

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Meet a tag."""
        has = {name: value or "" for name, value in attrs}
        self._silent = self._silent or tag in {"script", "template"}
        if tag == "form":
            self._form = SeenForm(has.get("action", ""), has.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a" and has.get("href"):
            self._link, self._link_words = has["href"], []
        elif self._form and has.get("name"):
            self._field(tag, has)
        elif tag == "option" and self._form and self._select and "selected" in has:
            self._form.put(self._select, has.get("value", ""))

    def _field(self, tag: str, has: dict[str, str]) -> None:
        assert self._form
        name, kind = has["name"], has.get("type", "text")
        if tag == "button" or kind in {"submit", "file"}:
            self._form.names.add(name)
            return
        self._form.names.add(name)
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            self._form.answers.setdefault(name, [""])
        elif kind in {"radio", "checkbox"}:
            if "checked" in has:
                self._form.put(name, has.get("value", "on"))
        else:
            self._form.put(name, has.get("value", ""))

    def handle_data(self, data: str) -> None:
        """Meet words."""
        if self._area and self._form:
            self._form.answers[self._area][-1] += data
        elif not self._silent:
            self.words.append(data)
            self._link_words.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Leave a tag."""
        if tag in {"script", "template"}:
            self._silent = False
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._form:
            texts = self._form.answers[self._area]  # a browser drops the first line break
            texts[-1] = texts[-1].removeprefix("\n")
            self._area = ""
        elif tag == "a" and self._link:
            self.links.setdefault(_SPACE.sub(" ", "".join(self._link_words)).strip(), self._link)
            self._link = ""


class Walker:
    """One person in one browser. CSRF is checked, redirects are followed."""

    def __init__(self, username: str = "") -> None:
        self.client = Client(enforce_csrf_checks=True)
        self.username = username
        self.answer: Any = None
        if username:
            self.sign_in(username)

    def sign_in(self, username: str, after: str = "/") -> "Walker":
        """Sign in by the page for it, on the way to `after`."""
        self.open(f"/logga-in/?next={after}")
        return self.fill(login=username, password=PASSWORD)

    def open(self, address: str) -> "Walker":
        """Go to an address."""
        self.answer = self.client.get(address, follow=True)
        return self

    def follow(self, words: str) -> "Walker":
        """Follow the link with these words."""
        links = {text: url for text, url in self.page.links.items() if words in text}
        assert links, f"no link “{words}” among {list(self.page.links)} on {self.address}"
        return self.open(unescape(next(iter(links.values()))))

    def form(self, *names: str) -> SeenForm:
        """Return the form on the page that has these fields (a GET form only when asked for)."""
        here = [f for f in self.page.forms if f.names >= set(names) and f.method == "post"]
        here = [f for f in here if f.action != "/sprak/" and "/logga-ut/" not in f.action]
        assert here, f"no form with {names} on {self.address}: {self.page.text[:600]}"
        here[0].action = here[0].action or self.address
        return here[0]

    def fill(self, **answers: Any) -> "Walker":
        """Send the form that has these fields, with what stands in it already."""
        form = self.form(*answers)
        return self.send(form, **answers)

    def send(self, form: SeenForm, **answers: Any) -> "Walker":
        """Send a form, perhaps one that was read a while ago."""
        data = form.answers | answers
        self.answer = self.client.post(form.action, data, follow=True)
        return self

    @property
    def address(self) -> str:
        """Where the person is now."""
        return self.answer.request["PATH_INFO"]

    @property
    def status(self) -> int:
        """What the page was answered with."""
        return self.answer.status_code

    @property
    def page(self) -> Reader:
        """The page as read."""
        return Reader(self.answer.content.decode())

    def reads(self, words: Any) -> bool:
        """Return True when the page has these words."""
        return _SPACE.sub(" ", str(words)) in self.page.text
