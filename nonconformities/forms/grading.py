"""How a deviation is assessed: severity, likelihood, and what it is about."""

from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.fields import CategoryField, KindField, long_text
from nonconformities.models import Category, Grade, Nonconformity, Obligation
from nonconformities.models.case import PERSON_INFORMED
from nonconformities.similar import Similar
from qms.records.forms import MoveForm, form_of
from qms.records.models import Rule
from qms.records.widgets import ChoiceRow
from qms.requirements.fields import RequirementsField, newest_edition
from qms.requirements.models import Clause


class GradingForm(MoveForm):
    """How serious, how likely, and what it is about: shared by both assessments."""

    template_name = "nonconformities/forms/grading.html"
    beside = "nonconformities/parts/matrix.html"

    kind = KindField()
    title = forms.CharField(
        label=_("Heading"),
        max_length=150,
        help_text=_("A few words that say what it is about. No names."),
    )
    severity = forms.TypedChoiceField(
        label=_("How serious was it, or could it have been?"), coerce=int, widget=ChoiceRow
    )
    likelihood = forms.TypedChoiceField(
        label=_("How likely is it to happen again?"), coerce=int, widget=ChoiceRow
    )
    category = CategoryField(
        label=_("What is it about?"), queryset=Category.objects.none(), empty_label=_("Choose")
    )
    requirements = RequirementsField(
        label=_("Which requirements does it concern?"), queryset=Clause.objects.none()
    )
    is_secret = forms.BooleanField(
        label=_("Keep secret outside the unit's own line"),
        required=False,
        help_text=_("Others see that the case exists, but not its text."),
    )

    def prepare(self) -> None:
        """Fill the grades with their guidance, and the categories that fit the service."""
        for axis in Grade.Axis:
            grades = Grade.scale(axis.value)
            field = self.fields[axis.value]
            field.choices = [(grade.value, f"{grade.value}. {grade.name}") for grade in grades]
            field.widget.help = {str(grade.value): grade.guidance for grade in grades}
        case = self.record
        self.fields["category"].queryset = Category.objects.for_unit(case.unit).filter(
            parent__isnull=False
        )
        self.fields["requirements"].queryset = Clause.objects.filter(
            edition=newest_edition()
        ).order_by("sort_key")
        for name in ("kind", "title", "severity", "likelihood", "category", "is_secret"):
            self.initial.setdefault(name, getattr(case, name))
        if case.kind == case.Kind.IDEA:  # nothing went wrong
            self.initial["severity"] = self.initial["severity"] or 1
            self.initial["likelihood"] = self.initial["likelihood"] or 1
        self.fields["kind"].keep(case.kind)
        self.initial["title"] = self.initial["title"] or case.heading

    @property
    def has_chosen_requirements(self) -> bool:
        """True when some are chosen: then they are shown at once."""
        return bool(self["requirements"].value())

    @property
    def serious_from(self) -> int:
        """The score from which the area manager decides."""
        return Rule.value_of(Rule.Code.SERIOUS_SCORE)

    @property
    def matrix_columns(self) -> list[str]:
        """The words of likelihood, the rarest first."""
        return [grade.name for grade in Grade.scale("likelihood")]

    @property
    def matrix_rows(self) -> list[dict[str, Any]]:
        """The sixteen scores, the worst row first; what is chosen is marked."""
        chosen = (str(self["severity"].value()), str(self["likelihood"].value()))
        return [
            {
                "label": row.name,
                "cells": [
                    _cell(row.value * column.value, (str(row.value), str(column.value)) == chosen)
                    for column in Grade.scale("likelihood")
                ],
            }
            for row in reversed(Grade.scale("severity"))
        ]


def _cell(score: int, chosen: bool) -> dict[str, Any]:
    small, serious = (
        Rule.value_of(Rule.Code.CORRECTED_SCORE),
        Rule.value_of(Rule.Code.SERIOUS_SCORE),
    )
    urgent = Rule.value_of(Rule.Code.URGENT_SCORE)
    level = 1 + (score > small) + (score >= serious) + (score >= urgent)
    return {"score": score, "level": level, "chosen": chosen}


@form_of(Nonconformity, "assess")
class AssessForm(GradingForm):
    """The manager's first look."""

    beside = "nonconformities/parts/assessing.html"
    lede = _("It takes about two minutes. You can change the assessment later.")
    person_informed = forms.ChoiceField(
        label=_("Is the person concerned informed?"),
        choices=PERSON_INFORMED,
        widget=ChoiceRow,
        required=False,
    )

    @cached_property
    def similar(self) -> Similar:
        """What may be the same event."""
        return Similar(self.record, self.user)

    prompts = forms.MultipleChoiceField(
        label=_("Is the answer yes to any of this?"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "stacked"}),
        help_text=_(
            "Tick every yes. A yes means that it is examined under a law as well. Neither the one "
            "who reported nor those who only follow the case see that."
        ),
    )

    def prepare(self) -> None:
        """Ask in plain words what the laws of this service are about."""
        super().prepare()
        asked = Obligation.objects.asked_at(self.record.unit)
        self.fields["prompts"].choices = [
            (f"{each.code}:{place}", question)
            for each in asked
            for place, question in enumerate(each.questions)
        ]

    def answers(self) -> dict[str, Any]:
        """Return the answers; of the questions about laws, which laws were meant."""
        given = super().answers()
        return given | {"prompts": sorted({each.split(":")[0] for each in given["prompts"]})}


@form_of(Nonconformity, "reassess")
class ReassessForm(GradingForm):
    """A corrected assessment, with the reason for it."""

    reason = long_text(_("Why is the assessment changed?"), rows=2)

    def prepare(self) -> None:
        """Begin with what was assessed last."""
        super().prepare()
        self.initial.setdefault("requirements", list(self.record.requirements.all()))
