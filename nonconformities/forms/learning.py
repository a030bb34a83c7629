"""What is asked when others are asked, when a lesson is shared, and when one is tried."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef
from django.forms.models import ModelChoiceIterator, ModelChoiceIteratorValue
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.checked import CheckedText
from nonconformities.forms.fields import long_text
from nonconformities.forms.joining import in_a_line
from nonconformities.models import ExtentAnswer, ExtentQuestion, Lesson, Nonconformity
from nonconformities.models.crossing import GROUND_HELP, Ground
from nonconformities.similar import MOST_OFFERED
from qms.organization.alphabet import swedish_key
from qms.organization.duties import Duty
from qms.organization.fields import PersonField, UnitField, people_of
from qms.organization.forms import day_field
from qms.organization.models import Unit
from qms.records.forms import MoveForm, ReasonForm, form_of
from qms.records.models import Rule
from qms.records.widgets import ChoiceRow
from qms.records.workdays import add_working_days

# --- Can it exist with others? -------------------------------------------------------------------


class _ServiceIterator(ModelChoiceIterator):
    """The units under the name of their kind of service; the asking unit's own kind first."""

    def __iter__(self) -> Iterator[Any]:
        """Yield one group per kind of service."""
        own = getattr(self.field, "service", "")
        named = [(self._group(unit), unit) for unit in self.queryset]
        named.sort(key=lambda pair: (pair[1].service != own, *map(swedish_key, pair[0:1]),
                                     swedish_key(pair[1].name)))  # fmt: skip
        for group, members in groupby(named, key=lambda pair: pair[0]):
            yield group, [self._choice(unit) for _group, unit in members]

    def _group(self, unit: Unit) -> str:
        return unit.get_service_display() or gettext("Other services")

    def _choice(self, unit: Unit) -> tuple[ModelChoiceIteratorValue, str]:
        return ModelChoiceIteratorValue(self.field.prepare_value(unit), unit), unit.name


class UnitsField(forms.ModelMultipleChoiceField):
    """Tick units; those with the asking unit's kind of service stand first."""

    iterator = _ServiceIterator
    widget = forms.CheckboxSelectMultiple(attrs={"class": "stacked"})
    service = ""


def _askable(case: Nonconformity) -> Any:
    """Return the open units without units below them, save the case's own."""
    below = Unit.objects.open().filter(parent=OuterRef("pk"))
    leaves = Unit.objects.open().exclude(Exists(below)).exclude(pk=case.unit_id)
    return leaves.filter(in_scope=True)


_GROUND_HELP = {**GROUND_HELP, "masked": _("The question says nothing that points at a person.")}


@form_of(Nonconformity, "ask_others")
class AskOthersForm(CheckedText):
    """The question, and to whom it goes."""

    OUTWARD = ("text",)
    DECISION = ("ground", "ground_note", "decided_by")
    beside = "nonconformities/parts/asking.html"
    lede = _(
        "Your question is read outside your unit, also in other boards and companies. They see "
        "only what you write here and the category, never the report. Write no names."
    )
    text = long_text(
        _("What do you want them to look for?"),
        rows=3,
        most=2000,
        help_text=_("For example: are the medicine cabinets locked when nobody is in the room?"),
    )
    units = UnitsField(label=_("Which units do you ask?"), queryset=Unit.objects.none())
    due_on = day_field(label=_("Last day to answer"))
    ground = forms.ChoiceField(
        label=_("Why may the question go there?"),
        choices=Ground.choices,
        required=False,
        widget=ChoiceRow(attrs={"class": "stacked"}, help=_GROUND_HELP),
        help_text=_(
            "What the case is about is under secrecy. A unit of another authority, or any unit "
            "when the case is marked secret, is asked only when somebody has decided it."
        ),
    )
    ground_note = long_text(_("More about the ground"), rows=2, required=False)
    decided_by = PersonField(label=_("Who has decided?"), required=False)

    def prepare(self) -> None:
        """Suggest the units with the same kind of service, and the usual time to answer."""
        super().prepare()
        case = self.record
        self.fields["decided_by"].queryset = people_of(case.unit)
        self.initial.setdefault("decided_by", self.user.pk)
        for name in self.DECISION:
            if case.is_secret or case.unit.secrecy_area:
                self.fields[name].one_of_two = True  # asked for when a border is crossed
            else:
                del self.fields[name]
        units = self.fields["units"]
        units.queryset, units.service = _askable(case), case.unit.service
        alike = [unit.pk for unit in units.queryset if unit.service == case.unit.service]
        self.initial.setdefault("units", alike if case.unit.service else [])
        days = Rule.value_of(Rule.Code.EXTENT_DAYS)
        self.initial.setdefault("due_on", add_working_days(timezone.localdate(), days))


