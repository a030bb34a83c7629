"""Actions: what has been promised, and one promise."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from nonconformities.listing import ActionList
from nonconformities.models import Action
from nonconformities.promise import Promise
from qms.organization.requests import SignedInRequest
from qms.records.pages import render_page


def actions(request: SignedInRequest) -> HttpResponse:
    """List the actions one may see: one's own first, or all of them."""
    return render_page(request, "nonconformities/actions.html", "list", listing=ActionList(request))


def action(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one action: what was promised, by whom, and what came of it."""
    found = Action.objects.visible_to(request.user).with_access(request.user).for_page()
    record = get_object_or_404(
        found.select_related("done_by", "verified_by", "nonconformity__category"), number=number
    )
    return render_page(
        request, "nonconformities/action.html", action=record, promise=Promise(record, request.user)
    )
