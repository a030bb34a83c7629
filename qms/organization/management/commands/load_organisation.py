"""load_organisation: read units from a CSV file, or show what reading it would do."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from qms.organization.exchange import plan_for, read


class Command(BaseCommand):
    """Plan, and unless it is a dry run, carry out; nothing is done when anything is wrong."""

    help = "Read units from a CSV file (code;parent;name;kind;authority_or_legal_entity; …)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and whether only to show."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="show, and change nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool = False, **options: Any) -> None:
        """Print one sentence per step; raise CommandError with the faults."""
        try:
            plan = plan_for(read(file.read_bytes()))
        except OSError as fault:
            raise CommandError(f"{file}: {fault.strerror}") from fault
        if dry_run:
            plan.check()
        elif not plan.faults:
            try:
                plan.apply(by=None, reason=_("Read from %s") % file.name)
            except ValidationError:
                self.stderr.write(_("Nothing has been changed."))
        if plan.faults:
            raise CommandError("\n".join(plan.faults))
        if options["verbosity"]:
            self.stdout.write("\n".join([*plan.sentences, *plan.notes]))
            self.stdout.write(self.style.SUCCESS(_("%d steps") % len(plan.steps)))
