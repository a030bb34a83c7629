"""Numbers without gaps, per year where a year stands in them (AVV-2026-0142, DOK-0231)."""

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

_NEXT = """
insert into records_numberseries (prefix, year, last) values (%(prefix)s, %(year)s, %(count)s)
on conflict (prefix, year) do update set last = records_numberseries.last + %(count)s
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
        return NumberSeries.take_many(prefix, year, 1)[0]

    @staticmethod
    def take_many(prefix: str, year: int, count: int) -> list[str]:
        """Return the next `count` numbers of a series, in order."""
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, {"prefix": prefix, "year": year, "count": count})
            last = cursor.fetchone()[0]
        stem = f"{prefix}-{year}" if year else prefix
        return [f"{stem}-{number:04d}" for number in range(last - count + 1, last + 1)]
