"""write_glossary: docs/glossary.md from the glossary's data."""

from typing import Any

from django.core.management.base import BaseCommand

from qms.requirements import glossary


class Command(BaseCommand):
    """Write docs/glossary.md."""

    help = "Write docs/glossary.md from qms/requirements/data/glossary.csv."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file and say where."""
        glossary.path().write_text(glossary.markdown(), encoding="utf-8")
        self.stdout.write(str(glossary.path()))
