"""What readers tell: a suggestion for a change, and how the text was to read; and the answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.forms.fields import text
from documents.models import ChangeRequest, ReaderCheck, Version
from documents.models.asking import people_asked
from qms.organization.fields import PersonField, by_name
from qms.organization.models import User
from qms.records.forms import MoveForm, form_of, name_what_is_missing
from qms.records.personal import findings, warning
from qms.records.widgets import ChoiceRow


class SuggestForm(forms.Form):
    """What is wrong, and where in the text."""

    where = forms.ChoiceField(label=_("Where in the text?"), required=False)
    text = forms.CharField(
        label=_("What is wrong, or could be better?"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "data-warn-personal": ""}),
        help_text=_("Write no names, and nothing that points at somebody."),
    )  # fmt: skip
    is_checked = forms.BooleanField(
        label=_("I have looked at it: it is needed as it stands"), required=False
    )

    def __init__(self, *args: Any, headings: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if headings:
            choices = [("", _("The whole text")), *((each, each) for each in headings)]
            self.fields["where"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["where"]
        if not self._found:
            del self.fields["is_checked"]
        name_what_is_missing(self)

    @property
    def _found(self) -> list[Any]:
        return findings(str(self.data.get("text", "")))

    def clean(self) -> dict[str, Any]:
        """Ask once about what points at a person; the writer decides."""
        found = super().clean() or {}
        if self._found and not found.get("is_checked"):
            self.add_error("text", warning(self._found))
        return found


@form_of(ChangeRequest, "accept")
class AcceptForm(MoveForm):
    """A word to the one who suggested it."""

    lede = _("The suggestion stands beside the draft. If none is written, one is begun.")
    answer = text(_("Answer to the one who suggested it"), required=False, most=4000)


@form_of(ChangeRequest, "decline")
class DeclineForm(MoveForm):
    """Why the text stays."""

    answer = text(_("Why does it stay as it is?"), most=4000)


@form_of(Version, "ask_readers")
class AskReadersForm(MoveForm):
    """Whom of the audience to ask."""

    lede = _("They read the text and answer three short questions. The answers stay with it.")
    reader_1 = PersonField(label=_("First reader"))
    reader_2 = PersonField(label=_("Second reader"), required=False)
    reader_3 = PersonField(label=_("Third reader"), required=False)

    def prepare(self) -> None:
        """Offer those who are to read it and have not been asked."""
        asked = self.record.reader_checks.values("person")
        ids = people_asked(self.record.document_id)[None] - {self.user.pk}
        people = by_name(User.objects.filter(pk__in=ids)).exclude(pk__in=asked)
        for number in range(1, ReaderCheck.MOST + 1):
            self.fields[f"reader_{number}"].queryset = people
            if number > 1:
                self.fields[f"reader_{number}"].empty_label = _("Nobody")

    def answers(self) -> dict[str, Any]:
        """Return the readers as a list."""
        given = super().answers()
        chosen = [given.pop(f"reader_{n}") for n in range(1, ReaderCheck.MOST + 1)]
        return given | {"readers": [each for each in chosen if each]}


class ReaderCheckForm(forms.ModelForm):
    """The three questions."""

    class Meta:
        model = ReaderCheck
        fields = ("found", "first", "hard")
        widgets = {
            "found": ChoiceRow,
            "first": forms.Textarea(attrs={"rows": 3}),
            "hard": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["found"].choices = ReaderCheck.Found.choices  # type: ignore[attr-defined]
        self.fields["found"].required = self.fields["first"].required = True
        name_what_is_missing(self)
