"""Fills the routines that many units have with what is true of each unit."""

import random
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from progress.demo.documents.texts import Manuscript, halves, manuscript

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
        del head["units"]
        gone = code in head.pop("gone", ())
        place = places()[code]
        key = f"{path.stem}-{code.lower()}"
        rng = random.Random(key)
        words = {name: value for name, value in place.items() if isinstance(value, str)}
        own = str(place.get("own", {}).get(path.stem, ""))
        words |= {"own": own, "numbers": _rows(place["numbers"]), **_neighbours(code)}
        words["leader_start"] = place["leader"][0].upper() + place["leader"][1:]
        shift = rng.randrange(0, 390)
        for version in head["version"]:
            version["ago"] += shift
            version["was"] = [[_said(part, words) for part in pair] for pair in version["was"]]
        head["version"] = head["version"][: rng.choice((1, 2, 2, 3))]
        head["version"][-1]["was"] = []
        head |= {"title": _said(head["title"], words), "summary": _said(head["summary"], words)}
        head |= {"unit": code, "owner": "left" if gone else place["owner"], "author": place["author"]}
        head["reviewers"] = place["reviewers"]
        yield manuscript(key, head, _said(text, words))


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
