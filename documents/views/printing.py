"""A version as a PDF: the archive copy of what applies, or a print of what does not."""

from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents.models import Document, Version
from documents.views.pages import find, find_version
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.models import Work
from qms.records.views.files import issued

TASK = "documents.tasks.draw_document"


@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: SignedInRequest, number: str, label: str) -> HttpResponseBase:
    """Send the archive copy of what applies. Anything else is drawn for whoever asks by POST."""
    version = find_version(request.user, number, label)
    copy = version.archive_copy if version.applies else None
    if copy and request.method != "POST":
        return issued(request, copy.uid)
    if request.method != "POST":
        return redirect(version)
    local = _supplement(request.user, version, request.POST.get("tillagg", ""))
    heading = _("PDF of %(number)s") % {"number": number}
    supplement = local.pk if local else None
    work = Work.ask(
        TASK, by=request.user, heading=heading, version=version.pk, supplement=supplement
    )
    return redirect(work)


def _supplement(user: User, version: Version, number: str) -> Document | None:
    """Return the local supplement that is to stand after the text, when it exists for `user`."""
    return find(user, number) if number and version.document.number != number else None
