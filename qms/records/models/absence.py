"""Absence: the days somebody is away, so that nothing waits for an empty chair."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.organization.duties import APPOINTING
from qms.organization.models import User
from qms.records.models.rule import Rule
from qms.records.workdays import working_days_between

_LONGEST = timedelta(days=2 * 366)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Questions about many absences."""

    def not_over(self) -> Self:
        """Return those of today and those that lie ahead."""
        return self.filter(until__gte=timezone.localdate(), ended_at=None)

    def on(self, day: date) -> Self:
        """Return those that hold on a day."""
        return self.filter(since__lte=day, until__gte=day, ended_at=None)


class Absence(models.Model):
    """Somebody is away from a day until and including another. Why is nobody's concern."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="absences",
        verbose_name=_("person"),
    )
    since = models.DateField(_("first day away"))
    until = models.DateField(_("last day away"))
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    stated_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("absence")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")),
                name="absence_dates_in_order",
                violation_error_message=_("The last day must be the first day or later."),
            )
        ]
        indexes = [models.Index(fields=["until", "since"], name="absence_now")]

    def __str__(self) -> str:
        return f"{self.since} – {self.until}"

    # --- Questions ----------------------------------------------------------------------------

    @property
    def working_days(self) -> int:
        """How many working days it lasts."""
        return working_days_between(self.since - timedelta(days=1), self.until)

    @property
    def is_long(self) -> bool:
        """True when it lasts longer than a colleague can wait: the substitute takes over."""
        return self.working_days > Rule.value_of(Rule.Code.ABSENCE_DAYS)

    @classmethod
    def away(cls, people: Iterable[int], day: date | None = None) -> frozenset[int]:
        """Return the ids of those among `people` whom others stand in for on a day (today)."""
        found = cls.objects.on(day or timezone.localdate()).filter(user__in=list(people))
        return frozenset(absence.user_id for absence in found if absence.is_long)

    # --- Verbs --------------------------------------------------------------------------------

    @classmethod
    def state(cls, user: User, *, by: User, since: date, until: date) -> "Absence":
        """Say that `user` is away. The same days twice (a double click) are the same absence.

        Raises PermissionDenied unless `by` is that person or gives people roles where the person
        works, and ValidationError when the days are in the wrong order, have been, are more than
        two years or meet days that are stated already.
        """
        _require_near(user, by)
        with transaction.atomic():
            User.objects.select_for_update(of=("self",)).get(pk=user.pk)
            same = cls.objects.not_over().filter(user=user, since=since, until=until)
            if twin := same.first():
                return twin  # a double click
            absence = cls(user=user, since=since, until=until, stated_by=by)
            absence.full_clean()
            absence.save()
        return absence

    def clean(self) -> None:
        """Refuse days that have been, that are too many, or that are stated already."""
        if self.until < timezone.localdate():
            raise ValidationError({"until": _("These days have been. Choose today or later.")})
        if self.until - self.since > _LONGEST:
            raise ValidationError({"until": _("Check the year: %d.") % self.until.year})
        others = Absence.objects.not_over().filter(
            user=self.user, since__lte=self.until, until__gte=self.since
        )
        if other := others.exclude(pk=self.pk).first():
            raise ValidationError(
                _("You have already said %s. End that one first.") % other, code="overlap"
            )

    def end(self, *, by: User) -> None:
        """Say that the person is back. Twice (a double click) is once."""
        _require_near(self.user, by)
        with transaction.atomic():
            self.refresh_from_db(from_queryset=Absence.objects.select_for_update(of=("self",)))
            if self.ended_at is None:
                self.ended_at, self.ended_by = timezone.now(), by
                self.save(update_fields=["ended_at", "ended_by"])


def _require_near(user: User, by: User) -> None:
    """Raise PermissionDenied unless it is about oneself or about those one gives roles."""
    if not may_state(user, by):
        raise PermissionDenied(_("Only the person, or who appoints there, can say this."))


def may_state(user: User, by: User) -> bool:
    """Return True when `by` may say that `user` is away: the person, and who appoints there."""
    if by.pk == user.pk:
        return True
    places = user.appointments.current().values_list("unit_id", flat=True)
    return any(by.may(APPOINTING, place) for place in places)
