"""What the verbs of an examination by law ask. What is written here is sealed."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models import Clock, Nonconformity, Obligation, Track
from qms.organization.fields import PersonField, people_of
from qms.organization.forms import day_field
from qms.organization.models import User
from qms.records.forms import MoveForm, form_of
from qms.records.widgets import ChoiceRow

_SEALED = _("What you write is encrypted. Everyone who opens it is logged.")


def _sealed_text(label: Any, *, rows: int = 4, **options: Any) -> forms.CharField:
    """Return a field for text that is sealed: names may stand there, so nothing warns of them."""
    return forms.CharField(
        label=label, max_length=10_000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def _moment(**options: Any) -> forms.DateTimeField:
    attrs = {"type": "datetime-local", "class": "short"}
    return forms.DateTimeField(
        widget=forms.DateTimeInput(attrs=attrs, format="%Y-%m-%dT%H:%M"), **options
    )


@form_of(Track, "examine")
class ExamineForm(MoveForm):
    """When we came to know: some clocks count from there."""

    known_at = _moment(
        label=_("When did we come to know?"),
        help_text=_("When somebody who works here first knew. Some clocks count from that time."),
    )

    def prepare(self) -> None:
        """Begin with the time of the report."""
        self.initial.setdefault("known_at", timezone.localtime(self.record.known_at))


@form_of(Track, "write_entry")
class WriteEntryForm(MoveForm):
    """One thing, when, from where, and if it is a fact."""

    lede = _SEALED
    field = forms.ChoiceField(label=_("What do you write about?"))
    text = _sealed_text(_("What is there to say?"))
    source = forms.CharField(
        label=_("Where does it come from?"),
        max_length=300,
        help_text=_("For example: a talk with the one concerned, the journal, own eyes."),
    )
    noted_on = day_field(label=_("Which day?"))
    is_judgement = forms.TypedChoiceField(
        label=_("Is it a fact or a judgement?"),
        choices=[("fact", _("A fact")), ("judgement", _("Somebody's judgement"))],
        coerce=lambda value: value == "judgement",
        initial="fact",
        widget=ChoiceRow,
    )

    def prepare(self) -> None:
        """Offer what this law asks for; today is the usual day."""
        self.fields["field"].choices = [*self.record.obligation.headings.items()]
        self.initial.setdefault("noted_on", timezone.localdate())


@form_of(Track, "open_entries")
class OpenEntriesForm(MoveForm):
    """Why somebody needs to read."""

    lede = _("Your name and the time are logged before the details are shown.")
    reason = forms.CharField(label=_("Why do you need to read them?"), max_length=300)

    def after_url(self) -> str:
        """Return the page, where they are shown for some minutes."""
        return f"{self.record.get_absolute_url()}#skrivet"


@form_of(Track, "rule_out")
class RuleOutForm(MoveForm):
    """Why the law does not apply."""

    lede = _SEALED
    reason = _sealed_text(_("Why does it not fall under this law?"), rows=3)


@form_of(Track, "decide")
class DecideTrackForm(MoveForm):
    """Is it so serious that the authority must be told?"""

    lede = _SEALED
    outcome = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=Track.Outcome.choices,
        widget=ChoiceRow(attrs={"class": "stacked"}),
    )
    reason = _sealed_text(_("Why?"), rows=3)


@form_of(Track, "register_sent")
class RegisterSentForm(MoveForm):
    """What was sent when, and the number it was registered under."""

    lede = _(
        "Send it in the authority's own service, never by e-mail. Here you only write down that "
        "it is done."
    )
    clock = forms.ModelChoiceField(
        label=_("What was sent?"), queryset=Clock.objects.none(), empty_label=None
    )
    sent_at = _moment(label=_("When was it sent?"))
    diary_number = forms.CharField(
        label=_("Registration number"),
        max_length=60,
        help_text=_("The number it has in our register. No names."),
    )

    def prepare(self) -> None:
        """Offer what is left to send, the most urgent first."""
        clocks = self.record.clocks.running().filter(purpose="send")
        self.fields["clock"].queryset = clocks
        if first := clocks.first():
            self.initial.setdefault("clock", first.pk)
        self.initial.setdefault("sent_at", timezone.localtime())


@form_of(Track, "close")
class CloseTrackForm(MoveForm):
    """The authority's answer, if any."""

    lede = _SEALED
    answered_on = day_field(label=_("When did the authority answer?"), required=False)
    note = _sealed_text(_("What did it say, in short?"), rows=3, required=False)


@form_of(Track, "examine_again")
class ExamineAgainForm(MoveForm):
    """Why it is taken up again."""

    lede = _SEALED
    reason = _sealed_text(_("Why?"), rows=3)


@form_of(Track, "assign")
class AssignTrackForm(MoveForm):
    """Who examines it."""

    lede = _("The one you choose then knows that this examination exists.")
    responsible = PersonField(label=_("Who is responsible?"))

    def prepare(self) -> None:
        """Offer the people of the authority."""
        self.fields["responsible"].queryset = people_of(self.record.unit)
        self.initial.setdefault("responsible", self.record.responsible_id)


class LawForm(forms.Form):
    """Under which law a case is to be examined."""

    obligation = forms.ModelChoiceField(
        label=_("Under which law?"),
        queryset=Obligation.objects.none(),
        widget=forms.RadioSelect(attrs={"class": "stacked"}),
        error_messages={"required": _("Choose a law.")},
    )

    def __init__(self, *args: Any, case: Nonconformity, user: User, **kwargs: Any) -> None:
        self.case, self.user = case, user
        super().__init__(*args, **kwargs)
        asked = Obligation.objects.asked_at(case.unit)
        self.fields["obligation"].queryset = asked  # type: ignore[attr-defined]

    def begin(self) -> Track:
        """Begin the examination, or return the one that runs already."""
        return Track.ask_for(self.case, self.cleaned_data["obligation"], by=self.user)
