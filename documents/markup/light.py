"""The text as it stands in a field without JavaScript: plain lines with a few signs.

    ## Heading            ### and #### below it
    Words of a paragraph, **bold**, *italic*, [words](https://address), H_{2}O, m^{2}
    - a point             two blanks in front: a point below the one before
    1. a numbered point
    | a | cell |          a line | --- | --- | below the first row makes that row headings
    |+ What the table shows
    > a quotation         --- alone is a line across; ![what it shows](/filer/…/) is a picture

A blank line ends a paragraph. Tags were the other choice, but nobody who heads a nursing home
should have to close them. What these signs cannot say (a cell over two columns, a list in a
cell) is kept: a block, row or point whose lines are the same as before is left as it was.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from documents.markup.addresses import own_picture, safe_link
from documents.markup.blocks import (
    MARKS,
    Block,
    Cell,
    Inline,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Run,
    Table,
    Title,
    as_html,
    is_head,
    lines_of,
    words_of,
)
from documents.markup.cleaning import cleaned
from documents.markup.reading import blocks

DEEPEST_LIST = 6
LONGEST_BOLD = 2000  # so that a line of stars cannot keep us busy
_SIGNS = {"strong": "**{}**", "em": "*{}*", "sup": "^{{{}}}", "sub": "_{{{}}}"}
_AT_START = re.compile(r"^(#{2,4} |[-•] |\d{1,3}[.)] |\||> |---)", re.MULTILINE)
_POINT = re.compile(r"( *)(?:([-•])|(\d{1,3})[.)])[ \t]+(.*)")
_TITLE = re.compile(r"#{1,4} .*")
_ROW_LINE = re.compile(r"\|[\s|:-]*-[\s|:-]*")
_CELLS = re.compile(r"(?<!\\)\|")
_INLINE = re.compile(
    r"\\(?P<plain>[\\*\[\]|#>^_{}.)•0-9-])"
    r"|(?P<bang>!?)\[(?P<words>(?:\\.|[^\]\\]){0,300})\]\((?P<address>[^()\s]{1,2000})\)"
    r"|(?P<stars>\*{4,})"
    rf"|\*\*(?P<strong>(?:\\.|[^\\]){{1,{LONGEST_BOLD}}}?)\*\*(?!\*)"
    r"|\*(?P<em>(?:\\.|[^\\*])+)\*"
    r"|\^\{(?P<sup>[^{}]+)\}|_\{(?P<sub>[^{}]+)\}",
    re.DOTALL,
)


def to_light(html: str) -> str:
    """Return a text as lines with signs."""
    return "\n\n".join(map(_block, blocks(html)))


def from_light(text: str, before: str = "", pictures: Collection[str] | None = None) -> str:
    """Return lines with signs as a cleaned text.

    Args:
        text: what stood in the field.
        before: the text the field was filled from; what was not touched is kept as it was.
        pictures: the addresses of the pictures that may stand in it; None means any file of ours.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.strip() == to_light(before).strip():
        return cleaned(before, pictures)
    return cleaned(as_html(_Reader(before).read(text)), pictures)


# --- Written ---------------------------------------------------------------------------------


def _block(block: Block) -> str:
    match block:
        case Title(level=level, inline=inline):
            return f"{'#' * level} {_line(inline)}"
        case Paragraph(inline=inline):
            return _AT_START.sub(lambda m: f"\\{m[1]}", _line(inline))
        case Listing():
            return "\n".join(_points(block, 0))
        case Table(rows=rows, caption=caption):
            lines = [f"|+ {caption}"] if caption else []
            lines += map(_row, rows)
            if is_head(rows[0]):
                lines.insert(1 + bool(caption), "|" + " --- |" * len(rows[0]))
            return "\n".join(lines)
        case Quote(blocks=parts):
            inside = "\n\n".join(map(_block, parts))
            return "\n".join(f"> {line}".rstrip() for line in inside.split("\n"))
    return "---"


