"""Who is to read which version by which day: computed from today's appointments, never stored.

A person is asked through an appointment, the own or as substitute, with a role and at a unit that
the audience names, where the document is open to those who work there. The day is that on which
the version enters force, but always some days (a rule) after somebody could first have known: the
adoption, the own appointment, or the row of the audience.

A version that changes nothing of meaning asks nobody again: a reading of the last meaningful
version before it counts, and so does one of a later version.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from documents.models.status import FROZEN
from qms.organization.models import User
from qms.records.models import Rule

# A person in the audience, with the unit through which, and since when that is so.
_PEOPLE = """
people as materialized (
  select audience.id as audience_id, audience.document_id, person.id as person_id,
         appointment.unit_id, greatest(audience.since, appointment.since) as since
  from documents_audience as audience
  join documents_document as document on document.id = audience.document_id
  join organization_unit as home on home.id = document.unit_id
  join organization_unit as named on named.id = audience.unit_id
  join organization_appointment as appointment
    on appointment.unit_id = any(named.reach)
   and (audience.role = '' or audience.role = appointment.role)
   and appointment.role <> 'external_auditor'
   and appointment.ended_at is null and appointment.since <= %(today)s
   and (appointment.until is null or appointment.until >= %(today)s)
  cross join lateral (values (appointment.user_id), (appointment.substitute_id)) as one (id)
  join organization_user as person on person.id = one.id and person.is_active
  where audience.ended_at is null
    and (appointment.unit_id = any(home.own_reach)
      or (document.openness = 'group' and appointment.unit_id = any(home.reach))
      or exists (
        select from documents_document_applies_to as applied
        join organization_unit as there on there.id = applied.unit_id
        where applied.document_id = document.id and appointment.unit_id = any(there.reach)))
    {narrowed}
)
"""
# What is to be read: what applies today, and what is adopted and has something new to say. `base`
# is the last version with a new meaning; a reading of it, or of a later one, is enough.
_VERSIONS = """
versions as materialized (
  select version.id, version.document_id, version.valid_from, base.major, base.minor,
         base.adopted_on, base.valid_from as base_from
  from documents_version as version
  cross join lateral (
    select earlier.major, earlier.minor, earlier.adopted_on, earlier.valid_from
    from documents_version as earlier
    where earlier.document_id = version.document_id and earlier.is_meaningful
      and earlier.status = any(%(frozen)s)
      and (earlier.major, earlier.minor) <= (version.major, version.minor)
    order by earlier.major desc, earlier.minor desc limit 1
  ) as base
  where version.document_id in (select document_id from people)
    and version.status in ('adopted', 'in_force')
    and (version.ended_on is null or version.ended_on > %(today)s)
    and (version.valid_from <= %(today)s or version.is_meaningful)
    {chosen}
)
"""
# The latest that each person has read of a document.
_READ = """
latest as materialized (
  select met.document_id, reading.person_id, max(array[met.major, met.minor]) as label
  from documents_reading as reading
  join documents_version as met on met.id = reading.version_id and met.status <> 'withdrawn'
  where reading.undone_at is null {mine}
  group by met.document_id, reading.person_id
)
"""
# One row per version, person and unit. `due` is the person's day by that unit.
_ASKS = """
asks as (
  select versions.id as version_id, versions.document_id, versions.valid_from, people.person_id,
         people.unit_id,
         min(greatest(versions.base_from,
                      greatest(versions.adopted_on, people.since) + %(days)s)) as due,
         coalesce(latest.label >= array[versions.major, versions.minor], false) as is_read
  from versions join people on people.document_id = versions.document_id
  left join latest on latest.document_id = versions.document_id
                  and latest.person_id = people.person_id
  group by versions.id, versions.document_id, versions.valid_from, versions.major,
           versions.minor, people.person_id, people.unit_id, latest.label
)
"""
_OF_USER = """
    and (appointment.user_id = %(user)s or appointment.substitute_id = %(user)s)
    and person.id = %(user)s
