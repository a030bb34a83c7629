"""What the organisation does by itself when a day turns."""

from celery import shared_task
from django.utils import timezone

from qms.organization.models import Appointment, Unit, UnitChange, UnitPermission
from qms.organization.models.appointment import grant_duties


@shared_task
def turn_the_day() -> int:
    """Carry out what was decided for today and let rights follow the dates.

    Safe to run twice, and makes up for missed days. Returns how many rows were touched.
    """
    today = timezone.localdate()
    touched = 0
    for change in UnitChange.objects.filter(applied_at=None, on__lte=today).order_by("on", "pk"):
        change.apply()
        touched += 1
    Unit.rebuild_reach()
    for appointment in Appointment.objects.current().filter(since=today):
        appointment.grant()
        touched += 1
    for row in UnitPermission.objects.filter(until__lt=today).select_related(
        "user", "content_object"
    ):
        grant_duties(row.user, row.content_object)
        touched += 1
    return touched
