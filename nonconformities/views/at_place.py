"""At a place: the code on the wall leads to the report form, with or without an account."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from nonconformities.arriving import PER_ADDRESS, PER_PLACE, SENDINGS, already_sent, send
from nonconformities.devices import is_device_of
from nonconformities.forms.open_report import OpenReportForm
from nonconformities.models import Place
from qms.records.limits import address_of
from qms.records.pages import render_page, unlisted
from qms.records.refusals import NoRoom


@login_not_required
@unlisted
def at_place(request: HttpRequest, code: str) -> HttpResponse:
    """Report from a place: as oneself, without an account where that is allowed, or sign in."""
    place = Place.objects.select_related("unit", "parent", "instead__unit").coded(code)
    if place is None:
        raise Http404
    if not place.is_open:
        return render_page(request, "nonconformities/place_closed.html", status=410, place=place)
    on_device = is_device_of(request, place)
    if request.user.is_authenticated and not on_device:
        return redirect(f"{reverse('nonconformities:report')}?plats={place.code}")
    if not (place.allows_anonymous or on_device):
        messages.info(request, _("Sign in to report from %s.") % place)
        return redirect_to_login(request.get_full_path())
    return _open(request, place, on_device=on_device)


def _open(request: HttpRequest, place: Place, *, on_device: bool) -> HttpResponse:
    """Show the form without an account, or take it in."""
    if request.method != "POST":
        return _page(request, OpenReportForm(at=place, on_device=on_device))
    form = OpenReportForm(request.POST, request.FILES, at=place, on_device=on_device)
    if not SENDINGS.take(address_of(request)):
        return _stopped(request, form, _many_from_here())
    if "redact" in request.POST:
        form = form.without_personal_details()  # type: ignore[assignment]
    if not form.is_valid():
        return _again(request, form, 422)
    if "redact" in request.POST or form.personal_details:
        status = 422 if form.personal_details else 200
        return _again(request, form, status, personal=form.personal_details)
    return _take_in(request, form)


def _take_in(request: HttpRequest, form: OpenReportForm) -> HttpResponse:
    """Send it, and lead to the receipt. Other words under the same id are another report."""
    sent = already_sent(form)
    if sent and sent.description != form.cleaned_data["description"]:
        form.begin_anew()
        said = _("You have already sent a report from this page. Is it something else? Send again.")
        form.add_error(None, said)
        return _again(request, form, 409)
    if not sent and (refusal := _too_many(request, form.spot)):
        return _stopped(request, form, refusal)
    try:
        case = sent or send(form)
    except NoRoom as fault:
        form.add_error("files", str(fault))
        return _again(request, form, 422)
    except IntegrityError as fault:
        raise SuspiciousOperation("The id of this report is taken.") from fault
    return redirect("nonconformities:receipt", case.receipt_code)


def _too_many(request: HttpRequest, place: Place) -> str:
    """Count a report that is about to be stored; return why it is not taken in, or ""."""
    if not PER_ADDRESS.take(f"{address_of(request)} {place.code}"):
        return _many_from_here()
    if not PER_PLACE.take(place.code):
        return _(
            "Many reports have come from this place within an hour. Wait a while and send again, "
            "or tell somebody who works here. Your text is still on the page."
        )
    return ""


def _many_from_here() -> str:
    return _(
        "Many reports have come from here within an hour. Wait a while and send again, or "
        "tell somebody who works here. Your text is still on the page."
    )


def _stopped(request: HttpRequest, form: OpenReportForm, refusal: str) -> HttpResponse:
    form.add_error(None, refusal)
    return _again(request, form, 429)


def _again(request: HttpRequest, form: OpenReportForm, status: int, **context: Any) -> HttpResponse:
    """Show the form again; a photo does not come along by itself, and that is said."""
    names = [file.name or "" for file in request.FILES.getlist("files")]
    if names and "files" not in form.errors:
        again = _("Choose these files again, they did not come along: %s.") % ", ".join(names)
        form.add_error("files", again)
    return _page(request, form, status, **context)


def _page(
    request: HttpRequest, form: OpenReportForm, status: int = 200, **context: Any
) -> HttpResponse:
    return render_page(
        request, "nonconformities/open_report.html", status=status, form=form, place=form.spot,
        **context,
    )  # fmt: skip
