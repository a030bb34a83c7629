"""CheckedText: a text that goes outside the unit is looked through for what points at a person."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.records.forms import MoveForm
from qms.records.personal import findings, warning

SURE = "points_at_nobody"


class CheckedText(MoveForm):
    """The form of a verb with texts that others will read. It asks once; the writer decides."""

    OUTWARD: ClassVar[tuple[str, ...]] = ()  # the fields whose texts go out

    def prepare(self) -> None:
        """Keep room for the writer's word that the text points at nobody."""
        super().prepare()
        self.fields[SURE] = forms.BooleanField(
            label=_("It points at no person. Use the text as it stands."),
            required=False,
            widget=forms.HiddenInput,
        )

    def clean(self) -> dict[str, Any]:
        """Ask about what looks like details of a person, unless the writer has answered."""
        answers = super().clean() or {}
        if answers.pop(SURE, False):
            return answers
        for name in self.OUTWARD:
            if self.goes_out(name) and (question := warning(findings(answers.get(name) or ""))):
                self.add_error(name, question)
                self.fields[SURE].widget = forms.CheckboxInput()
        return answers

    def goes_out(self, name: str) -> bool:
        """Return True when the text of this field is to be read by others."""
        return True
