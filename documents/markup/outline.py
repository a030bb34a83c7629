"""What a page needs to know of a text: its headings, its pictures, its words alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from itertools import count

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from documents.markup.blocks import Picture, lines_of, words_of
from documents.markup.reading import blocks

_HEADING = re.compile(r"<h([2-4])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LETTERS = str.maketrans("åäöéüÅÄÖÉÜ", "aaoeuaaoeu")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in the text. `id` is made from its words: a link to it outlives a new version."""

    level: int
    text: str
    id: str


def headings(html: str) -> list[Heading]:
    """Return the headings of a cleaned text, in order, each with an id of its own."""
    taken: set[str] = set()
    found = []
    for level, inside in _HEADING.findall(html):
        text = unescape(_TAG.sub("", inside)).strip()
        name = f"avsnitt-{slugify(text.translate(_LETTERS))[:60].strip('-') or 'rubrik'}"
        numbered = (f"{name}-{number}" for number in count(2))
        own = name if name not in taken else next(n for n in numbered if n not in taken)
        taken.add(own)
        found.append(Heading(int(level), text, own))
    return found


def with_ids(html: str) -> SafeString:
    """Return a cleaned text with an id on each heading, so that a contents list can lead there."""
    ids: Iterator[Heading] = iter(headings(html))
    return mark_safe(  # cleaned when it was stored, and an id holds only letters, figures and "-"
        _HEADING.sub(lambda m: f'<h{m[1]} id="{next(ids).id}">{m[2]}</h{m[1]}>', html)
    )


def plain_text(html: str) -> str:
    """Return the words of a text, one line for each paragraph, point, cell and heading."""
    return "\n".join(words_of(line) for block in blocks(html) for line in lines_of(block))


def pictures(html: str) -> list[Picture]:
    """Return the pictures in a text."""
    lines = (line for block in blocks(html) for line in lines_of(block))
    return [part for line in lines for part in line if isinstance(part, Picture)]
