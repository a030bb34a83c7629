"""Fills the routines that many units have with what is true of each unit."""

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from progress.demo.documents.texts import LEFT, Manuscript, halves, manuscript

_FOLDER = Path(__file__).parent
# Where a local routine points at another of the same unit, or at the common one.
_NEIGHBOURS = {
    "telefon": ("telefonlista", "hot-och-vald"),
    "reserv": ("reserv-lokal", "it-incident"),
    "utrymning": ("utrymning-lokal", "utrymning"),
}


@cache
def local_manuscripts() -> tuple[Manuscript, ...]:
    """Return one document for each unit that has a routine, in the order of the files."""
    found: list[Manuscript] = []
    for path in sorted(_FOLDER.glob("local/*.md")):
        found += _filled(path)
    return tuple(found)


@cache
def places() -> dict[str, dict[str, Any]]:
    """Return what is true of each unit, by its code."""
    return tomllib.loads((_FOLDER / "places.toml").read_text(encoding="utf-8"))


def _filled(path: Path) -> Iterator[Manuscript]:
    for code in halves(path)[0]["units"]:
        head, text = halves(path)
        place, words = places()[code], _words(code, path.stem)
        key = f"{path.stem}-{code.lower()}"
        head["version"] = list(_versions(head["version"], words, random.Random(key)))
        head |= {"title": _said(head["title"], words), "summary": _said(head["summary"], words)}
        head |= {name: place[name] for name in ("owner", "author", "reviewers")} | {"unit": code}
        if code in head.pop("gone", ()):
            head["owner"] = LEFT
        del head["units"]
        yield manuscript(key, head, _said(text, words))


def _words(code: str, stem: str) -> dict[str, str]:
    """Return what stands between braces in the text of a routine, for one unit."""
    place = places()[code]
    words = {name: value for name, value in place.items() if isinstance(value, str)}
    words |= {"own": place["own"].get(stem, ""), "numbers": _rows(place["numbers"])}
    words["leader_start"] = place["leader"][0].upper() + place["leader"][1:]
    return words | _neighbours(code)


def _versions(
    versions: list[dict[str, Any]], words: dict[str, str], rng: random.Random
) -> Iterator[dict[str, Any]]:
    """Yield as many of the versions as the unit has had: not all changed at once, nor as often."""
    shift, count = rng.randrange(0, 390), rng.choice((1, 2, 2, 3))
    kept = versions[:count]
    for version in kept:
        was = [[_said(part, words) for part in pair] for pair in version["was"]]
        then = {"ago": version["ago"] + shift, "was": was}
        if version is kept[-1]:
            then |= {"was": [], "news": "Första versionen.", "minor": False}
        yield version | then


def _neighbours(code: str) -> dict[str, str]:
    return {
        word: f"{stem}-{code.lower()}" if code in _units_of(stem) else common
        for word, (stem, common) in _NEIGHBOURS.items()
    }


@cache
def _units_of(stem: str) -> frozenset[str]:
    return frozenset(halves(_FOLDER / "local" / f"{stem}.md")[0]["units"])


def _said(text: str, words: dict[str, str]) -> str:
    """Return a text with the unit's words in it; a paragraph without words is left out."""
    return text.format_map(words).replace("\n\n\n\n", "\n\n")


def _rows(numbers: list[list[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in numbers)
