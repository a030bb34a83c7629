"""The pages that change the organisation: people, the tree, and the whole of it from a file."""

import hashlib
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from qms.organization.duties import APPOINTING, Duty, Role
from qms.organization.exchange import Plan, export, plan_for, read
from qms.organization.exchange.reading import MOST_BYTES
from qms.organization.forms import AppointForm, DismissForm, FileForm
from qms.organization.models import Unit, UnitChange
from qms.organization.reorganising import ReorganiseForm
from qms.organization.requests import SignedInRequest
from qms.organization.rights import what_role_gives
from qms.organization.telling import role_in_words

form_methods = require_http_methods(["GET", "HEAD", "POST"])
FILE_IS_KEPT = 60 * 60  # seconds between looking at the plan and carrying it out


def _unit_for(request: SignedInRequest, code: str, *duties: Duty) -> Unit:
    """Return the unit if the person holds one of the duties there; else it does not exist."""
    return get_object_or_404(Unit.objects.where(request.user, *duties), code=code)


@form_methods
def appoint(request: SignedInRequest, code: str) -> HttpResponse:
    """Give somebody a role on a unit."""
    unit = _unit_for(request, code, *APPOINTING)
    form = AppointForm(request.POST or None, unit=unit, by=request.user)
    if request.method == "POST" and form.is_valid() and (appointment := form.appoint()):
        words = {"person": appointment.user, "role": role_in_words(appointment.role), "unit": unit}
        messages.success(request, _("%(person)s has been appointed %(role)s at %(unit)s.") % words)
        return redirect(unit)
    context = {"unit": unit, "form": form}
    return render(request, "organization/appoint.html", context, status=_status(form))


@form_methods
def dismiss(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """End somebody's role on a unit, at once or after a day."""
    unit = _unit_for(request, code, *APPOINTING)
    appointment = get_object_or_404(unit.appointments.select_related("user", "substitute"), pk=pk)
    form = DismissForm(request.POST or None, initial={"on": timezone.localdate(), "when": "after"})
    if request.method == "POST" and form.is_valid() and form.dismiss(appointment, by=request.user):
        messages.success(request, _("The role of %s has been ended.") % appointment.user)
        return redirect(unit)
    gives = what_role_gives(Role(appointment.role))
    context = {"unit": unit, "appointment": appointment, "form": form, "gives": gives}
    return render(request, "organization/dismiss.html", context, status=_status(form))


@form_methods
def reorganise(
    request: SignedInRequest, code: str, form_class: type[ReorganiseForm]
) -> HttpResponse:
    """Ask what a change of the tree needs, show what follows, and then do it."""
    unit = _unit_for(request, code, Duty.ORGANIZE)
    form = form_class(request.POST or None, unit=unit, by=request.user)
    if request.method == "POST" and "change_answers" not in request.POST and form.is_valid():
        news = form.news()
        if "confirmed" not in request.POST or news:
            return _confirm(request, unit, form, news)
        if form.perform():
            messages.success(request, form.answer)
            return redirect(unit)
    context = {"unit": unit, "form": form, **_words(form, unit)}
    return render(request, "organization/reorganise.html", context, status=_status(form))


def _confirm(
    request: SignedInRequest, unit: Unit, form: ReorganiseForm, news: list[str]
) -> HttpResponse:
    """Show the consequences; the answers ride along, hidden."""
    answers = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name in form.fields and name != "seen"
    ]
    context = {
        "unit": unit,
        "form": form,
        "answers": [*answers, ("seen", unit.event_count)],
        "consequences": list(form.consequences()),
        "news": news,
        **_words(form, unit),
    }
    return render(request, "organization/confirm.html", context)


def _words(form: ReorganiseForm, unit: Unit) -> dict[str, str]:
    words = {"unit": unit}
    return {"title": form.title % words, "lede": form.lede % words if form.lede else ""}


def _status(form: Any) -> int:
    return 422 if form.errors else 200


@form_methods
def withdraw(request: SignedInRequest, code: str, pk: int) -> HttpResponse:
    """Take back a change that waits for its day."""
    unit = _unit_for(request, code, Duty.ORGANIZE)
    change = get_object_or_404(UnitChange, unit=unit, pk=pk, applied_at=None, withdrawn_at=None)
    if request.method == "POST":
        change.withdraw(by=request.user)
        messages.success(request, _("The decision has been taken back."))
        return redirect(unit)
    return render(request, "organization/withdraw.html", {"unit": unit, "change": change})


@form_methods
def from_file(request: SignedInRequest) -> HttpResponse:
    """Take a file, show what it would do, and do it when asked to."""
    _require_the_whole_group(request)
    if "token" in request.POST:
        return _carry_out(request)
    sent = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if sent else FileForm()
    if sent and form.is_valid():
        data = form.cleaned_data["file"].read(MOST_BYTES + 1)
        return _show_plan(request, data, form.cleaned_data["file"].name)
    return render(request, "organization/file.html", {"form": form}, status=_status(form))


def _require_the_whole_group(request: SignedInRequest) -> None:
    if not request.user.units_for(Duty.ORGANIZE).everything:
        raise Http404


def _show_plan(
    request: SignedInRequest, data: bytes, name: str, changed: bool = False
) -> HttpResponse:
    """Show the plan; the file is kept a while so that it need not be chosen again."""
    plan = plan_for(read(data))
    plan.check()
    token = hashlib.sha256(data + str(request.user.pk).encode()).hexdigest()
    cache.set(f"organisation-file:{token}", (data, name, _digest(plan)), FILE_IS_KEPT)
    context = {"form": FileForm(), "plan": plan, "token": token, "name": name, "changed": changed}
    return render(request, "organization/file.html", context, status=422 if plan.faults else 200)


def _carry_out(request: SignedInRequest) -> HttpResponse:
    """Do what the plan said, if it still says the same; a second click finds nothing to do."""
    kept = cache.get(f"organisation-file:{request.POST['token'][:64]}")
    if kept is None:
        messages.warning(request, _("The file is no longer kept. Choose it again."))
        return redirect("organization:csv")
    data, name, digest = kept
    plan = plan_for(read(data))
    if plan.steps and _digest(plan) != digest:
        return _show_plan(request, data, name, changed=True)
    try:
        count = plan.apply(by=request.user, reason=_("Read from %s") % name[:200])
    except ValidationError:
        return _show_plan(request, data, name, changed=True)
    told = ngettext("%(count)d change has been made.", "%(count)d changes have been made.", count)
    messages.success(request, told % {"count": count})
    return redirect("organization:index")


def _digest(plan: Plan) -> str:
    return hashlib.sha256("\n".join(plan.sentences).encode()).hexdigest()


@require_safe
def to_file(request: SignedInRequest) -> HttpResponse:
    """Send the whole organisation as a CSV file."""
    _require_the_whole_group(request)
    name = f"organisation-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(export(), content_type="text/csv; charset=utf-8", headers=headers)
