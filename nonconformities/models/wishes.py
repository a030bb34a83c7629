"""Wishes: the ended cases whose reporter wants them opened again, and who decides on that."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet

from nonconformities.models.conditions import ENDING
from qms.history.models import Event
from qms.organization.duties import Duty, Role
from qms.organization.models import Appointment, User
from qms.records.line import led_by


def _deciding(unit: OuterRef) -> QuerySet:
    """Return today's appointments of those who decide on what is serious at a unit."""
    roles = [role for role in Role if Duty.DECIDE_SERIOUS in role.duties]
    today = Appointment.objects.current().order_by()
    return today.filter(role__in=roles, unit__own_reach__contains=[unit])


class WishQuestions:
    """Questions about many wishes."""

    def asking_to_reopen(self: Any, user: User) -> Any:
        """Return the ended ones whose reporter is not satisfied, which `user` is to decide on.

        It is whoever decides there today; all who may decide where nobody of them is at work, or
        where one of them ended the case (see conditions.SETTLES).
        """
        led, may = led_by(user), user.units_for(Duty.DECIDE_SERIOUS).ids
        here = (led.deciding | led.undecided) & may
        ended = Event.objects.order_by().filter(
            Exists(_deciding(OuterRef(OuterRef("unit"))).filter(user=OuterRef("actor"))),
            content_type=ContentType.objects.get_for_model(self.model),
            object_id=OuterRef("pk"), verb__in=ENDING, at__gte=OuterRef("closed_at"),
        )  # fmt: skip
        wishes = self.filter(unit__any=may, verdict=self.model.Verdict.UNSATISFIED)
        return wishes.filter(Q(unit__any=here) | Exists(ended))

    def undecided_for(self: Any, user: User) -> Any:
        """Return those of them on which nobody may decide, for whoever coordinates the group."""
        if not (user.units_for(Duty.CONFIGURE).everything and user.units_for(Duty.OVERSEE)):
            return self.none()
        at_work = Q(user__is_active=True) | Q(substitute__is_active=True)
        wishes = self.filter(verdict=self.model.Verdict.UNSATISFIED)
        return wishes.exclude(Exists(_deciding(OuterRef("unit")).filter(at_work)))
