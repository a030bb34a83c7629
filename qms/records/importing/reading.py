"""What file it is, and its lines one at a time: never the whole of it in memory."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qms.records.exports import as_written
from qms.records.importing.sheets import Workbook

_SEPARATORS = ";\t|,"
_SAMPLE = 200_000  # signs by which the separator is judged
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Line:
    """One line as the spreadsheet counts them, from 1. A cell is a text, number, day or None."""

    number: int
    cells: list[Any]


class Source(Protocol):
    """A file that can be read from the beginning as often as one likes."""

    kind: str

    @property
    def sheets(self) -> list[str]:
        """The names of the sheets; one without a name in a text file."""

    @property
    def is_1904(self) -> bool:
        """True when days are counted from 1904, as on an old Mac."""

    def lines(self, sheet: str = "") -> Iterator[Line]:
        """Yield every line of one sheet."""

    def covered(self, sheet: str, row: int) -> dict[int, int]:
        """Return which columns of a row are covered by a merged cell, and where that begins."""


def open_source(file: BinaryIO) -> Source:
    """Return a source for an open file. Raises ValidationError with how to mend it."""
    file.seek(0)
    head = file.read(8192)
    if not head:
        raise ValidationError(_("The file is empty. Choose the file again."))
    if head.startswith(b"PK\x03\x04"):
        return Workbook(file)
    if refusal := _refusal(head):
        raise ValidationError(refusal)
    return TextFile(file)


def _refusal(head: bytes) -> str:
    if head.startswith(_OLE):
        return _(
            "This is an old Excel file, or one with a password. Open it, save it as “Excel "
            "workbook (.xlsx)” without a password, and choose it again."
        )
    if head.startswith(b"%PDF"):
        return _("This is a PDF. Ask for the register as Excel or CSV and choose that.")
    if head.lstrip()[:1] == b"<" and b";" not in head[:20]:
        return _("This is a web page or XML. Save the register as Excel or CSV and choose that.")
    is_marked = any(head.startswith(mark) for mark, _name in _MARKS)
    if b"\x00" in head and not is_marked:
        return _(
            "This is not a table of text. Save it as Excel or “CSV UTF-8” and choose it again."
        )
    return ""


class _Reading(io.RawIOBase):
    """One reading of a shared file: it keeps its own place and leaves the file open."""

    def __init__(self, file: BinaryIO) -> None:
        self.shared, self.at = file, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.shared.seek(self.at)
        data = self.shared.read(len(buffer))
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)


class TextFile:
    """CSV as people save it: any usual encoding and separator."""

    kind = "csv"
    is_1904 = False

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.sheets = file, [""]
        self.encoding = _encoding_of(file)
        self.separator = self._separator()

    def _text(self) -> Iterator[str]:
        """Yield the physical lines, whatever sign ends them."""
        pieces = io.BufferedReader(_Reading(self.file), _CHUNK)
        yield from io.TextIOWrapper(pieces, self.encoding, errors="replace", newline="")

    def lines(self, sheet: str = "") -> Iterator[Line]:
        """Yield every record; one that a forgotten quotation mark swallowed the rest in raises."""
        found = csv.reader(self._text(), delimiter=self.separator)
        number = 0
        try:
            for number, cells in enumerate(found, start=1):
                if any(self._swallowed(cell) for cell in cells):
                    raise csv.Error
                yield Line(number, [as_written(cell) for cell in cells])
        except csv.Error as fault:
            raise ValidationError(
                _("A quotation mark is opened on row %d and never closed. Mend it and send again.")
                % max(number, 1)
            ) from fault

    def covered(self, sheet: str, row: int) -> dict[int, int]:
        """Return nothing: text has no merged cells."""
        return {}

    def _swallowed(self, cell: str) -> bool:
        lines = cell.count("\n")
        return lines > 10 and cell.count(self.separator) > 2 * lines

    def _separator(self) -> str:
        sample = self._sample()
        if sample and sample[0].strip().casefold()[:4] == "sep=" and len(sample[0].strip()) == 5:
            return sample[0].strip()[4]
        return max(_SEPARATORS, key=lambda sign: _evenness(sample, sign))

    def _sample(self) -> list[str]:
        found, signs = [], 0
        for line in self._text():
            found.append(line)
            signs += len(line)
            if signs > _SAMPLE:
                break
        return found


def _evenness(sample: list[str], sign: str) -> tuple[int, int]:
    """Return how many records have as many columns as most, when cut at this sign."""
    try:
        widths = Counter(len(cells) for cells in csv.reader(sample, delimiter=sign) if any(cells))
    except csv.Error:
        return 0, 0
    widths.pop(1, None)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return count, width


def _encoding_of(file: BinaryIO) -> str:
    """Return the encoding: as its mark says, UTF-8 when everything is, else Windows-1252."""
    file.seek(0)
    head = file.read(4)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
