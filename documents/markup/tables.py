"""Tables are read so that a screen reader can say which heading a cell belongs to."""

from collections.abc import Callable, Iterator

from lxml import etree

from documents.markup.blocks import (
    Block,
    Cell,
    Listing,
    Paragraph,
    Quote,
    Run,
    Table,
    Title,
    lines_of,
    words_of,
)
from documents.markup.lines import is_all_bold, tidy_text, without_mark

Reader = Callable[[etree._Element], tuple[Block, ...]]
WIDEST = 60


def read_table(element: etree._Element, read: Reader) -> tuple[Block, ...]:
    """Return a table as blocks: none if it is empty, its insides if it was only a box.

    Args:
        element: the table.
        read: reads the insides of a cell.
    """
    caption = ""
    rows = []
    for child in _parts(element):
        if child.tag == "caption":
            caption = " ".join(tidy_text(" ".join(child.itertext())).split(" ")).strip()
            continue
        row = tuple(_cell(cell, read) for cell in child if cell.tag in ("td", "th"))
        rows.append(row[:WIDEST])
    while rows and not any(cell.blocks for cell in rows[-1]):
        rows.pop()
    rows = [row for row in rows if row]
    if not rows:
        return ()
    if len(rows) == 1 and len(rows[0]) == 1:
        head = (Paragraph((Run(caption),)),) if caption else ()
        return (*head, *rows[0][0].blocks)
    return (Table(_with_headings(rows), caption),)


def _parts(element: etree._Element) -> Iterator[etree._Element]:
    for child in element:
        if child.tag in ("caption", "tr"):
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from (row for row in child if row.tag == "tr")


def _cell(element: etree._Element, read: Reader) -> Cell:
    scope = ""
    if element.tag == "th" or element.getparent().getparent().tag == "thead":
        scope = said if (said := element.get("scope")) in ("col", "row") else "col?"
    blocks = tuple(flat for block in read(element) for flat in _flat(block))
    return Cell(blocks, scope, _span(element, "colspan"), _span(element, "rowspan"))


def _flat(block: Block) -> Iterator[Block]:
    """Yield what may stand in a cell: paragraphs and lists."""
    match block:
        case Paragraph() | Listing():
            yield block
        case Title(inline=inline):
            yield Paragraph(inline)
        case Quote(blocks=parts):
            yield from (flat for part in parts for flat in _flat(part))
        case Table():
            yield from (Paragraph(line) for line in lines_of(block) if words_of(line))


def _span(element: etree._Element, name: str) -> int:
    said = element.get(name, "")
    return min(max(int(said), 1), WIDEST) if said.isdecimal() and len(said) < 4 else 1


def _with_headings(rows: list[tuple[Cell, ...]]) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows with a scope on each heading; a first row all bold is a row of headings."""
    has_headings = any(cell.scope for row in rows for cell in row)
    bold = not has_headings and len(rows) > 1 and _is_bold(rows[0])
    return tuple(
        tuple(_scoped(cell, number == 0, place == 0, bold) for place, cell in enumerate(row))
        for number, row in enumerate(rows)
    )


def _is_bold(row: tuple[Cell, ...]) -> bool:
    lines = [line for cell in row for line in lines_of(cell)]
    return bool(lines) and all(map(is_all_bold, lines))


def _scoped(cell: Cell, is_first_row: bool, is_first_cell: bool, bold: bool) -> Cell:
    scope = cell.scope
    if bold and is_first_row:
        scope = "col"
    elif scope == "col?":
        scope = "row" if is_first_cell and not is_first_row else "col"
    if not scope:
        return cell
    return Cell(tuple(map(_not_bold, cell.blocks)), scope, cell.colspan, cell.rowspan)


def _not_bold(block: Block) -> Block:
    return (
        Paragraph(without_mark(block.inline, "strong")) if isinstance(block, Paragraph) else block
    )
