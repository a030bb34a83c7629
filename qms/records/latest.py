"""The first rows of a long list, found without reading the rest.

A person sees the records of some units and those he or she takes part in. Written as one
condition (`unit in … or id in …`) the database reads every row to find the newest 25. Here each
unit hands over its own newest from an index, the records one takes part in are added, and the
newest of those few are kept. Measured in bench/: the time no longer grows with the table.
"""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.sql.where import WhereNode

from qms.organization.duties import Duty
from qms.organization.models import User

# Above so many units one walk through them all is cheaper than one walk each.
MOST_UNITS = 60
Key = tuple[Any, int]


def latest(
    queryset: models.QuerySet,
    user: User,
    limit: int,
    before: Key | None = None,
    *,
    by: str = "-reported_at",
) -> list[int]:
    """Return the ids of the first `limit` records of `queryset` that exist for `user`, in order.

    `queryset` holds the filters but not visible_to(): that rule is applied here, the same one.
    `by` is the field to order by, with a minus for falling order; rows without a value come last,
    and among equals the id decides in the same direction. `before` is the (value, id) of the last
    row of the page before (keyset paging: the hundredth page costs what the first does).
    """
    order = Order(by)
    records = queryset.filter(queryset.model.out_of_draft(user))
    if before is not None:
        records = records.filter(order.beyond(before))
    overseen = user.units_for(Duty.OVERSEE)
    if overseen.everything:
        return list(order.first(records, limit).values_list("pk", flat=True))
    units = overseen.ids | user.units_for(Duty.READ_RECORDS).ids
    each = len(units) <= MOST_UNITS and order.is_indexed(records) and not _searches(records)
    return _merge(_branches(records, user, units, each=each), order, limit)


def capped_count(queryset: models.QuerySet, most: int = 10_000) -> int:
    """Return how many rows there are, but never more than `most` + 1: that is “more than most”."""
    return queryset.order_by()[: most + 1].count()


class Order:
    """One field, falling or rising, with the id after it."""

    def __init__(self, by: str) -> None:
        self.field, self.falls = by.removeprefix("-"), by.startswith("-")

    def first(self, records: models.QuerySet, limit: int) -> models.QuerySet:
        """Return the first rows, as their ids and what they are ordered by."""
        field = models.F(self.field)
        if self.falls:
            # Plain, as the index has it: what is ordered by falling day always has one.
            found = records.order_by(field.desc(), "-pk")
        else:
            found = records.order_by(field.asc(nulls_last=True), "pk")
        return found.values_list("pk", self.field)[:limit]

    def beyond(self, last: Key) -> models.Q:
        """Return what comes after a row."""
        value, pk = last
        if self.falls:
            older = models.Q(**{f"{self.field}__lt": value}) | models.Q(pk__lt=pk)
            return models.Q(**{f"{self.field}__lte": value}) & older
        if value is None:
            return models.Q(**{self.field: None}, pk__gt=pk)
        later = models.Q(**{f"{self.field}__gt": value}) | models.Q(**{self.field: None})
        return later | models.Q(**{self.field: value}, pk__gt=pk)

    def is_indexed(self, records: models.QuerySet) -> bool:
        """True when an index holds the rows of each unit in this very order."""
        name = f"-{self.field}" if self.falls else self.field
        indexes = [index for index in records.model._meta.indexes if not index.condition]
        return any(index.fields[:2] == ["unit", name] for index in indexes)

    @property
    def sql(self) -> str:
        """The order of what the branches found."""
        return "at desc, id desc" if self.falls else "at asc nulls last, id asc"


def _searches(records: models.QuerySet) -> bool:
    """True when words are searched for: then the index of words finds the rows, not the unit's."""
    nodes: list[Any] = [records.query.where]
    while nodes:
        node = nodes.pop()
        if isinstance(node, WhereNode):
            nodes += node.children
        elif isinstance(getattr(getattr(node, "lhs", None), "field", None), SearchVectorField):
            return True
    return False


Branch = tuple[str, models.QuerySet, list[Any]]


def _branches(
    records: models.QuerySet, user: User, units: frozenset[int], *, each: bool
) -> list[Branch]:
    """Return the ways to a record: through a unit (one walk each, or one), and by taking part."""
    branches: list[Branch] = []
    if each:
        place = "select row.id, row.at from unnest(%s::bigint[]) as place(id) cross join lateral"
        here = records.filter(unit_id=RawSQL("place.id", []))
        branches.append((f"{place} ({{}}) as row(id, at)", here, [sorted(units)]))
    else:
        branches.append(("{}", records.filter(unit__any=units), []))
    involved = records.model.involving(user)
    if involved is not None:
        branches.append(("{}", records.filter(pk__among=involved), []))
    return branches


def _merge(branches: list[Branch], order: Order, limit: int) -> list[int]:
    """Return the first ids of all branches together."""
    parts, params = [], []
    for frame, records, own in branches:
        try:
            sql, inner = order.first(records, limit).query.sql_with_params()
        except EmptyResultSet:  # nothing can fit: that way leads nowhere
            continue
        parts.append(f"({frame.format(sql)})")
        params += [*own, *inner]
    if not parts:
        return []
    statement = f"select id, at from ({' union '.join(parts)}) as found(id, at)"
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} order by {order.sql} limit %s", [*params, limit])
        return [row[0] for row in cursor.fetchall()]
