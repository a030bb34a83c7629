"""ReportForm: three answers, the rest optional; sent once however often the button is pressed."""

import uuid
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.fields import KindField, OwnUnitField, long_text
from nonconformities.models import Handover, Nonconformity, Place
from qms.organization.models import User
from qms.records.fields import FilesField
from qms.records.forms import name_what_is_missing
from qms.records.personal import findings, redact
from qms.records.widgets import ChoiceRow

QUESTIONS = {
    "deviation": _("What happened?"),
    "complaint": _("What do you, or the person who told you, want to say?"),
    "near_miss": _("What nearly happened?"),
    "risk": _("What can go wrong?"),
    "idea": _("What is your idea?"),
}


class ReportForm(forms.Form):
    """What happened, where, and is it urgent."""

    uid = forms.UUIDField(widget=forms.HiddenInput(attrs={"data-kept": ""}), required=False)
    at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)
    kind = KindField(label=_("What do you want to tell us?"))
    description = long_text(
        _("What happened?"),
        help_text=_(
            "Write it as you would tell a colleague. Do not write the name or identity number "
            "of the person concerned."
        ),
        most=20_000,
    )
    unit = OwnUnitField(label=_("Where?"))
    place = forms.CharField(
        label=_("Where more exactly"),
        max_length=150,
        required=False,
        help_text=_("For example floor 2, or the kitchen"),
    )
    urgency = forms.ChoiceField(
        label=_("Is it urgent?"),
        choices=Nonconformity.Urgency.choices,
        initial=Nonconformity.Urgency.NO,
        widget=ChoiceRow(
            help={
                "harm": _("Call 112 if it is acute. Tell your manager."),
            }
        ),
    )
    files = FilesField(label=_("Photo"), required=False)  # type: ignore[assignment]
    happened_at = forms.DateTimeField(
        label=_("When did it happen?"),
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local", "class": "short"}, format="%Y-%m-%dT%H:%M"
        ),
        help_text=_("Leave empty for just now"),
    )
    correction = long_text(_("What did you do at once?"), rows=2, required=False)
    voice = forms.ChoiceField(
        label=_("Who says it?"),
        choices=Nonconformity.Voice.choices,
        required=False,
        widget=ChoiceRow(attrs={"class": "stacked"}),
    )
    contact = forms.CharField(
        label=_("How can we reach the person?"),
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-not-kept": ""}),
        help_text=_(
            "Name and telephone number may stand here. It is encrypted, and everyone who opens it "
            "is logged. It is kept when you send, not in a draft."
        ),
    )
    hides_reporter = forms.BooleanField(
        label=_("Show my name only to the quality coordinator"), required=False
    )
    send_anyway = forms.BooleanField(widget=forms.HiddenInput, required=False)

    FREE_TEXTS = ("description", "correction")
    OPTIONAL: tuple[str, ...] = ("files", "place", "happened_at", "correction")

    spot: Place | None = None  # whose code was scanned

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        self.user: User = user
        super().__init__(*args, **kwargs)
        name_what_is_missing(self)
        self.fields["description"].error_messages["required"] = _("Write what happened.")
        self.initial.setdefault("uid", uuid.uuid4())
        self.settle()

    def settle(self) -> None:
        """Say where: the place whose code was scanned, or where this person is at home."""
        code = str(self["at"].value() or "")
        self.spot = Place.objects.coded(code) if code else None
        unit: Any = self.fields["unit"]
        # Asked when it is drawn: who sends a complete answer draws nothing.
        unit.own = SimpleLazyObject(self._own_units)
        if self.spot and self.spot.is_open:
            self.initial = {**self.initial, "unit": self.spot.unit_id, "place": str(self.spot)}
        elif "unit" not in self.initial:
            self.initial["unit"] = self._home_unit

    def _own_units(self) -> list[int]:
        theirs = self.user.appointments.current().order_by("pk")
        return list(theirs.values_list("unit", flat=True))

    def _home_unit(self) -> int | None:
        """Return where this person reported last, or else where the person works."""
        here = self.user.reports.filter(handed_from=None)
        kept = here.exclude(handovers__answer=Handover.Answer.ACCEPTED)
        last = kept.order_by("-pk").values_list("unit", flat=True).first()
        own: Any = self.fields["unit"]
        return last or next(iter(own.own), None)

    @property
    def questions(self) -> Iterator[dict[str, Any]]:
        """The first question as each kind puts it; the one of the chosen kind is marked."""
        chosen = self["kind"].value()
        for kind, words in QUESTIONS.items():
            yield {"kind": kind, "words": words, "is_chosen": kind == chosen}

    @property
    def is_complaint(self) -> bool:
        """True when somebody else's words are told, so that it is asked whose."""
        return bool(self["kind"].value() == Nonconformity.Kind.COMPLAINT)

    def clean_happened_at(self) -> Any:
        """Refuse a time ahead: nothing has happened yet that will."""
        when = self.cleaned_data["happened_at"]
        if when and when > timezone.now():
            raise forms.ValidationError(_("Choose a time that has been."))
        return when

    @property
    def more(self) -> list[forms.BoundField]:
        """The questions nobody must answer."""
        return [self[name] for name in self.OPTIONAL]

    @property
    def has_more(self) -> bool:
        """True when one of them has an answer or an error, so that it is not folded away."""
        return any(field.errors or field.value() for field in self.more)

    @property
    def personal_details(self) -> list[dict[str, str]]:
        """What in the texts points at a person, as kind and text; empty once told to send."""
        if self.cleaned_data.get("send_anyway"):
            return []
        texts = (self.cleaned_data.get(name) or "" for name in self.FREE_TEXTS)
        return [
            {"kind": str(finding.kind.label), "text": text[finding.start : finding.end]}
            for text in texts
            for finding in findings(text)
        ]

    def without_personal_details(self) -> "ReportForm":
        """Return the form as it was sent, with what points at a person taken out."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name in self.FREE_TEXTS:
            data[name] = redact(data.get(name, ""))
        return self.again(data)

    def again(self, data: Any) -> "ReportForm":
        """Return the same form with other answers."""
        return type(self)(data, self.files, user=self.user)

    @property
    def facts(self) -> dict[str, Any]:
        """What the record is made of."""
        names = ("description", "unit", "place", "urgency", "happened_at", "correction",
                 "hides_reporter")  # fmt: skip
        answer = self.cleaned_data
        kind = answer["kind"] or Nonconformity.Kind.DEVIATION
        here = self.spot if self.spot and self.spot.unit_id == answer["unit"].pk else None
        return {name: answer[name] for name in names} | {
            "kind": kind,
            "voice": answer["voice"] if kind == Nonconformity.Kind.COMPLAINT else "",
            "language": "en" if get_language() == "en" else "sv",
            "from_place": here,
        }
