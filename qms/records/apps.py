"""The records app."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """The ground of every quality record."""

    name = "qms.records"
    label = "records"
    verbose_name = _("Records")

    def settings_pages(self, user: Any) -> Iterator[Any]:
        """Offer what other systems are told, to who may change settings."""
        from qms.organization.duties import Duty
        from qms.organization.navigation import Destination

        if user.units_for(Duty.CONFIGURE).everything:
            yield Destination(
                20, _("Other systems"), "records:webhooks",
                meaning=_("What is told to other systems, and how programs read and report."),
            )  # fmt: skip

    def ready(self) -> None:
        """Let each request keep at hand what it fetched from the cache; register the checks."""
        from django.core.signals import request_finished, request_started

        from qms.records import at_hand, checks  # noqa: F401

        request_started.connect(at_hand.begin)
        request_finished.connect(at_hand.end)

    def destinations(self, user: Any) -> Iterator[Any]:
        """Offer the settings to who may change them."""
        from qms.organization.duties import Duty
        from qms.organization.navigation import Destination

        if user.units_for(Duty.CONFIGURE).everything:
            yield Destination(90, _("Settings"), "records:rules", "settings", "i", lower=True)
