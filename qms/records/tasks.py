"""Outside a request: long lists are made into files, and what was made for one is forgotten."""

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.records import exports
from qms.records.lists import RecordList
from qms.records.models import Delivery, Work
from qms.records.works import long_work

_MOST_AT_ONCE = 200


@shared_task
def forget_old_works() -> int:
    """Remove works, with their files, a week after they were asked for. Safe to run twice.

    The files of those whose rights have ended go at once.
    """
    count = Work.objects.forget_outgrown()
    for work in Work.objects.outlived().iterator():
        work.forget()
        count += 1
    return count


@long_work
def make_export(work: Work, *, code: str, query: str, kind: str) -> None:
    """Make the file of a long list, with what the one who asked may read now."""
    listing = RecordList.KINDS[code].of(work.asked_by, query)
    ids = listing.ids(exports.MOST)
    heads = [column.label for column in listing.columns()]
    rows = exports.rows_of(listing, ids, lambda done: work.step(done, len(ids), _("rows")))
    if kind == "csv":
        file = exports.spooled(exports.as_csv(heads, rows, work.language))
    else:
        file = exports.as_xlsx(heads, rows, code)
    with file:
        work.finish(
            file=File(file), name=f"{code}-{timezone.localdate()}.{kind}",
            media_type=exports.TYPES[kind],
            says=ngettext("%(count)d row.", "%(count)d rows.", len(ids)) % {"count": len(ids)},
        )  # fmt: skip


# A try may take long when the other system is slow at every step; then the worker is freed.
@shared_task(soft_time_limit=60)
def send_delivery(pk: int) -> bool:
    """Make one try to tell another system. Nothing when it is done, not due, or somebody's."""
    delivery = Delivery.claim(pk)
    if delivery is None:
        return False
    try:
        return delivery.send()
    except SoftTimeLimitExceeded:
        return delivery.give_back()


@shared_task
def send_due() -> int:
    """Have what waits for another system sent, each by itself. Safe to run twice."""
    due = list(Delivery.objects.due().values_list("pk", flat=True)[:_MOST_AT_ONCE])
    for pk in due:
        send_delivery.delay(pk)
    return len(due)


@shared_task
def forget_old_deliveries() -> int:
    """Remove what was told to other systems three months ago. Safe to run twice."""
    return Delivery.objects.outlived().delete()[0]
