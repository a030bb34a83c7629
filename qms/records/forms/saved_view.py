"""SavedViewForm: what a saved view is called, and who has it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from qms.organization.models import Unit
from qms.records.forms import name_what_is_missing
from qms.records.models import SavedView


class SavedViewForm(forms.Form):
    """What the view is called, who has it, and if the list begins with it."""

    name = forms.CharField(label=gettext_lazy("What shall the view be called?"), max_length=60)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Who has the view?"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("Only I"),
        help_text=gettext_lazy(
            "Shared with a unit, everybody who works there has it. Each sees only what they may."
        ),
    )
    begins = forms.BooleanField(
        label=gettext_lazy("Begin with this view when I open the list"), required=False
    )

    def __init__(self, *args: Any, user: Any, view: SavedView | None = None, **more: Any) -> None:
        self.user, self.view = user, view
        if view:
            more["initial"] = {
                "name": view.name,
                "unit": view.unit_id,
                "begins": view.is_begun_with(),
            }
        super().__init__(*args, **more)
        places = set(user.workplaces) | ({view.unit_id} if view and view.unit_id else set())
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=places)  # type: ignore[attr-defined]
        if view and not view.may_be_changed_by(user):
            del self.fields["name"], self.fields["unit"]
        elif not places:
            del self.fields["unit"]
        name_what_is_missing(self)

    def keep(self, listing: str, query: str) -> SavedView | None:
        """Save or change the view; None when it is refused, with the reasons in the form."""
        answer = self.cleaned_data
        try:
            if self.view is None:
                self.view = SavedView.keep(
                    by=self.user, listing=listing, query=query, name=answer["name"],
                    unit=answer.get("unit"),
                )  # fmt: skip
            elif "name" in answer:
                self.view.change(name=answer["name"], unit=answer.get("unit"))
        except ValidationError as refusal:
            self._object(refusal)
            return None
        self.view.begin_with(self.user, answer["begins"])
        return self.view

    def _object(self, refusal: ValidationError) -> None:
        known = refusal.error_dict if hasattr(refusal, "error_dict") else {"": refusal.error_list}
        for field, errors in known.items():
            self.add_error(field if field in self.fields else None, errors)
