"""Stores what was planned, a row to a transaction; begins again where it was stopped.

What is imported was adopted before it came here. It is stored as it was then: in force, or
superseded, with one event, "import", and nothing else in its story; no verb was done here.
"""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.importing.folder import Folder
from documents.importing.planning import Edition, Planner, Ready
from documents.importing.preparing import opened
from documents.importing.tally import Tally
from documents.models import Document, DocumentImport, ImportedRow, Status, Version
from documents.texts import text_of
from documents.word import read_docx
from qms.organization.models import User
from qms.records.files import check
from qms.records.models import Attachment, NumberSeries

Tell = Callable[[int], None]
KEPT = timedelta(days=7)


def begin(row: DocumentImport, *, by: User, skips: bool, is_here: bool = False) -> bool:
    """Decide that the checked rows become documents. False when somebody has done so already.

    `is_here` is True for a folder on the server, which is not kept a second time.

    Raises ValidationError when nothing is checked, nothing is ready, or rows would be left out
    that nobody has agreed to leave out.
    """
    with transaction.atomic():
        row.lock()
        if row.status in {DocumentImport.Status.STORING, DocumentImport.Status.STORED}:
            return False
        if row.status != DocumentImport.Status.UPLOADED or not (is_here or row.has_file):
            raise ValidationError(_("The folder has been removed. Send it again."))
        if not row.counts:
            raise ValidationError(_("The list has not been checked. Check it first."))
        if not row.counts["ready"]:
            raise ValidationError(_("No row can be imported. Mend the rows and send them again."))
        if row.counts["failed"] and not skips:
            raise ValidationError(_("Say that the rows to mend are left out, or mend them first."))
        row.status, row.counts = DocumentImport.Status.STORING, {"planned": row.counts}
        row.tell("begin", by=by)
        row.save()
    return True


def store(
    row: DocumentImport, *, by: User, tell: Tell = lambda done: None, planner: Planner | None = None
) -> dict[str, Any]:
    """Make documents of the rows. Safe to run again: what is stored is not stored once more.

    Each row is one transaction, in which the import remembers how far it has come. `planner` goes
    through a folder on the server, for the command.
    """
    with ExitStack() as stack:
        planner = planner or stack.enter_context(opened(row))
        shelf = _Shelf(row, planner.folder, by)
        for outcome in planner.outcomes(after=row.stored_upto):
            shelf.put(outcome)
            tell(outcome.row)
        unused, refused = planner.unused, planner.folder.refused
    with transaction.atomic():
        row.lock()
        if row.status == DocumentImport.Status.STORING:
            row.status, row.stored_at = DocumentImport.Status.STORED, timezone.now()
            planned = row.counts.get("planned", {})
            row.counts |= {"refused": refused, "unused": planned.get("unused", unused),
                           "unused_count": planned.get("unused_count", len(unused))}  # fmt: skip
            row.tell("store", by=by, changes={"documents": [0, row.counts.get("ready", 0)]})
            row.save()
    return row.counts


