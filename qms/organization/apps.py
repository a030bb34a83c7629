"""The organisation app."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    """People, units, appointments and duties."""

    name = "qms.organization"
    label = "organization"
    verbose_name = _("Organisation")

    def destinations(self, user: Any) -> Iterator[Any]:
        """Offer the tree of units."""
        from qms.organization.navigation import Destination

        yield Destination(10, _("Organisation"), "organization:index", "network", "o", lower=True)