@form_of(Nonconformity, "withdraw_question")
class WithdrawQuestionForm(MoveForm):
    """Which question, and why."""

    lede = _("Those who have not answered are asked no longer. What has been answered stays.")
    question = forms.ModelChoiceField(
        label=_("Which question?"), queryset=ExtentQuestion.objects.none(), empty_label=None
    )
    reason = long_text(_("Why?"), rows=2)

    def prepare(self) -> None:
        """Offer the questions that still wait for answers."""
        standing = self.record.extent_questions.standing().filter(answers__status="asked")
        self.fields["question"].queryset = standing.distinct()


@form_of(Nonconformity, "pass_answers")
class PassAnswersForm(ReasonForm):
    """Why one does not wait."""

    lede = _("Those who have not answered still can, and their answers come here.")


@form_of(ExtentAnswer, "answer")
class ExtentAnswerForm(CheckedText):
    """Yes or no, and how one knows: a minute on the phone."""

    OUTWARD = ("reason",)
    lede = _("Your answer is read by those who asked, also when they work in another board.")
    verdict = forms.ChoiceField(
        label=_("Can it exist with you?"), choices=ExtentAnswer.Verdict.choices, widget=ChoiceRow
    )
    reason = long_text(_("Why, or how do you know?"), rows=3, most=2000)
    linked = forms.ModelChoiceField(
        label=_("Do you have a case about it already?"),
        queryset=Nonconformity.objects.none(),
        required=False,
        empty_label=_("No, make one for us if the answer is yes"),
    )

    def prepare(self) -> None:
        """Offer the unit's own open cases."""
        super().prepare()
        own = Nonconformity.objects.readable_to(self.user).filter(unit=self.record.unit_id)
        latest = own.reported().open().order_by("-reported_at").values("pk")[:MOST_OFFERED]
        field = self.fields["linked"]
        field.queryset = Nonconformity.objects.filter(pk__in=latest).for_page()
        field.label_from_instance = in_a_line


# --- Lessons -------------------------------------------------------------------------------------


@form_of(Nonconformity, "share_lesson")
class ShareLessonForm(CheckedText):
    """The words of the card."""

    OUTWARD = ("text", "done")
    lede = _(
        "The card is read by everybody in the group. It shows the category and the kind of "
        "service, not the case. A small unit, and one under secrecy, is not named."
    )
    text = long_text(_("What can others learn? One sentence is enough."), rows=2, most=1000)
    done = long_text(_("What did you do?"), rows=3, most=2000, required=False)

    def prepare(self) -> None:
        """Begin with the lesson written when the case was closed."""
        super().prepare()
        self.initial.setdefault("text", self.record.lesson)


@form_of(Nonconformity, "end_trial")
class EndTrialForm(ReasonForm):
    """How one saw that it did not help here."""

    lede = _("That something did not help is worth knowing: the lesson says that it was tried.")
    reason = long_text(_("How do you see that it did not help?"), rows=3)


@form_of(Lesson, "try_out")
class TryOutForm(MoveForm):
    """Where, what, who, and how one sees if it helped."""

    lede = _("It becomes a suggestion for improvement at your unit, with one action.")
    at = UnitField(label=_("Where do you try it?"), queryset=Unit.objects.none())
    description = long_text(_("What is to be done?"), rows=3)
    responsible = PersonField(label=_("Who does it?"))
    due_on = day_field(label=_("Last day"))
    criterion = long_text(_("How will you see that it helped?"), rows=2)
    effect_on = day_field(label=_("When do you check that it helped?"))

    def prepare(self) -> None:
        """Offer one's own units and the people there; begin with what the others did."""
        mine = Unit.objects.open().where(self.user, Duty.HANDLE_NONCONFORMITIES)
        self.fields["at"].queryset = mine
        own = mine.filter(pk__in=self.user.workplaces)
        first = own.filter(service=self.record.service).first() or own.first() or mine.first()
        if first:
            self.initial.setdefault("at", first.pk)
            self.fields["responsible"].queryset = people_of(first)
        self.initial.setdefault("responsible", self.user.pk)
        self.initial.setdefault("description", self.record.done or self.record.text)
        wait = timedelta(days=Rule.value_of(Rule.Code.EFFECT_DAYS))
        self.initial.setdefault("effect_on", timezone.localdate() + wait)


@form_of(Lesson, "withdraw")
class WithdrawLessonForm(ReasonForm):
    """Why it is no longer shown."""
