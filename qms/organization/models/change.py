"""UnitChange: the tree is reorganised with dates, and what was is still known afterwards."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from qms.organization.duties import Duty
from qms.organization.models.tree import lock_tree
from qms.organization.models.unit import Unit

if TYPE_CHECKING:
    from qms.organization.models.user import User

EARLIEST = date(1862, 1, 1)  # when Sweden's municipalities began


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
    old_parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    new_parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    successor = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now_add=True)
    applied_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    hindrance = models.TextField(blank=True, editable=False)  # why it could not be carried out

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_kind_display()} {self.on}"

    @property
    def is_waiting(self) -> bool:
        """True until the change is carried out or withdrawn."""
        return self.applied_at is None and self.withdrawn_at is None

    def apply(self) -> None:
        """Carry the change out, if its day has come and it has not been carried out already.

        Raises ValidationError when the tree has changed so that it no longer can be.
        """
        with transaction.atomic():
            lock_tree()
            self.refresh_from_db(from_queryset=UnitChange.objects.select_for_update(of=("self",)))
            if not self.is_waiting or self.on > timezone.localdate():
                return
            self.unit.lock()
            self.check_possible()
            changes = getattr(self, f"_{self.kind}")()
            self.unit.full_clean()
            self.unit.tell(self.kind, by=self.decided_by, note=self.reason, changes=changes)
            self.unit.save()
            self.applied_at, self.hindrance = timezone.now(), ""
            self.save()
            Unit.rebuild_reach()
        self.unit.refresh_from_db()

    def withdraw(self, *, by: "User | None") -> None:
        """Take back a change that waits for its day. Raises ValidationError when it is too late."""
        self.unit.require(by, Duty.ORGANIZE)
        with transaction.atomic():
            lock_tree()
            self.refresh_from_db(from_queryset=UnitChange.objects.select_for_update(of=("self",)))
            if not self.is_waiting:
                raise ValidationError(_("The change has already been carried out or withdrawn."))
            self.withdrawn_at = timezone.now()
            self.save()
            self.unit.lock()
            self.unit.tell("withdraw", by=by, note=self.reason, changes=self._plan())
            self.unit.save(update_fields=["event_count", "event_head"])

    def _plan(self) -> dict[str, Any]:
        new = self.new_name or self.new_parent or self.successor
        return {"kind": [None, self.kind], "on": [None, self.on], "to": [None, str(new or "")]}

    # --- What must hold, when it is decided and again when it is carried out --------------------

    def check_possible(self) -> None:
        """Raise ValidationError, with what to do instead, when the change cannot be made."""
        if self.unit.valid_until:
            raise ValidationError(
                _("%(unit)s has closed. Its last day was %(day)s.")
                % {"unit": self.unit, "day": date_format(self.unit.valid_until)}
            )
        self._check_day()
        getattr(self, f"_check_{self.kind}")()

    def _check_day(self) -> None:
        earliest = self.unit.valid_from or EARLIEST
        last = self.unit.changes.filter(kind=self.kind, applied_at__isnull=False).first()
        if last and last.on > earliest:
            earliest = last.on
        latest = timezone.localdate() + timedelta(days=3660)
        if not earliest <= self.on <= latest:
            raise ValidationError(
                {
                    "on": _("Choose a day from %(earliest)s to %(latest)s.")
                    % {"earliest": date_format(earliest), "latest": date_format(latest)}
                }
            )

    def _check_rename(self) -> None:
        if not self.new_name.strip():
            raise ValidationError({"name": _("Write the new name.")})
        if self.new_name == self.unit.name:
            raise ValidationError({"name": _("The unit already has that name.")})

    def _check_move(self) -> None:
        parent, unit = self.new_parent, self.unit
        words: dict[str, Any] = {"parent": parent, "unit": unit}
        if parent is None:
            raise ValidationError({"parent": _("Choose a unit.")})
        if parent.pk in unit.reach:
            sentence = _("%(parent)s lies below %(unit)s. Choose another place.") % words
        elif parent.pk == unit.parent_id:
            sentence = _("%(unit)s already lies below %(parent)s.") % words
        elif not parent.is_open:
            sentence = _("%s has closed. Choose another place.") % parent
        elif not unit.same_authority(parent):
            words["count"] = unit.open_records(below=True)
            sentence = (
                _(
                    "%(parent)s belongs to another authority, so the %(count)d open cases may not "
                    "follow. Create a new unit there and close this one with the new unit as "
                    "successor; the cases stay, and those who have duties above take them to their "
                    "end."
                )
                % words
            )
        else:
            return
        raise ValidationError({"parent": sentence})

    def _check_close(self) -> None:
        unit, successor = self.unit, self.successor
        if unit.parent_id is None:
            raise ValidationError(_("The top unit cannot be closed."))
        if unit.children.open(self.on).exists():
            raise ValidationError(_("Units remain below %s. Move or close them first.") % unit)
        if successor is None:
            if count := unit.open_records():
                raise ValidationError(
                    {
                        "successor": _(
                            "%(unit)s has %(count)d open cases. Say which unit takes over."
                        )
                        % {"unit": unit, "count": count}
                    }
                )
        elif successor.pk in unit.reach or not _is_open_from(successor, self.on):
            raise ValidationError({"successor": _("Choose an open unit as successor.")})

    # --- What it does -------------------------------------------------------------------------

    def _rename(self) -> dict[str, Any]:
        self.old_name, self.unit.name = self.unit.name, self.new_name
        return {"name": [self.old_name, self.new_name]}

    def _move(self) -> dict[str, Any]:
        self.old_parent, self.unit.parent = self.unit.parent, self.new_parent
        old = self.old_parent.name if self.old_parent else None
        new = self.new_parent.name if self.new_parent else None
        return {"parent": [old, new], "on": [None, self.on]}

    def _close(self) -> dict[str, Any]:
        # The last day is the day before; appointments on the unit end with it.
        last = self.on - timedelta(days=1)
        self.unit.valid_until = max(last, self.unit.valid_from or last)
        self.unit.successor = self.successor
        for appointment in self.unit.appointments.not_over():
            appointment.end_with_unit(last, by=self.decided_by, reason=self.reason)
        return {
            "valid_until": [None, self.unit.valid_until],
            "successor": [None, self.successor.name if self.successor else None],
        }


def _is_open_from(unit: Unit, day: date) -> bool:
    """Return True when the unit exists on `day` and no decided closing takes it away before."""
    closing = unit.changes.filter(
        kind="close", applied_at=None, withdrawn_at=None, on__lte=day
    ).exists()
    return not closing and Unit.objects.open(day).filter(pk=unit.pk).exists()


def _decide(
    kind: str, unit: Unit, *, by: "User | None", on: date, reason: str, **more: Any
) -> None:
    """Note the decision, and carry it out if its day has come. The same one twice is one."""
    unit.require(by, Duty.ORGANIZE)
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why: it stands in the history.")})
    with transaction.atomic():
        lock_tree()
        unit.lock()
        same = unit.changes.filter(
            kind=kind, on=on, decided_by=by, withdrawn_at=None, reason=reason, **more
        )
        latest = unit.changes.filter(kind=kind, withdrawn_at=None).order_by("-pk").first()
        if latest and same.filter(pk=latest.pk).exists():
            return
        change = UnitChange(
            unit=unit,
            kind=kind,
            on=on,
            reason=reason,
            decided_by=by,
            old_name=unit.name,
            old_parent=unit.parent,
            **more,
        )
        change.check_possible()
        change.full_clean()
        change.save()
        change.apply()
        if change.is_waiting:
            unit.lock()
            unit.tell("decide", by=by, note=reason, changes=change._plan())
            unit.save(update_fields=["event_count", "event_head"])
    unit.refresh_from_db()


def rename(unit: Unit, *, by: "User | None", name: str, on: date, reason: str) -> None:
    """Give a unit a new name from a day on. Old records keep the name they had.

    Raises ValidationError when the name or the reason is missing.
    """
    _decide("rename", unit, by=by, on=on, reason=reason, new_name=name.strip())


def move(unit: Unit, *, by: "User | None", parent: Unit, on: date, reason: str) -> None:
    """Place a unit, with all below it, under another unit of the same authority.

    Raises ValidationError when the new place lies below the unit itself, has closed, or belongs
    to another authority: then the records may not simply follow (secrecy act, 8:1), and the
    sentence says what to do instead. PermissionDenied unless both places may be reorganised.
    """
    parent.require(by, Duty.ORGANIZE)
    _decide("move", unit, by=by, on=on, reason=reason, new_parent=parent)


def close(
    unit: Unit, *, by: "User | None", on: date, reason: str, successor: Unit | None = None
) -> None:
    """Close a unit from a day on. Its records roll up to the successor, if it has one.

    Raises ValidationError when units remain below it, when it has open cases and nobody takes
    over, or when the successor is the unit itself, lies below it or has closed.
    """
    _decide("close", unit, by=by, on=on, reason=reason, successor=successor)


def merge(units: Iterable[Unit], into: Unit, *, by: "User | None", on: date, reason: str) -> None:
    """Close several units into one that takes over. Raises as close() does; all or nothing."""
    with transaction.atomic():
        for unit in sorted(units, key=lambda each: each.pk):
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
    shared = {field: getattr(unit, field) for field in inherited}
    parts = list(parts)
    if len(parts) < 2 or len({part["code"] for part in parts}) < len(parts):
        raise ValidationError(_("A unit is divided into two or more, each with its own code."))
    with transaction.atomic():
        new = [
            Unit.found(
                by=by,
                parent=unit.parent,
                authority=unit.authority,
                valid_from=on,
                **shared,
                **part,
            )
            for part in parts
        ]
        close(unit, by=by, on=on, reason=reason, successor=new[0])
    return new
