"""The records app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """The ground of every quality record."""

    name = "qms.records"
    label = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        """Let each request keep at hand what it fetched from the cache; register the checks."""
        from django.core.signals import request_finished, request_started

        from qms.records import at_hand, checks  # noqa: F401

        request_started.connect(at_hand.begin)
        request_finished.connect(at_hand.end)
