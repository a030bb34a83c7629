"""Examinations by law: the list of clocks, one examination, and the way into a new one."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from nonconformities.examining import TrackStory, may_know
from nonconformities.forms.tracks import LawForm
from nonconformities.models import Track
from nonconformities.views.cases import find
from qms.organization.requests import SignedInRequest
from qms.records.lists import ROWS
from qms.records.models import Access
from qms.records.pages import form_for, render_page


def tracks(request: SignedInRequest) -> HttpResponse:
    """List the statutory clocks one may know of, the one that ends first first."""
    shown = Track.objects.visible_to(request.user).for_page().order_by("due_on", "pk")
    everything = request.GET.get("vy") == "alla"
    found = shown if everything else shown.open()
    if not may_know(request.user) and not found.exists():
        raise Http404
    page = Paginator(found, ROWS).get_page(request.GET.get("sida"))
    return render_page(
        request, "nonconformities/tracks/index.html", page=page, everything=everything
    )


def track(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one examination: its clocks, what is missing, and what few may read."""
    found = Track.objects.visible_to(request.user).with_access(request.user).for_page()
    record = get_object_or_404(found, number=number)
    return render_page(
        request,
        "nonconformities/tracks/detail.html",
        track=record,
        story=TrackStory(record, request.user),
    )


def examine_by_law(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask which law a case is examined under, and begin."""
    case = find(request.user, number)
    if case.access != Access.FULL or not may_know(request.user, case):
        raise Http404
    form = form_for(request, LawForm, case=case, user=request.user)
    if request.method == "POST" and form.is_valid():
        return redirect(form.begin())
    status = 422 if form.errors else 200
    return render_page(
        request, "nonconformities/tracks/ask.html", status=status, case=case, form=form
    )
