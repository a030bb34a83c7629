"""Variant: how much a report tells."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Variant(models.TextChoices):
    """Which report: everything, what anybody may read, or the same on one page."""

    FULL = "full", _("Everything, for those who work with it")
    MASKED = "masked", _("Without texts and names, to give to others")
    MANAGEMENT = "management", _("One page for the management, without texts and names")

    @property
    def short(self) -> str:
        """The variant in a word, for a list and a file's name."""
        return str(_SHORT[self])


_SHORT = {
    Variant.FULL: _("full"),
    Variant.MASKED: _("masked"),
    Variant.MANAGEMENT: _("one page"),
}
