"""What each verb of a deviation asks, save the assessments (grading.py).

The fields' names are the verb's arguments.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.closing import ClosingForm, sharing
from nonconformities.forms.fields import long_text
from nonconformities.models import Action, Cause, EffectCheck, Nonconformity
from qms.history.models import Event
from qms.organization.fields import PersonField, people_of
from qms.records.fields import FilesField
from qms.records.forms import MoveForm, ReasonForm, form_of
from qms.records.models import Rule
from qms.records.widgets import ChoiceRow


@form_of(Nonconformity, "dismiss")
class DismissForm(MoveForm):
    """Why it is no deviation."""

    lede = _("Dismiss what is not a deviation. The one who reported reads your reason.")
    reason = long_text(_("Why is it not a deviation?"), rows=3)


@form_of(Nonconformity, "reconsider")
class ReconsiderForm(ReasonForm):
    """Why it is taken up again."""


@form_of(Nonconformity, "take_back")
class TakeBackForm(ReasonForm):
    """Why it should not have been imported."""

    lede = _("The number is kept and not given again. The case is no longer shown to anybody.")

    def after_url(self) -> str:
        """Go to the list: the case has no page any more."""
        return reverse("nonconformities:index")


@form_of(Nonconformity, "reopen")
class ReopenForm(ReasonForm):
    """Why it is opened again."""

    lede = _("A new round begins: find the cause again, decide on actions, check the effect.")


@form_of(Nonconformity, "close_as_corrected")
class CloseAsCorrectedForm(ClosingForm):
    """The short way for small things."""

    lede = _("For small things that are put right and have not happened before.")
    correction = long_text(_("What was done to put it right?"), rows=3)
    reason = long_text(_("Why is nothing more needed?"), rows=2)
    answer = long_text(_("Answer to the one who reported"), rows=3, required=False)
    lesson = long_text(_("What can others learn? One sentence is enough."), rows=2, required=False)
    share = sharing()

    def prepare(self) -> None:
        """Begin with what the reporter said was done; an idea is asked about as an idea."""
        super().prepare()
        self.initial.setdefault("correction", self.record.correction)
        if self.record.kind == self.record.Kind.IDEA:
            self.lede = _("An idea needs no search for a cause. Say what you do with it.")
            self.fields["correction"].label = _("What do you do with the idea?")
            self.fields["reason"].label = _("Why?")


@form_of(Nonconformity, "start_investigation")
class StartInvestigationForm(MoveForm):
    """Who finds out why."""

    investigator = PersonField(label=_("Who finds out why it happened?"))
    plan = long_text(_("How will you go about it?"), rows=3, required=False)

    def prepare(self) -> None:
        """Offer the people of the authority, the one who acts first."""
        self.fields["investigator"].queryset = people_of(self.record.unit)
        self.initial.setdefault("investigator", self.user.pk)


@form_of(Nonconformity, "add_cause")
class CauseForm(MoveForm):
    """Why it happened: a chain of whys, a branch of the fishbone, or own words."""

    template_name = "nonconformities/forms/cause.html"
    lede = _("Look for the cause in the way of working, not in the person.")
    method = forms.ChoiceField(
        label=_("How do you want to go about it?"),
        choices=Cause.Method.choices,
        initial=Cause.Method.WHYS,
        widget=ChoiceRow(
            help={
                "whys": _("Ask why, and why again, until you reach something you can change."),
                "fishbone": _("Write one cause and say which branch it belongs to."),
                "free": _("Write the cause as you see it."),
            }
        ),
    )
    why_1 = long_text(_("Why did it happen?"), rows=2)
    why_2 = long_text(_("Why was that?"), rows=2, required=False)
    why_3 = long_text(_("And why was that?"), rows=2, required=False)
    why_4 = long_text(_("And why?"), rows=2, required=False)
    why_5 = long_text(_("What lies underneath?"), rows=2, required=False)
    branch = forms.ChoiceField(
        label=_("Which branch does it belong to?"), choices=Cause.Branch.choices, required=False
    )

    def answers(self) -> dict[str, Any]:
        """Return the whys as a chain; the other ways ask one question only."""
        method = self.cleaned_data["method"]
        last = 6 if method == Cause.Method.WHYS else 2
        given = [self.cleaned_data.get(f"why_{n}") for n in range(1, last)]
        branch = self.cleaned_data["branch"] if method == Cause.Method.FISHBONE else ""
        return {"method": method, "branch": branch, "texts": [text for text in given if text]}

    @property
    def deeper(self) -> list[forms.BoundField]:
        """The whys after the first."""
        return [self[f"why_{n}"] for n in range(2, 6)]


@form_of(Nonconformity, "withdraw_cause")
class WithdrawCauseForm(MoveForm):
    """Which cause did not hold, and why."""

    cause = forms.ModelChoiceField(
        label=_("Which cause?"), queryset=Cause.objects.none(), empty_label=_("Choose")
    )
    reason = long_text(_("Why does it not hold?"), rows=2, most=300)

    def prepare(self) -> None:
        """Offer the root causes of this round that still stand."""
        self.fields["cause"].queryset = self.record.causes.roots().filter(round=self.record.round)


@form_of(Nonconformity, "answer_extent")
class ExtentForm(MoveForm):
    """Where else it may exist."""

    lede = _("A cause found in one place is looked for in the others.")
    extent = long_text(
        _("Where did you look, and what did you find?"),
        rows=3,
        help_text=_("“We asked the other groups: it does not happen there” is a good answer."),
    )

    def prepare(self) -> None:
        """Begin with what has been answered."""
        self.initial.setdefault("extent", self.record.extent)


@form_of(Nonconformity, "plan_action")
class PlanActionForm(MoveForm):
    """What is done about a cause."""

    template_name = "nonconformities/forms/plan.html"
    lede = _("Change the way of working. To remind people is seldom enough.")
    kind = forms.ChoiceField(
        label=_("What kind of action is it?"),
        choices=Action.Kind.choices,
        initial=Action.Kind.CORRECTIVE,
        widget=ChoiceRow,
    )
    cause = forms.ModelChoiceField(
        label=_("Which cause does it remove?"),
        queryset=Cause.objects.none(),
        required=False,
        empty_label=_("Choose"),
        help_text=_("An action so that it does not happen again always hangs on a cause."),
        error_messages={"required": _("Choose which cause the action removes.")},
    )
    description = long_text(_("What is to be done?"), rows=3)
    responsible = PersonField(label=_("Who does it?"))
    due_on = forms.DateField(
        label=_("Last day"), widget=forms.DateInput(attrs={"type": "date", "class": "short"})
    )
    criterion = long_text(
        _("How will you see that it helped?"),
        rows=2,
        required=False,
        help_text=_("For example: no wrong doses during two months."),
        error_messages={"required": _("Say how you will see that it helped.")},
    )
    effect_on = forms.DateField(
        label=_("When do you check that it helped?"),
        required=False,
        error_messages={"required": _("Say when you check that it helped.")},
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}),
    )

    def prepare(self) -> None:
        """Offer this round's root causes and the people of the authority."""
        roots = self.record.causes.roots().filter(round=self.record.round)
        self.fields["cause"].queryset = roots
        self.fields["responsible"].queryset = people_of(self.record.unit)
        if latest := roots.last():
            self.initial.setdefault("cause", latest.pk)
        wait = timedelta(days=Rule.value_of(Rule.Code.EFFECT_DAYS))
        self.initial.setdefault("effect_on", timezone.localdate() + wait)

        is_corrective = self.data.get("kind", Action.Kind.CORRECTIVE) == Action.Kind.CORRECTIVE
        for name in ("cause", "criterion", "effect_on"):
            self.fields[name].required = is_corrective

    @property
    def promise(self) -> list[forms.BoundField]:
        """What every action answers."""
        return [self[name] for name in ("description", "responsible", "due_on")]

    @property
    def effect(self) -> list[forms.BoundField]:
        """How and when one sees that a corrective action helped."""
        return [self["criterion"], self["effect_on"]]


