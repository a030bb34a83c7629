"""Who examines: with whom an examination by law lies, and who may take it on when that one is gone.

The law's own owner is a role. Whoever has it in the unit's line today, or is substitute for who
has, may know of the examination and take it on; it must not lock itself with who left.
"""

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from nonconformities.models.examination import KNOWING, examining
from nonconformities.models.obligation import OWNERS
from qms.organization.duties import Role
from qms.organization.models import Unit, User
from qms.records.line import Line, led_by, lying_with, lying_with_nobody
from qms.records.models import RecordQuerySet
from qms.records.models.due import DueQuestions

if TYPE_CHECKING:
    from nonconformities.models.obligation import Obligation
    from nonconformities.models.track import Track


class TrackQuerySet(RecordQuerySet, DueQuestions):
    """Questions about many tracks. Nobody else than these few learns that one exists."""

    def visible_to(self, user: User) -> Self:
        """Return the tracks that exist for `user`: those of the unit's line who may know.

        And those that lie with `user`, or are examined by a role that `user` has in the line.
        """
        may = user.units_for(*KNOWING).ids
        return self.filter(Q(unit__any=may) | held_by(user) | owned_by(user))

    def awaiting(self, user: User) -> Self:
        """Return the open ones that lie with `user`, or with nobody where `user` is the next."""
        next_ = of_the_role(user) | Q(unit__any=led_by(user).nearest)
        return self.open().filter(held_by(user) | (lying_with_nobody() & next_))

    def for_page(self) -> Self:
        """Return the rows with what a list shows of them, without a query per row."""
        found = self.select_related("unit", "responsible", "obligation", "nonconformity__unit")
        return found.defer("nonconformity__search").prefetch_related("clocks")


def owner_of(unit: Unit, obligation: "Obligation") -> User | None:
    """Return who is to examine: who has the law's role nearest the unit, else who leads it."""
    line = Line(unit)
    return next(line.in_role(obligation.owner_role), None) or line.nearest_manager()


def held_by(user: User) -> Q:
    """Return the examinations that lie with `user`, or with somebody `user` stands in for."""
    return lying_with(user) & Q(unit__authority__any=user.authorities)


def owned_by(user: User) -> Q:
    """Return those examined by a role `user` has there, or lying with nobody where `user` leads."""
    led = {unit for role, units in user.roles if Role(role).manages for unit in units}
    return of_the_role(user) | (lying_with_nobody() & Q(unit__any=led))


def of_the_role(user: User) -> Q:
    """Return those whose law is examined by a role that `user` has in the unit's line."""
    found = Q(pk__in=[])
    for role, units in user.roles:
        if role in OWNERS:
            found |= Q(obligation__owner_role=role, unit__any=units)
    return found


def owns(user: User, track: "Track") -> bool:
    """Return True when `user` has the role that examines under this law in the unit's line."""
    owner = track.obligation.owner_role
    return any(role == owner and track.unit_id in units for role, units in user.roles)


def leads_what_nobody_holds(user: User, track: "Track") -> bool:
    """Return True when it lies with nobody who works there, and `user` leads it or above it."""
    if not any(Role(role).manages and track.unit_id in units for role, units in user.roles):
        return False
    named = track.responsible
    return named is None or track.unit.authority not in named.authorities


def find_owner(track: "Track") -> dict[str, list[int | None]]:
    """Let somebody of the unit's line have it when whoever had it examines nothing there.

    Returns what changed, for the event.
    """
    before = track.responsible
    if before and (before.may(examining(track), track.unit) or owns(before, track)):
        return {}
    track.responsible = owner_of(track.unit, track.obligation)
    changed = [before.pk if before else None, track.responsible_id]
    return {"responsible_id": changed} if changed[0] != changed[1] else {}
