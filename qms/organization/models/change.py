"""UnitChange: the tree is reorganised with dates, and what was is still known afterwards."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.organization.models.unit import Unit

if TYPE_CHECKING:
    from qms.organization.models.user import User


class UnitChange(models.Model):
    """One decided change of one unit, on a day. A day ahead waits until that day comes."""

    class Kind(models.TextChoices):
        RENAME = "rename", _("new name")
        MOVE = "move", _("new place")
        CLOSE = "close", _("closed")

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField(_("from and including"))
    old_name = models.CharField(max_length=150, blank=True)
    new_name = models.CharField(max_length=150, blank=True)
    old_parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    new_parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    successor = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_kind_display()} {self.on}"

    def apply(self) -> None:
        """Carry the change out, if its day has come and it has not been carried out already."""
        with transaction.atomic():
            self.refresh_from_db(from_queryset=UnitChange.objects.select_for_update(of=("self",)))
            if self.applied_at or self.on > timezone.localdate():
                return
            self.unit.lock()
            changes = getattr(self, f"_{self.kind}")()
            self.unit.full_clean()
            self.unit.tell(self.kind, by=self.decided_by, note=self.reason, changes=changes)
            self.unit.save()
            self.applied_at = timezone.now()
            self.save(update_fields=["applied_at"])
            Unit.rebuild_reach()
        self.unit.refresh_from_db()

    def _rename(self) -> dict[str, Any]:
        self.old_name, self.unit.name = self.unit.name, self.new_name
        self.save(update_fields=["old_name"])
        return {"name": [self.old_name, self.new_name]}

    def _move(self) -> dict[str, Any]:
        old, self.unit.parent = self.unit.parent, self.new_parent
        return {"parent": [old.code if old else None, self.new_parent.code]}

    def _close(self) -> dict[str, Any]:
        # The last day is the day before; appointments on the unit end with it.
        self.unit.valid_until = self.on - timedelta(days=1)
        self.unit.successor = self.successor
        for appointment in self.unit.appointments.current():
            appointment.until = max(self.unit.valid_until, appointment.since)
            appointment.ended_at = timezone.now()
            appointment.end_reason = self.reason
            appointment.save()
            appointment.grant()
        return {"successor": [None, self.successor.code if self.successor else None]}


def _decide(
    kind: str, unit: Unit, *, by: "User | None", on: date, reason: str, **more: Any
) -> None:
    if not reason.strip():
        raise ValidationError({"reason": _("Say why: it stands in the history.")})
    change = UnitChange.objects.create(
        unit=unit,
        kind=kind,
        on=on,
        reason=reason,
        decided_by=by,
        old_name=unit.name,
        old_parent=unit.parent,
        **more,
    )
    change.apply()


def rename(unit: Unit, *, by: "User | None", name: str, on: date, reason: str) -> None:
    """Give a unit a new name from a day on. Old records keep the name they had.

    Raises ValidationError when the name or the reason is missing.
    """
    if not name.strip():
        raise ValidationError({"name": _("Write the new name.")})
    _decide("rename", unit, by=by, on=on, reason=reason, new_name=name.strip())


def move(unit: Unit, *, by: "User | None", parent: Unit, on: date, reason: str) -> None:
    """Place a unit, with all below it, under another unit of the same authority.

    Raises ValidationError when the new place lies below the unit itself, has closed, or belongs
    to another authority: then the records may not simply follow (secrecy act, 8:1), and the
    sentence says what to do instead.
    """
    if parent.pk in unit.reach:
        raise ValidationError(
            {
                "parent": _("%(parent)s lies below %(unit)s. Choose another place.")
                % {"parent": parent, "unit": unit}
            }
        )
    if not parent.is_open:
        raise ValidationError({"parent": _("%s has closed. Choose another place.") % parent})
    if not unit.same_authority(parent):
        raise ValidationError(
            {
                "parent": _(
                    "%(parent)s belongs to another authority, so the %(count)d open cases may not "
                    "follow. Create a new unit there and close this one with the new unit as "
                    "successor; the cases stay until they are handed over one by one."
                )
                % {"parent": parent, "count": unit.open_records()}
            }
        )
    _decide("move", unit, by=by, on=on, reason=reason, new_parent=parent)


def close(
    unit: Unit, *, by: "User | None", on: date, reason: str, successor: Unit | None = None
) -> None:
    """Close a unit from a day on. Its records roll up to the successor, if it has one.

    Raises ValidationError when units remain below it, when it has open cases and nobody takes
    over, or when the successor is the unit itself or has closed.
    """
    if unit.children.open(on).exists():
        raise ValidationError(_("Units remain below %s. Move or close them first.") % unit)
    if successor and (successor.pk == unit.pk or not successor.is_open):
        raise ValidationError({"successor": _("Choose an open unit as successor.")})
    if successor is None and (count := unit.open_records()):
        raise ValidationError(
            {
                "successor": _("%(unit)s has %(count)d open cases. Say which unit takes over.")
                % {"unit": unit, "count": count}
            }
        )
    _decide("close", unit, by=by, on=on, reason=reason, successor=successor)


def merge(units: Iterable[Unit], into: Unit, *, by: "User | None", on: date, reason: str) -> None:
    """Close several units into one that takes over. Raises as close() does; all or nothing."""
    with transaction.atomic():
        for unit in units:
            close(unit, by=by, on=on, reason=reason, successor=into)


def split(
    unit: Unit,
    parts: Iterable[dict[str, Any]],
    *,
    by: "User | None",
    on: date,
    reason: str,
) -> list[Unit]:
    """Divide a unit into new ones (dicts of code and name); the first takes over old records.

    Raises ValidationError as Unit.found() and close() do; all or nothing.
    """
    inherited = ("kind", "secrecy_area", "service", "customer_word", "in_scope")
    with transaction.atomic():
        new = [
            Unit.found(
                by=by,
                parent=unit.parent,
                authority=unit.authority,
                valid_from=on,
                **{field: getattr(unit, field) for field in inherited},
                **part,
            )
            for part in parts
        ]
        if len(new) < 2:
            raise ValidationError(_("A unit is divided into two or more."))
        _decide("close", unit, by=by, on=on, reason=reason, successor=new[0])
    return new
