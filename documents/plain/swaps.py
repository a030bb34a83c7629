"""Heavy words and what to write instead. The list is a file: `swaps.tsv`, a pair on each line."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_WORD = re.compile(r"[\w/]+(?:-[\w]+)*-?|[.!?:;,]")  # a phrase does not go on past a sign
_LIST = Path(__file__).with_name("swaps.tsv")


@dataclass(frozen=True, slots=True)
class Swap:
    """A heavy word that stands in the text, how often, and what may stand instead."""

    word: str
    instead: str
    count: int

    @property
    def is_word(self) -> bool:
        """True when a button may put it in place; what stands in brackets is advice."""
        return not self.instead.startswith("(")


@cache
def swap_list() -> dict[str, str]:
    """Return the list: heavy word → plainer one."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("\t") for line in lines if line and not line.startswith("#"))
    return {heavy: plain.strip() for heavy, _tab, plain in pairs}


@cache
def _by_first_word() -> dict[str, list[tuple[str, ...]]]:
    """Return the heavy phrases by their first word, the longest first."""
    phrases: dict[str, list[tuple[str, ...]]] = {}
    for heavy in sorted(swap_list(), key=len, reverse=True):
        words = tuple(heavy.split())
        phrases.setdefault(words[0], []).append(words)
    return phrases


def swaps_in(text: str) -> tuple[Swap, ...]:
    """Return the heavy words of a text in the order they first stand, each once.

    Looked up word by word: a pattern of two hundred words took most of the time of measuring.
    """
    words = _WORD.findall(text.lower())
    phrases = _by_first_word()
    found: Counter[str] = Counter()
    at = 0
    while at < len(words):
        here = (p for p in phrases.get(words[at], ()) if tuple(words[at : at + len(p)]) == p)
        phrase = next(here, None)
        if phrase:
            found[" ".join(phrase)] += 1
        at += len(phrase) if phrase else 1
    return tuple(Swap(word, swap_list()[word], count) for word, count in found.items())
