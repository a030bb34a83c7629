"""The tree as the page draws it: branches with who leads, former units, and what a search finds."""

from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.organization.models import Appointment, Unit

OPEN_LEVELS = 2  # how far down the tree stands open at first


@dataclass
class Branch:
    """A unit, who leads it, and the branches below."""

    unit: Unit
    manager: str = ""
    border: str = ""  # the authority in words, where one begins
    is_open: bool = False
    below: list["Branch"] = field(default_factory=list)

    @property
    def meta(self) -> str:
        """What stands after the name: kind, authority, people, who leads."""
        unit, parts = self.unit, [str(self.unit.get_kind_display())]
        if self.border == unit.name and unit.kind == Unit.Kind.BOARD:
            parts.append(_("an authority of its own"))
        elif self.border and self.border != unit.name:
            parts.append(_("authority: %(authority)s") % {"authority": self.border})
        if unit.headcount:
            words = {"number": number_format(unit.headcount, force_grouping=True)}
            told = ngettext("%(number)s employee", "%(number)s employees", unit.headcount)
            parts.append(told % words)
        if self.manager:
            parts.append(self.manager)
        if unit.valid_from and unit.is_ahead:
            parts.append(_("from %(day)s") % {"day": date_format(unit.valid_from)})
        return " · ".join(parts)


class Chart:
    """Every unit with its place: two queries, however large the tree."""

    def __init__(self) -> None:
        self.units = Unit.objects.defer("reach", "own_reach").in_tree_order()
        self.by_id = {unit.pk: unit for unit in self.units}
        self.names = {unit.code: unit.name for unit in self.units}

    @cached_property
    def _managers(self) -> dict[int, str]:
        leading = Appointment.objects.current().leading().select_related("user")
        return {each.unit_id: each.user.name for each in leading.order_by("-since", "-pk")}

    @cached_property
    def former(self) -> list[Unit]:
        """The units that have closed, the latest first, each with its successor's name."""
        today = timezone.localdate()
        closed = [unit for unit in self.units if unit.valid_until and unit.valid_until < today]
        for unit in closed:
            unit.successor = self.by_id.get(unit.successor_id or 0)
        return sorted(closed, key=lambda unit: unit.valid_until or today, reverse=True)

    @cached_property
    def branches(self) -> list[Branch]:
        """The branches from the top."""
        gone = {unit.pk for unit in self.former}
        found: dict[int, Branch] = {}
        tops: list[Branch] = []
        for unit in self.units:
            if unit.pk in gone:
                continue
            branch = found[unit.pk] = self._branch(unit)
            above = found.get(unit.parent_id or 0)
            (above.below if above else tops).append(branch)
        return tops

    def _branch(self, unit: Unit) -> Branch:
        above = self.by_id.get(unit.parent_id or 0)
        begins = unit.authority and (above is None or above.authority != unit.authority)
        return Branch(
            unit,
            manager=self._managers.get(unit.pk, ""),
            border=self.names.get(unit.authority, unit.authority) if begins else "",
            is_open=unit.depth < OPEN_LEVELS,
        )

    def line(self, unit: Unit) -> list[Unit]:
        """Return the units above, from the top down."""
        line: list[Unit] = []
        while (unit := self.by_id.get(unit.parent_id or 0)) and unit not in line:  # type: ignore[assignment]
            line.insert(0, unit)
        return line

    def search(self, words: str) -> list[tuple[Unit, str]]:
        """Return the units whose name or code holds the words, each with its place in words."""
        wanted = words.casefold().split()
        return [
            (unit, " › ".join(above.name for above in self.line(unit)[1:]))
            for unit in self.units
            if all(word in f"{unit.name} {unit.code}".casefold() for word in wanted)
        ]
