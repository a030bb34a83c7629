"""Paragraphs that only look like a list become one.

Word and mail programs send lists as paragraphs with a sign in front. Read aloud, such a list says
"middle dot"; the editor cannot number it; and LIX counts it as one endless sentence.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from documents.markup.blocks import Block, Inline, Listing, Paragraph, Run, words_of

_SIGN = re.compile("(?:[·•●▪◦‣⁃\uf0b7\uf0a7]|[-–](?=[ \u00a0\t])|o(?=\u00a0| {2,}))[ \u00a0\t]*")
_NUMBER = re.compile("([1-9][0-9]?)[.)](?:[ \u00a0\t]+)(?=\\S)")


def lists_from_signs(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Return the blocks with two or more paragraphs in a row that begin with a sign as a list."""
    return tuple(shaped for group in _alike(blocks) for shaped in group)


def _alike(blocks: Iterable[Block]) -> Iterator[Iterable[Block]]:
    for kind, group in groupby(blocks, key=_kind):
        run = list(group)
        if kind == "sign" and len(run) > 1:
            yield [Listing(False, tuple(_point(block, _SIGN) for block in run))]
        elif kind == "number" and len(run) > 1 and _counts_up(run):
            points = tuple(_point(block, _NUMBER) for block in run)
            yield [Listing(True, points, _numbers(run)[0])]
        else:
            yield run


def _kind(block: Block) -> str:
    if not isinstance(block, Paragraph):
        return ""
    words = words_of(block.inline)
    for kind, sign in (("sign", _SIGN), ("number", _NUMBER)):
        found = sign.match(words)
        if found and words[found.end() :].strip():
            return kind
    return ""


def _numbers(run: list[Block]) -> list[int]:
    found = (_NUMBER.match(words_of(b.inline)) for b in run if isinstance(b, Paragraph))
    return [int(match[1]) for match in found if match]


def _counts_up(run: list[Block]) -> bool:
    numbers = _numbers(run)
    return numbers == list(range(numbers[0], numbers[0] + len(run)))


def _point(block: Block, sign: re.Pattern[str]) -> tuple[Block, ...]:
    assert isinstance(block, Paragraph)
    found = sign.match(words_of(block.inline))
    return (Paragraph(_without(block.inline, found.end() if found else 0)),)


def _without(inline: Inline, count: int) -> Inline:
    """Return the line without its first `count` characters."""
    kept: list[Run | object] = []
    for part in inline:
        length = len(words_of((part,)))
        if isinstance(part, Run) and count < length:
            kept.append(replace(part, text=part.text[count:]))
        elif count < length or not count:
            kept.append(part)
        count = max(0, count - length)
    return tuple(kept)  # type: ignore[arg-type]
