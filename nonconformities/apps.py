"""The nonconformities app."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NonconformitiesConfig(AppConfig):
    """Deviations from report to shown effect."""

    name = "nonconformities"
    verbose_name = _("Deviations")

    def destinations(self, user: Any) -> Iterator[Any]:
        """Offer deviations to who follows any, and actions and the own reports to everybody."""
        from qms.organization.duties import Duty
        from qms.organization.navigation import Destination

        follows = bool(user.units_for(Duty.READ_RECORDS, Duty.OVERSEE))
        if follows:
            yield Destination(20, _("Deviations"), "nonconformities:index", "triangle-alert", "a")
        yield Destination(30, _("Actions"), "nonconformities:actions", "list-checks", "t")
        if user.units_for(Duty.CONFIGURE).everything:
            yield Destination(60, _("Import"), "nonconformities:imports", "upload", "b", lower=True)
        if user.units_for(Duty.HANDLE_NONCONFORMITIES, Duty.CONFIGURE):
            yield Destination(20, _("Places"), "nonconformities:places", "map-pin", "p", lower=True)
        mine = 40 if follows else 20  # the first two stand in the phone's bottom bar
        yield Destination(mine, _("My reports"), "nonconformities:mine", "message-square", "m")
        yield Destination(45, _("Lessons"), "nonconformities:lessons", "lightbulb", "l")

    def settings_pages(self, user: Any) -> Iterator[Any]:
        """Offer where reports go, and the laws, to who may change settings."""
        from qms.organization.duties import Duty
        from qms.organization.navigation import Destination

        if user.units_for(Duty.CONFIGURE).everything:
            yield Destination(
                10, _("Where reports go"), "nonconformities:routes", "split",
                meaning=_("Who handles what, and which laws must know, with their clocks."),
            )  # fmt: skip
