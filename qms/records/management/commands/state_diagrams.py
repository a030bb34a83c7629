"""state_diagrams: draws every machine from the very lines that run it, into docs/states/."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.text import capfirst

from qms.organization.duties import Duty
from qms.records.models import Record
from qms.records.search import record_models
from qms.records.workflow import Move, Need

FOLDER = Path(settings.BASE_DIR) / "docs" / "states"


class Command(BaseCommand):
    """Write one page per kind of record; with --check, only say whether they are current."""

    help = "Write docs/states/ from the verbs of every record (--check: are they current?)."

    def add_arguments(self, parser: Any) -> None:
        """Add --check."""
        parser.add_argument("--check", action="store_true", help="write nothing, fail when old")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the pages, or raise CommandError naming those that are not current."""
        pages = {FOLDER / f"{model._meta.model_name}.md": page(model) for model in record_models()}
        old = [path for path, text in pages.items() if not _says(path, text)]
        if options["check"] and old:
            names = ", ".join(path.name for path in old)
            raise CommandError(f"Not current: {names}. Run: ./takt manage state_diagrams")
        FOLDER.mkdir(parents=True, exist_ok=True)
        for path in old:
            path.write_text(pages[path], encoding="utf-8")
            if options["verbosity"] > 0:
                self.stdout.write(f"wrote {path.relative_to(settings.BASE_DIR)}")


def page(model: type[Record]) -> str:
    """Return the page of one machine: a picture, then every verb with who and what is needed."""
    with translation.override("sv"):
        name = capfirst(str(model._meta.verbose_name))
        lines = [
            f"# {name} (`{model._meta.object_name}`)",
            "",
            "Written by `./takt manage state_diagrams` from the `@transition` lines; do not edit.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            *_states(model),
            *_arrows(model),
            "```",
            "",
            "| From | Verb | To | Who | Needs |",
            "|---|---|---|---|---|",
            *_rows(model),
            "",
        ]
    return "\n".join(lines)


def _says(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


def _states(model: type[Record]) -> Iterator[str]:
    for status in model.Status:  # type: ignore[attr-defined]
        yield f"    {status.value}: {status.label}"
    yield f"    [*] --> {next(iter(model.Status)).value}"  # type: ignore[attr-defined]


def _arrows(model: type[Record]) -> Iterator[str]:
    for move in model.moves().values():
        for source in move.sources:
            if move.target is not None and move.target != source:
                yield f"    {source} --> {move.target}: {move.label}"
    for end in model.ENDS:
        yield f"    {end} --> [*]"


def _rows(model: type[Record]) -> Iterator[str]:
    labels = {status.value: str(status.label) for status in model.Status}  # type: ignore[attr-defined]
    for move in model.moves().values():
        sources = _listed(labels, move.sources)
        target = labels[move.target] if move.target else "–"
        verb = f"{move.label} (`{move.name}`)"
        yield f"| {sources} | {verb} | {target} | {_who(model, move)} | {_needs(move)} |"


def _listed(labels: dict[str, str], codes: tuple[str, ...]) -> str:
    if len(codes) == len(labels):
        return "every state"
    return ", ".join(labels[code] for code in codes)


def _who(model: type[Record], move: Move) -> str:
    if move.by_clock:
        return "Takt itself"
    people = [_part(model, name) for name in move.person]
    if isinstance(move.duty, Duty):
        people.insert(0, f"{move.duty.label} (`{move.duty.value}`)")
    elif move.duty is not None:
        people.insert(0, _first_line(move.duty.__doc__))
    return "; or ".join(people) or "whoever sees it"


def _part(model: type[Record], name: str) -> str:
    """Return what somebody is to the record, as a word."""
    return str(model.PARTS.get(name) or model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _needs(move: Move) -> str:
    needs = [_sentence(need) for need in move.needs]
    needs += [f"Not: {bar.sentence}" for bar in move.bars]
    return " ".join(needs) or "–"


def _sentence(need: Need) -> str:
    """Return a need's sentence; one that depends on the record is known by its name only."""
    if not callable(need.sentence):
        return str(need.sentence)
    name = need.sentence.__name__.strip("_").replace("_", " ")
    return f"(depends on the record: {name})"


def _first_line(docstring: str | None) -> str:
    line = (docstring or "").strip().split("\n")[0]
    return line.removeprefix("Return ").rstrip(".")
