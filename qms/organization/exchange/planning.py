"""Compares a file with the tree: what would be founded, renamed, moved, changed or closed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.organization.duties import Duty
from qms.organization.exchange.reading import MOST_SHOWN, Row, Sheet, at_row
from qms.organization.models import Unit, User, change
from qms.organization.models.tree import lock_tree

_CHOICES = {"kind": Unit.Kind, "secrecy_area": Unit.SecrecyArea, "service": Unit.Service}
_DATES = ("valid_from", "valid_until")
_AMENDED = ("kind", "authority", "secrecy_area", "service", "customer_word", "headcount")


@dataclass(frozen=True)
class Step:
    """One thing that would be done, in words and as a function of who does it and why."""

    row: int
    sentence: str
    do: Callable[[User | None, str], None]


@dataclass
class Plan:
    """What a file would do. `faults` hinder it; `notes` are worth knowing."""

    founded: list[Step] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def steps(self) -> list[Step]:
        """Everything that would be done, in that order."""
        return self.founded + self.changed

    @property
    def sentences(self) -> list[str]:
        """Everything that would be done, in words, in the order of the file."""
        in_order = sorted(self.steps, key=lambda step: step.row)
        return [at_row(step.row, step.sentence) for step in in_order]

    def check(self) -> None:
        """Do everything and take it back; what the database refuses becomes a fault."""
        if self.faults:
            return
        with transaction.atomic():
            self._run(None, "–")
            transaction.set_rollback(True)

    def apply(self, *, by: User | None, reason: str) -> int:
        """Do everything, or nothing, and return how many steps it was.

        Raises ValidationError with the faults, and PermissionDenied unless `by` may reorganise
        the whole group.
        """
        if by is not None and not by.units_for(Duty.ORGANIZE).everything:
            raise PermissionDenied
        with transaction.atomic():
            if not self.faults:
                self._run(by, reason)
            if self.faults:
                raise ValidationError(self.faults)
        return len(self.steps)

    def _run(self, by: User | None, reason: str) -> None:
        lock_tree()
        self._run_all(self.founded, by, reason)
        if self.founded:
            Unit.rebuild_reach()
            if by:
                by.forget_duties()  # they now reach the new units as well
        if not self.faults:
            self._run_all(self.changed, by, reason)

    def _run_all(self, steps: list[Step], by: User | None, reason: str) -> None:
        for step in steps:
            try:
                with transaction.atomic():
                    step.do(by, reason)
            except ValidationError as fault:
                self.faults.append(at_row(step.row, " ".join(fault.messages)))


def plan_for(sheet: Sheet) -> Plan:
    """Return what the file would do to the tree as it is now."""
    plan = Plan(faults=list(sheet.faults))
    if plan.faults:
        return plan
    known = {unit.code: unit for unit in Unit.objects.select_related("parent", "successor")}
    wanted = {row.code: row for row in sheet.rows}
    values = {row.code: _converted(row, plan) for row in sheet.rows}
    above = {code: unit.parent.code if unit.parent else "" for code, unit in known.items()}
    if "parent" in sheet.columns:
        above.update({code: row.values["parent"] for code, row in wanted.items()})
    _find_faults(sheet, wanted, known, above, plan)
    if plan.faults:
        return plan
    for code in sorted(wanted, key=lambda code: (len(_line(code, above)), wanted[code].number)):
        row, unit = wanted[code], known.get(code)
        if unit is None:
            _plan_new(row, values[code], plan)
        else:
            _plan_known(row, unit, values[code], plan)
    _plan_closings(sheet, known, values, above, plan)
    if "name" in sheet.columns:
        plan.notes += [
            _("%(name)s (%(code)s) is in Takt and not in the file. It is left as it is.")
            % {"name": unit.name, "code": code}
            for code, unit in sorted(known.items())
            if code not in wanted and unit.valid_until is None
        ]
    return plan


def _converted(row: Row, plan: Plan) -> dict[str, Any]:
    """Return the fields' values; what cannot be understood becomes a fault."""
    values: dict[str, Any] = dict(row.values)
    for name, text in row.values.items():
        try:
            if name in _CHOICES:
                values[name] = _choice(name, text)
            elif name in _DATES:
                values[name] = date.fromisoformat(text) if text else None
            elif name == "headcount":
                values[name] = int(text) if text else None
        except ValueError:
            sentence = _("“%(value)s” cannot stand in %(column)s.") % {
                "value": text[:MOST_SHOWN],
                "column": name,
            }
            if name in _CHOICES:
                allowed = ", ".join(value for value in _CHOICES[name].values if value)
                sentence += " " + _("Choose one of: %s.") % allowed
            plan.faults.append(at_row(row.number, sentence))
    return values


def _choice(name: str, text: str) -> str:
    for value, label in _CHOICES[name].choices:
        if text.casefold() in {value.casefold(), str(label).casefold()}:
            return value
    if not text and name != "kind":
        return ""
    raise ValueError(text)


def _line(code: str, above: dict[str, str]) -> list[str]:
    """Return the codes above, nearest first; it stops where the line bites its tail."""
    line: list[str] = []
    while (code := above.get(code, "")) and code not in line:
        line.append(code)
    return line


