"""The progress app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProgressConfig(AppConfig):
    """Home, and later position, pace and distance."""

    name = "progress"
    verbose_name = _("Progress")
