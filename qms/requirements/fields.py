"""Form field for choosing requirements, the same in every form."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator

from qms.requirements.models import Edition


def newest_edition() -> Edition | None:
    """Return the newest edition of the standard: the requirements are chosen from it."""
    return Edition.objects.for_page().first()


class _ChapterIterator(ModelChoiceIterator):
    """The requirements under the name of their chapter."""

    def __iter__(self) -> Iterator[Any]:
        """Yield one group per chapter; what is only a heading over others is not a choice."""
        clauses = list(self.queryset)
        names = {clause.number: str(clause) for clause in clauses}
        leaves = [clause for clause in clauses if not clause.is_heading]
        for number, members in groupby(leaves, key=lambda clause: clause.number.split(".")[0]):
            yield (names.get(number, number), [self.choice(clause) for clause in members])


class RequirementsField(forms.ModelMultipleChoiceField):
    """Tick the requirements something concerns; big rows that work on a phone."""

    iterator = _ChapterIterator
    widget = forms.CheckboxSelectMultiple

    def __init__(self, queryset: Any, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(queryset, **options)
        self.widget.attrs["class"] = "stacked"
