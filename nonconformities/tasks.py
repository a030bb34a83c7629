"""Long work on deviations: their reports drawn; an older register read, stored, taken back."""

from collections.abc import Callable
from time import monotonic

from celery import shared_task
from django.conf import settings
from django.utils.translation import gettext as _

from nonconformities import posters
from nonconformities.importing import storing
from nonconformities.importing.preparing import Preparation
from nonconformities.importing.telling import the_sum
from nonconformities.models import Import, Nonconformity, Place
from qms.records.models import Work
from qms.records.works import long_work

AT_A_TIME = 0.7 * settings.CELERY_TASK_SOFT_TIME_LIMIT  # seconds


class _Enough(Exception):
    """This work has gone on for long enough; the next one takes over."""


def _teller(work: Work, row: Import) -> Callable[[int], None]:
    known = row.found.get("rows", 0) + row.settings.get("heading", 0)

    def tell(done: int) -> None:
        work.step(done, max(known, done + 1), _("rows"))

    return tell


def _row(work: Work, import_id: int) -> Import:
    """Return the import, if it still is the business of the one who asked."""
    return Import.objects.visible_to(work.asked_by).get(pk=import_id)


@long_work
def survey_import(work: Work, *, import_id: int) -> None:
    """Read a file through once: which names stand in it, and how days are written."""
    row = _row(work, import_id)
    Preparation(row).survey(_teller(work, row))
    work.finish(url=row.get_absolute_url(), says=_("The file is read."))


@long_work
def check_import(work: Work, *, import_id: int) -> None:
    """Go through every row of a file without storing any."""
    row = _row(work, import_id)
    counts = Preparation(row).check(_teller(work, row))
    work.finish(url=row.get_absolute_url(), says=the_sum(counts))


@long_work(in_pieces=True)
def store_import(work: Work, *, import_id: int) -> None:
    """Store what was planned; begun again it goes on where it was.

    A very long file takes several works after each other: no task may go on for ever.
    """
    row, ends = _row(work, import_id), monotonic() + AT_A_TIME
    tell = _teller(work, row)

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


@long_work
def withdraw_import(work: Work, *, import_id: int) -> None:
    """Take back every case of an import, all or none."""
    row = _row(work, import_id)
    count = storing.withdraw(
        row, by=work.asked_by, reason=row.settings["withdrawn_because"], tell=_teller(work, row)
    )
    work.finish(url=row.get_absolute_url(), says=_("%d cases are taken back.") % count)


@shared_task
def tidy_imports() -> int:
    """Remove the files of imports that are over, or that nobody has gone on with."""
    return storing.tidy()


@long_work
def draw_posters(work: Work, *, places: list[int], size: str, site: str) -> None:
    """Draw the posters of the places that the one who asked still leads."""
    led = Place.objects.led_by(work.asked_by).open().filter(pk__in=places).in_order()
    if not led:
        work.fail(_("None of these places is open any more."))
    drawn = posters.draw(list(led), size=size, site=site)
    work.finish(
        file=drawn, name=f"{_('posters')}.pdf", media_type="application/pdf",
        says=_("Print it as it is, without scaling."),
    )  # fmt: skip


@long_work
def make_report(work: Work, *, case: int, variant: str) -> None:
    """Issue the report that somebody asked for, once, if that person still may."""
    record = Nonconformity.objects.visible_to(work.asked_by).filter(pk=case).first()
    if record is None:
        work.fail(_("You no longer see this case."))
    event = record.issue_report(by=work.asked_by, variant=variant)
    issued = record.issued.get(sha256=event.changes["issued"][1])
    work.finish(url=issued.get_absolute_url(), says=_("The report is kept in the case."))
