"""Unit: a place in the organisation, with the authority it belongs to (ISO 9001, 5.3)."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pghistory
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history.models import Storied
from qms.organization.duties import Duty

if TYPE_CHECKING:
    from qms.organization.models.appointment import Appointment
    from qms.organization.models.user import User

# A closed unit hangs below its successor, so that rights and figures roll up to it, but only
# within the authority: another board's people do not inherit what this board knew.
_REBUILD_REACH = """
with recursive place as (
  select unit.id, unit.authority,
         case when unit.successor_id is not null and unit.valid_until < %s
                   and heir.authority = unit.authority
              then unit.successor_id else unit.parent_id end as above
  from organization_unit as unit left join organization_unit as heir on heir.id = unit.successor_id
), upward as (
  select id, id as ancestor, above, authority, true as same from place
  union all
  select upward.id, place.id, place.above, upward.authority,
         upward.same and place.authority = upward.authority
  from upward join place on place.id = upward.above
) cycle ancestor set is_cycle using path,
reach as (
  select ancestor as id, array_agg(id order by id) as every_unit,
         array_agg(id order by id) filter (where same) as own
  from upward where not is_cycle group by ancestor
)
update organization_unit as unit set reach = reach.every_unit, own_reach = reach.own
from reach where reach.id = unit.id
  and (unit.reach, unit.own_reach) is distinct from (reach.every_unit, reach.own)
