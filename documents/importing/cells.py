"""What a cell of the list means: version numbers, earlier files, requirements."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from qms.requirements.models import Clause

_NUMBER = re.compile(
    r"(?:^|(?<=[\s(_,.\-]))v(?:er(?:sion)?)?[\s._-]*(\d{1,3})(?:[.,_](\d{1,3}))?", re.I
)
_BARE = re.compile(r"\(?\s*v?\.?\s*(\d{1,3})(?:[.,](\d{1,3}))?\s*\)?", re.I)
_INSIDE = re.compile(r"(?<![\d.\-])(\d{1,2})[.,](\d{1,2})(?![\d.\-])")
_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_. ]?(0[1-9]|1[0-2])[-_. ]?(0[1-9]|[12]\d|3[01])(?!\d)")
_FILE = re.compile(r"^(.*?\.(?:docx?|pdf|odt|xlsx?|docm))\b(.*)$", re.I | re.DOTALL)
_LEAD = re.compile(r"^(?:ss-en\s+)?(?:iso\s*)?(\d{4,5})(?::\d{4})?\s*[:\s]\s*", re.I)
_FIRST_STANDARD = "9001"


@dataclass(frozen=True)
class Earlier:
    """An earlier version as the list tells of it."""

    file: str
    number: tuple[int, int] | None
    day: date | None


def version_of(cell: Any) -> tuple[int, int] | None:
    """Return major and minor of a version number, or None when it is none."""
    text = str(cell).strip()
    match = _BARE.fullmatch(text) or _NUMBER.search(text)
    return (int(match[1]), int(match[2] or 0)) if match else None


def earlier_of(cell: Any) -> list[Earlier]:
    """Return the earlier versions: file names with numbers and days, in a cell of any usual form.

    "Rutin v1 2019-01-05.docx; Rutin v2.docx (2.0, 2021-03-01)" is two.
    """
    found = []
    for piece in re.split(r"[;\n|]+", str(cell or "")):
        if not piece.strip():
            continue
        match = _FILE.match(piece.strip())
        name, beside = (match[1], match[2]) if match else (piece.strip(), "")
        found.append(Earlier(name.strip(), _number_in(beside, name), _day_in(beside, name)))
    return found


def _number_in(beside: str, name: str) -> tuple[int, int] | None:
    """Return the number that stands beside a file, else the one in its name."""
    for text in (_DAY.sub(" ", beside), _DAY.sub(" ", name)):
        if match := _NUMBER.search(text) or _INSIDE.search(text):
            return int(match[1]), int(match[2] or 0)
    return None


def _day_in(*texts: str) -> date | None:
    for text in texts:
        if match := _DAY.search(text):
            try:
                return date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                return None
    return None


class Clauses:
    """Finds requirements by the way people write them: 8.5.1, ISO 14001 6.1.2."""

    def __init__(self) -> None:
        rows = Clause.objects.newest().select_related("edition__standard")
        self.rows: dict[tuple[str, str], Clause] = {}
        for row in rows:
            digits = re.search(r"\d{4,5}", row.edition.standard.code)
            self.rows[digits[0] if digits else row.edition.standard.code, row.number] = row

    def of(self, cell: Any) -> tuple[list[Clause], list[str]]:
        """Return the requirements of a cell, and the words that are none."""
        found, unknown = [], []
        for piece in re.split(r"[;,\n]+", str(cell or "")):
            text = " ".join(piece.split())
            if not text:
                continue
            lead = _LEAD.match(text)
            standard = lead[1] if lead else _FIRST_STANDARD
            number = (text[lead.end() :] if lead else text).strip(" .")
            if row := self.rows.get((standard, number)):
                found.append(row)
            else:
                unknown.append(text[:40])
        return found, unknown
