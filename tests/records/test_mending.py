"""The rows to mend hold what was written, and never what was said about it."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest

from qms.records.importing.mending import Faults
from qms.records.importing.sheets import Unreadable


class _Register:
    """Two columns, as a file that was read has them."""

    names = ("Händelse", "Dag")

    def name(self, place: int) -> str:
        """Return a heading."""
        return self.names[place]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        (Unreadable("formeln har inget sparat värde"), ""),
        ("Fel dos", "Fel dos"),
        (date(2026, 3, 1), "2026-03-01"),
    ],
)
def test_a_cell_without_a_value_is_empty_in_the_file_to_mend(cell: Any, written: str) -> None:
    faults: Any = Faults(_Register())  # type: ignore[arg-type]
    faults.add([cell, ""], ["formeln har inget sparat värde"])
    file = BytesIO(faults.done().read())
    row = file.getvalue().decode("utf-8-sig").splitlines()[1]
    assert row == f"{written};;formeln har inget sparat värde"
