"""A list as a file: CSV or Excel, row by row with what the reader may see, in bounded memory.

A cell that begins like a formula is made harmless: whoever writes a report decides what stands
in it, and the one who opens the file is somebody else.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import IO, Any, NamedTuple

from django.utils import timezone, translation

from qms.organization.models import User
from qms.records.at_hand import kept

MOST_AT_ONCE = 5000  # more is made as a work of its own, outside the request
MOST = 100_000
_BATCH = 500
_LONGEST = 32_767  # letters in a cell of Excel
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class Column(NamedTuple):
    """One column: its heading, and what stands in it for one record and one reader."""

    label: Any
    value: Callable[[Any, User], Any]


def rows_of(listing: Any, ids: list[int], told: Callable[[int], Any] = int) -> Iterator[list[Any]]:
    """Yield the cells of each record of a list, in its order; `told` hears how many are read.

    A record that the reader may not see any more when its turn comes is left out.
    """
    columns = listing.columns()
    with kept():
        for start in range(0, len(ids), _BATCH):
            batch = ids[start : start + _BATCH]
            found = {row.pk: row for row in listing.for_export(batch)}
            for pk in batch:
                if pk in found:
                    yield [column.value(found[pk], listing.user) for column in columns]
            told(start + len(batch))


def harmless(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula: an apostrophe goes before.

    (OWASP, CSV injection: = + - @, tab and line break at the start.)
    """
    text = _UNPRINTABLE.sub("", text)
    return f"'{text}" if _FORMULA.match(text) else text


def as_written(text: str) -> str:
    """Return a cell without the apostrophe that made it harmless."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text[1:]) else text


def _plain(value: Any) -> str:
    """Return a cell of CSV: days as ISO writes them, numbers as they are, texts harmless."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, int) else harmless(str(value))


def as_csv(heads: Iterable[Any], rows: Iterable[list[Any]], language: str) -> Iterator[bytes]:
    """Yield a CSV as Swedish Excel opens it: UTF-8 with its mark, semicolons, CRLF."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")

    def taken() -> bytes:
        text = buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
        return text.encode()

    with translation.override(language):
        writer.writerow([_plain(str(head)) for head in heads])
        yield b"\xef\xbb\xbf" + taken()
        for number, row in enumerate(rows, start=1):
            writer.writerow([_plain(value) for value in row])
            if number % 100 == 0:
                yield taken()
        yield taken()


def as_xlsx(heads: Iterable[Any], rows: Iterable[list[Any]], title: str) -> IO[bytes]:
    """Return an Excel file, open at its beginning. It lies on disk while it is written.

    Texts are stored as strings and marked so, hence never counted as formulas.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\]", "", title)[:31])
    sheet.freeze_panes = "A2"

    def cell(value: Any) -> Any:
        if isinstance(value, datetime):
            value = timezone.localtime(value).replace(tzinfo=None, microsecond=0)
        if value is None or isinstance(value, int | date):
            made = WriteOnlyCell(sheet, value)
            if isinstance(value, date):
                is_moment = isinstance(value, datetime)
                made.number_format = "yyyy-mm-dd hh:mm" if is_moment else "yyyy-mm-dd"
            return made
        text = _UNPRINTABLE.sub("", str(value))[:_LONGEST]
        made = WriteOnlyCell(sheet, text)
        made.data_type = "s"
        made.quotePrefix = bool(_FORMULA.match(text))
        return made

    head = [cell(str(each)) for each in heads]
    for each in head:
        each.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([cell(value) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(file)
    file.seek(0)
    return file


def spooled(parts: Iterable[bytes]) -> IO[bytes]:
    """Return the parts as a file on disk, open at its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the work closes it
    for part in parts:
        file.write(part)
    file.seek(0)
    return file
