"""Deviations: the list and one case."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from nonconformities.bouncing import Bouncing
from nonconformities.listing import CaseList
from nonconformities.models import Nonconformity
from nonconformities.story import CaseStory, cases_for_story
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.models import Access
from qms.records.pages import render_page


def find(user: User, number: str) -> Nonconformity:
    """Return a case as this person sees it, or 404."""
    return get_object_or_404(cases_for_story(user), number=number)


def index(request: SignedInRequest) -> HttpResponse:
    """List the deviations one may see, narrowed by the address."""
    listing = CaseList(request)
    return render_page(
        request, "nonconformities/index.html", "list", listing=listing, filters=listing.filters
    )


def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one case: what is missing, the facts, and the whole story."""
    case = find(request.user, number)
    return render_page(
        request, "nonconformities/detail.html", case=case, story=CaseStory(case, request.user)
    )


def protected(request: SignedInRequest, number: str) -> HttpResponse:
    """Show the protected details to who has just logged the reading of them; else ask why first."""
    case = find(request.user, number)
    if not request.user.may(Duty.READ_PROTECTED, case.unit_id) or not case.has_protected:
        raise Http404
    if not case.has_just_opened_protected(request.user):
        return redirect("nonconformities:move", case.number, "visa-skyddade-uppgifter")
    return render_page(request, "nonconformities/protected.html", case=case)


def readers(request: SignedInRequest, number: str) -> HttpResponse:
    """Say who sees this case, and why. Who sees it masked is not told whom it is about."""
    case = find(request.user, number)
    if case.access == Access.MASKED:
        raise Http404
    story = CaseStory(case, request.user)
    return render_page(request, "nonconformities/readers.html", case=case, readers=story.readers)


def borders(request: SignedInRequest) -> HttpResponse:
    """Show between which units cases go to and fro, to whoever follows some unit."""
    bouncing = Bouncing(request.user)
    if not bouncing.is_shown:
        raise Http404
    return render_page(request, "nonconformities/borders.html", bouncing=bouncing)
