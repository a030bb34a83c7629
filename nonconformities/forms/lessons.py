"""LessonFilter: what the page of lessons can be narrowed to; it lives in the address."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.choices import flatten_choices
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.filters import categories, with_those_below
from qms.organization.models import Unit


class LessonFilter(forms.Form):
    """A GET form: every answer optional, nothing stored. A wrong answer narrows nothing."""

    tjanst = forms.ChoiceField(
        label=_("Kind of service"), required=False, choices=[("", _("All")), *Unit.Service.choices]
    )
    kategori = forms.ChoiceField(label=_("Category"), required=False, choices=categories)

    def narrow(self, queryset: Any) -> Any:
        """Return the lessons that fit the answers."""
        self.is_valid()
        if service := self.cleaned_data.get("tjanst"):
            queryset = queryset.filter(service=service)
        if category := self.cleaned_data.get("kategori"):
            queryset = queryset.filter(category__in=with_those_below(category))
        return queryset

    @property
    def query(self) -> str:
        """The answers as they stand in the address, for the numbers of the pages."""
        given = urlencode({name: text for name, text in self.cleaned_data.items() if text})
        return f"{given}&" if given else ""

    @property
    def chosen(self) -> list[dict[str, str]]:
        """What the list is narrowed by, each with the address that removes it."""
        return list(self._chosen())

    def _chosen(self) -> Iterator[dict[str, str]]:
        for field in self.visible_fields():
            if value := self.cleaned_data.get(field.name):
                choices: Any = getattr(field.field, "choices", [])
                words = dict(flatten_choices(choices))
                rest = {k: v for k, v in self.cleaned_data.items() if v and k != field.name}
                label = f"{field.label}: {words.get(value, value)}"
                yield {"label": label, "url": f"?{urlencode(rest)}"}
