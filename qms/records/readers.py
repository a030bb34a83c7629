"""Who sees a record and why, said from the same duties that decide what is seen.

`readers_of` answers "which people?" for one record; `why` answers "why do I see this?".
A test compares both with `visible_to` and `with_access` for every person of the cast.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.organization.alphabet import swedish_key
from qms.organization.duties import Duty, Role
from qms.organization.models import Appointment, User
from qms.organization.models.appointment import UnitPermission
from qms.records.models import Access, Record

_ORDER = [Access.FULL, Access.OWN, Access.MASKED]


@dataclass
class Reader:
    """One person who sees a record: how much of it, and for which reasons."""

    person: User | None  # None: a reporter whose name this reader may not see
    access: str
    reasons: list[str] = field(default_factory=list)

    @property
    def access_label(self) -> str:
        """How much the person sees, in words."""
        return str(Access(self.access).label)

    @property
    def why(self) -> str:
        """The reasons as one line."""
        return "; ".join(dict.fromkeys(self.reasons))


def readers_of(record: Record, *, hidden: int | None = None) -> list[Reader]:
    """Return who sees `record` today, those who see most first, each with the reasons.

    `hidden` is a reporter whose name the one who asks may not see: that part stands last and
    without a name, and whatever else the person is says nothing of it. One query, and what the
    record's own `parts()` needs.
    """
    found: dict[int, Reader] = {}
    nameless: list[Reader] = []
    for person, part, access in record.parts():
        if person and person.pk == hidden and access == Access.OWN:
            nameless.append(Reader(None, access, [str(part)]))
        else:
            _add(found, person, access, str(part))
    for grant in _grants(record):
        if access := _access_by(grant, record):
            for reason in _reasons(grant):
                _add(found, grant.user, access, reason)
    for unit, reason in record.guests():
        for grant in _handlers(unit):
            for role in _reasons(grant):
                _add(found, grant.user, Access.MASKED, f"{role} ({reason})")
    people = sorted(found.values(), key=lambda each: swedish_key(str(each.person)))
    return sorted(people, key=lambda each: _ORDER.index(Access(each.access))) + nameless


def why(record: Record, user: User, readers: Iterable[Reader] | None = None) -> str:
    """Return in words why `user` sees `record`; "" when the user does not."""
    found = readers_of(record) if readers is None else readers
    return next((each.why for each in found if each.person and each.person.pk == user.pk), "")


def _add(found: dict[int, Reader], person: User | None, access: str, reason: str) -> None:
    """Put a person on the list, or a further reason and perhaps more access to who is there."""
    if person is None or not person.is_active:
        return
    reader = found.setdefault(person.pk, Reader(person, access))
    reader.access = min(reader.access, access, key=lambda each: _ORDER.index(Access(each)))
    if reason not in reader.reasons:
        reader.reasons.append(reason)


def _grants(record: Record) -> list[Any]:
    """Return guardian's rows that let somebody see records of this unit, each with its roles."""
    duties = [Duty.READ_RECORDS, Duty.OVERSEE, Duty.READ_OPEN]
    return list(_standing(duties, content_object__reach__contains=[record.unit_id]))


def _handlers(unit: int) -> list[Any]:
    """Return guardian's rows that let somebody handle deviations of a unit, each with its roles."""
    within = {"content_object__own_reach__contains": [unit]}
    return list(_standing([Duty.HANDLE_NONCONFORMITIES], **within))


def _standing(duties: list[Duty], **place: Any) -> Any:
    """Return guardian's rows of today that give one of the duties there."""
    today = timezone.localdate()
    roles = Appointment.objects.current().filter(
        Q(user=OuterRef("user")) | Q(substitute=OuterRef("user")), unit=OuterRef("content_object")
    )
    rows = UnitPermission.objects.filter(
        Q(until=None) | Q(until__gte=today),
        since__lte=today,
        permission__codename__in=duties,
        user__is_active=True,
        **place,
    )
    pairs = roles.order_by("pk").values(pair=JSONObject(role="role", holder="user_id"))
    return rows.annotate(roles=ArraySubquery(pairs)).select_related(
        "user", "content_object", "permission"
    )


def _access_by(grant: Any, record: Record) -> str:
    """Return how much one duty shows: the rule of Record.full_access, told about one grant."""
    if grant.permission.codename == Duty.OVERSEE:
        return Access.MASKED
    if grant.permission.codename == Duty.READ_OPEN:
        is_open = not record.unit.secrecy_area and not record.is_marked_secret
        return Access.FULL if is_open else ""
    return Access.FULL if record.unit_id in grant.content_object.own_reach else ""


def _reasons(grant: Any) -> Iterator[str]:
    """Yield the roles in words that gave this very duty."""
    for pair in grant.roles:
        role = Role(pair["role"])
        if grant.permission.codename not in role.duties:
            continue
        words = {"role": role.label, "unit": grant.content_object.name}
        if pair["holder"] == grant.user_id:
            yield _("%(role)s, %(unit)s") % words
        else:
            yield _("Substitute (%(role)s, %(unit)s)") % words
