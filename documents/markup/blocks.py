"""The blocks a text is made of, and how they are written as HTML.

Written only from escaped text and the tags named here: no class, style, script or foreign address
can come out, whatever went in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

MARKS = ("strong", "em", "sup", "sub")  # the order they are written in, outermost first


@dataclass(frozen=True, slots=True)
class Run:
    """Some words with the same marks. A line break is "\\n"."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture among the words, by the address of one of our own attachments."""

    src: str
    alt: str = ""
    href: str = ""
    marks: frozenset[str] = frozenset()


Inline = tuple[Run | Picture, ...]


@dataclass(frozen=True, slots=True)
class Title:
    """A heading within the text; the title of the document itself is level 1 and not in it."""

    level: int
    inline: Inline


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    inline: Inline


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; each point holds blocks, most often one paragraph and perhaps a list below it."""

    ordered: bool
    points: tuple[tuple["Block", ...], ...]
    start: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. `scope` says for what a heading cell speaks ("" = no heading)."""

    blocks: tuple["Block", ...]
    scope: str = ""
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption."""

    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation or a box that stands by itself."""

    blocks: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across."""


Block = Title | Paragraph | Listing | Table | Quote | Rule


def words_of(inline: Inline) -> str:
    """Return the words of a line without marks; a picture is its description."""
    return "".join(part.alt if isinstance(part, Picture) else part.text for part in inline)


def text_of(block: Block | Cell, separator: str = "\n") -> str:
    """Return the words of a block, everything below it included."""
    return separator.join(words_of(inline) for inline in lines_of(block))


def lines_of(block: Block | Cell) -> Iterator[Inline]:
    """Yield each paragraph, point, cell and heading of a block as a line of its own."""
    match block:
        case Title(inline=inline) | Paragraph(inline=inline):
            yield inline
        case Listing(points=points):
            for point in points:
                yield from (line for part in point for line in lines_of(part))
        case Table(rows=rows, caption=caption):
            yield from [(Run(caption),)] if caption else []
            for cell in (cell for row in rows for cell in row):
                yield from lines_of(cell)
        case Cell(blocks=parts) | Quote(blocks=parts):
            yield from (line for part in parts for line in lines_of(part))


def as_html(blocks: Iterable[Block]) -> str:
    """Return the blocks as HTML, always written the same way."""
    return "".join(map(block_html, blocks))


def block_html(block: Block) -> str:
    """Return one block as HTML."""
    match block:
        case Title(level=level, inline=inline):
            return f"<h{level}>{inline_html(inline)}</h{level}>"
        case Paragraph(inline=inline):
            return f"<p>{inline_html(inline)}</p>"
        case Listing():
            return _listing_html(block)
        case Table():
            return table_html(block)
        case Quote(blocks=parts):
            return f"<blockquote>{as_html(parts)}</blockquote>"
    return "<hr>"


def opening(listing: Listing) -> str:
    """Return the tag a list begins with."""
    if not listing.ordered:
        return "<ul>"
    return f'<ol start="{listing.start}">' if listing.start != 1 else "<ol>"


def closing(listing: Listing) -> str:
    """Return the tag a list ends with."""
    return "</ol>" if listing.ordered else "</ul>"


def _listing_html(listing: Listing) -> str:
    points = "".join(f"<li>{tight_html(point)}</li>" for point in listing.points)
    return f"{opening(listing)}{points}{closing(listing)}"


def tight_html(parts: Sequence[Block]) -> str:
    """Return what stands in a point or a cell: a first and only paragraph without its tags."""
    match parts:
        case [Paragraph(inline=inline), *rest] if not any(isinstance(p, Paragraph) for p in rest):
            return inline_html(inline) + as_html(rest)
    return as_html(parts)


def table_html(table: Table) -> str:
    """Return a table with its caption and heading cells."""
    caption = f"<caption>{escape(table.caption, quote=False)}</caption>" if table.caption else ""
    head = 1 if is_head(table.rows[0]) else 0
    top = "".join(map(row_html, table.rows[:head]))
    rest = "".join(map(row_html, table.rows[head:]))
    parts = (f"<thead>{top}</thead>" if top else "") + (f"<tbody>{rest}</tbody>" if rest else "")
    return f"<table>{caption}{parts}</table>"


def is_head(row: Sequence[Cell]) -> bool:
    """True when every cell of the row speaks for its column."""
    return all(cell.scope == "col" for cell in row)


def row_html(row: Sequence[Cell]) -> str:
    """Return a row of a table."""
    return f"<tr>{''.join(cell_html(cell, tight_html(cell.blocks)) for cell in row)}</tr>"


def cell_html(cell: Cell, content: str) -> str:
    """Return a cell around `content`, which is safe HTML."""
    tag = "th" if cell.scope else "td"
    said = f' scope="{cell.scope}"' if cell.scope else ""
    said += f' colspan="{cell.colspan}"' if cell.colspan > 1 else ""
    said += f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
    return f"<{tag}{said}>{content}</{tag}>"


def inline_html(inline: Inline) -> str:
    """Return the words of a line with their marks."""
    return "".join(
        _linked(href, _marked(tuple(parts), MARKS))
        for href, parts in groupby(inline, key=lambda part: part.href)
    )


def _linked(href: str, content: str) -> str:
    return f'<a href="{escape(href)}">{content}</a>' if href else content


def _marked(parts: Inline, marks: Sequence[str]) -> str:
    if not marks:
        return "".join(map(_bare, parts))
    first, rest = marks[0], marks[1:]
    return "".join(
        f"<{first}>{_marked(tuple(group), rest)}</{first}>" if has else _marked(tuple(group), rest)
        for has, group in groupby(parts, key=lambda part: first in part.marks)
    )


def _bare(part: Run | Picture) -> str:
    if isinstance(part, Picture):
        return f'<img src="{escape(part.src)}" alt="{escape(part.alt)}">'
    return escape(part.text, quote=False).replace("\n", "<br>").replace("\u00a0", "&nbsp;")
