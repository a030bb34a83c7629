"""Translations without the system's gettext: found in the code, kept in catalogues, compiled.

python -m tools.messages update   adds new messages last in every catalogue; the rest stays as it is
python -m tools.messages compile  makes the .mo files that are older than their .po
python -m tools.messages check    lists what is missing, empty, fuzzy or changed in its placeholders
"""

import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.environment import ROOT
from tools.speak import say

LOCALE = ROOT / "locale"
OUTSIDE = {".venv", "var", "tests", "tools", "bench", "migrations", "node_modules", ".git"}
TEMPLATES = {".html", ".txt", ".xml", ".svg"}
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    name + lazy: arguments
    for name, arguments in {
        "gettext": None,
        "ngettext": (1, 2),
        "pgettext": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
    }.items()
    for lazy in ("", "_lazy")
}
KEYWORDS |= {"_": None, "gettext_noop": None}
PLACEHOLDER = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w*\}")


class Found(NamedTuple):
    """A message as the code says it. text: the msgid, or singular and plural."""

    text: str | tuple[str, str]
    context: str | None
    place: str


def messages_in_code(root: Path = ROOT) -> list[Found]:
    """Return every message of the Python files and templates, each once, in the files' order."""
    found: dict[tuple[object, str | None], Found] = {}
    for path in source_files(root):
        for message in _in_file(path, str(path.relative_to(root))):
            found.setdefault((message.text, message.context), message)
    return list(found.values())


def source_files(root: Path) -> Iterator[Path]:
    """Yield the Python files and templates whose words a person may meet."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in OUTSIDE)
        for name in sorted(names):
            path = Path(folder, name)
            if path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in path.parts):
                yield path


def _in_file(path: Path, place: str) -> Iterator[Found]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = _as_python(source)
    stream = io.BytesIO(source.encode())
    for _line, text, _comments, context in extract("python", stream, KEYWORDS):  # type: ignore[arg-type]
        if text:
            yield Found(text if isinstance(text, str) else (text[0], text[1]), context, place)


def _as_python(template: str) -> str:
    """Return only the calls of gettext that a template stands for, one on each line."""
    from django.utils.translation.template import templatize

    lines = (
        line for line in templatize(template).splitlines() if not line.lstrip().startswith("#")
    )
    text = " ".join(lines)
    call = r"(?:n?p?gettext|_)\((?:[^()\"']|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')*\)"
    return "\n".join(re.findall(call, text))


def catalogues() -> list[Path]:
    """Return the catalogues of all languages."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def read(path: Path) -> Catalog:
    """Return a catalogue."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def compile_all() -> None:
    """Make the compiled catalogues that are missing or older than their source."""
    for source in catalogues():
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            catalogue = read(source)
            handle, name = tempfile.mkstemp(dir=target.parent)
            with os.fdopen(handle, "wb") as file:
                write_mo(file, catalogue)
            Path(name).chmod(0o644)
            Path(name).rename(target)  # whole or not at all: a site may be reading it


def update() -> list[str]:
    """Add new messages to every catalogue, last and untranslated; return what is no longer used."""
    code = messages_in_code()
    unused = []
    for path in catalogues():
        catalogue = read(path)
        for found in code:
            if catalogue.get(_id(found.text), found.context) is None:
                catalogue.add(found.text, context=found.context, locations=[(found.place, None)])  # type: ignore[list-item]
        used = {(_id(found.text), found.context) for found in code}
        unused += [
            f"{path.relative_to(ROOT)}: {m.id}"
            for m in catalogue
            if m.id and (_id(m.id), m.context) not in used
        ]
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, ignore_obsolete=True)
    return unused


def faults() -> list[str]:
    """Return every fault of the catalogues as a line: missing, empty, fuzzy, other placeholders."""
    code = messages_in_code()
    lines = [] if catalogues() else ["there is no catalogue in locale/"]
    for path in catalogues():
        catalogue, place = read(path), path.relative_to(ROOT)
        for found in code:
            if catalogue.get(_id(found.text), found.context) is None:
                lines.append(f"{place}: missing ({found.place}): {found.text}")
        lines += [
            f"{place}: {fault}: {message.id}"
            for message in catalogue
            if message.id
            for fault in _wrong(message)
        ]
    return lines


def _wrong(message: Message) -> list[str]:
    """Return what is wrong with one translation."""
    originals = [message.id] if isinstance(message.id, str) else list(message.id)
    given = message.string or ""
    strings = [given] if isinstance(given, str) else list(given)
    wrong = ["fuzzy"] if message.fuzzy else []
    if not all(strings):
        return [*wrong, "empty"]
    # A singular may say "one" where the plural counts: the forms are compared together.
    allowed = {sign for text in originals for sign in PLACEHOLDER.findall(text)}
    used = {sign for text in strings for sign in PLACEHOLDER.findall(text)}
    return wrong + (["placeholders differ"] if allowed != used else [])


def _id(text: object) -> str:
    return text if isinstance(text, str) else text[0]  # type: ignore[index]


def main(arguments: list[str]) -> int:
    """Do what the one argument says; return 1 when `check` found something."""
    word = arguments[0] if arguments else ""
    if word == "update":
        for line in update():
            say(f"not used any more: {line}")
    elif word == "compile":
        compile_all()
    elif word == "check":
        lines = faults()
        print(*lines, sep="\n")
        return int(bool(lines))
    else:
        say(__doc__ or "")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