"""


@dataclass(frozen=True)
class Ask:
    """One person who is to read one version by a day."""

    version_id: int
    document_id: int
    person_id: int
    due_on: date
    is_read: bool

    @property
    def is_late(self) -> bool:
        """True when the day has passed and nothing has been read."""
        return not self.is_read and self.due_on < timezone.localdate()


def ask(select: str, *, narrowed: str = "", chosen: str = "", **values: Any) -> list[tuple]:
    """Return the rows of a question about `asks` (or `people`); all of it is our own text.

    `narrowed` narrows whose appointments, `chosen` which versions; `values` fill what both and
    `select` leave open.
    """
    mine = "and reading.person_id = %(user)s" if "user" in values else ""
    if values.get("documents"):
        mine += " and met.document_id = any(%(documents)s)"
    people, versions = _PEOPLE.format(narrowed=narrowed), _VERSIONS.format(chosen=chosen)
    read = _READ.format(mine=mine)
    known: dict[str, Any] = {
        "today": timezone.localdate(),
        "days": Rule.value_of(Rule.Code.READ_DAYS),
        "frozen": [str(status) for status in FROZEN],
    }
    with connection.cursor() as cursor:
        cursor.execute(f"with {people}, {versions}, {read}, {_ASKS} {select}", known | values)
        return cursor.fetchall()


def asked_of(user: User, *, document_id: int | None = None, unread: bool = False) -> list[Ask]:
    """Return what one person is asked to read, of all documents or of one, by day."""
    where = "where not is_read" if unread else ""
    narrowed, chosen = _OF_USER, ""
    if document_id is not None:
        narrowed += "and audience.document_id = %(document)s"
        chosen = "and version.document_id = %(document)s"
    rows = ask(
        f"select version_id, document_id, person_id, min(due), is_read from asks {where}"
        " group by version_id, document_id, person_id, is_read order by min(due), version_id",
        narrowed=narrowed, chosen=chosen, user=user.pk, document=document_id,
    )  # fmt: skip
    return [Ask(*row) for row in rows]


def coming_to(user: User) -> frozenset[int]:
    """Return the ids of the versions that do not apply yet and that `user` is to read already.

    Kept with the person object, that is for one request: few versions wait for their day.
    """
    kept: frozenset[int] | None = user.__dict__.get("_coming")
    if kept is None:
        rows = ask(
            "select distinct version_id from asks", user=user.pk, narrowed=_OF_USER,
            chosen="and version.status = 'adopted' and version.valid_from > %(today)s",
        ) if user.workplaces else []  # fmt: skip
        kept = user.__dict__["_coming"] = frozenset(row[0] for row in rows)
    return kept


def due_readings(documents: Iterable[int] | None = None) -> Iterator[Ask]:
    """Yield who has not yet read what, with the day, in one question; reminders begin here."""
    chosen, narrowed = "", ""
    if documents is not None:
        chosen = "and version.document_id = any(%(documents)s)"
        narrowed = "and audience.document_id = any(%(documents)s)"
    rows = ask(
        "select version_id, document_id, person_id, min(due), false from asks where not is_read"
        " group by version_id, document_id, person_id order by min(due), version_id, person_id",
        narrowed=narrowed, chosen=chosen, documents=sorted(documents or []),
    )  # fmt: skip
    yield from (Ask(*row) for row in rows)


def people_asked(document_id: int) -> dict[int | None, set[int]]:
    """Return who is in the audience of a document today: by row, and all together under None."""
    rows = ask(
        "select distinct audience_id, person_id from people", document=document_id,
        narrowed="and audience.document_id = %(document)s",
    )  # fmt: skip
    found: dict[int | None, set[int]] = defaultdict(set)
    for audience_id, person_id in rows:
        found[audience_id].add(person_id)
        found[None].add(person_id)
    return found
