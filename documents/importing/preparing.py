"""One import on its way: the folder received, its list found, its rows gone through."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from documents.importing.columns import NEEDED, Column, meaning_of, places_of
from documents.importing.folder import Folder, Zip
from documents.importing.planning import Failed, Planner
from documents.importing.tally import Tally
from documents.models import DocumentImport
from qms.organization.models import User
from qms.records.files import clean_name
from qms.records.importing.mending import Faults
from qms.records.importing.reading import open_source
from qms.records.importing.tables import Table

Tell = Callable[[int], None]


def receive(
    file: BinaryIO, name: str, size: int, *, by: User, listing: BinaryIO | None = None
) -> DocumentImport:
    """Keep a packed folder that has been looked at. The same sent twice is the same import.

    `listing` is a list beside it, used instead of one in it. Raises ValidationError with how to
    mend it.
    """
    if size > settings.IMPORT_MAX_BYTES:
        words = {"size": round(size / 2**20), "most": settings.IMPORT_MAX_BYTES // 2**20}
        raise ValidationError(
            _(
                "The folder is %(size)d MB. At most %(most)d MB can be imported at a time: "
                "divide it."
            )
            % words
        )
    digest = _sha256(file, listing)
    mine = DocumentImport.objects.filter(uploaded_by=by, sha256=digest)
    under_way = mine.filter(status__in=["uploaded", "storing"])
    if known := under_way.first():
        return known
    find_table(Zip(file), listing)
    row = DocumentImport(filename=clean_name(name), sha256=digest, size=size, uploaded_by=by)
    file.seek(0)
    try:
        with transaction.atomic():
            row.file.save("folder", File(file), save=False)
            if listing:
                listing.seek(0)
                row.list_file.save("list", File(listing), save=False)
            row.save()
            row.tell("receive", by=by, changes={"sha256": [None, digest]})
            row.save(update_fields=["event_count", "event_head"])
    except IntegrityError:  # twice at the very same time: the other was first
        row.file.delete(save=False)
        if known := under_way.first():
            return known
        raise
    return row


def again(row: DocumentImport, listing: BinaryIO, *, by: User) -> DocumentImport:
    """Keep a mended list for a folder that is here already, as an import of its own."""
    if not row.has_file:
        raise ValidationError(_("The folder has been removed. Send it again."))
    with row.file.open("rb") as kept:
        return receive(kept.file, row.filename, row.size, by=by, listing=listing)


def keep(name: str, counts: dict[str, Any], *, by: User) -> DocumentImport:
    """Keep that somebody at the server imports a folder there; the folder is not copied."""
    row = DocumentImport(
        filename=clean_name(name), sha256=uuid4().hex * 2, size=0, uploaded_by=by, counts=counts
    )
    with transaction.atomic():
        row.save()
        row.tell("receive", by=by)
        row.save(update_fields=["event_count", "event_head"])
    return row


def _sha256(*files: BinaryIO | None) -> str:
    found = hashlib.sha256()
    for file in filter(None, files):
        file.seek(0)
        while chunk := file.read(1 << 20):
            found.update(chunk)
        file.seek(0)
    return found.hexdigest()


def find_table(folder: Folder, listing: BinaryIO | None = None) -> tuple[Table, str]:
    """Return the rows of the list and its path: one beside the folder, else the first in it.

    Raises ValidationError that says which columns are missing, or that there is no list.
    """
    if listing:
        return _checked(Table(open_source(listing), meaning_of)), ""
    fault: ValidationError | None = None
    for entry in folder.lists()[:50]:
        kept: Any = folder.upload(entry).file
        try:
            table = Table(open_source(kept), meaning_of)
        except ValidationError as found:
            fault = fault or found
            continue
        if Column.FILE in places_of(table.names):
            return _checked(table), entry.path
    raise ValidationError(
        _("There is no list in the folder: a file from Excel or CSV with the columns %s.")
        % ", ".join(str(column.label) for column in NEEDED)
    ) from fault


def _checked(table: Table) -> Table:
    places = places_of(table.names)
    if missing := [str(column.label) for column in NEEDED if column not in places]:
        raise ValidationError(
            _("The list has no column for: %s. Add it and send again.") % ", ".join(missing)
        )
    return table


@contextmanager
def opened(row: DocumentImport) -> Iterator[Planner]:
    """Give what goes through the rows of an import. Raises ValidationError when it is gone."""
    listing: Any = row.list_file.open("rb").file if row.list_file else None
    try:
        if not row.has_file:
            raise ValidationError(_("The folder has been removed. Send it again."))
        with row.file.open("rb") as kept:
            folder = Zip(kept.file)
            table, path = find_table(folder, listing)
            yield Planner(folder, table, path)
    finally:
        if listing:
            listing.close()


def go_through(planner: Planner, tell: Tell = lambda done: None) -> tuple[dict[str, Any], Faults]:
    """Return what every row would become, and the rows to mend. Nothing is stored."""
    tally, faults = Tally(), Faults(planner.table)
    for outcome in planner.outcomes():
        tally.take([outcome])
        if isinstance(outcome, Failed):
            faults.add(outcome.cells, outcome.reasons)
        tell(outcome.row)
    return tally.as_json(planner.unused, planner.folder.refused), faults


def examine(row: DocumentImport, tell: Tell = lambda done: None) -> dict[str, Any]:
    """Go through every row without storing any; keep the counts and the rows to mend."""
    with opened(row) as planner:
        counts, faults = go_through(planner, tell)
    if row.faults:
        row.faults.delete(save=False)
    if faults.count:
        row.faults.save("rows", File(faults.done()), save=False)
    row.counts = counts
    row.save(update_fields=["counts", "faults"])
    return counts
