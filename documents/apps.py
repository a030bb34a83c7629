"""The documents app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Controlled documents from draft to withdrawal (ISO 9001, 7.5)."""

    name = "documents"
    verbose_name = _("Documents")