def _points(listing: Listing, depth: int) -> Iterator[str]:
    for number, point in enumerate(listing.points, listing.start):
        yield _point(point, f"{number}." if listing.ordered else "-", depth)
        for part in point:
            if isinstance(part, Listing):
                yield from _points(part, depth + 1)


def _point(point: tuple[Block, ...], sign: str, depth: int) -> str:
    own = [part for part in point if not isinstance(part, Listing)]
    words = " ".join(_line(line) for part in own for line in lines_of(part))
    return f"{'  ' * depth}{sign} " + words.replace("\n", " ")


def _row(row: tuple[Cell, ...]) -> str:
    cells = (" ".join(map(_line, lines_of(cell))).replace("\n", " ") for cell in row)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _line(inline: Inline) -> str:
    groups = ((href, tuple(parts)) for href, parts in groupby(inline, key=lambda p: p.href))
    return "".join(
        f"[{_marked(parts, MARKS)}]({href})" if href else _marked(parts, MARKS)
        for href, parts in groups
    )


def _marked(parts: Inline, marks: Sequence[str]) -> str:
    """Return the words with their signs, nested as the tags are (`blocks.inline_html`)."""
    if not marks:
        return "".join(map(_bare, parts))
    said = ""
    for has, group in groupby(parts, key=lambda part: marks[0] in part.marks):
        inside = _marked(tuple(group), marks[1:])
        said += _signed(inside, _SIGNS[marks[0]]) if has else inside
    return said


def _signed(inside: str, sign: str) -> str:
    """Return words within a sign, blanks left outside it: "** bold**" is not bold."""
    bare = inside.strip(" \n\u00a0")
    start = inside.index(bare)
    return inside[:start] + sign.format(bare) + inside[start + len(bare) :] if bare else inside


def _bare(part: Run | Picture) -> str:
    if isinstance(part, Picture):
        return f"![{_plain(part.alt)}]({part.src})"
    return _plain(part.text)


def _plain(text: str) -> str:
    return re.sub(r"([\\*\[\]]|[\^_](?=\{))", r"\\\1", text)


# --- Read ------------------------------------------------------------------------------------


class _Reader:
    """Reads lines with signs, and knows what the text was before."""

    def __init__(self, before: str) -> None:
        was = blocks(before)
        self.blocks = {_block(block): block for block in was}
        tables = [block for block in was if isinstance(block, Table)]
        self.rows = {_row(row): row for table in tables for row in table.rows}

    def read(self, text: str) -> Iterator[Block]:
        """Yield the blocks of `text`."""
        for chunk in re.split(r"\n[ \t]*\n", text.strip("\n")):
            lines = chunk.strip("\n").rstrip()
            if lines in self.blocks:
                yield self.blocks[lines]
            elif lines.strip():
                yield from self._chunk(lines.split("\n"))

    def _chunk(self, lines: list[str]) -> Iterator[Block]:
        """Yield the blocks of lines without a blank one between them."""
        while lines:
            kind = _kind(lines[0])
            end = 1
            while kind not in ("title", "rule") and end < len(lines) and _goes_on(kind, lines[end]):
                end += 1
            taken, lines = lines[:end], lines[end:]
            yield from self._one(kind, taken)

    def _one(self, kind: str, lines: list[str]) -> Iterator[Block]:
        match kind:
            case "title":
                signs, _blank, words = lines[0].strip().partition(" ")
                yield Title(max(2, len(signs)), _inline(words.strip()))
            case "rule":
                yield Rule()
            case "point":
                yield from _listing(lines)
            case "row":
                yield from self._table(lines)
            case "quote":
                inside = "\n".join(re.sub(r"^\s*> ?", "", line) for line in lines)
                yield Quote(tuple(self.read(inside)) if "> >" not in lines[0] else ())
            case _:
                yield Paragraph(_inline("\n".join(line.strip() for line in lines)))

    def _table(self, lines: list[str]) -> Iterator[Block]:
        caption = ""
        rows: list[tuple[Cell, ...]] = []
        for line in map(str.strip, lines):
            if line.startswith("|+"):
                caption = line[2:].strip()
            elif _ROW_LINE.fullmatch(line) and rows:
                rows[-1] = tuple(Cell(c.blocks, "col", c.colspan, c.rowspan) for c in rows[-1])
            else:
                rows.append(self.rows.get(line) or _cells(line))
        if rows:
            yield Table(tuple(rows), caption)


