"""The organisation app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationConfig(AppConfig):
    """People, units, appointments and duties."""

    name = "qms.organization"
    label = "organization"
    verbose_name = _("Organisation")