@form_of(Nonconformity, "decide_actions")
class DecideActionsForm(MoveForm):
    """The decision itself."""

    lede = _("You decide that these actions are the right ones for the causes found.")
    note = long_text(_("Note to the decision"), rows=2, required=False)


@form_of(Nonconformity, "approve_effect")
class ApproveEffectForm(ClosingForm):
    """Did it help? Then close; if not, a new round begins."""

    lede = _("Closing needs an answer that can be shown.")
    outcome = forms.ChoiceField(
        label=_("Did it help?"),
        choices=EffectCheck.Outcome.choices,
        widget=ChoiceRow(
            help={"no": _("A new round begins: look for the cause again. Only say how you know.")}
        ),
    )
    evidence = long_text(_("How do you know?"), rows=3)
    lesson = long_text(_("What can others learn? One sentence is enough."), rows=2)
    share = sharing()
    answer = long_text(
        _("Answer to the one who reported"),
        rows=3,
        help_text=_("Two sentences: what was done, and thank you."),
    )
    routine_changed = forms.BooleanField(label=_("A routine was changed"), required=False)
    risks_updated = forms.BooleanField(label=_("The risk list was updated"), required=False)
    group_told = forms.BooleanField(label=_("The working group has been told"), required=False)

    def prepare(self) -> None:
        """Ask for an answer only when somebody waits for one, and it has an end to tell of."""
        super().prepare()
        case = self.record
        told = case.is_reachable and not case.tries_id
        self.fields["answer"].required = told or case.merged.exists()
        if self.data.get("outcome") == EffectCheck.Outcome.NO:
            self.fields["answer"].required = self.fields["lesson"].required = False

    def perform(self, *, key: str | None) -> Event | None:
        """Close, or begin a new round: one question, two ways on."""
        if self.cleaned_data["outcome"] != EffectCheck.Outcome.NO:
            return super().perform(key=key)
        seen, reason = self.cleaned_data.get("seen"), self.cleaned_data["evidence"]
        verb = self.record.end_trial if self.record.tries_id else self.record.reject_effect
        return verb(by=self.user, key=key, seen=seen, reason=reason)


