"""What the ground of the records does by itself: it forgets what was made for one person."""

from celery import shared_task

from qms.records.models import Work


@shared_task
def forget_old_works() -> int:
    """Remove works, with their files, a week after they were asked for. Safe to run twice."""
    count = 0
    for work in Work.objects.outlived().iterator():
        work.forget()
        count += 1
    return count
