"""What differs between two versions."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from documents.changes import Changes
from documents.views.pages import find, find_version
from qms.organization.requests import SignedInRequest
from qms.records.pages import render_page


def compare(request: SignedInRequest, number: str, pair: str = "") -> HttpResponse:
    """Show what differs between two versions that the person may see."""
    document = find(request.user, number)
    old, _dots, new = pair.partition("..")
    if not pair:
        old, new = request.GET.get("fran", ""), request.GET.get("till", "")
        return redirect("documents:compare", number, f"{old}..{new}")
    if not (old and new):
        raise Http404
    versions = [find_version(request.user, number, label) for label in (old, new)]
    changes = Changes(*versions, user=request.user, whole="hela" in request.GET)
    return render_page(request, "documents/compare.html", document=document, changes=changes)
