"""Layout: which cell of a row says what, once the columns have their meanings."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any

from nonconformities.importing.columns import DAYS, NAMED, Column
from qms.records.importing.sheets import Unreadable
from qms.records.importing.tables import Table, text_of
from qms.records.importing.words import is_reason

_SUM = re.compile(r"(?:summa|delsumma|sum|totalt?|total|subtotal|antal|count)\b", re.I)
_NUMERIC = re.compile(r"[\d\s.,%:-]*")


class Layout:
    """The columns of one table with their meanings."""

    def __init__(self, table: Table, meanings: Sequence[str]) -> None:
        self.table = table
        self.places: dict[str, list[int]] = {}
        for place, column in enumerate(meanings):
            self.places.setdefault(column, []).append(place)
        self._left_out = {n for n, name in enumerate(table.names) if is_reason(name)}

    def has(self, column: str) -> bool:
        """Return True when some column of the file has this meaning."""
        return column in self.places

    def cell(self, cells: Sequence[Any], column: str) -> Any:
        """Return the first filled cell of a meaning, or None."""
        for place in self.places.get(column, ()):
            if place < len(cells) and text_of(cells[place]):
                return cells[place]
        return None

    def text(self, cells: Sequence[Any], column: str) -> str:
        """Return the text of a meaning; several columns are put together, one to a line."""
        if (places := self.places.get(column)) is None:
            return ""
        if len(places) == 1:
            return text_of(cells[places[0]]) if places[0] < len(cells) else ""
        found = (text_of(cells[place]) for place in places if place < len(cells))
        return "\n".join(filter(None, found))

    def heading(self, column: str) -> str:
        """Return the heading of a meaning, for sentences about it."""
        return self.table.name(self.places[column][0]) if column in self.places else ""

    def kept(self, cells: Sequence[Any]) -> list[list[str]]:
        """Return heading and text of everything that has no place of its own on a case."""
        places = [*self.places.get(Column.OTHER, ())]
        places += [place for column in NAMED for place in self.places.get(column, ())]
        beyond = range(len(self.table.names), len(cells))
        return [
            [self.table.name(place), text]
            for place in sorted({*places, *beyond})
            if place < len(cells) and (text := text_of(cells[place]))
        ]

    def unreadable(self, cells: Sequence[Any]) -> list[str]:
        """Return what is wrong with cells that hold no value, in columns that are used."""
        skipped = {*self.places.get(Column.SKIP, ())}
        return [
            f"{self.table.name(place)}: {cell}"
            for place, cell in enumerate(cells)
            if isinstance(cell, Unreadable) and place not in skipped
        ]

    def is_sum(self, cells: Sequence[Any]) -> bool:
        """Return True for a line that counts the others: a word for it, or figures alone."""
        filled = [text_of(cell) for cell in cells if text_of(cell)]
        said = self.text(cells, Column.DESCRIPTION)
        has_text = bool(said) and not _NUMERIC.fullmatch(said)
        if has_text or any(self.text(cells, day) for day in DAYS):
            return False
        return bool(_SUM.match(filled[0])) or all(map(_NUMERIC.fullmatch, filled))

    def digest(self, cells: Sequence[Any]) -> int:
        """Return a fingerprint of everything the row says."""
        said = [text_of(c) for n, c in enumerate(cells) if n not in self._left_out]
        while said and not said[-1]:
            said.pop()
        return fingerprint("\x1f".join(said).casefold())


def fingerprint(text: str) -> int:
    """Return 64 bits of a text: small, so that many rows can be remembered."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
