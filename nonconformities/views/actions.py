"""Actions: what has been promised, and one promise."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from nonconformities.models import Action
from qms.records.pages import render_page
from qms.records.timeline import timeline


def actions(request: HttpRequest) -> HttpResponse:
    """List the actions one may see: one's own first, or all of them."""
    view = request.GET.get("vy", "mina")
    found = Action.objects.visible_to(request.user).with_access(request.user).for_page()
    if view == "mina":
        found = found.open().filter(responsible=request.user)
    elif view == "sena":
        found = found.overdue()
    elif view == "att-verifiera":
        found = found.filter(status=Action.Status.DONE)
    page = Paginator(found.order_by("due_on", "pk"), 25).get_page(request.GET.get("sida"))
    return render_page(request, "nonconformities/actions.html", "list", page=page, view=view)


def action(request: HttpRequest, number: str) -> HttpResponse:
    """Show one action."""
    found = Action.objects.visible_to(request.user).with_access(request.user).for_page()
    promise = get_object_or_404(found.select_related("done_by", "verified_by"), number=number)
    return render_page(
        request, "nonconformities/action.html", action=promise,
        steps=list(promise.steps_for(request.user)), events=timeline(promise, request.user),
    )  # fmt: skip
