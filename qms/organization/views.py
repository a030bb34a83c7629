"""The organisation to look at: the tree, a unit, a person's rights, and one's own settings."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qms.organization.alphabet import swedish_key
from qms.organization.chart import Chart
from qms.organization.duties import APPOINTING, Duty, Role
from qms.organization.forms import SettingsForm
from qms.organization.models import Appointment, Unit, User
from qms.organization.requests import SignedInRequest
from qms.organization.rights import rights_of
from qms.organization.telling import story


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """Show the tree, or the units that a search finds."""
    chart = Chart()
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    hits = chart.search(query) if query else []
    governs = request.user.units_for(Duty.ORGANIZE).everything
    context = {"chart": chart, "query": query, "hits": hits, "governs": governs}
    return render(request, "organization/index.html", context)


@require_safe
def unit(request: SignedInRequest, code: str) -> HttpResponse:
    """Show what a unit is, who leads it, and to those who belong there, its people."""
    found = get_object_or_404(Unit.objects.select_related("parent", "successor"), code=code)
    return render(request, "organization/unit.html", _about(found, request.user))


def _about(unit: Unit, reader: User) -> dict[str, Any]:
    """Return what the page of a unit shows to this reader."""
    people = unit.appointments.not_over().select_related("user", "substitute")
    belongs = people.concerning(reader).exists()
    may_see = belongs or any(reader.may(duty, unit) for duty in Duty)
    renamed = unit.changes.filter(kind="rename", applied_at__isnull=False)
    return {
        "unit": unit,
        "trail": [
            {"label": above.name, "url": above.get_absolute_url()} for above in unit.ancestors
        ],
        "leaders": unit.managers(),
        "may_see": may_see,
        "people": sorted(people, key=_leaders_first) if may_see else [],
        "children": unit.children.open(),
        "waiting": unit.changes.filter(applied_at=None, withdrawn_at=None),
        "names": renamed.order_by("-on", "-pk"),
        "events": story(unit, reader, with_people=may_see),
        "may_appoint": reader.may(APPOINTING, unit) and (unit.is_open or unit.is_ahead),
        "may_organize": reader.may(Duty.ORGANIZE, unit) and unit.valid_until is None,
    }


def _leaders_first(appointment: Appointment) -> tuple[bool, int, str, str]:
    role, person = Role(appointment.role), appointment.user
    name = swedish_key(person.last_name), swedish_key(person.first_name)
    return not role.manages, list(Role).index(role), *name


@require_safe
def person(request: SignedInRequest, slug: str) -> HttpResponse:
    """Show what a person can read, do and not see, and why."""
    found = get_object_or_404(User, slug=slug)
    if not _may_see_rights(request.user, found):
        raise Http404
    appointments = found.appointments.not_over().select_related("unit")
    governed = request.user.units_for(*APPOINTING)
    context = {
        "person": found,
        "rights": rights_of(found),
        "appointments": [(each, each.unit_id in governed) for each in appointments],
        "may_say_away": any(each.unit_id in governed for each in found.appointments.current()),
    }
    return render(request, "organization/person.html", context)


def _may_see_rights(reader: User, person: User) -> bool:
    """The person, and whoever gives people roles on one of the person's units."""
    if reader.pk == person.pk:
        return True
    places = {each.unit_id for each in person.appointments.not_over()}
    return bool(places & reader.units_for(*APPOINTING).ids)


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: SignedInRequest) -> HttpResponse:
    """Let a person choose language and appearance, and see the own roles."""
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        with translation.override(request.user.language or request.LANGUAGE_CODE):
            messages.success(request, _("Your settings have been saved."))
        return redirect("organization:me")
    appointments = request.user.appointments.not_over().select_related("unit", "substitute")
    substitutes = request.user.substitute_for.not_over().select_related("unit", "user")
    context = {"form": form, "appointments": appointments, "substitutes": substitutes}
    return render(request, "organization/me.html", context, status=422 if form.errors else 200)
