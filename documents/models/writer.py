"""Writer: who has written in a version. Whoever has, never adopts or reviews it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history.triggers import Hard, HardTruncate


class Writer(models.Model):
    """One of the authors of a version. Rows are only added: who has written has written."""

    version = models.ForeignKey("documents.Version", models.PROTECT, related_name="writers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["since", "pk"]
        verbose_name = _("author")
        verbose_name_plural = _("authors")
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="writer_once_a_version")
        ]
        indexes = [models.Index(fields=["person"], name="writer_person")]
        triggers = [
            Hard(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]

    def __str__(self) -> str:
        return str(self.person)
