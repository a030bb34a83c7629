"""Sends a file to whoever may read the record it hangs on, or asked for it to be made."""

import logging
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from qms.records.models import Attachment, IssuedFile, Work
from qms.records.pages import render_page

_log = logging.getLogger(__name__)

# A file is never a page of ours: nothing in it may run, load or send. A browser's own reader of
# PDF does not work inside a sandbox; it runs nothing of the file on our address.
_LOCKED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_POLICIES = {
    "application/pdf": f"{_LOCKED}; object-src 'self'; style-src 'unsafe-inline'",
}
_SANDBOX = f"sandbox; {_LOCKED}; img-src 'self'; style-src 'unsafe-inline'"


@require_safe
def attachment(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Send one file. 404 for whoever may not read its record, as if it were not there."""
    found = get_object_or_404(Attachment.objects.select_related("content_type"), uid=uid)
    user: Any = request.user
    if not found.is_readable_to(user):
        raise Http404
    if not found.file.storage.exists(found.file.name):
        return _missing(request, found.name, found.record, found.added_at)
    in_place = found.is_image or found.media_type == "application/pdf"
    return sent(found.file, found.name, found.media_type, in_place=in_place)


@require_safe
def issued(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Send a file that was issued, to whoever may read as much of its record.

    One that is no longer what was issued is not sent: who holds it would take it for the true one.
    """
    found = get_object_or_404(IssuedFile.objects.select_related("content_type"), uid=uid)
    user: Any = request.user
    if not found.is_readable_to(user):
        raise Http404
    if fault := found.fault:
        _log.error("issued file %s: %s", found.uid, fault)
        return _missing(request, found.name, found.record, found.issued_at)
    return sent(found.file, found.name, found.media_type)


@require_safe
def work_file(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """Send what a work made, to the one who asked for it; 404 for all others."""
    user: Any = request.user
    works = Work.objects.visible_to(user).filter(uid=uid)
    works.forget_outgrown()
    found = get_object_or_404(works.exclude(file=""), status=Work.Status.DONE)
    if not found.file.storage.exists(found.file.name):
        raise Http404
    return sent(found.file, found.file_name, found.media_type)


def _missing(request: HttpRequest, name: str, record: Any, day: datetime) -> HttpResponse:
    """Say that a file of a record is not there any more, and what to do."""
    return render_page(
        request, "records/missing_file.html", status=404, name=name, record=record, day=day
    )


def sent(file: Any, name: str, media_type: str, *, in_place: bool = False) -> FileResponse:
    """Answer with a file: to be saved, or shown `in_place` when nothing in it can run.

    Args:
        file: a stored file, or bytes that were just made.
        name: what it is called where it is saved.
        media_type: what its content is.
        in_place: True to let the browser show it.
    """
    is_text = media_type.startswith("text/")
    response = FileResponse(
        file if isinstance(file, BytesIO) else file.open("rb"),
        as_attachment=not in_place,
        filename=name,
        content_type=f"{media_type}; charset=utf-8" if is_text else media_type,
    )
    response["Content-Security-Policy"] = _POLICIES.get(media_type, _SANDBOX)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
