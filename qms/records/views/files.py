"""Sends a file to whoever may read the record it hangs on."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from qms.records.models import Attachment
from qms.records.pages import render_page

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
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        return render_page(request, "records/missing_file.html", status=404, attachment=found)
    shown_in_place = found.is_image or found.media_type == "application/pdf"
    response = FileResponse(
        content,
        as_attachment=not shown_in_place,
        filename=found.name,
        content_type=_stated_type(found),
    )
    response["Content-Security-Policy"] = _POLICIES.get(found.media_type, _SANDBOX)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def _stated_type(found: Attachment) -> str:
    is_text = found.media_type == "text/plain"
    return "text/plain; charset=utf-8" if is_text else found.media_type
