"""One reading through the file: every name in it, how days are written, numbers used twice."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from nonconformities.importing.columns import DAYS, NAMED, Column
from nonconformities.importing.layout import Layout, fingerprint
from nonconformities.importing.names import KIND_OF
from qms.records.importing.dates import Evidence, Orders
from qms.records.importing.words import alike, is_nothing

_MOST_NAMES = 1000  # of one kind: a column with more holds something else
_MOST_CLASHES = 5000
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
Tell = Callable[[int], None]


@dataclass
class Survey:
    """What a file holds."""

    rows: int = 0
    names: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    spelled: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    ended: Counter[str] = field(default_factory=Counter)  # states of rows with a closing day
    orders: dict[str, Orders] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    clashes: dict[str, list[int]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as the import keeps it."""
        names = {
            kind: [[self.spelled[kind][key], count] for key, count in counts.most_common()]
            for kind, counts in self.names.items()
        }
        return {
            "rows": self.rows, "names": names, "orders": self.orders, "said": self.said,
            "clashes": self.clashes, "ended": self.ended,
        }  # fmt: skip


def survey(layout: Layout, tell: Tell = lambda done: None) -> Survey:
    """Read the file through once. Raises ValidationError when it is too long or has no rows."""
    return _Reading(layout).through(tell)


class _Reading:
    def __init__(self, layout: Layout) -> None:
        self.layout, self.found = layout, Survey()
        today = timezone.localdate()
        self.evidence = {day: Evidence(today) for day in DAYS if layout.has(day)}
        self.numbers: dict[int, tuple[int, int]] = {}

    def through(self, tell: Tell) -> Survey:
        for row in self.layout.table.rows():
            if row.kind != "data" or self.layout.is_sum(row.cells):
                continue
            self.found.rows += 1
            if self.found.rows > settings.IMPORT_MAX_ROWS:
                raise ValidationError(
                    _("The file has more than %d rows. Divide it into several and send one by one.")
                    % settings.IMPORT_MAX_ROWS
                )
            self._take(row.number, row.cells)
            tell(row.number)
        if not self.found.rows:
            raise ValidationError(_("There are no rows under the headings."))
        for day, evidence in self.evidence.items():
            self.found.orders[day] = evidence.orders
            heading = self.layout.heading(day)
            self.found.said += [f"{heading}: {said}" for said in evidence.sentences()]
        return self.found

    def _take(self, row: int, cells: list[Any]) -> None:
        layout = self.layout
        number = layout.text(cells, Column.NUMBER)
        year = int(found[0]) if (found := _YEAR.search(number)) else None
        for day, evidence in self.evidence.items():
            evidence.see(layout.cell(cells, day), year)
        for column in NAMED:
            if layout.has(column):
                self._name(KIND_OF[column], layout.text(cells, column))
        if layout.has(Column.STATUS) and not is_nothing(layout.text(cells, Column.CLOSED_ON)):
            self.found.ended[alike(layout.text(cells, Column.STATUS))] += 1
        if number:
            self._number(row, number, layout.digest(cells))

    def _name(self, kind: str, text: str) -> None:
        key = alike(text)
        counts = self.found.names[kind]
        if key not in counts and len(counts) >= _MOST_NAMES:
            raise ValidationError(
                _("A column that should hold names has more than %d different ones. Is it the "
                  "right column?") % _MOST_NAMES
            )  # fmt: skip
        counts[key] += 1
        self.found.spelled[kind].setdefault(key, text[:150])

    def _number(self, row: int, number: str, digest: int) -> None:
        first = self.numbers.setdefault(fingerprint(alike(number)), (digest, row))
        if first[0] != digest:
            self.found.clashes.setdefault(alike(number), [first[1], row])
            if len(self.found.clashes) > _MOST_CLASHES:
                raise ValidationError(
                    _("Thousands of rows share their number with another row. Is “%s” the column "
                      "with the number?") % self.layout.heading(Column.NUMBER)
                )  # fmt: skip
