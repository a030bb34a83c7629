"""Appointment: who has which role where, from when until when (ISO 9001, 5.3)."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pghistory
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase
from guardian.shortcuts import assign_perm

from qms.organization.duties import APPOINTING, Duty, Role
from qms.organization.models.unit import Unit

if TYPE_CHECKING:
    from qms.organization.models.user import User


class UnitPermission(UserObjectPermissionBase):
    """Guardian's row: this person holds this duty on this unit, until and including a day.

    A real foreign key instead of guardian's generic one: rows are small and the join is cheap.
    The days stand in the row, so a right begins and ends at midnight without any job.
    """

    content_object = models.ForeignKey(Unit, on_delete=models.CASCADE)
    since = models.DateField(default=date.min)
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

    def not_over(self) -> "AppointmentQuerySet":
        """Return the appointments that hold today or will hold later."""
        today = timezone.localdate()
        return self.filter(models.Q(until=None) | models.Q(until__gte=today), ended_at=None)

    def leading(self) -> "AppointmentQuerySet":
        """Return the appointments of those who lead a unit and can sign in."""
        return self.filter(role__in=[r for r in Role if r.manages], user__is_active=True)

    def concerning(self, user: "User") -> "AppointmentQuerySet":
        """Return the appointments that give `user` duties: the own, and those as substitute."""
        return self.filter(models.Q(user=user) | models.Q(substitute=user))

    def renew(self) -> None:
        """Grant what the roles give today: a new version of Takt may know other duties."""
        wanted: dict[tuple[int, int], set[str]] = {}
        for appointment in self.not_over().select_related("user", "substitute"):
            for person in appointment.people:
                place = wanted.setdefault((person.pk, appointment.unit_id), set())
                place.update(duty.value for duty in Role(appointment.role).duties)
        held: dict[tuple[int, int], set[str]] = {}
        rows = UnitPermission.objects.values_list("user", "content_object", "permission__codename")
        for user, unit, codename in rows:
            held.setdefault((user, unit), set()).add(codename)
        for user, unit in {pair for pair, duties in wanted.items() if duties != held.get(pair)}:
            grant_duties(get_user_model().objects.get(pk=user), Unit.objects.get(pk=unit))


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
                fields=["user", "unit", "role", "since"],
                condition=models.Q(ended_at=None),
                name="appointment_once",
                violation_error_message=_("The person already has this role here."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.unit}"

    def clean(self) -> None:
        """Refuse whoever appoints himself, also as substitute, and a role held already."""
        if self.appointed_by_id and self.appointed_by_id in {self.user_id, self.substitute_id}:
            raise ValidationError(
                _("You cannot give yourself a role. Ask a colleague with the same duty.")
            )
        if self.substitute_id and self.substitute_id == self.user_id:
            raise ValidationError({"substitute": _("Choose someone else as substitute.")})
        if self.until and self.until < self.since:
            raise ValidationError({"until": _("The last day must be the first day or later.")})
        if self._state.adding:
            self._check_years()
            self._check_unit_is_open()
            self._check_people_can_sign_in()
            self._check_not_held_already()

    def _check_years(self) -> None:
        year = timezone.localdate().year
        for field, day in (("since", self.since), ("until", self.until)):
            if day and not year - 60 <= day.year <= year + 20:
                raise ValidationError({field: _("Check the year: %d.") % day.year})

    def _check_unit_is_open(self) -> None:
        last = self.unit.valid_until
        if last and last < (self.until or self.since):
            raise ValidationError(
                _("The last day of %(unit)s is %(day)s. Choose the unit that took over.")
                % {"unit": self.unit, "day": date_format(last)}
            )

    def _check_people_can_sign_in(self) -> None:
        for field, person in (("user", self.user), ("substitute", self.substitute)):
            if person and not person.is_active:
                raise ValidationError(
                    {field: _("%s no longer has an account. Choose someone else.") % person}
                )

    def _check_not_held_already(self) -> None:
        held = Appointment.objects.filter(
            models.Q(until=None) | models.Q(until__gte=self.since),
            user=self.user,
            unit=self.unit,
            role=self.role,
            ended_at=None,
        )
        if self.until:
            held = held.filter(since__lte=self.until)
        if first := held.exclude(pk=self.pk).order_by("since").first():
            raise ValidationError(
                _("%(person)s already has this role here, %(period)s. End that one first.")
                % {"person": self.user, "period": first.period}
            )

    def twin(self) -> "Appointment | None":
        """Return the appointment that says exactly the same, or None."""
        return Appointment.objects.filter(
            user=self.user,
            unit=self.unit,
            role=self.role,
            since=self.since,
            until=self.until,
            substitute=self.substitute,
            appointed_by=self.appointed_by,
            ended_at=None,
        ).first()

    @property
    def period(self) -> str:
        """The days in words."""
        if self.until is None:
            return gettext("from %(since)s") % {"since": date_format(self.since)}
        return gettext("%(since)s to %(until)s") % {
            "since": date_format(self.since),
            "until": date_format(self.until),
        }

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

        Raises ValidationError when it has ended already, ends earlier than `on`, or begins after
        it; PermissionDenied without the duty.
        """
        self.unit.require(by, *APPOINTING)
        with transaction.atomic():
            self.unit.lock()  # before the appointment, as everyone who locks both does
            self.refresh_from_db(from_queryset=Appointment.objects.select_for_update(of=("self",)))
            if self.ended_by == by and self._ends(on):
                return  # a double click
            self._check_can_end(on)
            self.until, self.end_reason, self.ended_by = on or self.until, reason, by
            if on is None:
                self.ended_at = timezone.now()
            self.full_clean(exclude=["user", "unit", "appointed_by"], validate_unique=False)
            self.save()
            told = {"user": [self.user.name, None], "role": [self.role, None], "until": [None, on]}
            self.unit.tell("dismiss", by=by, note=reason, changes=told)
            self.unit.save(update_fields=["event_count", "event_head"])
            self.grant()

    def _ends(self, on: date | None) -> bool:
        return self.until == on if on else self.ended_at is not None

    def _check_can_end(self, on: date | None) -> None:
        if self.ended_at or (self.until and self.until < timezone.localdate()):
            raise ValidationError(_("The appointment has already ended."))
        if on and self.until and on > self.until:
            raise ValidationError(
                {"on": _("It already ends on %s. Choose an earlier day.") % date_format(self.until)}
            )
        if on and on < self.since:
            raise ValidationError(
                {
                    "on": _("It begins on %s. Choose that day or a later one, or end it now.")
                    % date_format(self.since)
                }
            )

    def end_with_unit(self, last: date, *, by: "User | None", reason: str) -> None:
        """End the appointment because its unit has closed; the unit is locked by the caller."""
        self.until, self.end_reason, self.ended_by = max(last, self.since), reason, by
        self.ended_at = timezone.now()
        self.save()
        self.grant()

    def grant(self) -> None:
        """Make guardian's rows on this unit say what the appointments say."""
        for person in self.people:
            grant_duties(person, self.unit)
            person.forget_duties()


