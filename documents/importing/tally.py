"""How many rows of each kind there were, and the first of them in words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.importing.planning import Double, Failed, Outcome, Ready

SHOWN = 200


@dataclass
class Tally:
    """Counts of rows; every row is counted once."""

    kinds: Counter[str] = field(default_factory=Counter)
    ready: list[dict[str, Any]] = field(default_factory=list)
    problems: list[list[Any]] = field(default_factory=list)
    doubles: list[list[Any]] = field(default_factory=list)

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Count rows."""
        for each in outcomes:
            if isinstance(each, Ready):
                self._ready(each)
            elif isinstance(each, Failed):
                self._put("failed", self.problems, [each.row, each.reasons])
            elif isinstance(each, Double):
                self._put("doubles", self.doubles, [each.row, each.sentence])

    def _ready(self, ready: Ready) -> None:
        self.kinds["texts" if ready.is_text else "files"] += 1
        self.kinds["earlier"] += len(ready.earlier)
        self._put("ready", self.ready, {
            "row": ready.row, "title": ready.title, "unit": ready.unit.name,
            "type": ready.document_type.name, "is_text": ready.is_text,
            "version": ready.edition.label, "earlier": len(ready.earlier),
            "since": date_format(ready.edition.valid_from, "j F Y"), "notes": ready.notes,
        })  # fmt: skip

    def _put(self, kind: str, shown: list[Any], what: Any) -> None:
        self.kinds[kind] += 1
        if len(shown) < SHOWN:
            shown.append(what)

    def as_json(self, unused: Sequence[str] = (), refused: Sequence[str] = ()) -> dict[str, Any]:
        """Return the counts as the import keeps them, with the files that no row names."""
        names = ("ready", "failed", "doubles", "texts", "files", "earlier")
        return {
            **{name: self.kinds[name] for name in names},
            "rows": self.kinds["ready"] + self.kinds["failed"] + self.kinds["doubles"],
            "first": self.ready, "problems": self.problems, "same": self.doubles,
            "unused": list(unused[:SHOWN]), "unused_count": len(unused),
            "refused": list(refused[:SHOWN]),
        }  # fmt: skip

    @classmethod
    def of(cls, counts: dict[str, Any]) -> "Tally":
        """Return a tally that goes on counting where an earlier one stopped."""
        names = ("ready", "failed", "doubles", "texts", "files", "earlier")
        kinds = Counter({name: counts.get(name, 0) for name in names})
        shown = (counts.get(name, []) for name in ("first", "problems", "same"))
        return cls(kinds, *shown)


def the_sum(counts: dict[str, Any], *, stored: bool = False) -> str:
    """Return what came, or would come, of the rows, as a sentence."""
    n = counts["ready"]
    said = (
        ngettext("%(n)d document is imported.", "%(n)d documents are imported.", n)
        if stored
        else ngettext("%(n)d document can be imported.", "%(n)d documents can be imported.", n)
    ) % {"n": n}
    failed, doubles = counts["failed"], counts["doubles"]
    if failed:
        mended = ngettext("%(n)d row is to be mended.", "%(n)d rows are to be mended.", failed)
        said += " " + mended % {"n": failed}
    if doubles:
        here = ngettext("%(n)d is here already.", "%(n)d are here already.", doubles)
        said += " " + here % {"n": doubles}
    return said if counts["rows"] else _("There are no rows under the headings.")
