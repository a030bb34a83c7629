"""Constraints: which of a row's a verb must check, so that a broken one is said in a sentence."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


def check_constraints(row: models.Model, changes: dict[str, Any]) -> None:
    """Check every constraint that a changed field stands in, with all the fields it names.

    `full_clean` with exclusions passes over those where one field is as before. Raises
    ValidationError; left to the database a broken one is an error without a sentence.
    """
    changed = {field.name for field in row._meta.fields if field.attname in changes}
    faults: list[ValidationError] = []
    for model, constraints in row.get_constraints():
        for constraint in constraints:
            if changed & _fields_of(constraint):
                try:
                    constraint.validate(model, row)
                except ValidationError as fault:
                    faults.append(fault)
    if faults:
        raise ValidationError(faults)


def _fields_of(constraint: models.BaseConstraint) -> set[str]:
    """Return the names of the fields that a constraint is about."""
    condition = getattr(constraint, "condition", None)
    named = set(condition.referenced_base_fields) if condition else set()
    return named | set(getattr(constraint, "fields", ()))