Days = tuple[date, date | None]  # from, until and including (None: no last day)


def grant_duties(user: "User", unit: Unit) -> None:
    """Make guardian's rows of `user` on `unit` match the appointments there.

    A row carries the days of the first unbroken period that is not over, so appointments ahead
    are in place before their day. Only where two periods have a gap between them must
    turn_the_day() write the second.
    """
    wanted = {duty.value: _first_period(days) for duty, days in _days_of(user, unit).items()}
    rows = UnitPermission.objects.filter(user=user, content_object=unit)
    held: dict[str, Any] = {
        row.permission.codename: row for row in rows.select_related("permission")
    }
    for codename, taken in held.items():
        if codename not in wanted:
            taken.delete()
    for codename, (since, until) in wanted.items():
        row: Any = held.get(codename) or assign_perm(_permission(codename), user, unit)
        if (row.since, row.until) != (since, until):
            row.since, row.until = since, until
            row.save(update_fields=["since", "until"])


def _days_of(user: "User", unit: Unit) -> dict[Duty, list[Days]]:
    found: dict[Duty, list[Days]] = {}
    appointments = Appointment.objects.not_over().concerning(user).filter(unit=unit)
    for role, since, until in appointments.order_by("since").values_list("role", "since", "until"):
        for duty in Role(role).duties:
            found.setdefault(duty, []).append((since, until))
    return found


def _first_period(days: list[Days]) -> Days:
    """Return the first unbroken period of a list sorted by first day."""
    since, until = days[0]
    for next_since, next_until in days[1:]:
        if until is None or next_since > until + timedelta(days=1):
            break
        until = None if next_until is None else max(until, next_until)
    return since, until


def _permission(codename: str) -> Permission:
    return Permission.objects.get(
        codename=Duty(codename).value, content_type__app_label="organization"
    )
