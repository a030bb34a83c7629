"""The counts of an import in words: the same on the page, on the receipt and in the terminal."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonconformities.importing.planning import Why
from nonconformities.models.importing import Flag


def the_sum(counts: dict[str, Any], *, stored: bool = False) -> str:
    """Return the sentence that accounts for every line of the file."""
    words = {name: counts[name] for name in ("lines", "ready", "doubles", "failed")}
    words["none"] = counts["junk"] + counts["sum"] + counts["blank"]
    if stored:
        return _(
            "%(lines)d lines = %(ready)d stored + %(doubles)d doubles + %(failed)d to mend + "
            "%(none)d headings, sums and blank lines."
        ) % words  # fmt: skip
    return _(
        "%(lines)d lines = %(ready)d ready + %(doubles)d doubles + %(failed)d to mend + "
        "%(none)d headings, sums and blank lines."
    ) % words  # fmt: skip


def reasons(counts: dict[str, Any]) -> list[tuple[int, str]]:
    """Return how many rows have each kind of reason."""
    return [(n, str(Why(kind).label)) for kind, n in counts["reasons"].items()]


def flags(counts: dict[str, Any]) -> list[tuple[int, str]]:
    """Return how many rows have each thing worth knowing."""
    return [(n, str(Flag(kind).label)) for kind, n in counts["flags"].items()]


def sentences(counts: dict[str, Any], *, stored: bool = False) -> list[str]:
    """Return everything about the counts, for a terminal."""
    return list(_sentences(counts, stored))


def _sentences(counts: dict[str, Any], stored: bool) -> Iterator[str]:
    yield the_sum(counts, stored=stored)
    for count, said in reasons(counts):
        yield f"  {count:>7}  {said}"
    if counts["flags"]:
        yield _("Worth knowing about rows that are ready:")
    for count, said in flags(counts):
        yield f"  {count:>7}  {said}"
    if n := counts["personal"]:
        yield ngettext(
            "%(n)d row has what looks like a person's number, telephone or address in its text.",
            "%(n)d rows have what looks like a person's number, telephone or address in the text.",
            n,
        ) % {"n": n}  # fmt: skip
    for row, said in counts["problems"][:20]:
        yield _("Row %(row)d: %(why)s") % {"row": row, "why": "; ".join(said)}
