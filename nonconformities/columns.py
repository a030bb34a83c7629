"""The columns of the lists taken out as files: what a reader is told of each row.

The same three steps as on the record's own page: everything, the own report, or the mask: no text,
and nobody's name but that of who answers for the next step.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from qms.organization.models import User
from qms.records.exports import Column
from qms.records.models import Access

Value = Callable[[Any, User], Any]


def _open(name: str) -> Value:
    """Return what everybody who sees the row is told."""
    return lambda row, reader: getattr(row, name)


def _full(value: Callable[[Any], Any]) -> Value:
    """Return what only those are told who read everything."""
    return lambda row, reader: value(row) if row.access == Access.FULL else None


def _read(value: Callable[[Any], Any]) -> Value:
    """Return what those are told who read the record or reported it."""
    return lambda row, reader: value(row) if row.access != Access.MASKED else None


def _graded(value: Callable[[Any], Any]) -> Value:
    """Return what the reporter is not told: the assessment."""
    return lambda row, reader: value(row) if row.access != Access.OWN else None


def _category(case: Any) -> str:
    if case.category is None:
        return ""
    return f"{case.category.parent} › {case.category}" if case.category.parent else case.category


def _yes(value: bool) -> str:
    return str(_("Yes")) if value else ""


CASE_COLUMNS = [
    Column(_("No."), _open("number")),
    Column(_("Heading"), lambda case, reader: case.heading_for(reader)),
    Column(_("Kind"), lambda case, reader: case.get_kind_display()),
    Column(_("Unit"), _open("unit_then_and_now")),
    Column(_("Code of the unit"), lambda case, reader: case.unit.code),
    Column(_("Category"), _graded(_category)),
    Column(_("Status"), lambda case, reader: case.get_status_display()),
    Column(_("Severity"), _graded(lambda case: case.severity)),
    Column(_("Likelihood"), _graded(lambda case: case.likelihood)),
    Column(_("Together"), _graded(lambda case: case.score)),
    Column(_("Reported"), _open("reported_at")),
    Column(_("First assessed"), _open("assessed_at")),
    Column(_("Last day"), _open("due_on")),
    Column(_("Closed"), _open("closed_at")),
    Column(_("Responsible"), lambda case, reader: (case.is_open and case.responsible) or ""),
    Column(_("Investigator"), _full(lambda case: case.investigator)),
    Column(
        _("Reported by"),
        lambda case, reader: case.reporter_for(reader) if case.access == Access.FULL else None,
    ),
    Column(_("Where, more exactly"), _read(lambda case: case.place)),
    Column(_("What happened"), lambda case, reader: case.text_for(reader)),
    Column(_("What we did at once"), _read(lambda case: case.correction)),
    Column(_("Answer to the one who reported"), _read(lambda case: case.answer)),
    Column(_("Lesson"), _full(lambda case: case.lesson)),
    Column(_("Secret"), lambda case, reader: _yes(case.is_secret)),
]

ACTION_COLUMNS = [
    Column(_("No."), _open("number")),
    Column(_("What is to be done"), _full(lambda action: action.description)),
    Column(_("Kind"), lambda action, reader: action.get_kind_display()),
    Column(_("Deviation"), lambda action, reader: action.nonconformity.number),
    Column(_("Unit"), _open("unit_then_and_now")),
    Column(_("Code of the unit"), lambda action, reader: action.unit.code),
    Column(_("Status"), lambda action, reader: action.get_status_display()),
    Column(_("Last day"), _open("due_on")),
    Column(_("First promised"), _open("first_due_on")),
    Column(_("Done on"), _open("done_at")),
    Column(_("Who does it"), _open("responsible")),
    Column(_("Removes the cause"), _full(lambda action: action.cause and action.cause.text)),
    Column(_("How we see that it helped"), _full(lambda action: action.criterion)),
    Column(_("Effect is checked"), _full(lambda action: action.effect_on)),
    Column(_("What was done"), _full(lambda action: action.evidence)),
    Column(_("What the check showed"), _full(lambda action: action.result)),
]
