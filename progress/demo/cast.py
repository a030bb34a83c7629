"""Who may do what on which unit, asked of the very rows that rule the real thing."""

from collections import defaultdict
from collections.abc import Collection

from qms.organization.duties import Duty, Role
from qms.organization.models import Appointment, Unit, User


class Cast:
    """The invented people, by what they may do; the nearest comes first."""

    def __init__(self, units: dict[str, Unit], people: dict[str, User]) -> None:
        self.units, self.people = units, people
        by_id = {user.pk: user for user in people.values()}
        self._holders: dict[tuple[Duty, int], list[User]] = defaultdict(list)
        self._staff: dict[int, list[User]] = defaultdict(list)
        appointments = list(Appointment.objects.current().select_related("unit"))
        appointments.sort(key=lambda a: (len(a.unit.own_reach), a.pk))
        for place in ("user_id", "substitute_id"):
            for appointment in appointments:
                if user := by_id.get(getattr(appointment, place)):
                    self._enter(user, appointment, place == "substitute_id")

    def _enter(self, user: User, appointment: Appointment, is_substitute: bool) -> None:
        for unit_id in appointment.unit.own_reach:
            for duty in Role(appointment.role).duties:
                holders = self._holders[duty, unit_id]
                if user not in holders:
                    holders.append(user)
        if appointment.role == Role.STAFF and not is_substitute:
            self._staff[appointment.unit_id].append(user)

    def holders(self, duty: Duty, unit: Unit, but: Collection[User] = ()) -> list[User]:
        """Return those who hold a duty on a unit, the nearest first."""
        return [user for user in self._holders[duty, unit.pk] if user not in but]

    def handlers(self, unit: Unit, but: Collection[User] = ()) -> list[User]:
        """Return who may handle deviations of a unit, the nearest first."""
        return self.holders(Duty.HANDLE_NONCONFORMITIES, unit, but)

    def deciders(self, unit: Unit, but: Collection[User] = ()) -> list[User]:
        """Return who decides on serious deviations of a unit, the nearest first."""
        return self.holders(Duty.DECIDE_SERIOUS, unit, but)

    def investigators(self, unit: Unit) -> list[User]:
        """Return who investigates serious deviations of a unit, the nearest first."""
        return self.holders(Duty.INVESTIGATE_SERIOUS, unit)

    def staff(self, unit: Unit) -> list[User]:
        """Return those who work on a unit, or below it, or else its nearest manager."""
        for ids in ([unit.pk], unit.own_reach):
            if found := [user for pk in ids for user in self._staff[pk]]:
                return found
        return self.handlers(unit)[:1]
