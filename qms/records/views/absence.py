"""Somebody is away: the days, and who steps in meanwhile; said by oneself or by who appoints."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.forms.absence import AbsenceForm
from qms.records.models import Absence, Rule
from qms.records.models.absence import may_state
from qms.records.pages import form_for, render_page


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: SignedInRequest) -> HttpResponse:
    """Show the days one is away and who steps in; take new ones."""
    return _away(request, request.user)


@require_http_methods(["GET", "HEAD", "POST"])
def away_for(request: SignedInRequest, slug: str) -> HttpResponse:
    """Say that somebody else is away, who cannot: for those who give roles where they work."""
    return _away(request, _near(request, get_object_or_404(User, slug=slug)))


def _near(request: SignedInRequest, person: User) -> User:
    """Return the person. Raises 404 for who may not say when that person is away."""
    if not may_state(person, request.user):
        raise Http404
    return person


def _away(request: SignedInRequest, person: User) -> HttpResponse:
    form, is_own = form_for(request, AbsenceForm), person == request.user
    if request.method == "POST" and form.is_valid() and form.state(person, by=request.user):
        said = _("It is noted that you are away.") if is_own else _("It is noted that %s is away.")
        messages.success(request, said if is_own else said % person.name)
        return redirect(request.path)
    leading = person.appointments.current().leading().select_related("unit", "substitute")
    return render_page(
        request,
        "records/away.html",
        status=422 if form.errors else 200,
        form=form,
        person=person,
        is_own=is_own,
        absences=person.absences.not_over(),
        leading=leading,
        meaning=Rule.meaning_of(Rule.Code.ABSENCE_DAYS, Rule.value_of(Rule.Code.ABSENCE_DAYS)),
    )


@require_POST
def back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that somebody is back, or will not be away."""
    absence = get_object_or_404(Absence.objects.select_related("user"), pk=pk)
    person = _near(request, absence.user)
    absence.end(by=request.user)
    if person == request.user:
        messages.success(request, _("Welcome back. New reports come to you again."))
        return redirect("records:away")
    messages.success(request, _("%s is back. New reports come there again.") % person.name)
    return redirect("records:away_for", person.slug)
