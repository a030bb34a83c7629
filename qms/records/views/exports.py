"""A list taken out as a file: at once when it is short, as a work of its own when it is long."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from qms.organization.requests import SignedInRequest
from qms.records import exports
from qms.records.lists import RecordList
from qms.records.models import Export, Work


@require_GET
def export(request: SignedInRequest, code: str) -> HttpResponseBase:
    """Send the rows of a list, as the address narrows it. 404 for a format nobody knows."""
    kind = request.GET.get("format", "")
    if kind not in exports.TYPES:
        raise Http404
    listing = RecordList.KINDS[code](request)
    ids = listing.ids(exports.MOST + 1)
    if refusal := _refusal(listing, len(ids)):
        messages.warning(request, refusal)
        return redirect(listing.address)
    Export.note(by=request.user, listing=code, query=listing.shown, kind=kind, rows=len(ids))
    if len(ids) > exports.MOST_AT_ONCE:
        return redirect(_later(listing, kind))
    return _answer(listing, ids, kind)


def _refusal(listing: RecordList, count: int) -> str:
    """Return why so many rows are not sent, or nothing."""
    if count > exports.MOST:
        return _("A file holds at most %(most)d rows. Narrow the list.") % {"most": exports.MOST}
    if count > exports.MOST_AT_ONCE and "sok=" in listing.shown:
        return _("A list with search words gives at most %(most)d rows. Narrow the list.") % {
            "most": exports.MOST_AT_ONCE
        }
    return ""


def _later(listing: RecordList, kind: str) -> Work:
    return Work.ask(
        "qms.records.tasks.make_export", by=listing.user, may_stop=True, code=listing.CODE,
        query=listing.shown, kind=kind, heading=_("The list as a file"),
    )  # fmt: skip


def _answer(listing: RecordList, ids: list[int], kind: str) -> HttpResponseBase:
    heads = [column.label for column in listing.columns()]
    rows = exports.rows_of(listing, ids)
    answer: Any
    if kind == "csv":
        lines = exports.as_csv(heads, rows, get_language() or "sv")
        answer = StreamingHttpResponse(lines, content_type=exports.TYPES[kind])
    else:
        answer = FileResponse(
            exports.as_xlsx(heads, rows, listing.CODE), content_type=exports.TYPES[kind]
        )
    name = f"{listing.CODE}-{timezone.localdate()}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer
