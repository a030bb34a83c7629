"""What the receipt page asks who has no account: the code, a word more, and if it was enough."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.fields import long_text
from nonconformities.forms.open_report import photographs
from nonconformities.forms.speaking import SATISFIED, is_yes
from qms.records.fields import FilesField
from qms.records.widgets import ChoiceRow


class CodeForm(forms.Form):
    """The code of a receipt, as somebody copied it."""

    code = forms.CharField(
        label=_("Receipt code"),
        max_length=60,
        help_text=_("It stands on your receipt, for example 7X4M-29KR-0V8C-3TFA."),
        error_messages={"required": _("Write the code that stands on your receipt.")},
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class ReceiptForm(forms.Form):
    """What a receipt asks. It says how much of the story the page knew: the same answer to a
    later question is another answer, and only a second click is the same."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class WriteForm(ReceiptForm):
    """A word more, or the answer to a question; a photo with it."""

    text = long_text(_("Write to those who handle your report"), rows=3, required=False)
    files = FilesField(label=_("Photo"), required=False)  # type: ignore[assignment]

    def __init__(self, *args: Any, asked: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = photographs()
        self.fields["text"].one_of_two = True  # type: ignore[attr-defined]
        if asked:
            self.fields["text"].label = _("Your answer")

    def clean(self) -> dict[str, Any]:
        """Refuse what says nothing."""
        answers = self.cleaned_data
        if not self.errors and not (answers.get("text") or answers.get("files")):
            raise forms.ValidationError({"text": _("Write something, or choose a photo.")})
        return answers


class LastWordForm(ReceiptForm):
    """Was it enough? Asked once."""

    satisfied = forms.TypedChoiceField(
        label=_("Are you satisfied with what was done?"),
        choices=SATISFIED,
        coerce=is_yes,
        widget=ChoiceRow(
            help={"no": _("Then the area manager decides whether it is opened again.")}
        ),
    )
    reason = long_text(_("What is still missing?"), rows=3, most=2_000, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask what is missing when it was not enough."""
        answers = self.cleaned_data
        if answers.get("satisfied") is False and not answers.get("reason", "").strip():
            raise forms.ValidationError({"reason": _("Write what is still missing.")})
        return answers
