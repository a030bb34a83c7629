"""Deviations: the list and one case."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from nonconformities.forms import FilterForm
from nonconformities.listing import Listing
from nonconformities.models import Nonconformity
from nonconformities.story import CaseStory
from qms.organization.models import User
from qms.records.pages import render_page
from qms.records.readers import readers_of


def find(user: User, number: str) -> Nonconformity:
    """Return a case as this person sees it, or 404."""
    cases = Nonconformity.objects.visible_to(user).with_access(user).for_page()
    return get_object_or_404(
        cases.select_related("reported_by", "investigator"), number=number
    )


def index(request: HttpRequest) -> HttpResponse:
    """List the deviations one may see, narrowed by the address."""
    filters = FilterForm(request.GET or None, user=request.user)
    listing = Listing(request, filters)
    return render_page(
        request, "nonconformities/index.html", "list", filters=filters, listing=listing
    )


def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Show one case: what is missing, the facts, and the whole story."""
    case = find(request.user, number)
    return render_page(
        request, "nonconformities/detail.html", case=case, story=CaseStory(case, request.user)
    )


def protected(request: HttpRequest, number: str) -> HttpResponse:
    """Show the protected details to who has just logged the reading of them."""
    case = find(request.user, number)
    if not case.has_just_opened_protected(request.user):
        raise PermissionDenied
    return render_page(request, "nonconformities/protected.html", case=case)


def readers(request: HttpRequest, number: str) -> HttpResponse:
    """Say who sees this case, and why."""
    case = find(request.user, number)
    return render_page(
        request, "nonconformities/readers.html", case=case, readers=readers_of(case)
    )
