"""Opening: how often a document is opened in a unit, month by month. Nobody's name is kept."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.organization.models import Unit, User

if TYPE_CHECKING:
    from documents.models.document import Document

MOST_UNITS = 5  # whoever works in more units says nothing about any of them
YEAR = timedelta(days=365)


class Opening(models.Model):
    """A count: one document, one unit, one month."""

    if TYPE_CHECKING:
        document_id: int
        unit_id: int

    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="openings")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    month = models.DateField(_("month"))  # its first day
    count = models.PositiveIntegerField(_("times opened"), default=1)

    class Meta:
        verbose_name = _("opening")
        verbose_name_plural = _("openings")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "unit", "month"], name="opening_once_a_month"
            )
        ]
        indexes = [models.Index(fields=["unit", "month"], name="opening_of_unit")]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.unit_id}/{self.month:%Y-%m}: {self.count}"

    @classmethod
    def count_one(cls, document: "Document", user: User) -> None:
        """Add one for each unit where `user` works. One statement, and no lock is held after it."""
        units = sorted(user.workplaces)  # in one order, so that two at once never wait in a ring
        if not units or len(units) > MOST_UNITS or user.only_looks_on:
            return
        with connection.cursor() as cursor:
            cursor.execute(
                f"insert into {cls._meta.db_table} as kept (document_id, unit_id, month, count) "
                "select %s, unit, %s, 1 from unnest(%s::bigint[]) as unit "
                "on conflict (document_id, unit_id, month) do update set count = kept.count + 1",
                [document.pk, timezone.localdate().replace(day=1), units],
            )


def a_year_back() -> date:
    """Return the first month of the last twelve that are counted."""
    return (timezone.localdate() - YEAR).replace(day=1)