class _Shelf:
    """Makes documents of rows and puts them into the database."""

    def __init__(self, row: DocumentImport, folder: Folder, by: User) -> None:
        self.row, self.folder, self.by = row, folder, by

    def put(self, outcome: Any) -> None:
        """Store one row, and that it is stored."""
        with transaction.atomic(), connection.cursor() as cursor:
            # Two imports at once wait for each other: a title comes in once.
            cursor.execute("select pg_advisory_xact_lock(hashtext('documents.import'))")
            self.row.lock()
            if self.row.status != DocumentImport.Status.STORING:
                return
            if self.row.stored_upto >= outcome.row:
                return
            if isinstance(outcome, Ready):
                self._store(outcome)
            tally = Tally.of(self.row.counts)
            tally.take([outcome])
            self.row.counts = tally.as_json() | {"planned": self.row.counts.get("planned", {})}
            self.row.stored_upto = outcome.row
            self.row.save(update_fields=["counts", "stored_upto"])

    def _store(self, ready: Ready) -> None:
        editions = [*ready.earlier, ready.edition]
        document = Document(
            number=NumberSeries.take(ready.document_type.prefix), unit=ready.unit,
            document_type=ready.document_type, owner=ready.owner, openness=ready.openness,
            review_on=ready.review_on, first_valid_on=editions[0].valid_from, created_by=self.by,
        )  # fmt: skip
        document.full_clean(exclude=["owner"])
        document.save()
        document.clauses.set(ready.clauses)
        document.tell("import", by=self.by, changes=self._origin(ready.row, ready.edition))
        document.save(update_fields=["event_count", "event_head"])
        for edition, after in zip(editions, [*editions[1:], None], strict=True):
            self._version(document, ready, edition, after.valid_from if after else None)
        ImportedRow.objects.create(
            document=document, imported_in=self.row, row=ready.row,
            file_name=ready.edition.entry.path[:300], notes=ready.notes,
        )  # fmt: skip

    def _origin(self, row: int, edition: Edition) -> dict[str, Any]:
        return {"import": [None, str(self.row.uid)], "row": [None, row],
                "file": [None, edition.entry.name[:150]]}  # fmt: skip

    def _version(
        self, document: Document, ready: Ready, edition: Edition, ended_on: date | None
    ) -> None:
        """Store one version. What it says is written before it is frozen: as a row, in one go."""
        is_text = ready.is_text and ended_on is None
        facts = ready.facts if ended_on is None else {}
        file = check(self.folder.upload(edition.entry))
        version = Version(
            document=document, unit=document.unit, created_by=self.by, title=ready.title,
            number=f"{document.number}/{edition.label}", major=edition.number[0],
            minor=edition.number[1], valid_from=edition.valid_from, adopted_on=edition.valid_from,
            ended_on=ended_on, status=Status.SUPERSEDED if ended_on else Status.IN_FORCE, **facts,
        )  # fmt: skip
        pictures = []
        if is_text:
            found = read_docx(file.file, file.name)
            version.body = found.html
            pictures = [_attachment(image) for image in found.images]
        else:
            version.file_sha256 = file.sha256
            version.file_text, version.file_state = text_of(file.file, file.media_type)
        version.measure()
        _put_with_file(version, file, pictures, self.by, stands=not is_text)
        version.tell(
            "import", by=self.by,
            changes=self._origin(ready.row, edition)
            | {"status": [None, str(version.status)], "sha256": [None, version.digest],
               "file_sha256": [None, file.sha256]},
        )  # fmt: skip
        version.save(update_fields=["event_count", "event_head"])


def _put_with_file(
    version: Version, file: Attachment, pictures: list[Attachment], by: User, *, stands: bool
) -> None:
    """Store a frozen row that points at a file which points back at it.

    The id is taken first: the database refuses to change which file an adopted version is.
    """
    version.pk = _next_id()
    file.content_type, file.object_id, file.added_by = _kind(), version.pk, by
    file.file.seek(0)
    file.save()
    version.file = file if stands else None
    version.full_clean(exclude=["document"])
    version.save(force_insert=True)
    for picture in pictures:
        picture.record, picture.added_by = version, by
        picture.save()


def _attachment(image: Any) -> Attachment:
    """Return a picture of a Word file as an attachment, with the id its address in the text has."""
    found = check(SimpleUploadedFile(image.name, image.content, image.media_type))
    found.uid = image.uid
    return found


def _next_id() -> int:
    with connection.cursor() as cursor:
        table = Version._meta.db_table
        cursor.execute("select nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        return int(cursor.fetchone()[0])


def _kind() -> Any:
    from django.contrib.contenttypes.models import ContentType

    return ContentType.objects.get_for_model(Version)


def give_up(row: DocumentImport, *, by: User | None) -> None:
    """Stop before anything is stored, and remove the folder."""
    with transaction.atomic():
        row.lock()
        if row.status != DocumentImport.Status.UPLOADED:
            return
        row.status = DocumentImport.Status.GIVEN_UP
        row.tell("give_up", by=by)
        row.save()
    row.drop_files()


def tidy() -> int:
    """Remove the folders nobody has gone on with. Returns how many. Safe to run twice."""
    count = 0
    for row in DocumentImport.objects.outlived(timezone.now() - KEPT):
        if row.status == DocumentImport.Status.UPLOADED:
            give_up(row, by=None)
        elif row.status != DocumentImport.Status.STORING:
            row.drop_files()
        count += 1
    return count
