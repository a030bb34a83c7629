"""Tally: how many lines of each kind there were; every line is counted once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nonconformities.importing.planning import Double, Failed, Nothing, Outcome, Ready
from nonconformities.models.status import Status

_SHOWN = 100


@dataclass
class Tally:
    """Counts of lines, with the first problems and doubles in words."""

    kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    personal: int = 0
    open: int = 0
    problems: list[list[Any]] = field(default_factory=list)
    doubles: list[list[Any]] = field(default_factory=list)

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """Count a batch."""
        for each in outcomes:
            if isinstance(each, Ready):
                self._ready(each)
            elif isinstance(each, Failed):
                self.kinds["failed"] += 1
                self.reasons.update({kind for kind, _said in each.reasons})
                if len(self.problems) < _SHOWN:
                    self.problems.append([each.row, [said for _kind, said in each.reasons]])
            elif isinstance(each, Double):
                self.kinds["doubles"] += 1
                if len(self.doubles) < _SHOWN:
                    self.doubles.append([each.row, each.sentence])
            elif isinstance(each, Nothing):
                self.kinds[each.kind] += 1

    def _ready(self, ready: Ready) -> None:
        self.kinds["ready"] += 1
        self.flags.update(str(flag) for flag in ready.flags)
        self.personal += bool(ready.personal)
        self.open += ready.facts["status"] == Status.REPORTED

    def as_json(self) -> dict[str, Any]:
        """Return the counts as the import keeps them."""
        names = ("ready", "doubles", "failed", "junk", "sum", "blank")
        return {
            **{name: self.kinds[name] for name in names},
            "lines": self.kinds.total(),
            "reasons": {str(kind): n for kind, n in self.reasons.most_common()},
            "flags": dict(self.flags.most_common()),
            "personal": self.personal,
            "open": self.open,
            "problems": self.problems,
            "same": self.doubles,
        }

    @classmethod
    def of(cls, counts: dict[str, Any]) -> "Tally":
        """Return a tally that goes on counting where an earlier one stopped."""
        names = ("ready", "doubles", "failed", "junk", "sum", "blank")
        return cls(
            Counter({name: counts.get(name, 0) for name in names}),
            Counter(counts.get("reasons", {})), Counter(counts.get("flags", {})),
            counts.get("personal", 0), counts.get("open", 0), counts.get("problems", []),
            counts.get("same", []),
        )  # fmt: skip