def _kind(line: str) -> str:
    bare = line.strip()
    for kind, is_kind in (
        ("title", _TITLE.fullmatch(bare)),
        ("rule", re.fullmatch(r"-{3,}|\*{3,}", bare)),
        ("point", _POINT.fullmatch(line)),
        ("row", bare.startswith("|")),
        ("quote", bare.startswith(">")),
    ):
        if is_kind:
            return kind
    return "words"


def _goes_on(kind: str, line: str) -> bool:
    """True when `line` belongs to the block before: the same kind, or an indented next line."""
    return _kind(line) == kind or (
        kind == "point" and line.startswith("  ") and _kind(line) == "words"
    )


def _cells(line: str) -> tuple[Cell, ...]:
    bare = line.removeprefix("|")
    parts = _CELLS.split(bare[:-1] if bare.endswith("|") and bare[-2:] != "\\|" else bare)
    return tuple(
        Cell((Paragraph(_inline(part.strip().replace("\\|", "|"))),) if part.strip() else ())
        for part in parts
    )


def _listing(lines: list[str]) -> Iterator[Block]:
    """Yield the lists of these lines: two blanks in front is one step down."""
    entries: list[tuple[int, bool, int, str]] = []
    for line in lines:
        found = _POINT.fullmatch(line)
        if found:
            depth = min(len(found[1]) // 2, entries[-1][0] + 1 if entries else 0, DEEPEST_LIST)
            entries.append((depth, found[3] is not None, int(found[3] or 1), found[4]))
        elif entries:
            entries[-1] = (*entries[-1][:3], f"{entries[-1][3]} {line.strip()}")
    while entries:
        listing, entries = _one_listing(entries)
        yield listing


def _one_listing(entries: list[tuple[int, bool, int, str]]) -> tuple[Listing, list]:
    depth, ordered, start, _words = entries[0]
    points: list[tuple[Block, ...]] = []
    while entries and entries[0][0] >= depth:
        if entries[0][0] > depth:
            below, entries = _one_listing(entries)
            points[-1] = (*points[-1], below)
        elif entries[0][1] != ordered:
            break
        else:
            points.append((Paragraph(_inline(entries[0][3])),))
            entries = entries[1:]
    return Listing(ordered, tuple(points), max(1, start) if ordered else 1), entries


def _inline(text: str, marks: frozenset[str] = frozenset(), href: str = "") -> Inline:
    parts: list[Run | Picture] = []
    at = 0
    for found in _INLINE.finditer(text):
        parts.append(Run(text[at : found.start()], marks, href))
        parts += _found(found, marks, href)
        at = found.end()
    parts.append(Run(text[at:], marks, href))
    return tuple(part for part in parts if isinstance(part, Picture) or part.text)


def _found(found: re.Match[str], marks: frozenset[str], href: str) -> Inline:
    kind = found.lastgroup or ""
    if kind in ("plain", "stars"):
        return (Run(found[kind], marks, href),)
    if kind != "address":
        return _inline(found[kind], marks | {kind}, href)
    if found["bang"]:
        alt = words_of(_inline(found["words"]))
        return (Picture(own_picture(found["address"]) or found["address"], alt),)
    address = found["address"]
    if address.lower().startswith("www."):
        address = f"https://{address}"
    elif "@" in address and ":" not in address:
        address = f"mailto:{address}"
    return _inline(found["words"], marks, safe_link(address) or href)
