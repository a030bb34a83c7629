"""Work outside the request, and the whole timetable on one page."""

import os
from logging.config import dictConfig
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")

app = Celery("qms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_the_site(**_signal: Any) -> None:
    """Let worker and beat log as the web does: celery's own handlers repeat what people wrote."""
    from django.conf import settings

    dictConfig(settings.LOGGING)


# When things happen by themselves. Times are Swedish (settings.TIME_ZONE).
app.conf.beat_schedule = {
    "appointments and reorganisations of the day": {
        "task": "qms.organization.tasks.turn_the_day",
        "schedule": crontab(hour=0, minute=5),
    },
    "documents whose first day has come": {
        "task": "documents.tasks.turn_the_day",
        "schedule": crontab(hour=0, minute=10),
    },
    "archive copies of documents that were not made": {
        "task": "documents.tasks.make_missing_copies",
        "schedule": crontab(hour=1, minute=0),
    },
    "sessions that have ended": {
        "task": "qms.organization.tasks.forget_old_sessions",
        "schedule": crontab(hour=3, minute=20),
    },
    "files of older registers that are imported or left": {
        "task": "nonconformities.tasks.tidy_imports",
        "schedule": crontab(hour=3, minute=40),
    },
    "Word files and folders of documents that nobody went on with": {
        "task": "documents.tasks.tidy_files",
        "schedule": crontab(hour=3, minute=45),
    },
    "works that one person asked for a week ago": {
        "task": "qms.records.tasks.forget_old_works",
        "schedule": crontab(hour=3, minute=30),
    },
    "what other systems wait to be told": {
        "task": "qms.records.tasks.send_due",
        "schedule": crontab(),
    },
    "what other systems were told long ago": {
        "task": "qms.records.tasks.forget_old_deliveries",
        "schedule": crontab(hour=3, minute=40),
    },
}
