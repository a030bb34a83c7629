"""The meanings one may choose among for grades, states, categories and kinds."""

from django.utils.translation import gettext as _

from nonconformities.importing.names import Kind
from nonconformities.importing.words import AUTO
from nonconformities.models import Category, Grade, Nonconformity
from nonconformities.models.status import Status


def choices_of(kind: str) -> list[tuple[str, str]]:
    """Return code and words of every meaning of a kind."""
    if kind in {Kind.SEVERITY, Kind.LIKELIHOOD}:
        return [(str(g.value), f"{g.value} – {g.name}") for g in Grade.scale(kind)]
    if kind == Kind.STATUS:
        return [
            (AUTO, _("Closed if it has a closing day, else open")),
            (Status.REPORTED.value, _("Open: to be assessed here")),
            (Status.CLOSED.value, str(Status.CLOSED.label)),
            (Status.DISMISSED.value, str(Status.DISMISSED.label)),
        ]
    if kind == Kind.KIND:
        return [(value, str(label)) for value, label in Nonconformity.Kind.choices]
    return [(row.code, _category(row)) for row in Category.everything() if row.is_active]


def _category(row: Category) -> str:
    return f"{row.parent.name} › {row.name}" if row.parent else row.name
