"""Workbooks (.xlsx), read a row at a time, with what openpyxl's quick way leaves out.

Read that way a workbook has no merged cells, and a formula that was never reckoned out looks
like an empty cell. Both are found by one look through the sheet's own XML.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qms.records import packages

if TYPE_CHECKING:
    from qms.records.importing.reading import Line

_MOST_PARTS = 2000
MOST_COLUMNS = 200
_MOST_REMEMBERED = 20_000
_CHUNK = 1 << 20
_OVERLAP = 4096
# Every run is short, stops at the next "<" or gives nothing back: a sheet made to be slow is read
# as fast as any other.
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]{0,200}?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
_NO_VALUE = re.compile(
    rb'<(?:\w+:)?c\s[^<>]{0,200}?r="([A-Z]{1,3})(\d{1,7})"[^<>]{0,200}>\s*+'
    rb"<(?:\w+:)?f\b(?:[^<>]{0,300}/>|[^<>]{0,300}>[^<]*+</(?:\w+:)?f>)\s*+"
    rb"(?:<(?:\w+:)?v\s*+/>|<(?:\w+:)?v>\s*+</(?:\w+:)?v>)?\s*+</(?:\w+:)?c>"
)


class Unreadable(str):
    """A cell that holds no value; the text says why."""


class Workbook:
    """One workbook; `lines` may be asked for again and again."""

    kind = "xlsx"

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self._check()

    def _check(self) -> None:
        """Refuse what is no workbook, and what would fill the memory when unpacked."""
        bounds = packages.Bounds(_MOST_PARTS, settings.IMPORT_MAX_UNPACKED)
        try:
            with packages.opened(self.file, bounds) as package:
                names = set(package.namelist())
        except packages.TooLarge as fault:
            raise ValidationError(
                _("The workbook is too large when unpacked. Save only the sheet with the register.")
            ) from fault
        except packages.PackageError as fault:
            raise ValidationError(
                _("The file is damaged. Fetch it again and choose it.")
            ) from fault
        if "xl/workbook.xml" not in names:
            raise ValidationError(_no_workbook(names))

    @cached_property
    def _book(self) -> Any:
        import openpyxl

        self.file.seek(0)
        try:
            return openpyxl.load_workbook(self.file, read_only=True, data_only=True)
        except Exception as fault:  # whatever a damaged workbook makes of it
            raise ValidationError(
                _("The workbook cannot be read. Open it in Excel, save it anew and choose that.")
            ) from fault

    @cached_property
    def sheets(self) -> list[str]:
        """The names of the sheets that hold cells, those that hold any rows first as they stand."""
        return [sheet.title for sheet in self._book.worksheets]

    @property
    def is_1904(self) -> bool:
        """True when days are counted from 1904, as on an old Mac."""
        return bool(self._book.epoch.year == 1904)

    def _sheet(self, name: str) -> Any:
        if name and name not in self.sheets:
            raise ValidationError(_("There is no sheet “%s” in the file.") % name[:40])
        if not self.sheets:
            raise ValidationError(_("The workbook has no sheet with cells."))
        return self._book[name or self.sheets[0]]

    def lines(self, sheet: str = "") -> "Iterator[Line]":
        """Yield every line, hidden ones too; cells of a merged one downwards all have its value."""
        from qms.records.importing.reading import Line

        page = self._sheet(sheet)
        page.reset_dimensions()
        look = self._looks(page)
        held: dict[int, tuple[int, Any]] = {}
        try:
            for number, found in enumerate(page.iter_rows(values_only=True), start=1):
                cells = [_plain(cell) for cell in found[:MOST_COLUMNS]]
                while cells and cells[-1] is None:
                    cells.pop()
                look.mend(number, cells, held)
                yield Line(number, cells)
        except ValidationError:
            raise
        except Exception as fault:
            raise ValidationError(
                _("The sheet cannot be read. Open it in Excel, save it anew and choose that.")
            ) from fault

    def covered(self, sheet: str, row: int) -> dict[int, int]:
        """Return which columns of a row are covered by a merged cell, and where that begins."""
        found: dict[int, int] = {}
        for top, left, _bottom, right in self._looks(self._sheet(sheet)).merged:
            if top == row:
                found |= dict.fromkeys(range(left + 1, right + 1), left)
        return found

    def _looks(self, page: Any) -> "_Look":
        """Return what the sheet's XML says of merged cells and formulas; looked up once."""
        known: dict[str, _Look] = self.__dict__.setdefault("_looked", {})
        if page.title not in known:
            self.file.seek(0)
            with zipfile.ZipFile(self.file) as package, package.open(page._worksheet_path) as xml:
                known[page.title] = _Look(xml)
        return known[page.title]


class _Look:
    """Merged cells and formulas without a value, found in a sheet's XML a piece at a time."""

    def __init__(self, xml: Any) -> None:
        self.merged: set[tuple[int, int, int, int]] = set()
        self.empty: set[tuple[int, int]] = set()
        held = b""
        while chunk := xml.read(_CHUNK):
            held += chunk
            self._find(held)
            held = held[-_OVERLAP:]
        self.below = {
            (row, left): (top, left)
            for top, left, bottom, _right in self.merged
            for row in range(top + 1, min(bottom, top + 5000) + 1)
        }

        columns = {column for _row, column in self.below} | {column for _row, column in self.empty}
        self.width = min(max(columns, default=-1) + 1, MOST_COLUMNS)

    def _find(self, xml: bytes) -> None:
        for match in _MERGED.finditer(xml):
            if len(self.merged) < _MOST_REMEMBERED:
                left, top, right, bottom = match.groups()
                self.merged.add((int(top), _column(left), int(bottom), _column(right)))
        for match in _NO_VALUE.finditer(xml):
            if len(self.empty) < _MOST_REMEMBERED:
                self.empty.add((int(match[2]), _column(match[1])))

    def mend(self, row: int, cells: list[Any], held: dict[int, tuple[int, Any]]) -> None:
        """Give a row the values of merged cells from above, and name formulas without a value."""
        if not self.below and not self.empty:
            return
        for column in range(max(len(cells), self.width)):
            if (row, column) in self.empty:
                _put(cells, column, Unreadable(_("the formula has no value that was saved")))
            if top := self.below.get((row, column)):
                above = held.get(column)
                if above and above[0] == top[0] and above[1] is not None:
                    _put(cells, column, above[1])
            elif column < len(cells):
                held[column] = (row, cells[column])
            else:
                held.pop(column, None)


def _put(cells: list[Any], column: int, value: Any) -> None:
    cells.extend([None] * (column + 1 - len(cells)))
    cells[column] = value


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _plain(value: Any) -> Any:
    """Return a cell as a text, a number or a day."""
    if value is None or isinstance(value, datetime | date):
        return value
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if isinstance(value, time | timedelta):
        return str(value)
    if isinstance(value, str) and re.fullmatch(r"#[A-Z0-9/!?]+[!?AF0]", value):
        return Unreadable(_("the formula gives the error %s") % value)
    return value or None


def _no_workbook(names: set[str]) -> str:
    if "mimetype" in names or "content.xml" in names:
        return _("This is an OpenDocument file. Save it as Excel (.xlsx) or CSV and choose that.")
    if "word/document.xml" in names:
        return _("This is a text document. Copy the table to a spreadsheet and save it as .xlsx.")
    return _("This is a packed file. Unpack it and choose the register itself.")
