"""Loads the kinds of document every installation begins with. Safe to run again."""

import csv
from pathlib import Path

from django.db import transaction

from documents.models import DocumentType

_DATA = Path(__file__).parent / "data" / "types.csv"
_NUMBERS = ("place", "review_months", "lix_green", "lix_red")
_FLAGS = ("needs_decision_number", "is_external")


@transaction.atomic
def load() -> None:
    """Add the kinds that are missing. What the municipality has set is kept."""
    with _DATA.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            facts = dict(row)
            code = facts.pop("code")
            numbers = {name: int(facts.pop(name)) for name in _NUMBERS}
            flags = {name: facts.pop(name) == "1" for name in _FLAGS}
            years = facts.pop("retention_years")
            DocumentType.objects.get_or_create(
                code=code,
                defaults=facts
                | numbers
                | flags
                | {"retention_years": int(years) if years else None},
            )
