"""What each row of the list becomes: a document, a double, or a row to mend with the reasons."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.importing.cells import Earlier, earlier_of, version_of
from documents.importing.columns import Column, places_of
from documents.importing.folder import Entry, Folder
from documents.importing.known import Known
from documents.markup import plain_text
from documents.models import Document, DocumentType
from documents.texts import KINDS, MOST_SIGNS
from documents.word import read_docx
from qms.organization.models import Unit, User
from qms.records.files import DOCX, check
from qms.records.importing.dates import NotADay, read_day
from qms.records.importing.people import nearest
from qms.records.importing.sheets import Unreadable
from qms.records.importing.tables import Table, text_of
from qms.records.importing.words import alike, is_nothing
from qms.records.line import Line
from qms.records.models import Attachment
from qms.records.workdays import add_months

_MOST_TITLE, _MOST_SUMMARY, _MOST_LINE = 150, 2000, 120
_AHEAD = 10  # years that a review may lie ahead


@dataclass(frozen=True)
class Edition:
    """One version of a document as it will be stored."""

    number: tuple[int, int]
    valid_from: date
    entry: Entry

    @property
    def label(self) -> str:
        """What it is called: 4.0."""
        return f"{self.number[0]}.{self.number[1]}"


@dataclass
class Ready:
    """A row that can become a document."""

    row: int
    title: str
    unit: Unit
    document_type: DocumentType
    owner: User | None
    review_on: date
    edition: Edition
    is_text: bool
    earlier: list[Edition] = field(default_factory=list)
    clauses: list[Any] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    openness: str = Document.Openness.GROUP
    notes: list[str] = field(default_factory=list)


@dataclass
class Failed:
    """A row to mend: a sentence for each reason."""

    row: int
    reasons: list[str]
    cells: list[Any]


@dataclass
class Double:
    """A row that is here already, or stands higher up in the list."""

    row: int
    sentence: str


Outcome = Ready | Failed | Double


class Planner:
    """Goes through the rows of a list, always with the same result."""

    def __init__(self, folder: Folder, table: Table, path: str = "") -> None:
        self.folder, self.table = folder, table
        self.places = places_of(table.names)
        self.today = timezone.localdate()
        self.known = Known()
        self.used = {path}  # the list itself, and the files that some row names

    def outcomes(self, after: int = 0) -> Iterator[Outcome]:
        """Yield what each row becomes; rows up to `after` are only remembered."""
        self.known = Known()
        for row in self.table.rows():
            if row.kind != "data":
                continue
            if row.number > after:
                yield _Row(self, row.number, row.cells).outcome()

    @property
    def unused(self) -> list[str]:
        """The files that no row names; known when all rows have been gone through."""
        return [entry.path for entry in self.folder.entries if entry.path not in self.used]


class _Row:
    """One row on its way to become a document."""

    def __init__(self, planner: Planner, number: int, cells: list[Any]) -> None:
        self.planner, self.number, self.cells = planner, number, cells
        self.faults: list[str] = []
        self.notes: list[str] = []

    def outcome(self) -> Outcome:
        """Return what it becomes. Every reason is found, not only the first."""
        title, unit, kind = self._title(), self._unit(), self._type()
        edition, digest, is_text = self._edition()
        earlier = self._earlier(edition)
        owner = self._owner(unit)
        clauses = self._clauses()
        review_on = self._day(Column.REVIEW_ON, ahead=_AHEAD)
        openness = self._openness()
        facts = self._facts()
        if self.faults or not (unit and kind and edition):
            return Failed(self.number, self.faults, self.cells)
        if double := self._double(unit, title, digest):
            return double
        review_on = review_on or add_months(edition.valid_from, kind.review_months)
        return Ready(
            self.number, title, unit, kind, owner, review_on, edition, is_text, earlier, clauses,
            facts, openness, self.notes,
        )  # fmt: skip

    # --- Cells ----------------------------------------------------------------------------------

    def _cell(self, column: str) -> Any:
        place = self.planner.places.get(column)
        cell = self.cells[place] if place is not None and place < len(self.cells) else None
        if isinstance(cell, Unreadable):
            self.faults.append(f"{Column(column).label}: {cell}")
            return None
        return None if cell is None or not text_of(cell) else cell

    def _text(self, column: str, most: int) -> str:
        text = " ".join(text_of(self._cell(column)).split())
        if len(text) > most:
            self.faults.append(
                _("%(column)s is %(length)d signs; at most %(most)d fit. Shorten it.")
                % {"column": Column(column).label, "length": len(text), "most": most}
            )
        return text

    def _title(self) -> str:
        title = self._text(Column.TITLE, _MOST_TITLE)
        if not title:
            self.faults.append(_("The title is missing."))
        return title

    def _unit(self) -> Unit | None:
        text = text_of(self._cell(Column.UNIT))
        if is_nothing(text):
            self.faults.append(_("The unit is missing."))
            return None
        if code := self.planner.known.known_units.get(alike(text)):
            return self.planner.known.units[code]
        near = nearest(text, self.planner.known.unit_names)
        self.faults.append(
            _("There is no unit “%(text)s”. Is it %(name)s (%(code)s)?")
            % {"text": text[:60], "name": self.planner.known.units[near].name, "code": near}
            if near
            else _("There is no unit “%s”. Write its name or code.") % text[:60]
        )
        return None

    def _type(self) -> DocumentType | None:
        text = text_of(self._cell(Column.TYPE))
        if found := self.planner.known.types.get(alike(text)):
            return found
        known = ", ".join(dict.fromkeys(kind.name for kind in self.planner.known.types.values()))
        said = _("There is no type of document “%(text)s”. Write one of: %(known)s.")
        self.faults.append(said % {"text": text[:60], "known": known})
        return None

    def _owner(self, unit: Unit | None) -> User | None:
        text = text_of(self._cell(Column.OWNER))
        if is_nothing(text):
            return Line(unit).nearest_manager() if unit else None
        username = self.planner.known.known_people.get(alike(text))
        person = self.planner.known.people[username] if username else None
        if person is None:
            said = _("Nobody here is called “%s”. Write the e-mail address or user name.")
            self.faults.append(said % text[:60])
        elif unit and (not person.is_active or unit.authority not in person.authorities):
            self.faults.append(
                _("%(person)s does not work in %(unit)s. Choose somebody who does.")
                % {"person": text[:60], "unit": unit.authority_name or unit.name}
            )
        return person

    def _clauses(self) -> list[Any]:
        found, unknown = self.planner.known.clauses.of(self._cell(Column.CLAUSES))
        if unknown:
            said = _("There is no requirement “%s”. Write it as 8.5.1 or ISO 14001 6.1.2.")
            self.faults += [said % text for text in unknown]
        return found

    def _openness(self) -> str:
        text = text_of(self._cell(Column.OPENNESS))
        if is_nothing(text):
            return str(Document.Openness.GROUP)
        if found := self.planner.known.openness.get(alike(text)):
            return found
        known = ", ".join(str(label) for label in Document.Openness.labels)
        said = _("It cannot be open to “%(text)s”. Write one of: %(known)s.")
        self.faults.append(said % {"text": text[:60], "known": known})
        return ""

    def _facts(self) -> dict[str, str]:
        return {
            "summary": self._text(Column.SUMMARY, _MOST_SUMMARY),
            "decision_body": self._text(Column.DECISION_BODY, _MOST_LINE),
            "decision_paragraph": self._text(Column.PARAGRAPH, 30),
            "decision_number": self._text(Column.DECISION_NUMBER, 50),
        }

    def _day(self, column: str, *, ahead: int = 0) -> date | None:
        cell = self._cell(column)
        if cell is None or is_nothing(text_of(cell)):
            return None
        is_1904 = self.planner.table.source.is_1904
        try:
            return read_day(cell, self.planner.today, is_1904=is_1904, ahead=ahead).on
        except NotADay as fault:
            self.faults.append(f"{Column(column).label}: {fault}")
            return None

    # --- Files ----------------------------------------------------------------------------------

    def _edition(self) -> tuple[Edition | None, str, bool]:
        """Return the version that applies, the fingerprint of its file, and if it becomes text."""
        before = len(self.faults)
        valid_from = self._day(Column.VALID_FROM, ahead=1)
        if valid_from and valid_from > self.planner.today:
            self.faults.append(_("It has not entered force. Import what applies today."))
        elif not valid_from and len(self.faults) == before:
            self.notes.append(_("no day for when it entered force: today is used"))
        number = self._number()
        name = text_of(self._cell(Column.FILE))
        if not name:
            self.faults.append(_("The file name is missing."))
            return None, "", False
        if (entry := self._entry(name)) is None:
            return None, "", False
        if (checked := self._checked(entry)) is None:
            return None, "", False
        is_text = checked.media_type == DOCX and self._becomes_text(checked)
        edition = Edition(number, valid_from or self.planner.today, entry)
        return edition, checked.sha256, is_text

    def _number(self) -> tuple[int, int]:
        cell = self._cell(Column.VERSION)
        earlier = earlier_of(self._cell(Column.EARLIER))
        if cell is None:
            told = [each.number[0] for each in earlier if each.number]
            return max([len(earlier), *told]) + 1, 0
        if (number := version_of(cell)) is None or number > (999, 999):
            said = _("“%s” is no version number. Write it as 4 or 4.1.")
            self.faults.append(said % text_of(cell)[:40])
            return 1, 0
        return number

    def _entry(self, name: str) -> Entry | None:
        found = self.planner.folder.named(name)
        if len(found) == 1:
            self.planner.used.add(found[0].path)
            return found[0]
        self.faults.append(
            _("The file “%s” is not in the folder.") % name[:100]
            if not found
            else _("Several files are called “%s”. Write the folder too.") % name[:100]
        )
        self.planner.used.update(entry.path for entry in found)
        return None

    def _checked(self, entry: Entry) -> Attachment | None:
        """Return a file that may be stored, or None with the reason among the faults."""
        try:
            found = check(self.planner.folder.upload(entry))
        except ValidationError as fault:
            self.faults += fault.messages
            return None
        except OSError:
            self.faults.append(_("“%s” is damaged and cannot be read.") % entry.name)
            return None
        if found.media_type not in KINDS:
            said = _("“%s” is no document. Save it as docx, pdf, odt or xlsx.")
            self.faults.append(said % entry.name)
            return None
        return found

    def _becomes_text(self, checked: Attachment) -> bool:
        """Return True for a Word file that can be opened in the editor; any other stays a file."""
        try:
            found = read_docx(checked.file, checked.name)
        except ValidationError as fault:
            self.notes.append(_("stays a file: %s") % " ".join(fault.messages))
            return False
        if len(plain_text(found.html)) > MOST_SIGNS:
            self.notes.append(_("stays a file: the text is very long"))
            return False
        self.notes += found.warnings
        return True

    def _earlier(self, edition: Edition | None) -> list[Edition]:
        """Return the earlier versions in their order, each with its file and its days."""
        found = []
        for place, each in enumerate(earlier_of(self._cell(Column.EARLIER)), start=1):
            if (entry := self._entry(each.file)) and self._checked(entry) and (day := each.day):
                found.append(Edition(each.number or (place, 0), day, entry))
            elif entry and not each.day:
                self._no_day(each)
        found.sort(key=lambda each: each.number)
        line = [*found, edition] if edition else found
        for before, after in pairwise(line):
            if before.number >= after.number:
                said = _("Two versions are called %s. Write the number after the file name.")
                self.faults.append(said % before.label)
            elif before.valid_from > after.valid_from:
                said = _("Version %(one)s entered force after version %(other)s. Check the days.")
                self.faults.append(said % {"one": before.label, "other": after.label})
        return found

    def _no_day(self, each: Earlier) -> None:
        said = _("Write the day of the earlier version “%s” after its name: (2.0, 2021-03-01).")
        self.faults.append(said % each.file[:100])

    # --- Doubles --------------------------------------------------------------------------------

    def _double(self, unit: Unit, title: str, digest: str) -> Double | None:
        """Return the row as a double of what is here, or remember it."""
        known, key = self.planner.known, (unit.pk, alike(title))
        where = known.titles.get(key)
        if where:
            said = _("%(unit)s has a document with this title: %(where)s")
            return Double(self.number, said % {"unit": unit.name, "where": where})
        if where := known.files.get(digest):
            return Double(self.number, _("the same file is here: %s") % where)
        known.titles[key] = known.files[digest] = _("row %d") % self.number
        return None
