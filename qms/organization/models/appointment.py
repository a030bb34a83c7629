"""Appointment: who has which role where, from when until when (ISO 9001, 5.3)."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pghistory
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase
from guardian.shortcuts import assign_perm

from qms.organization.duties import Duty, Role
from qms.organization.models.unit import Unit

if TYPE_CHECKING:
    from qms.organization.models.user import User


class UnitPermission(UserObjectPermissionBase):
    """Guardian's row: this person holds this duty on this unit, until and including a day.

    A real foreign key instead of guardian's generic one: rows are small and the join is cheap.
    """

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)
    until = models.DateField(null=True)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Questions about many appointments."""

    def current(self, on: date | None = None) -> "AppointmentQuerySet":
        """Return the appointments that hold on a day (today when not given)."""
        day = on or timezone.localdate()
        return self.filter(
            models.Q(until=None) | models.Q(until__gte=day), since__lte=day, ended_at=None
        )

    def giving_rights_to(self, user: "User") -> "AppointmentQuerySet":
        """Return the current appointments that give `user` duties, own and as substitute."""
        return self.current().filter(models.Q(user=user) | models.Q(substitute=user))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Appointment(models.Model):
    """A person in a role on a unit. It is ended, never removed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="appointments",
        verbose_name=_("person"),
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="appointments", verbose_name=_("unit")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role.choices)
    since = models.DateField(_("from"), default=timezone.localdate)
    until = models.DateField(_("until and including"), null=True, blank=True)
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="substitute_for",
        verbose_name=_("substitute"),
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    appointed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    end_reason = models.CharField(max_length=300, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["unit__code", "role", "since"]
        verbose_name = _("appointment")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="appointment_dates_in_order",
                violation_error_message=_("The last day must be the first day or later."),
            ),
            models.CheckConstraint(
                condition=models.Q(until__isnull=False) | ~models.Q(role=Role.EXTERNAL_AUDITOR),
                name="external_auditor_has_a_last_day",
                violation_error_message=_("Set a last day for the external auditor."),
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "role"],
                condition=models.Q(ended_at=None, until=None),
                name="appointment_once",
                violation_error_message=_("The person already has this role here."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.unit}"

    def clean(self) -> None:
        """Refuse whoever appoints himself, his own substitute, and a unit that has closed."""
        if self.appointed_by_id and self.appointed_by_id == self.user_id:
            raise ValidationError(
                _("You cannot give yourself a role. Ask a colleague with the same duty.")
            )
        if self.substitute_id and self.substitute_id == self.user_id:
            raise ValidationError({"substitute": _("Choose someone else as substitute.")})
        if self.unit.valid_until and self.unit.valid_until < self.since:
            raise ValidationError(
                _("%(unit)s closed on %(day)s. Choose the unit that took over.")
                % {"unit": self.unit, "day": self.unit.valid_until}
            )

    @property
    def is_current(self) -> bool:
        """True when the appointment holds today."""
        today = timezone.localdate()
        return (
            self.ended_at is None
            and self.since <= today
            and (self.until is None or self.until >= today)
        )

    @property
    def people(self) -> "list[User]":
        """Those whom the appointment gives duties: the person and the substitute."""
        return [person for person in (self.user, self.substitute) if person]

    def as_changes(self) -> dict[str, Any]:
        """Return what an Event tells about this appointment."""
        return {
            "user": [None, self.user.name],
            "role": [None, self.role],
            "from": [None, self.since],
            "until": [None, self.until],
            "substitute": [None, self.substitute.name if self.substitute else None],
        }

    def dismiss(self, *, by: "User | None", on: date | None = None, reason: str = "") -> None:
        """End the appointment: after the day `on`, or at once when no day is given.

        Raises ValidationError when it has ended already, or when `on` lies before its first day.
        """
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Appointment.objects.select_for_update(of=("self",)))
            if self.ended_at:
                raise ValidationError(_("The appointment has already ended."))
            self.until, self.end_reason, self.ended_by = on or self.until, reason, by
            if on is None:
                self.ended_at = timezone.now()
            self.full_clean(exclude=["user", "unit", "appointed_by"], validate_unique=False)
            self.save()
            self.unit.lock()
            self.unit.tell(
                "dismiss",
                by=by,
                note=reason,
                changes={
                    "user": [self.user.name, None],
                    "role": [self.role, None],
                    "until": [None, on],
                },
            )
            self.unit.save(update_fields=["event_count", "event_head"])
            self.grant()

    def grant(self) -> None:
        """Make guardian's rows on this unit say what the current appointments say."""
        for person in self.people:
            grant_duties(person, self.unit)
            person.forget_duties()


def grant_duties(user: "User", unit: Unit) -> None:
    """Give and take duties until guardian's rows match `user`'s current appointments on `unit`."""
    wanted: dict[str, date | None] = {}
    for appointment in Appointment.objects.giving_rights_to(user).filter(unit=unit):
        for duty in Role(appointment.role).duties:
            known = wanted.get(duty.value, date.min)
            later = appointment.until is None or (known is not None and known < appointment.until)
            wanted[duty.value] = appointment.until if later else known
    held = {
        row.permission.codename: row
        for row in UnitPermission.objects.filter(user=user, content_object=unit).select_related(
            "permission"
        )
    }
    for codename, row in held.items():
        if codename not in wanted:
            row.delete()
    for codename, until in wanted.items():
        row = held.get(codename) or assign_perm(_permission(codename), user, unit)
        if row.until != until:
            row.until = until
            row.save(update_fields=["until"])


def _permission(codename: str) -> Permission:
    return Permission.objects.get(
        codename=Duty(codename).value, content_type__app_label="organization"
    )
