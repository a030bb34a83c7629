"""One import on its way: received, its columns and names chosen, checked without storing."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nonconformities.importing.columns import DAYS, MANY, Column, guessed, meaning_of
from nonconformities.importing.layout import Layout
from nonconformities.importing.meanings import Chosen, Meanings, Question, remember
from nonconformities.importing.names import Directory
from nonconformities.importing.planning import DUE_DAYS, Failed, How, Planner, known_already
from nonconformities.importing.surveying import survey
from nonconformities.importing.tally import Tally
from nonconformities.models import Import
from qms.organization.models import User
from qms.records.files import clean_name
from qms.records.importing.mending import Faults
from qms.records.importing.reading import Source, open_source
from qms.records.importing.tables import Table, text_of
from qms.records.importing.words import is_reason

Tell = Callable[[int], None]
_EXAMPLES, _SHOWN = 3, 80


def receive(file: BinaryIO, name: str, size: int, *, by: User) -> Import:
    """Keep a file that has been looked at, with everything about it guessed.

    The same file sent twice is the same import. Raises ValidationError with how to mend it.
    """
    if size > settings.IMPORT_MAX_BYTES:
        words = {"size": round(size / 2**20), "most": settings.IMPORT_MAX_BYTES // 2**20}
        raise ValidationError(
            _("The file is %(size)d MB. At most %(most)d MB can be imported: divide it.") % words
        )
    digest = _sha256(file)
    mine = Import.objects.filter(uploaded_by=by, sha256=digest)
    under_way = mine.filter(status__in=[Import.Status.UPLOADED, Import.Status.STORING])
    if known := under_way.first():
        return known
    row = Import(filename=clean_name(name), sha256=digest, size=size, uploaded_by=by)
    preparation = Preparation(row, open_source(file))
    preparation.examine()
    file.seek(0)
    try:
        with transaction.atomic():
            row.file.save("file", File(file), save=False)
            row.save()
            row.tell("receive", by=by, changes={"sha256": [None, digest]})
            row.save(update_fields=["event_count", "event_head"])
    except IntegrityError:  # twice at the very same time: the other was first
        row.file.delete(save=False)
        if known := under_way.first():
            return known
        raise
    return row


def _sha256(file: BinaryIO) -> str:
    found = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(1 << 20):
        found.update(chunk)
    return found.hexdigest()


class Preparation:
    """An import with its file open; everything chosen about it stands in its settings."""

    def __init__(self, row: Import, source: Source | None = None) -> None:
        self.row = row
        if source:
            self.__dict__["source"] = source

    @cached_property
    def source(self) -> Source:
        """The file, opened. Raises ValidationError when it has been removed."""
        if not self.row.has_file:
            raise ValidationError(_("The file has been removed. Send it again."))
        return open_source(self.row.file.open("rb").file)

    @property
    def chosen(self) -> dict[str, Any]:
        """What has been chosen about the file."""
        return self.row.settings

    @cached_property
    def table(self) -> Table:
        """The rows under the chosen heading."""
        sheet, heading = self.chosen.get("sheet", ""), self.chosen.get("heading", 0)
        return Table(self.source, meaning_of, sheet, heading)

    @cached_property
    def layout(self) -> Layout:
        """The columns with their chosen meanings."""
        return Layout(self.table, self.chosen["columns"])

    @cached_property
    def directory(self) -> Directory:
        """Everything a name may mean here."""
        return Directory()

    @cached_property
    def meanings(self) -> Meanings:
        """What the names of the file mean."""
        return Meanings(self.directory, self.chosen.get("names", {}))

    # --- What it holds ------------------------------------------------------------------------

    def examine(self, sheet: str | None = None, heading: int = 0) -> None:
        """Find the heading and guess the columns, anew when another sheet or row is chosen."""
        self.__dict__["table"] = self._found(sheet, heading)
        table, sample = self.table, self.table.sample()
        width = max([len(table.names), *map(len, sample)])
        table.names += [""] * (width - len(table.names))
        headings = [name for name in table.names if not is_reason(name)]
        earlier = Import.objects.filter(settings__headings=headings).first()
        columns = guessed(table.names, sample)
        if earlier and len(earlier.settings["columns"]) == len(table.names):
            columns = earlier.settings["columns"]
        self.row.settings = {
            "sheet": table.sheet, "heading": table.heading, "headings": headings,
            "columns": columns, "unit": "", "personal": "keep",
            "due_on": str(timezone.localdate() + timedelta(days=DUE_DAYS)), "names": {},
        }  # fmt: skip
        named = earlier.register if earlier else _register_of(self.row.filename)
        self.row.register = self.row.register or named
        self.row.found = {"examples": _examples(sample, width), "sheets": self.source.sheets,
                          "names_of_columns": [table.name(n) for n in range(width)]}  # fmt: skip
        self.row.counts = {}

    def _found(self, sheet: str | None, heading: int) -> Table:
        """Return the table of one sheet, or of the first sheet that has one."""
        fault: ValidationError | None = None
        for name in self.source.sheets if sheet is None else [sheet]:
            try:
                return Table(self.source, meaning_of, name, heading)
            except ValidationError as found:
                fault = fault or found
        raise fault or ValidationError(_("The workbook has no sheet with cells."))

    def fault_of_columns(self) -> str:
        """Return what hinders the chosen columns, or ""."""
        columns = self.chosen["columns"]
        twice = {c for c in columns if c not in MANY and columns.count(c) > 1}
        if twice:
            label = Column(sorted(twice)[0]).label
            return _("Two columns are chosen as “%s”. Keep one of them as text instead.") % label
        if Column.DESCRIPTION not in columns and Column.TITLE not in columns:
            return _("Choose the column that says what happened.")
        if not set(columns) & {*DAYS[:2]}:
            return _("Choose a column with the day it was reported or happened.")
        if Column.UNIT not in columns and not self.chosen.get("unit"):
            return _("Choose the column with the unit, or one unit for all rows.")
        return ""

    def survey(self, tell: Tell = lambda done: None) -> None:
        """Read the file through once, and keep what it holds. Raises ValidationError."""
        if fault := self.fault_of_columns():
            raise ValidationError(fault)
        kept = {n: self.row.found[n] for n in ("examples", "sheets", "names_of_columns")}
        self.row.found = kept | survey(self.layout, tell).as_json()
        self.row.counts = {}
        self._keep("found", "counts", "settings", "register")

    @property
    def is_surveyed(self) -> bool:
        """True when the names of the chosen columns are known."""
        return "rows" in self.row.found

    # --- What its names mean --------------------------------------------------------------------

    def questions(self) -> list[Question]:
        """Return the names that somebody must say the meaning of, each once."""
        found = self.row.found
        return list(self.meanings.questions(found.get("names", {}), found.get("ended", {})))

    def choose(self, chosen: Chosen, *, by: User | None) -> None:
        """Keep what the names mean, here and for the next file."""
        for kind, names in chosen.items():
            for key, code in names.items():
                if not self.meanings.allowed(kind, code):
                    raise ValidationError(_("“%(code)s” is nothing here (%(name)s).") % {
                        "code": code[:60], "name": key[:60]})  # fmt: skip
        before: Chosen = self.chosen.get("names", {})
        kinds = {*before, *chosen}
        merged: Chosen = {k: before.get(k, {}) | chosen.get(k, {}) for k in kinds}
        self.row.settings = self.chosen | {"names": merged}
        self.row.counts = {}
        self._keep("settings", "counts")
        if by:
            remember(self.directory, chosen, by)
        self.__dict__.pop("meanings", None)

    # --- What would become of it ----------------------------------------------------------------

    def planner(self) -> Planner:
        """Return what goes through the rows, always with the same result."""
        found, chosen = self.row.found, self.chosen
        due_on = chosen.get("due_on")
        how = How(
            register=self.row.register, orders=found.get("orders", {}),
            clashes=found.get("clashes", {}), unit=chosen.get("unit", ""),
            redacts=chosen.get("personal") == "redact",
            due_on=date.fromisoformat(due_on) if due_on else None,
        )  # fmt: skip
        return Planner(self.layout, self.meanings, how)

    def go_through(self, tell: Tell = lambda done: None) -> tuple[Tally, Faults]:
        """Return what every row would become, and the rows to mend. Nothing is stored."""
        tally, faults = Tally(), Faults(self.table)
        for batch in self.planner().batches():
            judged = known_already(self.row.register, batch)
            tally.take(judged)
            for each in judged:
                if isinstance(each, Failed):
                    faults.add(each.cells, [said for _kind, said in each.reasons])
            tell(batch[-1].row)
        return tally, faults

    def check(self, tell: Tell = lambda done: None) -> dict[str, Any]:
        """Go through every row without storing any; keep the counts and the rows to mend."""
        tally, faults = self.go_through(tell)
        if self.row.faults:
            self.row.faults.delete(save=False)
        if faults.count:
            self.row.faults.save("faults", File(faults.done()), save=False)
        self.row.counts = tally.as_json()
        self._keep("counts", "faults")
        return self.row.counts

    def _keep(self, *fields: str) -> None:
        if self.row.pk:  # a dry run by command is of a file that nobody keeps
            self.row.save(update_fields=fields)


def _examples(sample: list[list[Any]], width: int) -> list[list[str]]:
    """Return the first different texts of each column."""
    found: list[list[str]] = []
    for place in range(width):
        texts = (text_of(row[place]) for row in sample if place < len(row))
        found.append(list(dict.fromkeys(t[:_SHOWN] for t in texts if t))[:_EXAMPLES])
    return found


def _register_of(filename: str) -> str:
    stem = PurePosixPath(filename).stem.removesuffix("-att-ratta")
    return stem[:100] or filename[:100]
