"""The records app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    """The ground of every quality record."""

    name = "qms.records"
    label = "records"
    verbose_name = _("Records")
