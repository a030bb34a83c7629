"""The requirements app."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequirementsConfig(AppConfig):
    """Standards, laws and own lists, clause by clause."""

    name = "qms.requirements"
    label = "requirements"
    verbose_name = _("Requirements")

    def destinations(self, user: Any) -> Iterator[Any]:
        """Offer the requirements."""
        from qms.organization.navigation import Destination

        yield Destination(50, _("Requirements"), "requirements:index", "book-open-check", "k")
