"""MoveForm: the questions a verb asks. One subclass per verb that asks something."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from qms.history.models import Event
from qms.organization.models import User
from qms.records.models import Record
from qms.records.workflow import Move


def name_what_is_missing(form: Any) -> None:
    """Let every required field say which question lacks its answer, so that links differ."""
    for field in form.fields.values():
        if field.label:
            question = _("Answer the question: %s") % field.label
            field.error_messages = {**field.error_messages, "required": question}


class MoveForm(forms.Form):
    """The form of one verb. Used as it stands when the verb asks nothing.

        @form_of(Nonconformity, "assess")
        class AssessForm(MoveForm): ...

    The fields' names are the verb's arguments.
    """

    lede: Any = ""  # what the verb means, in a sentence above the questions
    beside: ClassVar[str] = ""  # a template with help for just these questions

    if TYPE_CHECKING:
        fields: dict[str, Any]

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, record: Record, user: User, move: Move, **kwargs: Any) -> None:
        self.record: Any = record
        self.user, self.move = user, move
        kwargs["initial"] = {"seen": record.event_count} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.prepare()
        name_what_is_missing(self)

    def prepare(self) -> None:
        """Fit the fields to the record and the person; for subclasses."""

    @classmethod
    def of(cls, record: Record, move: Move) -> type["MoveForm"]:
        """Return the form class of a verb."""
        return _forms.get((type(record), move.name), MoveForm)

    def answers(self) -> dict[str, Any]:
        """Return the verb's arguments."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def after_url(self) -> str:
        """Return where the person goes when the verb is done: the record's own page."""
        return self.record.get_absolute_url()

    def perform(self, *, key: str | None) -> Event | None:
        """Do the verb with the answers; None when a worker will do it. Raises as the verb does."""
        verb = getattr(self.record, self.move.name)
        return verb(by=self.user, key=key, seen=self.cleaned_data.get("seen"), **self.answers())


_forms: dict[tuple[type[Record], str], type[MoveForm]] = {}
AnyMoveForm = TypeVar("AnyMoveForm", bound=type[MoveForm])


def form_of(model: type[Record], verb: str) -> Callable[[AnyMoveForm], AnyMoveForm]:
    """Class decorator: this form asks what `verb` of `model` needs to know."""

    def register(form: AnyMoveForm) -> AnyMoveForm:
        _forms[model, verb] = form
        return form

    return register


class ReasonForm(MoveForm):
    """The form of every verb that only asks why."""

    reason = forms.CharField(
        label=_("Why?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
