"""What happens to documents by itself. What applies never waits for it: that the dates say."""

from celery import shared_task
from django.utils.translation import gettext as _

from documents import paper
from documents.models import Document, Version
from qms.records.models import Work
from qms.records.refusals import Refused
from qms.records.works import long_work

_MOST_COPIES = 1000  # a night: a drawing takes a second or more


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
