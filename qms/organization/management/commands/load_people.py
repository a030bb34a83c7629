"""load_people: read people and their roles from a CSV file, or show what reading it would do."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from qms.organization.accounts import password_link
from qms.organization.exchange.people import COLUMNS, read_people


class Command(BaseCommand):
    """Carry out every row, or none when anything is wrong."""

    help = f"Read people and their roles from a CSV file ({';'.join(COLUMNS)})."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and what to show."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="show, and change nothing")
        parser.add_argument(
            "--links", action="store_true", help="print where each new person chooses a password"
        )
        parser.add_argument("--site", default="", help="https://… where people reach Takt")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Print one sentence for each change; raise CommandError with the faults."""
        try:
            people = read_people(file.read_bytes())
        except OSError as fault:
            raise CommandError(f"{file}: {fault.strerror}") from fault
        with transaction.atomic():
            people.apply(reason=_("Read from %s") % file.name)
            if options["dry_run"]:
                transaction.set_rollback(True)
        if people.faults:
            raise CommandError("\n".join([*people.faults, _("Nothing has been changed.")]))
        if options["verbosity"]:
            self.stdout.write("\n".join(people.sentences or [_("Nothing to change.")]))
        if options["links"] and not options["dry_run"]:
            for user in people.new:
                self.stdout.write(f"{user.username} {password_link(user, options['site'])}")
