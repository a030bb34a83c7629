"""Line: who leads, decides and investigates for one unit, nearest first.

Computed from appointments and absences of today, never from whether a job has run. A person who
is away is stood in for by the appointment's substitute, who holds the same duties; without one,
the next in line is asked, as when a post is vacant.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

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

    @cached_property
    def heads(self) -> "Heads":
        """Who leads here, level by level."""
        acting = ((each.role, self.acting(each)) for each in self.appointments)
        return Heads((role, person.pk) for role, person in acting if person and Role(role).manages)

    def person(self, pk: int | None) -> User | None:
        """Return somebody of the line by id, without a query."""
        named = (person for each in self.appointments for person in each.people)
        return next((person for person in named if person.pk == pk), None)

    def in_role(self, role: str) -> Iterator[User]:
        """Yield those who have a role here."""
        yield from self._people(lambda each: each == role)

    def nearest_manager(self) -> User | None:
        """Return who leads here today, or the nearest above; None when nobody does."""
        return next(self.managers(), None)

    def _people(self, fits: Callable[[Role], bool]) -> Iterator[User]:
        seen: set[int] = set()
        for appointment in self.appointments:
            if not fits(Role(appointment.role)):
                continue
            person = self.acting(appointment)
            if person and person.pk not in seen:
                seen.add(person.pk)
                yield person


def stood_in_for(user: User) -> list[tuple[int, list[int]]]:
    """Return those whom `user` stands in for today: each person's id, and the units concerned.

    Kept with the person object, that is for one request.
    """
    kept: list[tuple[int, list[int]]] | None = user.__dict__.get("_stood_in_for")
    if kept is None:
        named = {principal for principal, _units in user.principals}
        away = Absence.away(named) if named else frozenset()
        kept = [(principal, units) for principal, units in user.principals if principal in away]
        user.__dict__["_stood_in_for"] = kept
    return kept


def lying_with(user: User, field: str = "responsible", *, at: str = "unit") -> Q:
    """Return which rows lie with `user`: the own, and those of whom `user` stands in for.

    The one rule for who stands in. `field` is where the person is named, `at` the unit in whose
    line the substitute is looked for; both may lead over other rows. `stands_in` says it of one.
    """
    found = Q(**{field: user})
    for principal, units in stood_in_for(user):
        found |= Q(**{field: principal, f"{at}__any": units})
    return found


def lying_with_nobody() -> Q:
    """Return which rows nobody who still works in the authority answers for."""
    named = Q(user=OuterRef("responsible")) | Q(substitute=OuterRef("responsible"))
    here = Appointment.objects.current().filter(named, unit__authority=OuterRef("unit__authority"))
    return Q(responsible=None) | Q(responsible__is_active=False) | ~Q(Exists(here.order_by()))


def stands_in(user: User, person: int, unit: int) -> bool:
    """Return True when `user` stands in today for somebody who is away, on a unit."""
    return any(person == principal and unit in units for principal, units in stood_in_for(user))


@dataclass(frozen=True)
class Led:
    """The units for which one person is the one who leads, decides or is told."""

    nearest: frozenset[int] = frozenset()  # leads the unit itself, or nobody nearer does
    following: frozenset[int] = frozenset()  # is the next manager above that one
    deciding: frozenset[int] = frozenset()  # decides on what is serious
    heading: frozenset[int] = frozenset()  # heads the administration or company
    undecided: frozenset[int] = frozenset()  # nobody at work there decides on what is serious


class Heads:
    """Who leads a unit, level by level: the same answer for one unit and for many."""

    def __init__(self, people: Iterable[tuple[str, int]]) -> None:
        self.people = list(dict.fromkeys(people))  # role and person, the nearest first

    @property
    def nearest(self) -> int | None:
        """Who leads the unit today."""
        return self._at(0)

    @property
    def following(self) -> int | None:
        """The next manager; the same one where nobody stands above."""
        first = self.nearest
        others = [person for _role, person in self.people if person != first]
        return others[0] if others else first

    @property
    def deciding(self) -> int | None:
        """The nearest who decides on what is serious, else the topmost."""
        return self._first(_decides)

    @property
    def heading(self) -> int | None:
        """The head of the administration or company, else the topmost."""
        return self._first(lambda role: role == Role.EXECUTIVE)

    @property
    def is_decided(self) -> bool:
        """True when somebody at work decides on what is serious."""
        return any(_decides(role) for role, _person in self.people)

    def _first(self, fits: Callable[[str], bool]) -> int | None:
        found = next((person for role, person in self.people if fits(role)), None)
        return found or self._at(-1)

    def _at(self, place: int) -> int | None:
        return self.people[place][1] if self.people else None


def _decides(role: str) -> bool:
    return Duty.DECIDE_SERIOUS in Role(role).duties


def led_by(user: User) -> Led:
    """Return the units `user` leads today, level by level; kept with the person object.

    One question about those who lead in the person's authorities, and one about who is away.
    """
    kept: Led | None = user.__dict__.get("_led")
    if kept is None:
        kept = user.__dict__["_led"] = _led_by(user)
    return kept


def _led_by(user: User) -> Led:
    mine = user.units_for(Duty.HANDLE_NONCONFORMITIES).ids
    if not mine:
        return Led()
    leading = Appointment.objects.current().leading().filter(unit__authority__in=user.authorities)
    rows = list(
        leading.order_by("since", "pk").values_list(
            "role", "user_id", "substitute_id", "unit__own_reach"
        )
    )
    away = Absence.away({pk for row in rows for pk in row[1:3] if pk})
    lines: dict[int, list[tuple[str, int]]] = {}
    for role, person, substitute, reach in sorted(rows, key=lambda row: len(row[3])):
        acting = next((pk for pk in (person, substitute) if pk and pk not in away), None)
        if acting is None:
            continue
        for unit in mine.intersection(reach):
            lines.setdefault(unit, []).append((role, acting))
    heads = {unit: Heads(people) for unit, people in lines.items()}
    levels = (
        frozenset(unit for unit, each in heads.items() if getattr(each, level) == user.pk)
        for level in ("nearest", "following", "deciding", "heading")
    )
    nearest, following, deciding, heading = levels
    undecided = mine - {unit for unit, each in heads.items() if each.is_decided}
    return Led(nearest, following, deciding, heading, undecided)
