"""Writes the organisation as a CSV file that a spreadsheet opens and read() takes back."""

import csv
import io

from qms.organization.exchange.reading import FORMULA
from qms.organization.models import Unit

_HEADINGS = {
    "code": "code",
    "parent": "parent__code",
    "name": "name",
    "kind": "kind",
    "authority_or_legal_entity": "authority",
    "secrecy_area": "secrecy_area",
    "headcount": "headcount",
    "service": "service",
    "customer_word": "customer_word",
    "valid_from": "valid_from",
    "valid_until": "valid_until",
    "successor": "successor__code",
}


def export() -> str:
    """Return every unit, closed ones too, parents first; no cell is taken for a formula."""
    rows = {
        row[0]: row[1:] for row in Unit.objects.values_list("pk", *_HEADINGS.values()).iterator()
    }
    file = io.StringIO(newline="")
    out = csv.writer(file, delimiter=";", lineterminator="\r\n")
    out.writerow(_HEADINGS)
    for unit in Unit.objects.only("code", "parent").in_tree_order():
        out.writerow([_safe(cell) for cell in rows[unit.pk]])
    return "\ufeff" + file.getvalue()


def _safe(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
