"""Which line is the heading, and which lines are no rows at all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qms.records.importing.reading import Line, Source
from qms.records.importing.sheets import MOST_COLUMNS
from qms.records.importing.words import heading_of

Meaning = Callable[[str], tuple[str, int]]  # which column a heading names, and how sure: 0 to 3
_LOOKED_AT = 60  # lines among which the heading stands
SAMPLED = 300


@dataclass(frozen=True)
class Row:
    """One line of the file: "junk" above the rows or a heading again, "blank", or "data"."""

    number: int
    kind: str
    cells: list[Any]


class Table:
    """The rows under one heading of one sheet."""

    def __init__(
        self, source: Source, meaning_of: Meaning, sheet: str = "", heading: int = 0
    ) -> None:
        self.source, self.meaning_of, self.sheet = source, meaning_of, sheet
        first = list(islice(source.lines(sheet), _LOOKED_AT))
        self.heading = heading or self._find(first)
        line = next((line for line in first if line.number == self.heading), None)
        if line is None or not any(map(text_of, line.cells)):
            raise ValidationError(
                _("There are no headings on row %d. Say on which row they stand.") % self.heading
            )
        above = next((each for each in first if each.number == self.heading - 1), None)
        self.names = self._names(line, above)
        self._again = [heading_of(text_of(cell)) for cell in line.cells]

    def name(self, place: int) -> str:
        """Return the heading of a column; its letter where it has none."""
        said = self.names[place] if place < len(self.names) else ""
        return said or _("Column %s") % _letters(place)

    def rows(self) -> Iterator[Row]:
        """Yield every line of the sheet, each with what it is."""
        for line in self.source.lines(self.sheet):
            if line.number <= self.heading:
                filled = any(map(text_of, line.cells))
                yield Row(line.number, "junk" if filled else "blank", line.cells)
            elif not any(map(text_of, line.cells)):
                yield Row(line.number, "blank", [])
            elif self._is_heading_again(line):
                yield Row(line.number, "junk", line.cells)
            else:
                yield Row(line.number, "data", line.cells)

    def sample(self) -> list[list[Any]]:
        """Return the first rows, for guessing and for showing."""
        return [row.cells for row in islice(self._data(), SAMPLED)]

    def _data(self) -> Iterator[Row]:
        return (row for row in self.rows() if row.kind == "data")

    def _is_heading_again(self, line: Line) -> bool:
        first = heading_of(text_of(line.cells[0])) if line.cells else ""
        if first != self._again[0]:
            return False
        here = [heading_of(text_of(cell)) for cell in line.cells]
        return here == self._again and len([name for name in here if name]) > 1

    def _find(self, lines: Sequence[Line]) -> int:
        """Return the line whose cells name the most columns; else the first of the widest."""
        best, score = 0, 0
        for line, above in zip(lines, [None, *lines], strict=False):
            named = self._score(self._names(line, above))
            if named > score:
                best, score = line.number, named
        if score >= 4:
            return best
        widths = [sum(map(bool, map(text_of, line.cells))) for line in lines]
        if not widths or max(widths) < 2:
            raise ValidationError(
                _("No columns were found. Is the register on another sheet, or the file another?")
            )
        return lines[widths.index(max(widths))].number

    def _names(self, line: Line, above: Line | None) -> list[str]:
        """Return the names; where two rows make one heading, the upper word comes first."""
        own = [" ".join(text_of(cell).split())[:100] for cell in line.cells][:MOST_COLUMNS]
        if above is None:
            return own
        upper = [" ".join(text_of(cell).split())[:100] for cell in above.cells][:MOST_COLUMNS]
        width = max(len(own), len(upper))
        bare = own
        own, upper = (names + [""] * (width - len(names)) for names in (own, upper))
        if sum(map(bool, upper)) < 2 or any(len(name) > 40 for name in upper):
            return bare
        spread = self.source.covered(self.sheet, above.number)
        upper = [upper[spread.get(place, place)] for place in range(width)]
        both = [self._joined(over, name) for over, name in zip(upper, own, strict=True)]
        return both if self._score(both) > self._score(own) else bare

    def _joined(self, upper: str, name: str) -> str:
        """Return two halves of a heading; one that tells enough alone stands alone."""
        if not upper or not name:
            return upper or name
        return name if self.meaning_of(name)[1] == 3 else f"{upper} {name}"

    def _score(self, names: Sequence[str]) -> int:
        """Return how much of a heading these names are: different columns, the sure ones more."""
        found: dict[str, int] = {}
        for name in names:
            column, sure = self.meaning_of(name)
            found[column] = max(found.get(column, 0), sure)
        return sum(found.values())


def text_of(cell: Any) -> str:
    """Return a cell as text, without spaces around it."""
    return "" if cell is None else str(cell).strip()


def _letters(place: int) -> str:
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
