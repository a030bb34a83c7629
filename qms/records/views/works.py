"""The page of a long piece of work, for the one who asked for it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from qms.organization.requests import SignedInRequest
from qms.records.models import Work
from qms.records.pages import render_page


def work(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Show how far it has come and what came of it; try it again or cancel it. 404 for others."""
    works = Work.objects.visible_to(request.user).filter(uid=uid)
    works.forget_outgrown()
    found = get_object_or_404(works)
    if request.method == "POST":
        return redirect(found.ask_again() if "again" in request.POST else found.cancel())
    response = render_page(request, "records/work.html", "state", work=found)
    response["Cache-Control"] = "private, no-store"
    return response
