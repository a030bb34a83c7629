"""Line: who leads, decides and investigates for one unit, nearest first.

Computed from appointments and absences of today, never from whether a job has run. A person who
is away is stood in for by the appointment's substitute, who holds the same duties; without one,
the next in line is asked, as when a post is vacant.
"""

from collections.abc import Iterator
from functools import cached_property

from django.db.models import Q

from qms.organization.duties import Duty, Role
from qms.organization.models import Appointment, Unit, User
from qms.records.models.absence import Absence


class Line:
    """The appointments from a unit upward, within its authority."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit

    @cached_property
    def appointments(self) -> list[Appointment]:
        """Today's appointments on the unit and those above it, the nearest first."""
        line = [self.unit]
        for unit in reversed(self.unit.ancestors):
            if not self.unit.same_authority(unit):
                break
            line.append(unit)
        distance = {unit.pk: place for place, unit in enumerate(line)}
        found = Appointment.objects.current().filter(unit__in=line)
        people = found.select_related("user", "substitute").order_by("since", "pk")
        return sorted(people, key=lambda each: distance[each.unit_id])

    @cached_property
    def _away(self) -> frozenset[int]:
        named = {each.user_id for each in self.appointments}
        named |= {each.substitute_id for each in self.appointments if each.substitute_id}
        return Absence.away(named)

    def acting(self, appointment: Appointment) -> User | None:
        """Return who acts by an appointment today: the person, the substitute, or nobody."""
        for person in appointment.people:
            if person.is_active and person.pk not in self._away:
                return person
        return None

    def managers(self) -> Iterator[User]:
        """Yield those who lead the unit and the units above, each person once."""
        yield from self._people(lambda role: role.manages)

    def holding(self, *duties: Duty) -> Iterator[User]:
        """Yield those who hold one of the duties here; the first duty's people come first."""
        for duty in duties:
            yield from self._people(lambda role, duty=duty: duty in role.duties)  # type: ignore[misc]

    def in_role(self, role: str) -> Iterator[User]:
        """Yield those who have a role here."""
        yield from self._people(lambda each: each == role)

    def nearest_manager(self) -> User | None:
        """Return who leads here today, or the nearest above; None when nobody does."""
        return next(self.managers(), None)

    def _people(self, fits) -> Iterator[User]:
        seen: set[int] = set()
        for appointment in self.appointments:
            if not fits(Role(appointment.role)):
                continue
            person = self.acting(appointment)
            if person and person.pk not in seen:
                seen.add(person.pk)
                yield person


def stood_in_for(user: User) -> list[tuple[int, list[int]]]:
    """Return those whom `user` stands in for today: each person's id, and the units concerned."""
    if not user.principals:
        return []
    away = Absence.away({principal for principal, _units in user.principals})
    return [(principal, units) for principal, units in user.principals if principal in away]


def lying_with(user: User) -> Q:
    """Return which records lie with `user`: the own, and those of whom `user` stands in for.

    Kept with the person object, that is for one request.
    """
    kept: Q | None = user.__dict__.get("_lying_with")
    if kept is None:
        kept = Q(responsible=user)
        for principal, units in stood_in_for(user):
            kept |= Q(responsible=principal, unit__any=units)
        user.__dict__["_lying_with"] = kept
    return kept
