"""What happens in a municipality: the stories written for each kind of service."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Story:
    """One thing that happens again and again on some units, with what people wrote about it."""

    units: tuple[str, ...]
    category: str
    titles: list[str]
    texts: list[str]
    place: list[str]
    corrections: list[str]
    severity: list[int]
    likelihood: list[int]
    clauses: list[str]
    causes: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    similar: str
    effect_yes: str
    effect_partly: str
    effect_no: str
    lesson: str
    answer: str
    dismiss_reason: str
    protected: str = ""

    @property
    def corrective(self) -> list[dict[str, Any]]:
        """The actions that remove a cause."""
        return [action for action in self.actions if action["kind"] == "corrective"]

    @property
    def beside(self) -> list[dict[str, Any]]:
        """The actions that put one thing right or improve something."""
        return [action for action in self.actions if action["kind"] != "corrective"]


@cache
def all_stories() -> tuple[Story, ...]:
    """Return every story, in the order of the files' names."""
    found = []
    for path in sorted((_FOLDER / "stories").glob("*.toml")):
        for story in tomllib.loads(path.read_text(encoding="utf-8"))["story"]:
            found.append(Story(**story | {"units": tuple(story["units"])}))
    return tuple(found)


@cache
def phrases() -> dict[str, Any]:
    """Return what people write in passing: lists of texts, and questions with their answers."""
    found: dict[str, Any] = {}
    for name in ("phrases.toml", "comments.toml"):
        found |= tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return found
