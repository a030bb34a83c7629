"""Export: a list that somebody took out as a file, and what was in it."""

from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history.models import Storied
from qms.organization.models import User


class Export(Storied):
    """Who took out which list, how it was narrowed and how many rows it held.

    What left the system can be answered for (secrecy act 5:1, GDPR 5.2). Search words are not
    kept: they may name a person.
    """

    listing = models.CharField(_("list"), max_length=20, editable=False)
    query = models.CharField(max_length=1000, blank=True, editable=False)
    kind = models.CharField(max_length=4, editable=False)
    rows = models.PositiveIntegerField(editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False
    )
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [models.Index(fields=["made_by", "-made_at"], name="export_by_person")]

    def __str__(self) -> str:
        return f"{self.listing}, {self.rows}"

    @classmethod
    def note(cls, *, by: User, listing: str, query: str, kind: str, rows: int) -> Self:
        """Write down that `by` takes out so many rows, before the first of them leaves."""
        narrowed = "&".join(part for part in query.split("&") if not part.startswith("sok="))
        facts = {"listing": listing, "query": narrowed, "kind": kind, "rows": rows}
        with transaction.atomic():
            export = cls.objects.create(made_by=by, **facts)
            export.tell("export", by=by, changes={name: [None, v] for name, v in facts.items()})
            export.save(update_fields=["event_count", "event_head"])
        return export
