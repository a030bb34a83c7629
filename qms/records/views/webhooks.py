"""Other systems that are told when something moves: which there are, a new one, and each one."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from qms.organization.duties import Duty
from qms.organization.once import keep_once, take_once
from qms.organization.requests import SignedInRequest
from qms.records.forms.webhook import WebhookForm
from qms.records.models import Webhook
from qms.records.pages import form_for, render_page

_SHOWN = 50


def _require_duty(request: SignedInRequest) -> None:
    if not request.user.units_for(Duty.CONFIGURE).everything:
        raise Http404


def _find(request: SignedInRequest, uid: uuid.UUID) -> Webhook:
    _require_duty(request)
    return get_object_or_404(Webhook.objects.select_related("unit", "owner"), uid=uid)


@require_safe
def webhooks(request: SignedInRequest) -> HttpResponse:
    """List the systems that are told. 404 for who may not change settings."""
    _require_duty(request)
    found = Webhook.objects.select_related("unit", "owner")
    return render_page(request, "records/webhooks.html", webhooks=found)


@require_http_methods(["GET", "HEAD", "POST"])
def new_webhook(request: SignedInRequest) -> HttpResponse:
    """Ask which system and where; its secret is shown once, on the next page."""
    _require_duty(request)
    form = form_for(request, WebhookForm)
    if request.method == "POST" and form.is_valid() and (made := _made(request, form)):
        return redirect("records:webhook", made.uid)
    status = 422 if form.is_bound else 200
    return render_page(request, "records/new_webhook.html", status=status, form=form)


def _made(request: SignedInRequest, form: WebhookForm) -> Webhook | None:
    """Return what the form made; of two clicks the second finds what the first one made."""
    try:
        with transaction.atomic():
            made = form.create(request.user)
    except IntegrityError:
        return Webhook.objects.filter(uid=form.cleaned_data["uid"], owner=request.user).first()
    if made:
        keep_once(request, f"webhook {made[0].uid}", made[1])
    return made[0] if made else None


@require_safe
def webhook(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one system: whether it is told, why not, and how the latest tellings went."""
    found = _find(request, uid)
    secret = take_once(request, f"webhook {uid}") if request.method == "GET" else ""
    return render_page(
        request, "records/webhook.html", webhook=found, secret=secret,
        deliveries=found.deliveries.defer("body")[:_SHOWN], events=_told(found),
    )  # fmt: skip


def _told(webhook: Webhook) -> list[dict[str, Any]]:
    """Return what has been done with the system, as the timeline has it, newest first."""
    says = {
        "create": _("%(actor)s let this system be told."),
        "switch_on": _("%(actor)s switched it on."),
        "switch_off": _("%(actor)s switched it off."),
    }
    return [
        {
            "at": event.at, "sentence": says[event.verb] % {"actor": event.actor_name},
            "note": "", "kind": "" if event.actor_id else "system",
        }
        for event in webhook.story.reverse()
    ]  # fmt: skip


@require_POST
def switch_webhook(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    """Switch one system on or off."""
    found = _find(request, uid)
    if request.POST.get("on"):
        found.switch_on(by=request.user)
        messages.success(request, _("%s is told again.") % found)
    else:
        found.switch_off(by=request.user, why=Webhook.Why.PERSON)
        messages.success(request, _("%s is told no more.") % found)
    return redirect("records:webhook", uid)


@require_POST
def try_webhook(request: SignedInRequest, uid: uuid.UUID) -> HttpResponse:
    """Send a trial; how it went stands on the page in a moment."""
    found = _find(request, uid)
    if found.is_on:
        found.try_out()
        messages.success(request, _("A trial is on its way. Load the page again in a moment."))
    return redirect("records:webhook", uid)
