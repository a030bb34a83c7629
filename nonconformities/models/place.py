"""Place: where a poster hangs or a tablet lies, with the way to report from there."""

import secrets
from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models.codes import fold, new_place_code
from qms.history.models import Storied
from qms.organization.duties import Duty
from qms.organization.models import Unit, User

_LEADING = (Duty.HANDLE_NONCONFORMITIES, Duty.CONFIGURE)


def new_device_key() -> str:
    """Return what a shared device carries to be known again."""
    return secrets.token_hex(16)


class PlaceQuerySet(models.QuerySet["Place"]):
    """Questions about many places."""

    def led_by(self, user: User) -> Self:
        """Return the places that `user` sees and changes: those of units one leads or sets up."""
        ids = user.units_for(*_LEADING).ids
        return self.filter(unit__any=ids) if ids else self.none()

    def coded(self, written: str) -> "Place | None":
        """Return the place with a code as somebody typed it, or None."""
        return self.filter(code__in={written.upper(), fold(written)}).first()

    def open(self) -> Self:
        """Return the places where one may report today."""
        today = timezone.localdate()
        return self.filter(closed_on=None, unit__in=Unit.objects.open(today))

    def in_order(self) -> Self:
        """Return the places unit by unit, each with its parts below it."""
        whole = models.functions.Coalesce("parent__name", "name")
        return self.select_related("unit", "parent").order_by(
            "unit__name", "unit", whole, models.F("parent").asc(nulls_first=True), "name"
        )


class Place(Storied):
    """A room, a house or a vehicle of one unit, where people report what happened there.

    Without an account one reports only where whoever leads the unit has switched it on.
    """

    code = models.CharField(
        _("code"), max_length=8, unique=True, default=new_place_code, editable=False
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="places", verbose_name=_("unit")
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts",
        verbose_name=_("part of"),
    )  # fmt: skip
    allows_anonymous = models.BooleanField(_("reports without signing in"), default=False)
    is_shared_device = models.BooleanField(_("has a shared device"), default=False)
    offers_names = models.BooleanField(_("the shared device offers names"), default=False)
    device_key = models.CharField(max_length=32, default=new_device_key, editable=False)
    closed_on = models.DateField(_("closed"), null=True, blank=True, editable=False)
    instead = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("where one reports instead"),
    )  # fmt: skip
    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "parent", "name"],
                condition=models.Q(closed_on=None),
                nulls_distinct=False,
                name="place_one_name_in_a_unit",
                violation_error_message=_("There is already a place with this name."),
            ),
            models.CheckConstraint(
                condition=models.Q(offers_names=False) | models.Q(is_shared_device=True),
                name="place_names_only_on_a_device",
                violation_error_message=_("Names are offered only on a shared device."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.parent.name}, {self.name}" if self.parent else self.name

    def get_absolute_url(self) -> str:
        """Return the address where one reports from the place."""
        return reverse("nonconformities:at_place", args=[self.code])

    def clean(self) -> None:
        """Keep a part within its whole: same unit, and no part of a part."""
        if self.parent and (self.parent.unit_id != self.unit_id or self.parent.parent_id):
            raise ValidationError({"parent": _("Choose a place of the same unit.")})
        if self.parent_id and self.parent_id == self.pk:
            raise ValidationError({"parent": _("A place is not a part of itself.")})

    @property
    def is_open(self) -> bool:
        """True when one may report from here today; a closed unit closes its places."""
        today = timezone.localdate()
        return self.unit.is_open and (self.closed_on is None or self.closed_on > today)

    @property
    def replacement(self) -> "Place | None":
        """The open place that took over, or None."""
        place, seen = self.instead, {self.pk}
        while place and not place.is_open and place.pk not in seen:
            seen.add(place.pk)
            place = place.instead
        return place if place and place.is_open else None

    @property
    def new_unit(self) -> Unit | None:
        """The open unit that took over from the place's unit, or the unit itself."""
        unit: Unit | None = self.unit
        for _step in range(20):
            if unit is None or unit.is_open:
                return unit
            unit = unit.successor
        return None

    # --- Verbs --------------------------------------------------------------------------------

    @classmethod
    def add(cls, *, by: User | None, unit: Unit, **facts: Any) -> "Place":
        """Make a place. Raises PermissionDenied and ValidationError."""
        unit.require(by, *_LEADING)
        place = cls(unit=unit, **facts)
        while cls.objects.filter(code=place.code).exists():
            place.code = new_place_code()
        place.full_clean()
        with transaction.atomic():
            place.save()
            place.tell("add", by=by, changes={name: [None, _told(v)] for name, v in facts.items()})
            place.save(update_fields=["event_count", "event_head"])
        return place

    def amend(self, *, by: User | None, **facts: Any) -> None:
        """Change its name, where it belongs or how one reports there. Raises as add() does."""
        self._change("amend", by, facts)

    def close(self, *, by: User | None, instead: "Place | None" = None) -> None:
        """Close it; whoever scans its code is told where to go. Raises as add() does."""
        if instead and instead.pk == self.pk:
            raise ValidationError({"instead": _("Choose another place.")})
        self._change("close", by, {"closed_on": timezone.localdate(), "instead": instead})

    def open_again(self, *, by: User | None) -> None:
        """Open a place that was closed by mistake. Raises as add() does."""
        self._change("open_again", by, {"closed_on": None, "instead": None})

    def forget_devices(self, *, by: User | None) -> None:
        """Let every device that was set up here be unknown, as when one is lost or stolen."""
        self._change("forget_devices", by, {"device_key": new_device_key()})

    def _change(self, verb: str, by: User | None, facts: dict[str, Any]) -> None:
        self.unit.require(by, *_LEADING)
        with transaction.atomic():
            self.lock()
            changes = {
                name: [_told(getattr(self, name)), _told(value)]
                for name, value in facts.items()
                if getattr(self, name) != value
            }
            if not changes:
                return
            for name, value in facts.items():
                setattr(self, name, value)
            self.full_clean()
            changes.pop("device_key", None)
            self.tell(verb, by=by, changes=changes)
            self.save()


def _told(value: Any) -> Any:
    """Return a value as an Event tells it."""
    return value.isoformat() if isinstance(value, date) else getattr(value, "name", value)
