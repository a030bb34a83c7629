"""User: a person who signs in, and the reach of that person's duties."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.contrib.auth.models import AbstractUser
from django.db import connection, models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from qms.organization.duties import Duty, Role


@dataclass(frozen=True)
class Reach:
    """The units that one duty reaches."""

    ids: frozenset[int] = frozenset()
    everything: bool = False  # it was given at the top and crosses every border: no filter needed

    def __contains__(self, unit_id: int | None) -> bool:
        return unit_id in self.ids

    def __bool__(self) -> bool:
        return bool(self.ids)


NOWHERE = Reach()

# One row per unit with a grant. Dates are compared here, so an appointment gives from the first
# second of its first day and nothing after its last, whether or not any job has run.
_STANDING = """
select unit.reach, unit.own_reach, unit.parent_id is null, array_agg(permission.codename), null,
       null, null
from organization_unitpermission as grant_
join auth_permission as permission on permission.id = grant_.permission_id
join organization_unit as unit on unit.id = grant_.content_object_id
where grant_.user_id = %(user)s and grant_.since <= %(today)s
  and (grant_.until is null or grant_.until >= %(today)s)
group by unit.id
union all
select array[unit.id], unit.own_reach, false, '{}', unit.authority,
       case when appointment.substitute_id = %(user)s then appointment.user_id end, appointment.role
from organization_appointment as appointment
join organization_unit as unit on unit.id = appointment.unit_id
where (appointment.user_id = %(user)s or appointment.substitute_id = %(user)s)
  and appointment.ended_at is null and appointment.since <= %(today)s
  and (appointment.until is null or appointment.until >= %(today)s)
"""


class User(AbstractUser):
    """A person. What the person may do follows from appointments alone."""

    class Theme(models.TextChoices):
        AUTO = "", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    # What upper layers keep with the person for a request, and forget with the duties.
    KEPT_WITH_DUTIES = ("_stood_in_for", "_led", "_above", "_coming")

    slug = models.SlugField(_("address"), max_length=170, unique=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=5, blank=True, choices=[("sv", "Svenska"), ("en", "English")]
    )
    theme = models.CharField(_("appearance"), max_length=5, blank=True, choices=Theme.choices)
    clear_letters = models.BooleanField(_("clearer letters"), default=False)
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)

    class Meta:
        ordering = ["last_name", "first_name", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs) -> None:
        """Store the person, with an address made from the name the first time."""
        if not self.slug:
            self.slug = self._free_slug()
        super().save(*args, **kwargs)

    def _free_slug(self) -> str:
        stem = slugify(self.name)[:160].strip("-") or "person"
        taken = set(User.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
        slug, number = stem, 1
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        return slug

    @property
    def name(self) -> str:
        """The person's name as others see it."""
        return self.get_full_name() or self.username

    @cached_property
    def _standing(self) -> list[tuple]:
        """What today's appointments give: one query, kept as long as this object (a request)."""
        if not (self.pk and self.is_active):
            return []
        with connection.cursor() as cursor:
            cursor.execute(_STANDING, {"user": self.pk, "today": timezone.localdate()})
            return cursor.fetchall()

    @cached_property
    def authorities(self) -> frozenset[str]:
        """The boards and companies in which this person has an appointment today."""
        return frozenset(row[4] for row in self._standing if row[4] is not None)

    @property
    def followed(self) -> frozenset[int]:
        """The units whose deviations this person follows, in full or masked."""
        return self.units_for(Duty.OVERSEE).ids | self.units_for(Duty.READ_RECORDS).ids

    @cached_property
    def workplaces(self) -> frozenset[int]:
        """The units on which this person has an appointment today, none of those below."""
        return frozenset(row[0][0] for row in self._standing if row[4] is not None)

    @cached_property
    def principals(self) -> list[tuple[int, list[int]]]:
        """Those whom this person is substitute for today: each one's id, and the units."""
        return [(row[5], row[1]) for row in self._standing if row[5] is not None]

    @cached_property
    def roles(self) -> list[tuple[str, list[int]]]:
        """Every role held today, also as substitute, each with the units it reaches."""
        return [(row[6], row[1]) for row in self._standing if row[6] is not None]

    @cached_property
    def duties(self) -> Mapping[Duty, Reach]:
        """Every duty with its reach, the tree already expanded."""
        ids: dict[Duty, set[int]] = {}
        everything: set[Duty] = set()
        for reach, own_reach, is_top, codenames, *_rest in self._standing:
            for duty in map(Duty, codenames):
                ids.setdefault(duty, set()).update(reach if duty.crosses_authorities else own_reach)
                if is_top and duty.crosses_authorities:
                    everything.add(duty)
        return MappingProxyType(
            {duty: Reach(frozenset(units), duty in everything) for duty, units in ids.items()}
        )

    @property
    def only_looks_on(self) -> bool:
        """True for an external auditor, who reads and is never given anything to do."""
        return set(self.duties) == Role.EXTERNAL_AUDITOR.duties

    def units_for(self, *duties: Duty) -> Reach:
        """Return the units on which this person holds one of the duties, the tree expanded."""
        if len(duties) == 1:
            return self.duties.get(duties[0], NOWHERE)
        reaches = [self.duties.get(duty, NOWHERE) for duty in duties]
        ids = frozenset().union(*(reach.ids for reach in reaches))
        return Reach(ids, any(reach.everything for reach in reaches))

    def may(self, duty: Duty | tuple[Duty, ...], unit: models.Model | int) -> bool:
        """Return True when this person holds `duty`, or one of several, on `unit` (or its id)."""
        duties = (duty,) if isinstance(duty, Duty) else duty
        return (unit if isinstance(unit, int) else unit.pk) in self.units_for(*duties)

    def forget_duties(self) -> None:
        """Drop what was resolved, after an appointment changed within the same request."""
        kept = ("_standing", "authorities", "workplaces", "principals", "roles", "duties")
        for name in (*kept, *self.KEPT_WITH_DUTIES):
            self.__dict__.pop(name, None)
