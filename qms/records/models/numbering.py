"""Numbers without gaps, per year where a year stands in them (AVV-2026-0142, DOK-0231)."""

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

_NEXT = """
insert into records_numberseries (prefix, year, last) values (%s, %s, 1)
on conflict (prefix, year) do update set last = records_numberseries.last + 1
returning last
"""


class NumberSeries(models.Model):
    """The last number given in one series.

    The row is locked until the transaction that took the number ends, so a number is either
    used or given again: no gaps, no doubles, however many report at once.
    """

    prefix = models.CharField(max_length=5)
    year = models.PositiveSmallIntegerField(_("year, 0 when none"), default=0)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["prefix", "year"], name="series_once_a_year")
        ]

    def __str__(self) -> str:
        return f"{self.prefix}-{self.year}: {self.last}"

    @staticmethod
    def take(prefix: str, year: int = 0) -> str:
        """Return the next number of a series, as text. Call it inside the saving transaction."""
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [prefix, year])
            last = cursor.fetchone()[0]
        return f"{prefix}-{year}-{last:04d}" if year else f"{prefix}-{last:04d}"
