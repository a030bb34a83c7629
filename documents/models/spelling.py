"""Spelled: words as they are compared when somebody has misspelled one.

Trigrams of PostgreSQL know only the letters of the database's locale, which may be none but a to
z; å, ä and ö are then no letters at all. Compared are a and o in their place; shown is what stands.
"""

from typing import Final

from django.db import models

_FROM: Final = "åäöéèüáàæø"
_TO: Final = "aaoeeuaaao"
_TABLE: Final = str.maketrans(_FROM, _TO)


def spelled(text: str) -> str:
    """Return a text as it is compared."""
    return text.lower().translate(_TABLE)


class Spelled(models.Func):
    """The same of a field, as its index has it."""

    template = f"translate(lower(%(expressions)s), '{_FROM}', '{_TO}')"
    output_field = models.CharField()
