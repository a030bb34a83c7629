"""The nonconformities app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NonconformitiesConfig(AppConfig):
    """Deviations from report to shown effect."""

    name = "nonconformities"
    verbose_name = _("Deviations")
