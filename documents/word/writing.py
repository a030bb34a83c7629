"""A text of ours becomes a Word file with real headings, lists, tables and descriptions."""

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from documents.markup import blocks
from documents.markup.blocks import (
    Block,
    Cell,
    Inline,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Run,
    Table,
    Title,
)
from documents.word.numbering import Numbering
from documents.word.opening import HEAD_MARK

_WIDEST_CM = 16.0
_DAY = (1980, 1, 1, 0, 0, 0)  # the same file whenever it is written
_MAKER = "Takt"


@dataclass(frozen=True)
class Head:
    """What stands round the text: its title, facts in pairs, a line at the foot of each page."""

    title: str
    facts: Sequence[tuple[str, str]] = ()
    subject: str = ""
    foot: str = ""
    at: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    language: str = "sv-SE"
    site: str = ""


def write_docx(
    head: Head, html: str, pictures: Callable[[str], bytes | None] = lambda src: None
) -> bytes:
    """Return a Word file; the same bytes each time for the same text.

    Args:
        head: what stands round the text.
        html: the text, cleaned.
        pictures: answers with the bytes of a picture in the text, by its address.
    """
    return _Writer(head, pictures).written(blocks(html))


class _Writer:
    """Writes the blocks of one text into one file."""

    def __init__(self, head: Head, pictures: Callable[[str], bytes | None]) -> None:
        import docx

        self.head, self.pictures = head, pictures
        self.file: Any = docx.Document()
        self.numbering = Numbering(self.file)
        self._prepare()

    def written(self, text: Iterable[Block]) -> bytes:
        """Return the file."""
        self.file.add_paragraph(self.head.title, style="Title")
        if self.head.facts:
            self._facts()
        for block in text:
            self._block(block, self.file)
        out = io.BytesIO()
        self.file.save(out)
        return _always_alike(out)

    # --- Round the text ---------------------------------------------------------------------------

    def _prepare(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Cm

        facts = self.file.core_properties
        facts.title, facts.subject, facts.author = self.head.title, self.head.subject, _MAKER
        facts.last_modified_by, facts.comments, facts.keywords = _MAKER, "", ""
        facts.language, facts.revision = self.head.language, 1
        facts.created = facts.modified = self.head.at.astimezone(UTC).replace(tzinfo=None)
        for spoken in self.file.styles.element.iter(qn("w:lang")):
            spoken.set(qn("w:val"), self.head.language)
        page = self.file.sections[0]
        page.page_width, page.page_height = Cm(21), Cm(29.7)
        page.left_margin = page.right_margin = Cm(2.5)
        page.top_margin = page.bottom_margin = Cm(2.5)
        if self.head.foot:
            foot = page.footer.paragraphs[0]
            foot.add_run(f"{self.head.foot} · ")
            _field(foot, "PAGE")

    def _facts(self) -> None:
        """Write the head as a table whose first column is headings."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        table = self.file.add_table(rows=0, cols=2, style="Table Grid")
        mark = OxmlElement("w:tblCaption")
        mark.set(qn("w:val"), HEAD_MARK)
        table._tbl.tblPr.append(mark)
        for name, said in self.head.facts:
            cells = table.add_row().cells
            cells[0].paragraphs[0].add_run(name).bold = True
            cells[1].paragraphs[0].add_run(said)
        self.file.add_paragraph()

    # --- Blocks -----------------------------------------------------------------------------------

    def _block(self, block: Block, place: Any, style: str = "Normal") -> None:
        match block:
            case Title(level=level, inline=inline):
                self._line(place.add_paragraph(style=f"Heading {level - 1}"), inline)
            case Paragraph(inline=inline):
                self._line(place.add_paragraph(style=style), inline)
            case Listing():
                self._listing(block, place, 0)
            case Table():
                self._table(block, place)
            case Quote(blocks=parts):
                for part in parts:
                    self._block(part, place, "Quote")
            case _:
                _rule(place.add_paragraph())

    def _listing(self, listing: Listing, place: Any, depth: int) -> None:
        number = self.numbering.of(listing, depth)
        style = "List Number" if listing.ordered else "List Bullet"
        for point in listing.points:
            is_first = True
            for part in point:
                if isinstance(part, Listing):
                    self._listing(part, place, depth + 1)
                elif isinstance(part, Paragraph):
                    line = place.add_paragraph(style=style if is_first else "List Continue")
                    if is_first:
                        self.numbering.put(line, number, depth)
                    self._line(line, part.inline)
                else:
                    self._block(part, place)
                is_first = False

    def _table(self, table: Table, place: Any) -> None:
        from docx.oxml import OxmlElement

        rows = _grid(table)
        width = max(len(row) for row in rows)
        if table.caption:
            place.add_paragraph(table.caption, style="Caption")
        if place is self.file:
            made = place.add_table(rows=len(rows), cols=width, style="Table Grid")
        else:  # a table in a cell: only its words fit
            self._words(table, place)
            return
        for number, row in enumerate(rows):
            for column, found in enumerate(row):
                if found is not None:
                    self._cell(made, number, column, found)
        for number, cells in enumerate(table.rows):
            if not all(cell.scope == "col" for cell in cells):
                break
            facts = made.rows[number]._tr.get_or_add_trPr()
            facts.append(OxmlElement("w:tblHeader"))
        place.add_paragraph()

    def _cell(self, made: Any, number: int, column: int, cell: Cell) -> None:
        place = made.cell(number, column)
        last = min(number + cell.rowspan, len(made.rows)) - 1
        edge = min(column + cell.colspan, len(made.columns)) - 1
        if (last, edge) != (number, column):
            place = place.merge(made.cell(last, edge))
        first = place.paragraphs[0]
        for part in cell.blocks:
            if isinstance(part, Paragraph) and first is not None:
                self._line(first, part.inline, bold=bool(cell.scope))
            else:
                self._block(part, place)
            first = None

    def _words(self, table: Table, place: Any) -> None:
        for row in table.rows:
            for cell in row:
                for part in cell.blocks:
                    self._block(part, place)

    # --- Words ------------------------------------------------------------------------------------

    def _line(self, line: Any, inline: Inline, *, bold: bool = False) -> None:
        for part in inline:
            if isinstance(part, Picture):
                self._picture(line, part)
            else:
                self._run(line, part, bold)

    def _run(self, line: Any, part: Run, bold: bool) -> None:
        address = part.href if not part.href.startswith("/") else self._absolute(part.href)
        leads = address and not address.startswith("#")
        run = _linked(line, part.text, address) if leads else line.add_run(part.text)
        if bold or "strong" in part.marks:
            run.bold = True
        if "em" in part.marks:
            run.italic = True
        if part.marks & {"sup", "sub"}:
            run.font.superscript, run.font.subscript = (
                "sup" in part.marks or None, "sub" in part.marks or None,
            )  # fmt: skip

    def _absolute(self, address: str) -> str:
        return f"{self.head.site}{address}" if self.head.site else ""

    def _picture(self, line: Any, part: Picture) -> None:
        from docx.shared import Cm

        content = _for_word(self.pictures(part.src) or b"")
        if not content:
            line.add_run(f"[{part.alt}]")
            return
        shape = line.add_run().add_picture(io.BytesIO(content))
        if shape.width > Cm(_WIDEST_CM):
            shape.height = int(shape.height * Cm(_WIDEST_CM) / shape.width)
            shape.width = Cm(_WIDEST_CM)
        shape._inline.docPr.set("descr", part.alt)


def _for_word(content: bytes) -> bytes:
    """Return a picture as a kind that Word shows, b"" when it is none."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content)) as picture:
            if picture.format in {"PNG", "JPEG", "GIF"}:
                return content
            out = io.BytesIO()
            picture.save(out, "PNG")
            return out.getvalue()
    except (OSError, ValueError):
        return b""


def _grid(table: Table) -> list[list[Cell | None]]:
    """Return the rows with each cell where it stands, and None where one above or beside covers."""
    rows: list[list[Cell | None]] = [[] for _row in table.rows]
    taken: set[tuple[int, int]] = set()
    for number, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (number, column) in taken:
                column += 1
            for down in range(min(cell.rowspan, len(rows) - number)):
                for right in range(cell.colspan):
                    taken.add((number + down, column + right))
            row = rows[number]
            row += [None] * (column - len(row)) + [cell]
            column += cell.colspan
    width = max((column + 1 for _number, column in taken), default=1)
    return [row + [None] * (width - len(row)) for row in rows]


def _linked(line: Any, text: str, address: str) -> Any:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor
    from docx.text.run import Run as WordRun

    link = OxmlElement("w:hyperlink")
    relation = line.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(qn("r:id"), relation)
    element = OxmlElement("w:r")
    link.append(element)
    line._p.append(link)
    run = WordRun(element, line)
    run.text, run.underline = text, True
    run.font.color.rgb = RGBColor(0x0B, 0x4F, 0x9E)
    return run


def _field(line: Any, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    line._p.append(field)


def _rule(line: Any) -> None:
    """Draw a line under an empty paragraph."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, edge = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, said in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        edge.set(qn(f"w:{name}"), said)
    borders.append(edge)
    line._p.get_or_add_pPr().append(borders)


def _always_alike(file: io.BytesIO) -> bytes:
    """Return the same package with one day on all its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as made, zipfile.ZipFile(out, "w") as anew:
        for part in made.infolist():
            told = zipfile.ZipInfo(part.filename, _DAY)
            told.compress_type = zipfile.ZIP_DEFLATED
            anew.writestr(told, made.read(part.filename))
    return out.getvalue()
