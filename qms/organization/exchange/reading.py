"""Reads a CSV file of units as people save it: any usual encoding and separator."""

import codecs
import csv
import io
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

# The heading in the file -> the unit's field.
COLUMNS = {
    "code": "code",
    "parent": "parent",
    "name": "name",
    "kind": "kind",
    "authority_or_legal_entity": "authority",
    "authority": "authority",
    "secrecy_area": "secrecy_area",
    "demo_staff": "headcount",
    "headcount": "headcount",
    "service": "service",
    "customer_word": "customer_word",
    "valid_from": "valid_from",
    "valid_until": "valid_until",
    "successor": "successor",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MOST_BYTES = 2 * 1024 * 1024
MOST_SHOWN = 40  # characters of a cell repeated in a sentence


@dataclass(frozen=True)
class Row:
    """One row of the file: its number as the spreadsheet shows it, and a text per field."""

    number: int
    values: dict[str, str]

    @property
    def code(self) -> str:
        """The unit's code."""
        return self.values["code"]


@dataclass
class Sheet:
    """What the file says. `faults` are sentences; with any of them nothing is read in."""

    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)


def at_row(number: int, sentence: str) -> str:
    """Return a sentence that says on which row it is."""
    return _("Row %(number)d: %(sentence)s") % {"number": number, "sentence": sentence}


def read(data: bytes) -> Sheet:
    """Return the rows of a file (UTF-8 with or without mark, Windows-1252; `;` or `,`).

    A star at the end of a name marks an invented unit and is taken away. Never raises: what is
    wrong with the file stands in the sheet's faults.
    """
    text, fault = decoded(data)
    if fault:
        return Sheet(faults=[fault])
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text), strict=True)
    sheet = Sheet()
    try:
        heading = next((cells for cells in lines if any(cells)), [])
        sheet.columns = _columns(heading, sheet)
        if not sheet.faults:
            _read_rows(lines, sheet)
    except csv.Error:
        sheet.faults.append(
            at_row(lines.line_num, _("A quotation mark is opened and never closed."))
        )
    if not sheet.faults and not sheet.rows:
        sheet.faults.append(_("The file has no units. Add one row per unit below the heading."))
    return sheet


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text of a file, or "" and a sentence that says why it cannot be read."""
    if len(data) > MOST_BYTES:
        return "", _("The file is larger than 2 MB. Is it the right file?")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"PK")) or b"\x00" in data:
        return "", _("This is not a CSV file. Save it as “CSV UTF-8” and choose it again.")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding), ""
        except UnicodeDecodeError:
            continue
    return "", _("The letters in the file cannot be read. Save it as “CSV UTF-8”.")


def separator_of(text: str) -> str:
    """Return the sign between the columns, judged by the first row."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return ";" if heading.count(";") >= heading.count(",") else ","


def _columns(heading: list[str], sheet: Sheet) -> list[str]:
    names = [name.strip().lower() for name in heading]
    columns = [COLUMNS.get(name, "") for name in names]
    unknown = [name[:MOST_SHOWN] for name, column in zip(names, columns, strict=True) if not column]
    if "code" not in columns:
        sheet.faults.append(_("The first row must name the columns, and one of them is “code”."))
    elif unknown:
        sheet.faults.append(
            _("Unknown columns: %(names)s. Known are: %(known)s.")
            % {"names": ", ".join(unknown), "known": ", ".join(COLUMNS)}
        )
    elif len(set(columns)) < len(columns):
        sheet.faults.append(_("A column stands twice. Take one of them away."))
    return columns


def _read_rows(lines: Any, sheet: Sheet) -> None:
    seen: dict[str, int] = {}
    for cells in lines:
        number = lines.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(sheet.columns):
            sentence = _("%(found)d columns where the heading has %(wanted)d.") % {
                "found": len(cells),
                "wanted": len(sheet.columns),
            }
            sheet.faults.append(at_row(number, sentence))
            continue
        values = dict.fromkeys(sheet.columns, "")
        values.update(zip(sheet.columns, map(_clean, cells), strict=False))
        if "name" in values:
            values["name"] = values["name"].rstrip("*").rstrip()
        if fault := _fault_of_code(values["code"], seen):
            sheet.faults.append(at_row(number, fault))
            continue
        seen[values["code"]] = number
        sheet.rows.append(Row(number, values))


def _clean(cell: str) -> str:
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:2] in FORMULA else text


def _fault_of_code(code: str, seen: dict[str, int]) -> str:
    if not code:
        return _("The code is missing.")
    if code in seen:
        return _("%(code)s stands already on row %(row)d.") % {
            "code": code[:MOST_SHOWN],
            "row": seen[code],
        }
    return ""
