"""Unit: a place in the organisation, with the authority it belongs to (ISO 9001, 5.3)."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pghistory
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import RegexValidator
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history.models import Storied
from qms.organization.duties import APPOINTING, Duty, Role
from qms.organization.models.kinds import Kind, SecrecyArea, Service
from qms.organization.models.tree import REBUILD_REACH, NoCycle, lock_tree

if TYPE_CHECKING:
    from qms.organization.models.appointment import Appointment
    from qms.organization.models.user import User

_STAYS = _(
    "%(unit)s holds records, and they may not change authority with it. Create a new unit there "
    "and close this one."
)


def _told(value: Any) -> Any:
    """Return a value as an Event tells it: another unit by its name."""
    return value.name if isinstance(value, Unit) else value


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

    def where(self, user: "User", *duties: Duty) -> "UnitQuerySet":
        """Return the units on which `user` holds one of the duties."""
        return self.filter(pk__in=user.units_for(*duties).ids)

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

    Kind, SecrecyArea, Service = Kind, SecrecyArea, Service

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

    PLACES = "unit_places"  # where the cache holds every unit's name and parent

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
                violation_error_message=_("The last day must be the first day or later."),
            ),
        ]
        indexes = [GinIndex(fields=["reach"], name="unit_reach")]
        triggers = [NoCycle(name="no_cycle")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the unit and forget what was remembered about names and places."""
        super().save(*args, **kwargs)
        cache.delete(self.PLACES)
        transaction.on_commit(lambda: cache.delete(Unit.PLACES))

    def get_absolute_url(self) -> str:
        """Return the address of the unit's page."""
        return reverse("organization:unit", args=[self.code])

    def clean(self) -> None:
        """Refuse a parent below this very unit (the tree may not bite its tail), and odd years."""
        years = timezone.localdate().year + 10
        if self.valid_from and self.valid_from.year > years:
            raise ValidationError({"valid_from": _("Check the year: %d.") % self.valid_from.year})
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

    @property
    def is_ahead(self) -> bool:
        """True when the unit opens on a day that has not come."""
        return self.valid_from is not None and self.valid_from > timezone.localdate()

    def same_authority(self, other: "Unit") -> bool:
        """Return True when no border between boards or companies lies between the two."""
        return self.authority == other.authority

    @property
    def authority_name(self) -> str:
        """The authority in words: the name of its board or company where a unit has its code."""
        if self.authority == self.code:
            return self.name
        named = Unit.objects.filter(code=self.authority).values_list("name", flat=True).first()
        return named or self.authority

    def managers(self) -> "models.QuerySet[Appointment]":
        """Return the appointments of those who lead this very unit today."""
        return self.appointments.current().leading().select_related("user", "substitute")

    def open_records(self, *, below: bool = False) -> int:
        """Return how many open quality records this unit holds; `below` counts all under it."""
        return sum(count for _model, count in self.open_records_by_kind(below=below))

    def open_records_by_kind(self, *, below: bool = False) -> list[tuple[type[models.Model], int]]:
        """Return each kind of quality record with its open ones here; drafts are not counted."""
        ids = self.own_reach if below else [self.pk]
        kinds: list[Any] = [m for m in apps.get_models() if getattr(m, "is_quality_record", False)]
        return [
            (kind, kind._default_manager.filter(unit__in=ids, number__isnull=False).open().count())
            for kind in kinds
        ]

    def has_records(self) -> bool:
        """Return True when any quality record, open or not, belongs to this very unit."""
        kinds = [m for m in apps.get_models() if hasattr(m, "is_quality_record")]
        return any(kind._default_manager.filter(unit=self).exists() for kind in kinds)

    def require(self, by: "User | None", *duties: Duty) -> None:
        """Raise PermissionDenied unless `by` holds one of them here. None is the system itself."""
        if by is not None and not by.may(duties, self):
            raise PermissionDenied(_("You may not do this. Ask the manager of %s.") % self)

    # --- Verbs ------------------------------------------------------------------------------

    @classmethod
    def found(
        cls, *, by: "User | None", parent: "Unit | None", reason: str = "", **fields: Any
    ) -> "Unit":
        """Create a unit below `parent`; it belongs to the parent's authority unless told.

        The same unit asked for twice (a double click) is the same one. Raises ValidationError
        when a field is wrong, the code is taken or the parent has closed, and PermissionDenied.
        """
        if parent:
            parent.require(by, Duty.ORGANIZE)
        with transaction.atomic():
            lock_tree()
            unit = cls(parent=parent, **fields)
            if twin := cls.objects.filter(code=unit.code, parent=parent, name=unit.name).first():
                return twin
            if parent and "authority" not in fields:
                unit.authority = parent.authority
            unit.enter(by=by, note=reason)
            cls.rebuild_reach()
            unit.refresh_from_db()
        if by:
            by.forget_duties()  # they now reach the new unit as well
        return unit

    def enter(self, *, by: "User | None", note: str = "") -> None:
        """Store a new unit and begin its story; whoever calls rebuilds the reach afterwards."""
        last = self.parent.valid_until if self.parent else None
        if last and last < (self.valid_until or timezone.localdate()):
            raise ValidationError(
                {"parent": _("%s has closed. Choose another place.") % self.parent}
            )
        self.full_clean()
        self.save()
        above = self.parent.name if self.parent else None
        self.tell(
            "found", by=by, note=note, changes={"name": [None, self.name], "parent": [None, above]}
        )
        self.save(update_fields=["event_count", "event_head"])

    def amend(self, *, by: "User | None", reason: str = "", **fields: Any) -> None:
        """Change what the unit is: its kind, service, local word and the like.

        Name, place and closing are changes of their own, with a date. The authority may only be
        put right before the unit holds any record: afterwards it is a border that records would
        cross (secrecy act, 8:1). Raises ValidationError and PermissionDenied.
        """
        self.require(by, Duty.ORGANIZE)
        with transaction.atomic():
            lock_tree()
            self.lock()
            changes = {
                name: [_told(getattr(self, name)), _told(value)]
                for name, value in fields.items()
                if getattr(self, name) != value
            }
            if "authority" in changes and self.has_records():
                raise ValidationError({"authority": _STAYS % {"unit": self.name}})
            for name, value in fields.items():
                setattr(self, name, value)
            self.full_clean()
            if changes:
                self.tell("amend", by=by, note=reason, changes=changes)
                self.save()
            if changes.keys() & {"authority", "successor"}:
                self.rebuild_reach()
        self.refresh_from_db()

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

        The same appointment twice (a double click) is the same one. Raises ValidationError when
        the dates are in the wrong order, when the person has the role here during some of the
        days, or when somebody appoints himself; PermissionDenied without the duty. This and
        Appointment.dismiss() are the only doors to duties.
        """
        from qms.organization.models.appointment import Appointment

        self.require(by, *APPOINTING)
        for duty in Role(role).governing:
            self.require(by, duty)
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
            if twin := appointment.twin():
                return twin
            appointment.full_clean()
            appointment.save()
            self.tell("appoint", by=by, note=reason, changes=appointment.as_changes())
            self.save(update_fields=["event_count", "event_head"])
            appointment.grant()
        return appointment

    @staticmethod
    def rebuild_reach() -> None:
        """Derive `reach` and `own_reach` of every unit from the tree, in one statement."""
        with transaction.atomic(), connection.cursor() as cursor:
            lock_tree()
            cursor.execute(REBUILD_REACH, [timezone.localdate()])
