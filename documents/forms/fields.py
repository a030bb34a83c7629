"""Form fields of documents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from qms.organization.fields import UnitIterator
from qms.organization.models import User


def text(label: Any, *, rows: int = 3, most: int = 2000, **options: Any) -> forms.CharField:
    """Return a field for some sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


class UnitsField(forms.ModelMultipleChoiceField):
    """Tick units; they stand under their administration or company, in the order of the tree."""

    iterator = UnitIterator
    widget = forms.CheckboxSelectMultiple(attrs={"class": "stacked"})


class NumbersField(forms.CharField):
    """Write the numbers of documents, with commas between; only those one sees can be meant."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(max_length=1000, **options)

    def bind(self, user: User, but: Document | None = None) -> None:
        """Say who writes, and about which document, which is not among its own."""
        self.seen = Document.objects.visible_to(user)
        if but:
            self.seen = self.seen.exclude(pk=but.pk)

    def prepare_value(self, value: Any) -> Any:
        """Return the numbers as one writes them."""
        return ", ".join(sorted(map(str, value))) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[Document]:
        """Return the documents. Raises ValidationError naming the number that fits none."""
        numbers = {part.strip().upper() for part in super().clean(value).split(",") if part.strip()}
        found = {document.number: document for document in self.seen.filter(number__in=numbers)}
        if unknown := sorted(numbers - found.keys()):
            raise forms.ValidationError(
                _("There is no document %(number)s for you to see. Check the number."),
                params={"number": unknown[0][:20]},
            )
        return list(found.values())