def _find_faults(
    sheet: Sheet, wanted: dict[str, Row], known: dict[str, Unit], above: dict[str, str], plan: Plan
) -> None:
    needed = [name for name in ("name", "kind") if name not in sheet.columns]
    for code, row in wanted.items():
        for name in ("parent", "successor"):
            other = row.values.get(name, "")
            if other and other not in wanted and other not in known:
                sentence = _("%(other)s is neither in the file nor in Takt.") % {
                    "other": other[:MOST_SHOWN]
                }
                plan.faults.append(at_row(row.number, sentence))
        if code in _line(code, above):
            ring = " → ".join([code, *_line(code, above)])[:200]
            plan.faults.append(at_row(row.number, _("The units lie in a ring: %s.") % ring))
        if code not in known and needed:
            sentence = _("%(code)s is new, and then the file must have the columns %(names)s.") % {
                "code": code[:MOST_SHOWN],
                "names": ", ".join(needed),
            }
            plan.faults.append(at_row(row.number, sentence))
    tops = [code for code in {*wanted, *known} if not above.get(code)]
    if len(tops) > 1:
        plan.faults.append(
            _("More than one unit lacks a parent: %s. Only the top of the group may.")
            % ", ".join(sorted(tops))[:200]
        )


def _plan_new(row: Row, values: dict[str, Any], plan: Plan) -> None:
    fields = {n: v for n, v in values.items() if n not in {"parent", "successor"} and v is not None}

    def do(by: User | None, reason: str) -> None:
        parent = Unit.objects.filter(code=values.get("parent", "")).first()
        unit = Unit(parent=parent, **fields)
        if parent and "authority" not in fields:
            unit.authority = parent.authority
        unit.enter(by=by, note=reason)

    sentence = _("%(name)s is founded below %(parent)s.") % {
        "name": values["name"],
        "parent": values.get("parent") or "–",
    }
    plan.founded.append(Step(row.number, sentence, do))
    if heir := values.get("successor"):
        _plan_heir(row, heir, plan)


def _plan_heir(row: Row, heir: str, plan: Plan) -> None:
    def do(by: User | None, reason: str) -> None:
        unit = Unit.objects.get(code=row.code)
        unit.amend(by=by, reason=reason, successor=Unit.objects.get(code=heir))

    sentence = _("%(heir)s took over after it.") % {"heir": heir}
    plan.changed.append(Step(row.number, sentence, do))


def _plan_known(row: Row, unit: Unit, values: dict[str, Any], plan: Plan) -> None:
    today = timezone.localdate()
    amended = {
        name: values[name]
        for name in _AMENDED
        if name in values and values[name] != getattr(unit, name)
    }
    if amended:
        sentence = _("%(name)s changes: %(what)s.") % {
            "name": unit.name,
            "what": ", ".join(
                f"{_field(n)} {getattr(unit, n) or '–'} → {v or '–'}" for n, v in amended.items()
            ),
        }
        plan.changed.append(
            Step(
                row.number, sentence, lambda by, why: _get(unit).amend(by=by, reason=why, **amended)
            )
        )
    name = values.get("name", unit.name)
    if name != unit.name:
        sentence = _("%(old)s is renamed %(new)s.") % {"old": unit.name, "new": name}
        plan.changed.append(
            Step(
                row.number,
                sentence,
                lambda by, why: change.rename(_get(unit), by=by, name=name, on=today, reason=why),
            )
        )
    parent = values.get("parent", unit.parent.code if unit.parent else "")
    if unit.parent and parent != unit.parent.code:
        _plan_move(row, unit, parent, plan)


def _field(name: str) -> str:
    return str(getattr(Unit._meta.get_field(name), "verbose_name", name))


def _plan_move(row: Row, unit: Unit, parent: str, plan: Plan) -> None:
    def do(by: User | None, why: str) -> None:
        place = Unit.objects.get(code=parent)
        change.move(_get(unit), by=by, parent=place, on=timezone.localdate(), reason=why)

    sentence = _("%(name)s moves from %(old)s to %(new)s.") % {
        "name": unit.name,
        "old": unit.parent.code if unit.parent else "–",
        "new": parent,
    }
    plan.changed.append(Step(row.number, sentence, do))


def _plan_closings(
    sheet: Sheet,
    known: dict[str, Unit],
    values: dict[str, dict[str, Any]],
    above: dict[str, str],
    plan: Plan,
) -> None:
    """Plan the closings last, the lowest units first, when everything else is in place."""
    for row in sorted(sheet.rows, key=lambda row: -len(_line(row.code, above))):
        unit, last = known.get(row.code), values[row.code].get("valid_until")
        if unit is None or not last or unit.valid_until == last:
            continue
        heir = values[row.code].get("successor", "")
        sentence = _("%(name)s closes, last day %(day)s.") % {"name": unit.name, "day": last}
        plan.changed.append(Step(row.number, sentence, _closing(unit, last, heir)))


def _closing(unit: Unit, last: date, heir: str) -> Callable[[User | None, str], None]:
    def do(by: User | None, why: str) -> None:
        successor = Unit.objects.get(code=heir) if heir else None
        on = last + timedelta(days=1)
        change.close(_get(unit), by=by, on=on, reason=why, successor=successor)

    return do


def _get(unit: Unit) -> Unit:
    """Return the unit as it is now: an earlier step may have changed it."""
    return Unit.objects.get(pk=unit.pk)
