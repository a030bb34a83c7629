"""load_base: the rows every installation begins with. Safe to run again."""

from typing import Any

from django.core.management.base import BaseCommand

from documents import loading as documents
from nonconformities import loading as nonconformities
from qms.organization.models import Appointment, Unit
from qms.requirements import loading as requirements


class Command(BaseCommand):
    """Load standards and their plain words, types of document, grades and categories."""

    help = "Load standards, grades and categories; what is there already is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load every app's rows, then derive what units reach and roles give."""
        requirements.load()
        documents.load()
        nonconformities.load()
        Unit.rebuild_reach()
        Appointment.objects.renew()
