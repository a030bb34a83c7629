"""Outside a request: long lists are made into files, and what was made for one is forgotten."""

from celery import shared_task
from django.core.files import File
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.records import exports
from qms.records.lists import RecordList
from qms.records.models import Work
from qms.records.works import long_work


@shared_task
def forget_old_works() -> int:
    """Remove works, with their files, a week after they were asked for. Safe to run twice."""
    count = 0
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
