"""The requirements app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RequirementsConfig(AppConfig):
    """Standards, laws and own lists, clause by clause."""

    name = "qms.requirements"
    label = "requirements"
    verbose_name = _("Requirements")
