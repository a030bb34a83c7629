"""The documents app."""

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Controlled documents from draft to withdrawal (ISO 9001, 7.5)."""

    name = "documents"
    verbose_name = _("Documents")

    def destinations(self, user: Any) -> Iterator[Any]:
        """Offer the documents to everybody who works somewhere."""
        from qms.organization.navigation import Destination

        if user.workplaces:
            yield Destination(15, _("Documents"), "documents:index", "file-text", "d")

    def settings_pages(self, user: Any) -> Iterator[Any]:
        """Offer the kinds of document to who may change settings."""
        from qms.organization.duties import Duty
        from qms.organization.navigation import Destination

        if user.units_for(Duty.CONFIGURE).everything:
            yield Destination(
                20, _("Kinds of document"), "documents:kinds", "file-text",
                meaning=_("Who adopts them, how often they are reviewed, how long they are kept."),
            )  # fmt: skip
