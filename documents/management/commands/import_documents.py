"""import_documents: brings a folder of documents in, by the same plan as the page."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from documents.importing.folder import Directory, Folder, Zip
from documents.importing.planning import Planner
from documents.importing.preparing import find_table, go_through, keep
from documents.importing.storing import begin, store
from documents.importing.tally import the_sum
from qms.organization.duties import Duty
from qms.organization.models import User


class Command(BaseCommand):
    """Go through the list, say what would come of it and, unless --dry-run, store it."""

    help = "Bring documents in from a folder or a ZIP with a list (XLSX or CSV)."

    def add_arguments(self, parser: Any) -> None:
        """Add the folder and how it is read."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--list", type=Path, help="the list, where it is not in the folder")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument("--as", dest="user", help="user name of who answers for the import")
        parser.add_argument("--skip-faulty", action="store_true", help="leave out rows to mend")
        parser.add_argument("--faults", type=Path, help="write the rows to mend to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or raise CommandError with a sentence that says how to mend it."""
        with translation.override("sv"):
            try:
                self._import(**options)
            except ValidationError as fault:
                raise CommandError(" ".join(fault.messages)) from fault
            except OSError as fault:
                raise CommandError(str(fault)) from fault

    def _import(
        self, *, folder: Path, user: str | None, dry_run: bool, skip_faulty: bool, **options: Any
    ) -> None:
        by = _person(user) if user or not dry_run else None
        with ExitStack() as stack:
            beside: Path | None = options["list"]
            listing = stack.enter_context(beside.open("rb")) if beside else None
            files: Folder = (
                Directory(folder)
                if folder.is_dir()
                else Zip(stack.enter_context(folder.open("rb")))
            )
            table, path = find_table(files, listing)
            counts, faults = go_through(Planner(files, table, path))
            self._say(counts)
            if options["faults"]:
                options["faults"].write_bytes(faults.done().read())
            if dry_run or by is None:
                return
            row = keep(folder.name, counts, by=by)
            if begin(row, by=by, skips=skip_faulty, is_here=True):
                planner = Planner(files, table, path)
                self.stdout.write(the_sum(store(row, by=by, planner=planner), stored=True))

    def _say(self, counts: dict[str, Any]) -> None:
        self.stdout.write(the_sum(counts))
        for number, why in counts["problems"]:
            self.stdout.write(_("Row %(row)d: %(why)s") % {"row": number, "why": "; ".join(why)})
        for number, why in counts["same"]:
            self.stdout.write(_("Row %(row)d: %(why)s") % {"row": number, "why": why})
        for path in counts["unused"]:
            self.stdout.write(_("No row names the file %s") % path)
        for path in counts["refused"]:
            self.stdout.write(_("Left out, for it leads out of the folder: %s") % path)


def _person(username: str | None) -> User:
    if not username:
        raise CommandError(_("Say who answers for the import: --as USER (or only --dry-run)."))
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None or not person.units_for(Duty.CONFIGURE).everything:
        raise CommandError(_("%s may not import: it takes the duty to configure.") % username)
    return person
