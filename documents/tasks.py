"""What happens to documents by itself. What applies never waits for it: that the dates say."""

from celery import shared_task

from documents.models import Version
from qms.records.refusals import Refused


@shared_task
def turn_the_day() -> int:
    """Let what is due enter force; return how many did. Safe to run again, and after missed days.

    Oldest first, so that after a long stop versions follow each other in their order.
    """
    done = 0
    for version in Version.objects.due().order_by("valid_from", "pk"):
        try:
            version.enter_force(by=None)
        except Refused:
            continue  # somebody was first, or it has been withdrawn since
        done += 1
    return done
