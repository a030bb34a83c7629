"""unit__any=ids and pk__among=queryset: compare with one array, which an index understands."""

from typing import Any

from django.db.models import BigAutoField, CharField, ForeignKey, Lookup


@CharField.register_lookup
@ForeignKey.register_lookup
class AnyOf(Lookup):
    """`column = ANY(array)`: one parameter, and the planner sees the literal ids."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the comparison and its one parameter."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = any(%s)", [*params, sorted(self.rhs)]


@BigAutoField.register_lookup
class Among(Lookup):
    """`id = ANY(ARRAY(select …))`: the few ids are found first, then looked up.

    Beside another condition (`unit in … or id in (select …)`) an ordinary `in` makes the database
    read every row of the table; with the array it joins two indexes.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the comparison with what the subquery finds."""
        lhs, params = self.process_lhs(compiler, connection)
        rhs, inner = self.process_rhs(compiler, connection)
        return f"{lhs} = any(array{rhs})", [*params, *inner]
