"""The progress app."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    """Home, and later position, pace and distance."""

    name = "progress"
    verbose_name = _("Progress")

    def destinations(self, user: Any) -> Iterator[Any]:
        """Offer home."""
        from qms.organization.navigation import Destination

        yield Destination(10, _("Home"), "progress:home", "house", "h")
