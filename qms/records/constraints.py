"""Constraints: a rule of the database that a verb broke, said in a sentence.

`full_clean` passes over a constraint where one of its fields is as before, and to check each of
them beforehand costs a question each; so what the database refuses is told from its refusal.
"""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models


def said_of(row: models.Model, fault: IntegrityError) -> ValidationError | None:
    """Return the sentence of the row's constraint that was broken; None when it is another's."""
    name = getattr(getattr(fault.__cause__, "diag", None), "constraint_name", None)
    for _model, constraints in row.get_constraints():
        for constraint in constraints:
            if constraint.name == name:
                return ValidationError(constraint.get_violation_error_message())
    return None
