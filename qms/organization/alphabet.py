"""The Swedish alphabet: å, ä and ö come after z, and é is an e.

The database from wheels has no ICU, and by code point ä would come before å.
"""

from typing import Final

from django.db import models

_FROM: Final = "åäöéèêëáàâüúùûíìîïñç"
_TO: Final = "{|}eeeeaaauuuuiiiinc"  # what follows z in ASCII, in the same order
_TABLE: Final = str.maketrans(_FROM, _TO)


def swedish_key(text: str) -> str:
    """Return what a text is ordered by in Python: sorted(names, key=swedish_key)."""
    return text.lower().translate(_TABLE)


class SvKey(models.Func):
    """What a text field is ordered by in the database: order_by(SvKey("name"), "pk")."""

    template = f"(translate(lower(%(expressions)s), '{_FROM}', '{_TO}') COLLATE \"C\")"
    output_field = models.TextField()
