"""Puts many rows in at once, with the ids and times they already have.

`bulk_create` would set every auto_now_add to this very moment; COPY leaves history as it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection, models


class Ids:
    """Ids taken from a table's own sequence, a block at a time."""

    def __init__(self, model: type[models.Model], block: int = 2000) -> None:
        self.table, self.block = model._meta.db_table, block
        self._free: Iterator[int] = iter(())
        self.last = 0

    def take(self) -> int:
        """Return an id nobody else has."""
        if (free := next(self._free, None)) is not None:
            self.last = free
            return free
        with connection.cursor() as cursor:
            cursor.execute(
                "select nextval(pg_get_serial_sequence(%s, 'id')) from generate_series(1, %s)",
                [self.table, self.block],
            )
            self._free = iter([row[0] for row in cursor.fetchall()])
        return self.take()


def copy_rows(rows: Iterable[models.Model]) -> int:
    """Store rows of one model, which have their ids; return how many."""
    rows = list(rows)
    if not rows:
        return 0
    model = type(rows[0])
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)

    def value(row: models.Model, field: Any) -> Any:
        return field.get_db_prep_save(getattr(row, field.attname), connection)

    with connection.cursor() as cursor:
        statement = f'copy "{model._meta.db_table}" ({columns}) from stdin'
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row([value(row, field) for field in fields])
    return len(rows)


class Shelf:
    """Rows of several models, kept until there are enough of them to store."""

    def __init__(self, order: Iterable[type[models.Model]]) -> None:
        self.order = tuple(order)
        self.rows: dict[type[models.Model], list[models.Model]] = defaultdict(list)
        self.ids = {model: Ids(model) for model in self.order}

    def give_id(self, row: models.Model) -> None:
        """Give a row its id now, so that others can point at it."""
        row.pk = self.ids[type(row)].take()

    def add(self, row: models.Model) -> None:
        """Keep a row."""
        if row.pk is None:
            self.give_id(row)
        self.rows[type(row)].append(row)

    def store(self) -> None:
        """Store what is kept, those that others point at first."""
        for model in self.order:
            copy_rows(self.rows.pop(model, []))
