"""What the organisation does by itself when a day turns: changes, rights, ended sessions."""

from celery import shared_task
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from qms.organization.models import Unit, UnitChange, UnitPermission
from qms.organization.models.appointment import grant_duties


@shared_task
def turn_the_day() -> int:
    """Carry out what was decided for today and let rights follow the dates.

    Safe to run twice, and makes up for missed days. Returns how many rows were touched. A change
    that no longer can be made waits, with the reason, for the one who decided it.
    """
    today = timezone.localdate()
    touched = 0
    due = UnitChange.objects.filter(applied_at=None, withdrawn_at=None, on__lte=today)
    for change in due.order_by("on", "pk"):
        try:
            change.apply()
            touched += 1
        except ValidationError as fault:
            UnitChange.objects.filter(pk=change.pk).update(hindrance=" ".join(fault.messages))
    Unit.rebuild_reach()
    over = UnitPermission.objects.filter(until__lt=today)
    for row in over.select_related("user", "content_object"):
        grant_duties(row.user, row.content_object)
        touched += 1
    return touched


@shared_task
def forget_old_sessions() -> None:
    """Remove sessions that have ended, with whatever they held. Safe to run twice."""
    call_command("clearsessions")
