"""The rows that failed, as a file to mend and send again: the same columns, and why."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO

from qms.records.exports import harmless
from qms.records.importing.sheets import Unreadable
from qms.records.importing.tables import Table, text_of
from qms.records.importing.words import REASON, is_reason

_IN_MEMORY = 1 << 20


class Faults:
    """Collects the failed rows in a file, one at a time."""

    def __init__(self, table: Table) -> None:
        self.places = [n for n, name in enumerate(table.names) if not is_reason(name)]
        self.file: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115, whoever asked reads it
        self._text = io.TextIOWrapper(self.file, "utf-8-sig", newline="", write_through=True)
        self._out = csv.writer(self._text, delimiter=";", lineterminator="\r\n")
        self._out.writerow([harmless(table.name(place)) for place in self.places] + [REASON])
        self.count = 0

    def add(self, cells: Sequence[Any], reasons: Iterable[str]) -> None:
        """Write one row with its reasons."""
        row = [cells[n] if n < len(cells) else "" for n in self.places]
        said = harmless(" · ".join(reasons))
        self._out.writerow([*(harmless(_written(cell)) for cell in row), said])
        self.count += 1

    def done(self) -> BinaryIO:
        """Return the file, read from its beginning."""
        self._text.flush()
        self._text.detach()
        self.file.seek(0)
        return self.file


def _written(cell: Any) -> str:
    if isinstance(cell, Unreadable):
        return ""  # the reason stands beside it, and must not come back as what was written
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != datetime.min.time() else str(cell.date())
    return str(cell) if isinstance(cell, date) else text_of(cell)


def as_workbook(faults: BinaryIO) -> BinaryIO:
    """Return the same rows as a workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Rader")
    sheet.freeze_panes = "A2"
    for cells in _rows(faults):
        sheet.append(cells)
    file: Any = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115, whoever asked reads it
    book.save(file)
    file.seek(0)
    return file


def _rows(faults: Any) -> Iterator[Sequence[str]]:
    text = io.TextIOWrapper(io.BufferedReader(faults), "utf-8-sig", newline="")
    for cells in csv.reader(text, delimiter=";"):
        yield ["".join(sign for sign in cell if sign >= " " or sign in "\n\t") for cell in cells]
