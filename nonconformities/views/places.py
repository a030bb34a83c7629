"""Places: the posters and tablets of the units one leads."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nonconformities import posters
from nonconformities.devices import set_up
from nonconformities.forms.places import ClosePlaceForm, PlaceForm, PosterForm
from nonconformities.models import Place
from qms.organization.duties import Duty
from qms.organization.requests import SignedInRequest
from qms.records.pages import form_for, render_page

MOST_POSTERS = 200


def _led(request: SignedInRequest, code: str) -> Place:
    """Return a place of a unit this person leads, or 404."""
    places = Place.objects.led_by(request.user).select_related("unit", "parent", "instead")
    return get_object_or_404(places, code=code)


def _require_leading(request: SignedInRequest) -> None:
    if not request.user.units_for(Duty.HANDLE_NONCONFORMITIES, Duty.CONFIGURE):
        raise Http404


def places(request: SignedInRequest) -> HttpResponse:
    """List the places of the units one leads, with the way to their posters."""
    _require_leading(request)
    found = Place.objects.led_by(request.user).in_order()
    if code := request.GET.get("enhet", ""):
        found = found.filter(unit__code=code)
    return render_page(request, "nonconformities/places.html", places=list(found), asked_unit=code)


def new_place(request: SignedInRequest) -> HttpResponse:
    """Make a place."""
    _require_leading(request)
    form = form_for(request, PlaceForm, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            place = Place.add(by=request.user, **form.cleaned_data)
        except ValidationError as fault:
            _say(form, fault)
        else:
            return redirect("nonconformities:place", place.code)
    return _form(request, form, None)


def place(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one place: its poster, how one reports there, and what has been changed."""
    found = _led(request, code)
    address = request.build_absolute_uri(found.get_absolute_url())
    return render_page(
        request, "nonconformities/place.html", place=found, events=told(found), address=address,
        parts=found.parts.order_by("name"),
    )  # fmt: skip


def edit_place(request: SignedInRequest, code: str) -> HttpResponse:
    """Change a place."""
    found = _led(request, code)
    form = form_for(request, PlaceForm, user=request.user, place=found)
    if request.method == "POST" and form.is_valid():
        try:
            found.amend(by=request.user, **form.cleaned_data)
        except ValidationError as fault:
            _say(form, fault)
        else:
            messages.success(request, _("The place is changed."))
            return redirect("nonconformities:place", found.code)
    return _form(request, form, found)


def close_place(request: SignedInRequest, code: str) -> HttpResponse:
    """Close a place and say where one reports instead."""
    found = _led(request, code)
    form = form_for(request, ClosePlaceForm, user=request.user, place=found)
    if request.method == "POST" and form.is_valid():
        found.close(by=request.user, instead=form.cleaned_data["instead"])
        return redirect("nonconformities:place", found.code)
    status = 422 if form.is_bound else 200
    return render_page(
        request, "nonconformities/place_close.html", status=status, form=form, place=found
    )


def print_posters(request: SignedInRequest) -> HttpResponse:
    """Ask for the posters of one place, of a unit's places, or of all that one leads."""
    _require_leading(request)
    asked = {name: request.GET.get(name, "") for name in ("plats", "enhet")}
    form = form_for(request, PosterForm, user=request.user, initial=asked)
    found = list(form.places.in_order()[:MOST_POSTERS])
    if request.method == "POST" and form.is_valid() and found:
        site = request.build_absolute_uri("/")
        chosen = form.places.filter(pk__in=[each.pk for each in found])
        work = posters.ask_for(chosen, by=request.user, size=form.cleaned_data["size"], site=site)
        return redirect(work)
    status = 422 if form.is_bound else 200
    return render_page(
        request, "nonconformities/posters.html", status=status, form=form, places=found
    )


@require_POST
def open_place(request: SignedInRequest, code: str) -> HttpResponse:
    """Open a place that was closed by mistake."""
    found = _led(request, code)
    try:
        found.open_again(by=request.user)
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    return redirect("nonconformities:place", found.code)


@require_POST
def use_device(request: SignedInRequest, code: str) -> HttpResponse:
    """Let this very device be the shared one of the place, and leave no session on it."""
    found = _led(request, code)
    if not (found.is_shared_device and found.is_open):
        raise Http404
    logout(request)
    response = redirect(found)
    set_up(response, found)
    return response


@require_POST
def forget_devices(request: SignedInRequest, code: str) -> HttpResponse:
    """Let every device set up at the place be unknown."""
    found = _led(request, code)
    found.forget_devices(by=request.user)
    messages.success(request, _("No device is known at this place any more."))
    return redirect("nonconformities:place", found.code)


def told(place: Place) -> list[dict[str, Any]]:
    """Return what has been changed, newest first, as the timeline's rows."""
    sentences = {
        "add": _("%(actor)s made the place."),
        "amend": _("%(actor)s changed the place."),
        "close": _("%(actor)s closed the place."),
        "open_again": _("%(actor)s opened the place again."),
        "forget_devices": _("%(actor)s let its devices be unknown."),
    }
    return [
        {
            "at": event.at,
            "sentence": sentences[event.verb] % {"actor": event.actor_name},
            "kind": "",
        }
        for event in place.story.reverse()
    ]


def _say(form: Any, fault: ValidationError) -> None:
    """Show the model's objections beside the questions they concern."""
    by_field = fault.message_dict if hasattr(fault, "error_dict") else {"": fault.messages}
    for name, sentences in by_field.items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


def _form(request: SignedInRequest, form: PlaceForm, found: Place | None) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render_page(
        request, "nonconformities/place_form.html", status=status, form=form, place=found
    )
