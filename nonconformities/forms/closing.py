"""ClosingForm: what is learnt when a case is closed, and whether others may read it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.checked import CheckedText


def sharing() -> forms.BooleanField:
    """Return the question whether the lesson is shared with the whole group."""
    return forms.BooleanField(
        label=_("Share the lesson with the whole group"),
        required=False,
        help_text=_("A small unit, and one under secrecy, is not named."),
    )


class ClosingForm(CheckedText):
    """A form that closes a case, with the fields `lesson` and `share`."""

    OUTWARD = ("lesson",)

    def prepare(self) -> None:
        """Suggest sharing, except where secrecy holds: there it takes a decision of one's own."""
        super().prepare()
        case = self.record
        self.initial.setdefault("share", not (case.unit.secrecy_area or case.is_secret))

    def goes_out(self, name: str) -> bool:
        """Only a lesson that is shared is read by others."""
        return bool(self.cleaned_data.get("share"))

    def clean(self) -> dict[str, Any]:
        """Share nothing when nothing was learnt."""
        answers = super().clean()
        answers["share"] = bool(answers.get("share") and answers.get("lesson"))
        return answers
