"""Settings of deviations: where reports go, and what the laws ask of us."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from nonconformities.forms.routes import EndRouteForm, ObligationForm, RouteForm
from nonconformities.models import Obligation, Route
from qms.organization.duties import Duty
from qms.organization.requests import SignedInRequest
from qms.organization.telling import kind_of
from qms.records.pages import form_for, render_page

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _require_duty(request: SignedInRequest) -> None:
    if not request.user.units_for(Duty.CONFIGURE).everything:
        raise Http404


@require_safe
def routes(request: SignedInRequest) -> HttpResponse:
    """List the routes of today, those that begin later, and the laws."""
    _require_duty(request)
    names = {law.code: law.name for law in Obligation.objects.all()}
    in_force = sorted(Route.objects.in_force(), key=lambda row: row.specificity, reverse=True)
    later = Route.objects.filter(valid_from__gt=timezone.localdate())
    return render_page(
        request,
        "nonconformities/routes/index.html",
        routes=[_told(row, names) for row in in_force],
        later=[_told(row, names) for row in later.select_related("unit", "category", "set_by")],
        laws=Obligation.objects.all(),
    )


def _told(row: Route, names: dict[str, str]) -> dict[str, Any]:
    return {"row": row, "laws": [names.get(code, code) for code in row.obligations]}


@form_methods
def new_route(request: SignedInRequest) -> HttpResponse:
    """Ask what goes where, and set it. Begins with the route one came from, if any."""
    _require_duty(request)
    form = form_for(request, RouteForm, initial=_from(request.GET.get("fran", "")))
    if request.method == "POST" and form.is_valid() and form.decide(by=request.user):
        messages.success(request, _("The route is set."))
        return redirect("nonconformities:routes")
    status = 422 if form.errors else 200
    return render_page(request, "nonconformities/routes/new.html", status=status, form=form)


def _from(asked: str) -> dict[str, Any]:
    row = Route.objects.filter(pk=int(asked)).first() if asked.isdecimal() else None
    if row is None:
        return {}
    names = ("kind", "category", "unit", "handler_role", "obligations")
    return {name: getattr(row, name) for name in names}


@form_methods
def end_route(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask from which day a route is gone, and take it away."""
    _require_duty(request)
    route = get_object_or_404(Route.objects.select_related("unit", "category"), pk=pk, ends=False)
    form = form_for(request, EndRouteForm, route=route)
    if request.method == "POST" and form.is_valid() and form.decide(by=request.user):
        messages.success(request, _("The route is taken away."))
        return redirect("nonconformities:routes")
    status = 422 if form.errors else 200
    return render_page(
        request, "nonconformities/routes/end.html", status=status, form=form, route=route
    )


@form_methods
def obligation(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one law with its story; change its words, owner, authority and clocks."""
    _require_duty(request)
    law = get_object_or_404(Obligation, code=code)
    form = form_for(request, ObligationForm, instance=law)
    if request.method == "POST" and form.is_valid() and form.amend(by=request.user):
        messages.success(request, _("The law has been changed. What has begun keeps its clocks."))
        return redirect("nonconformities:routes")
    return render_page(
        request,
        "nonconformities/routes/law.html",
        status=422 if form.errors else 200,
        law=Obligation.objects.get(pk=law.pk),
        form=form,
        events=[
            {
                "at": event.at,
                "sentence": _("%s changed it.") % event.actor_name,
                "note": event.note,
                "kind": kind_of(event, request.user),
            }
            for event in law.story.reverse()
        ],
    )
