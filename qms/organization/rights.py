"""What a person can read, do and not see, and why: sentences computed from the duties.

Nothing here is written per role. The same `user.units_for(duty)` that filters every list says
where each duty reaches, so the sentences are true as long as the lists are.
"""

from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.organization.duties import Duty, Role
from qms.organization.models import Appointment, Reach, Unit, User
from qms.organization.telling import day_in_words, role_in_words

_MOST_NAMED = 5
_READING = {
    Duty.READ_RECORDS,
    Duty.OVERSEE,
    Duty.READ_OPEN,
    Duty.READ_PROTECTED,
    Duty.SEE_REPORTERS,
    Duty.READ_DOCUMENTS,
}


@dataclass
class Rights:
    """Four lists of sentences."""

    reads: list[str] = field(default_factory=list)
    does: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


def rights_of(user: User) -> Rights:
    """Return what `user` can read, do and not see today, and why."""
    places = {duty: _place(user.units_for(duty)) for duty in Duty if user.units_for(duty)}
    return Rights(
        reads=_reads(places),
        does=_does(places),
        hidden=_hidden(user, places),
        why=_why(user),
    )


def what_role_gives(role: Role) -> str:
    """Return the duties of a role as one phrase."""
    duties = [str(duty.label) for duty in Duty if duty in role.duties]
    if not duties:
        return _("Reports, and follows the own reports.")
    text = ", ".join(duties)
    return text[:1].upper() + text[1:] + "."


def _place(reach: Reach) -> str:
    """Return the units of a reach by name: the topmost ones, each with how many lie below."""
    if reach.everything:
        return _("the whole group")
    today = timezone.localdate()
    units = [
        unit
        for unit in Unit.objects.filter(pk__in=reach.ids)
        if unit.valid_until is None or unit.valid_until >= today
    ]
    ids = {unit.pk for unit in units}
    tops = [unit for unit in units if unit.parent_id not in ids]
    named = [_with_below(unit, len(ids & set(unit.reach)) - 1) for unit in tops[:_MOST_NAMED]]
    if more := len(tops) - len(named):
        named.append(
            ngettext("%(count)d more unit", "%(count)d more units", more) % {"count": more}
        )
    return ", ".join(named)


def _with_below(unit: Unit, count: int) -> str:
    if not count:
        return unit.name
    return ngettext(
        "%(unit)s with %(count)d unit below", "%(unit)s with %(count)d units below", count
    ) % {"unit": unit.name, "count": count}


def _reads(places: dict[Duty, str]) -> list[str]:
    found = [_("The organisation and the requirements."), _("Own reports and the answers to them.")]
    found.append(_("Documents in force that are open to where the person works."))
    if place := places.get(Duty.READ_DOCUMENTS):
        found.append(_("Documents in force, also those for a few units only: %s.") % place)
    if place := places.get(Duty.READ_RECORDS):
        found.append(_("Deviations in full: %s.") % place)
    if place := places.get(Duty.OVERSEE):
        found.append(_("Number, dates and status of deviations: %s.") % place)
    if place := places.get(Duty.READ_OPEN):
        found.append(_("The text of deviations where no secrecy holds: %s.") % place)
    if place := places.get(Duty.READ_PROTECTED):
        found.append(_("Protected details, and each time is logged: %s.") % place)
    if place := places.get(Duty.SEE_REPORTERS):
        found.append(_("Names of reporters who asked to be hidden: %s.") % place)
    found.append(_("Deviations in which the person takes part, as responsible or investigator."))
    return found


def _does(places: dict[Duty, str]) -> list[str]:
    found = [_("Report deviations.")]
    for duty, place in places.items():
        if duty not in _READING:
            label = str(duty.label)
            found.append(
                _("%(what)s: %(where)s.") % {"what": label[:1].upper() + label[1:], "where": place}
            )
    return found


def _hidden(user: User, places: dict[Duty, str]) -> list[str]:
    found = []
    if not user.units_for(Duty.OVERSEE).everything:
        if Duty.READ_RECORDS in places or Duty.OVERSEE in places:
            found.append(_("Deviations of other units, unless the person takes part in them."))
        else:
            found.append(_("Deviations that others have reported, unless the person takes part."))
    if Duty.OVERSEE in places and Duty.READ_RECORDS not in places:
        found.append(
            _("Texts that are secret, and texts of units where secrecy holds.")
            if Duty.READ_OPEN in places
            else _("The texts of deviations.")
        )
    if Duty.READ_PROTECTED not in places:
        found.append(_("Protected details about people."))
    else:
        found.append(_("Protected details of other units."))
    if Duty.SEE_REPORTERS not in places:
        found.append(_("Names of reporters who asked to be hidden."))
    return found


def _why(user: User) -> list[str]:
    appointments = Appointment.objects.current().concerning(user)
    found = [_reason(each, user) for each in appointments.select_related("unit", "user")]
    if not user.is_active:
        return [_("The account is closed, so nothing is given.")]
    return found or [_("No role today. Everybody can report and follow the own reports.")]


def _reason(appointment: Appointment, user: User) -> str:
    words = {
        "role": role_in_words(appointment.role),
        "unit": appointment.unit.name,
        "since": day_in_words(appointment.since),
        "until": day_in_words(appointment.until),
        "person": appointment.user.name,
    }
    if appointment.user_id != user.pk:
        text = _("Substitute for %(person)s, %(role)s at %(unit)s, since %(since)s") % words
    else:
        text = _("The role %(role)s at %(unit)s since %(since)s") % words
    if appointment.until:
        text += " " + _("until and including %(until)s") % words
    duties = Role(appointment.role).duties
    if not duties:
        return text + "."
    crossing = {duty for duty in duties if duty.crosses_authorities}
    if crossing == duties:
        reach = _("It also holds in every unit below.")
    elif not crossing:
        reach = _("It also holds in the units below, within the same authority.")
    else:
        names = ", ".join(str(duty.label) for duty in Duty if duty in crossing)
        reach = _(
            "It also holds in the units below: %(duties)s in every one, the rest within the "
            "same authority."
        ) % {"duties": names}
    return f"{text}. {reach}"
