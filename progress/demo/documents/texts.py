"""Reads the demo's documents from their files: what applies now, and every version before it.

A file is a head between two lines of `+++` (TOML) and the text, in the signs that a text field
without JavaScript uses. The head's versions come newest first. `was` says what stood there before
a version: pairs of what it says now and what it said then.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

LEFT = "left"  # in a head: the owner has left the organisation
_FOLDER = Path(__file__).parent
_QUOTED = re.compile(r'"([^"]*)"')
_TELEPHONE = re.compile(r"070-174 06 (\d\d)")
_LINK = re.compile(r"\]\(dok:([a-z0-9-]+)\)")


@dataclass(frozen=True)
class Edition:
    """One version of a text, and how long ago it was adopted (or, if it is not, worked on)."""

    title: str
    summary: str
    text: str
    news: str
    ago: int
    state: str = "in_force"
    wait: int | None = None  # days from its adoption to its first day
    minor: bool = False
    hard_text_reason: str = ""

    @property
    def links(self) -> list[str]:
        """The keys of the documents it points at."""
        return sorted(set(_LINK.findall(self.text)))

    def linked(self, addresses: dict[str, str]) -> str:
        """Return the text with each document's address in the place of its key.

        Quotation marks become Swedish ones, and a telephone number does not break.
        """
        text = _LINK.sub(lambda found: f"]({addresses[found[1]]})", self.text)
        return _TELEPHONE.sub("070-174\u00a006\u00a0\\1", _QUOTED.sub(r"”\1”", text))


@dataclass(frozen=True)
class Manuscript:
    """One document of the demo, with its versions, oldest first."""

    key: str
    type: str
    unit: str
    owner: str
    author: str
    reviewers: tuple[str, ...]
    editions: tuple[Edition, ...]
    applies_to: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    openness: str = "group"
    months: int | None = None  # between reviews, where it is not as its kind says
    review_in: int | None = None  # days until the next review, from the demo's day
    supplements: str = ""
    source: tuple[str, ...] = ("", "")  # of what others have issued: who, and where it is
    decision: tuple[str, ...] = ()
    withdrawn: dict[str, Any] = field(default_factory=dict)


_TUPLES = ("reviewers", "applies_to", "clauses", "source", "decision")


@cache
def manuscripts() -> tuple[Manuscript, ...]:
    """Return the documents that are written one by one, in the order of the files' names."""
    return tuple(
        manuscript(path.stem, *halves(path)) for path in sorted(_FOLDER.glob("texts/*/*.md"))
    )


def halves(path: Path) -> tuple[dict[str, Any], str]:
    """Return the head and the text of a file."""
    _nothing, head, text = path.read_text(encoding="utf-8").split("+++\n", 2)
    return tomllib.loads(head), text.strip()


def manuscript(key: str, head: dict[str, Any], text: str) -> Manuscript:
    """Return a document from the head and the text of its file."""
    newest = Edition(head.pop("title"), head.pop("summary").strip(), text, news="", ago=0)
    reason = head.pop("hard_text_reason", "")
    editions = tuple(_editions(newest, reason, head.pop("version")))[::-1]
    facts = {name: tuple(head.pop(name)) for name in _TUPLES if name in head}
    return Manuscript(key=key, editions=editions, **facts, **head)


def _editions(edition: Edition, reason: str, versions: list[dict[str, Any]]) -> Iterator[Edition]:
    """Yield the versions, newest first: each is the one after it with what it said then."""
    for version in versions:
        told = dict(version)
        was = told.pop("was", [])
        for name in ("text", "summary"):
            if name in told:
                told[name] = told[name].strip()
        told.setdefault("hard_text_reason", reason)
        edition = replace(edition, **{"state": "in_force", "wait": None, "minor": False} | told)
        yield edition
        for now, then in was:
            if edition.text.count(now) != 1:
                raise ValueError(f"{edition.title}: {now!r} does not stand there once")
            edition = replace(edition, text=edition.text.replace(now, then))
