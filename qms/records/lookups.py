"""unit__any=ids: compare with one array instead of hundreds of parameters."""

from typing import Any

from django.db.models import ForeignKey, Lookup


@ForeignKey.register_lookup
class AnyOf(Lookup):
    """`column = ANY(array)`: one parameter, and the planner sees the literal ids."""

    lookup_name = "any"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the comparison and its one parameter."""
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = any(%s)", [*params, sorted(self.rhs)]