@form_of(Nonconformity, "reject_effect")
class RejectEffectForm(MoveForm):
    """It did not help."""

    lede = _("A new round begins. What was done so far stays on the record.")
    reason = long_text(_("How do you see that it did not help, and what was missed?"), rows=3)


@form_of(Nonconformity, "assign")
class AssignForm(MoveForm):
    """Who answers for the next step."""

    responsible = PersonField(label=_("Who is responsible?"))
    reason = long_text(_("Why?"), rows=2, required=False)

    def prepare(self) -> None:
        """Offer the people of the authority."""
        self.fields["responsible"].queryset = people_of(self.record.unit)
        self.initial.setdefault("responsible", self.record.responsible_id)


@form_of(Nonconformity, "comment")
class CommentForm(MoveForm):
    """A word about the case."""

    text = long_text(_("Comment"), rows=3)
    to_reporter = forms.BooleanField(label=_("The one who reported may read this"), required=False)

    def prepare(self) -> None:
        """The reporter's own comment is always readable to the reporter."""
        if self.user.pk == self.record.reported_by_id:
            del self.fields["to_reporter"]
            self.fields["text"].label = _("Write to those who handle your report")
        elif not self.record.is_reachable:
            del self.fields["to_reporter"]


@form_of(Nonconformity, "attach")
class AttachForm(MoveForm):
    """Photographs and documents."""

    files = FilesField(label=_("Photographs or documents"))  # type: ignore[assignment]


@form_of(Nonconformity, "protect_details")
class ProtectDetailsForm(MoveForm):
    """Details that point at a person."""

    lede = _("Kept encrypted, apart from the case. Everyone who opens them is logged.")
    details = forms.CharField(
        label=_("Protected details"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Added after what stands here already, with your name and the time."),
    )


@form_of(Nonconformity, "open_protected")
class OpenProtectedForm(MoveForm):
    """Why somebody needs to read the protected details."""

    lede = _("Your name and the time are logged before the details are shown.")
    reason = forms.CharField(label=_("Why do you need to read them?"), max_length=300)

    def after_url(self) -> str:
        """Return the page that shows them for some minutes."""
        return reverse("nonconformities:protected", args=[self.record.number])
