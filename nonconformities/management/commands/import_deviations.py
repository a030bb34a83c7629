"""import_deviations: brings an old register in from a file, by the same plan as the page."""

from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from nonconformities.importing import mapping
from nonconformities.importing.preparing import Preparation, receive
from nonconformities.importing.storing import begin, store
from nonconformities.importing.telling import sentences
from nonconformities.models import Import
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.importing.reading import open_source


class Command(BaseCommand):
    """Read, plan, say what would come of it and, unless --dry-run, store it."""

    help = (
        "Bring deviations of an older register in from CSV or XLSX. Begin with --dry-run and "
        "--mapping: a mapping that does not exist is written, to be read, mended and used."
    )

    def add_arguments(self, parser: Any) -> None:
        """Add the file and how it is read."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, help="JSON: columns and what names mean")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument("--as", dest="user", help="user name of who answers for the import")
        parser.add_argument("--register", help="name of the old register")
        parser.add_argument(
            "--redact", action="store_true", help="remove identity and telephone numbers from texts"
        )
        parser.add_argument(
            "--skip-faulty",
            action="store_true",
            help="store the rows that are ready although others are not",
        )
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

    def _import(self, *, file: Path, user: str | None, dry_run: bool, **options: Any) -> None:
        by = _person(user) if user or not dry_run else None
        with file.open("rb") as opened:
            if dry_run or by is None:
                row = Import(filename=file.name)
                preparation = Preparation(row, open_source(opened))
                preparation.examine()
            else:
                row = receive(opened, file.name, file.stat().st_size, by=by)
                preparation = Preparation(row)
                preparation.examine()
            self._prepare(preparation, by, **options)
            if dry_run or by is None:
                tally, faults = preparation.go_through()
                counts = tally.as_json()
                _write(options["faults"], faults.done())
            else:
                counts = preparation.check()
                if row.faults:
                    _write(options["faults"], row.faults.open("rb"))
            self._say(sentences(counts))
        if not dry_run and by is not None and begin(row, by=by, skips=options["skip_faulty"]):
            self._say(sentences(store(row, by=by), stored=True))

    def _prepare(self, preparation: Preparation, by: User | None, **options: Any) -> None:
        path: Path | None = options["mapping"]
        if path and path.exists():
            chosen = mapping.read(path)
            mapping.apply(chosen, preparation)
        if options["redact"]:
            preparation.chosen["personal"] = "redact"
        if options["register"]:
            preparation.row.register = options["register"]
        preparation.survey()
        if path and path.exists():
            preparation.choose(mapping.names_of(chosen), by=by)
        elif path:
            path.write_text(mapping.written(preparation), encoding="utf-8")
            self.stdout.write(f"{path}: written with what is suggested. Read it before use.")
        for said in preparation.row.found["said"]:
            self.stdout.write(said)

    def _say(self, said: list[str]) -> None:
        for sentence in said:
            self.stdout.write(sentence)


def _write(path: Path | None, file: Any) -> None:
    if path:
        path.write_bytes(file.read())


def _person(username: str | None) -> User:
    if not username:
        raise CommandError("Say who answers for the import: --as USER (or only --dry-run).")
    person = User.objects.filter(username=username, is_active=True).first()
    if person is None or not person.units_for(Duty.CONFIGURE).everything:
        raise CommandError(f"{username} is nobody who may import: it takes the duty to configure.")
    return person
