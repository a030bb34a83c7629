"""What happens to documents by itself. What applies never waits for it: that the dates say."""

from collections.abc import Callable
from time import monotonic

from celery import shared_task
from django.conf import settings
from django.utils.translation import gettext as _

from documents import paper
from documents.importing import preparing, storing
from documents.importing.tally import the_sum
from documents.models import Document, DocumentImport, IncomingWord, Version
from documents.texts import text_of
from qms.records.models import Work
from qms.records.refusals import Refused
from qms.records.works import long_work

_MOST_COPIES = 1000  # a night: a drawing takes a second or more
AT_A_TIME = 0.7 * settings.CELERY_TASK_SOFT_TIME_LIMIT  # seconds


class _Enough(Exception):
    """This work has gone on for long enough; the next one takes over."""


@shared_task
def turn_the_day() -> int:
    """Let what is due enter force; return how many did. Safe to run again, and after missed days.

    Oldest first, so that after a long stop versions follow each other in their order.
    """
    done = 0
    for version in Version.objects.due().order_by("valid_from", "pk"):
        try:
            version.enter_force(by=None)
        except Refused:
            continue  # somebody was first, or it has been withdrawn since
        done += 1
    return done


@shared_task
def make_archive_copy(pk: int) -> bool:
    """Draw and keep the archive copy of a version in force. Nothing the second time."""
    version = paper.for_paper().without_archive_copy().filter(pk=pk).first()
    if version is None:
        return False
    try:
        version.keep_archive_copy(by=None, drawn=paper.archive_copy(version))
    except Refused:
        return False  # somebody was first, or the server cannot draw: the night tries again
    return True


@shared_task
def make_missing_copies() -> int:
    """Have those made that a worker never came to; what entered force last is first."""
    lacking = Version.objects.without_archive_copy().order_by("-valid_from", "-pk")
    found = list(lacking.values_list("pk", flat=True)[:_MOST_COPIES])
    for pk in found:
        make_archive_copy.delay(pk)
    return len(found)


@long_work
def draw_document(work: Work, *, version: int, supplement: int | None = None) -> None:
    """Draw a version for whoever asked, marked with what it is, if that person still sees it."""
    user = work.asked_by
    found = paper.for_paper().visible_to(user).filter(pk=version).first()
    if found is None:
        work.fail(_("You no longer see this document."))
    mine = Document.objects.visible_to(user).filter(supplements=found.document_id)
    local = mine.filter(pk=supplement).first() if supplement else None
    drawn = paper.printed(found, supplement=local.valid_version if local else None)
    work.finish(
        file=drawn.content, name=f"{drawn.name}.pdf", media_type="application/pdf",
        says=_("It shows what held when it was made."),
    )  # fmt: skip


@shared_task(soft_time_limit=120)
def read_file(version_id: int, file_id: int) -> None:
    """Read the words of a version's file, for search. Safe twice; another file since is another's.

    A damaged file gives no words and a sentence on the page, never an error.
    """
    version = Version.objects.filter(pk=version_id, file=file_id).select_related("file").first()
    if version is None or version.file is None:
        return
    try:
        with version.file.file.open("rb") as opened:
            found = text_of(opened, version.file.media_type)
    except OSError:
        return  # the file is gone: its page says so
    version.take_words(found.words, found.state)


def _teller(work: Work, total: int) -> Callable[[int], None]:
    def tell(done: int) -> None:
        work.step(done, max(total, done + 1), _("rows"))

    return tell


def _row(work: Work, import_id: int) -> DocumentImport:
    """Return the import, if it still is the business of the one who asked."""
    return DocumentImport.objects.visible_to(work.asked_by).get(pk=import_id)


@long_work
def check_import(work: Work, *, import_id: int) -> None:
    """Go through every row of a list without storing any."""
    row = _row(work, import_id)
    counts = preparing.examine(row, _teller(work, 0))
    work.finish(url=row.get_absolute_url(), says=the_sum(counts))


@long_work(in_pieces=True)
def store_import(work: Work, *, import_id: int) -> None:
    """Store what was planned; begun again it goes on where it was.

    A long list takes several works after each other: no task may go on for ever.
    """
    row, ends = _row(work, import_id), monotonic() + AT_A_TIME
    tell = _teller(work, row.counts.get("planned", {}).get("rows", 0))

    def told(done: int) -> None:
        tell(done)
        if monotonic() > ends:
            raise _Enough

    try:
        counts = storing.store(row, by=work.asked_by, tell=told)
    except _Enough:
        work.finish(url=row.get_absolute_url(), says=_("The import goes on by itself."))
        Work.ask(work.task, by=work.asked_by, heading=work.heading, import_id=import_id)
        return
    work.finish(url=row.get_absolute_url(), says=the_sum(counts, stored=True))


@shared_task
def tidy_files() -> int:
    """Remove Word files that nobody went on with, and the folders of imports that are over."""
    for incoming in IncomingWord.objects.outlived():
        incoming.forget()
    return storing.tidy()
