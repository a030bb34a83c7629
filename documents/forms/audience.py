"""Who is to read a document: some rows of a role and a unit."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from documents.models.audience import ROLES, reached_by
from qms.organization.fields import UnitField
from qms.organization.models import Unit

ROWS = 6  # as many as one can keep in mind; a unit further up says the same as many below


class AudienceForm(forms.Form):
    """Rows of whom it is for; an empty unit is an empty row."""

    template_name = "documents/forms/audience.html"
    reason = forms.CharField(label=_("Why the change?"), max_length=500, required=False)

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        current = list(document.audience.current())
        kwargs["initial"] = _initial(current) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        units = Unit.objects.open().filter(pk__in=reached_by(document))
        self.count = max(ROWS, len(current) + 1)
        for number in range(1, self.count + 1):
            self.fields[f"unit_{number}"] = UnitField(
                units, label=_("Unit, with everything below"), required=False,
                empty_label=_("None"),
            )  # fmt: skip
            self.fields[f"role_{number}"] = forms.ChoiceField(
                label=_("Who there"), choices=[("", _("Everybody")), *ROLES], required=False
            )

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """The unit of each row, with its role."""
        return [(self[f"unit_{n}"], self[f"role_{n}"]) for n in range(1, self.count + 1)]

    @property
    def rows(self) -> list[tuple[str, Unit]]:
        """The rows that were filled in, as the verb takes them."""
        given = self.cleaned_data
        pairs = ((given[f"role_{n}"], given[f"unit_{n}"]) for n in range(1, self.count + 1))
        return [(role, unit) for role, unit in pairs if unit]


def _initial(rows: Iterable[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for number, row in enumerate(rows, start=1):
        found |= {f"unit_{number}": row.unit_id, f"role_{number}": row.role}
    return found