"""


class UnitQuerySet(models.QuerySet["Unit"]):
    """Questions about many units."""

    def open(self, on: date | None = None) -> "UnitQuerySet":
        """Return the units that exist on a day (today when not given)."""
        day = on or timezone.localdate()
        return self.filter(
            models.Q(valid_from=None) | models.Q(valid_from__lte=day),
            models.Q(valid_until=None) | models.Q(valid_until__gte=day),
        )

    def closed(self) -> "UnitQuerySet":
        """Return the units that existed earlier."""
        return self.filter(valid_until__lt=timezone.localdate())

    def where(self, user: "User", duty: Duty) -> "UnitQuerySet":
        """Return the units on which `user` holds `duty`."""
        return self.filter(pk__in=user.units_for(duty).ids)

    def in_tree_order(self) -> list["Unit"]:
        """Return the units as a list, parents before children, each with `depth` (0 = top)."""
        units = sorted(self, key=lambda unit: unit.code)
        below: dict[int | None, list[Unit]] = {}
        known = {unit.pk for unit in units}
        for unit in units:
            below.setdefault(unit.parent_id if unit.parent_id in known else None, []).append(unit)
        ordered: list[Unit] = []

        def walk(parent: int | None, depth: int) -> None:
            for unit in below.get(parent, []):
                unit.depth = depth
                ordered.append(unit)
                walk(unit.pk, depth + 1)

        walk(None, 0)
        return ordered


@pghistory.track(
    pghistory.UpdateEvent(),
    pghistory.InsertEvent(),
    exclude=["reach", "own_reach", "event_count", "event_head"],
)
class Unit(Storied):
    """A part of the group: board, administration, company, department or site.

    `authority` names the board or legal entity the unit belongs to; secrecy holds between
    authorities. `reach` and `own_reach` hold the ids of every unit below (itself included),
    all of them and those of the same authority; they are derived, by rebuild_reach().
    """

    class Kind(models.TextChoices):
        GROUP = "group", _("Group")
        POLITICAL = "political", _("Political body")
        BOARD = "board", _("Board")
        ADMINISTRATION = "administration", _("Administration")
        DEPARTMENT = "department", _("Department")
        SITE = "site", _("Workplace")
        COMPANY = "company", _("Company")
        COMPANY_PART_OWNED = "company_part_owned", _("Part-owned company")

    class SecrecyArea(models.TextChoices):
        NONE = "", _("None")
        SOCIAL = "social", _("Social services")
        HEALTH = "health", _("Health care")
        SCHOOL = "school", _("School")
        SCHOOL_HEALTH = "school_health", _("Pupil health")
        PERSONNEL = "personnel", _("Personnel")
        SUPERVISION = "supervision", _("Supervision")
        TENANT = "tenant", _("Tenants")
        SECURITY = "security", _("Security")

    class Service(models.TextChoices):
        CARE = "care", _("Care")
        HEALTH = "health", _("Health care")
        SCHOOL = "school", _("School and preschool")
        WATER = "water", _("Water and sewage")
        WASTE = "waste", _("Waste")
        ENERGY = "energy", _("Energy")
        HOUSING = "housing", _("Housing and property")
        RESCUE = "rescue", _("Rescue service")
        LEISURE = "leisure", _("Visitors and leisure")
        CULTURE = "culture", _("Culture")
        FOOD = "food", _("Meals, cleaning, vehicles")
        SUPERVISION = "supervision", _("Permits and supervision")
        CONSTRUCTION = "construction", _("Streets and planning")
        LABOUR = "labour", _("Labour market")
        OFFICE = "office", _("Management and support")

    code = models.CharField(
        _("code"),
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(r"^[A-ZÅÄÖ0-9][A-ZÅÄÖ0-9-]*\Z", _("Use capitals, digits and -"))
        ],
    )
    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    authority = models.CharField(_("authority or legal entity"), max_length=100, blank=True)
    secrecy_area = models.CharField(
        _("secrecy area"), max_length=20, blank=True, choices=SecrecyArea.choices
    )
    service = models.CharField(
        _("kind of service"), max_length=20, blank=True, choices=Service.choices
    )
    customer_word = models.CharField(
        _("our word for those we are here for"), max_length=60, blank=True
    )
    headcount = models.PositiveIntegerField(_("number of employees"), null=True, blank=True)
    in_scope = models.BooleanField(_("part of the management system"), default=True)
    valid_from = models.DateField(_("from"), null=True, blank=True)
    valid_until = models.DateField(_("until and including"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    reach = ArrayField(models.BigIntegerField(), default=list, editable=False)
    own_reach = ArrayField(models.BigIntegerField(), default=list, editable=False)

    objects = UnitQuerySet.as_manager()

    depth = 0  # set by in_tree_order()

    class Meta:
        ordering = ["code"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        default_permissions = ()
        permissions = [(duty.value, duty.value.replace("_", " ")) for duty in Duty]
        constraints = [
            models.UniqueConstraint(
                models.ExpressionWrapper(models.Q(parent=None), models.BooleanField()),
                condition=models.Q(parent=None),
                name="unit_one_top",
                violation_error_message=_("There is already a top unit."),
            ),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("id")), name="unit_not_below_itself"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until=None)
                | models.Q(valid_from=None)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="unit_dates_in_order",
            ),
        ]
        indexes = [GinIndex(fields=["reach"], name="unit_reach")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the unit's page."""
        return reverse("organization:unit", args=[self.code])

    def clean(self) -> None:
        """Refuse a parent that lies below this very unit: the tree may not bite its tail."""
        if self.parent_id and self.pk and self.parent_id in self.reach:
            raise ValidationError(
                {
                    "parent": _("%(parent)s lies below %(unit)s. Choose another place.")
                    % {"parent": self.parent, "unit": self.name}
                }
            )

    # --- Questions --------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """True when the unit exists today."""
        today = timezone.localdate()
        return (self.valid_from is None or self.valid_from <= today) and (
            self.valid_until is None or self.valid_until >= today
        )

    @property
    def ancestors(self) -> "list[Unit]":
        """The units above, from the top down."""
        above = Unit.objects.filter(reach__contains=[self.pk]).exclude(pk=self.pk)
        return sorted(above, key=lambda unit: -len(unit.reach))

    def same_authority(self, other: "Unit") -> bool:
        """Return True when no border between boards or companies lies between the two."""
        return self.authority == other.authority

    def name_on(self, day: date) -> str:
        """Return what the unit was called on a day."""
        later = self.changes.filter(kind="rename", on__gt=day, applied_at__isnull=False).order_by(
            "on", "pk"
        )
        first = later.first()
        return first.old_name if first else self.name

    def managers(self) -> "models.QuerySet[Appointment]":
        """Return the appointments of those who lead this very unit today."""
        from qms.organization.duties import Role

        return (
            self.appointments.current()
            .filter(role__in=[role for role in Role if role.manages])
            .select_related("user", "substitute")
        )

    def nearest_manager(self) -> "User | None":
        """Return who leads this unit, or the nearest unit above within the same authority."""
        for unit in [self, *reversed(self.ancestors)]:
            if not self.same_authority(unit):
                return None
            if found := unit.managers().order_by("since", "pk").first():
                return found.user
        return None

    def open_records(self) -> int:
        """Return how many open quality records this very unit holds, of every kind."""
        return sum(
            model._default_manager.filter(unit=self).open().count()
            for model in apps.get_models()
            if getattr(model, "is_quality_record", False)
        )

    # --- Verbs ------------------------------------------------------------------------------

    @classmethod
    def found(cls, *, by: "User | None", parent: "Unit | None", **fields: Any) -> "Unit":
        """Create a unit below `parent`; it belongs to the parent's authority unless told.

        Raises ValidationError when a field is wrong or the code is taken.
        """
        with transaction.atomic():
            unit = cls(parent=parent, **fields)
            if parent and "authority" not in fields:
                unit.authority = parent.authority
            unit.full_clean()
            unit.save()
            unit.tell("found", by=by)
            unit.save(update_fields=["event_count", "event_head"])
            cls.rebuild_reach()
            unit.refresh_from_db()
        return unit

    def appoint(
        self,
        user: "User",
        role: str,
        *,
        by: "User | None",
        since: date | None = None,
        until: date | None = None,
        substitute: "User | None" = None,
        reason: str = "",
    ) -> "Appointment":
        """Give `user` a role here, from a day and until and including another.

        Raises ValidationError when the dates are in the wrong order, when the same appointment
        exists, or when somebody appoints himself. This and Appointment.dismiss() are the only
        doors to duties.
        """
        from qms.organization.models.appointment import Appointment

        appointment = Appointment(
            unit=self,
            user=user,
            role=role,
            appointed_by=by,
            substitute=substitute,
            since=since or timezone.localdate(),
            until=until,
            reason=reason,
        )
        with transaction.atomic():
            self.lock()
            appointment.full_clean()
            appointment.save()
            self.tell("appoint", by=by, note=reason, changes=appointment.as_changes())
            self.save(update_fields=["event_count", "event_head"])
            appointment.grant()
        return appointment

    @staticmethod
    def rebuild_reach() -> None:
        """Derive `reach` and `own_reach` of every unit from the tree, in one statement."""
        with connection.cursor() as cursor:
            cursor.execute(_REBUILD_REACH, [timezone.localdate()])
