"""What is asked when two cases become one, or several are looked into together."""

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.fields import long_text
from nonconformities.models import Nonconformity
from nonconformities.similar import MOST_OFFERED, joinable
from qms.records.forms import MoveForm, ReasonForm, form_of
from qms.records.search import full_number


class JoinableField(forms.ModelMultipleChoiceField):
    """Tick cases; each says its number, heading, unit and day."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "stacked"})

    def label_from_instance(self, obj: Any) -> str:
        """Return the case in a line."""
        return in_a_line(obj)


def in_a_line(case: Nonconformity) -> str:
    """Return number, heading, unit and day of a case."""
    day = date_format(case.reported_at, "j F Y") if case.reported_at else ""
    return f"{case.number} · {case.heading} · {case.unit} · {day}"


@form_of(Nonconformity, "merge_into")
class MergeForm(MoveForm):
    """Which case is the main one."""

    lede = _(
        "For two reports of the same event. This one ends, and the one who reported it follows "
        "the main case and gets its answer. Different events with the same cause? Choose “Look "
        "into several together” instead."
    )
    main = forms.ChoiceField(
        label=_("Which one do you go on with?"), required=False, widget=forms.RadioSelect
    )
    reason = long_text(_("How do you see that it is the same?"), rows=2, required=False)

    def prepare(self) -> None:
        """Offer the likely ones, and any other by its number."""
        offered = list(joinable(self.record, self.user)[:MOST_OFFERED])
        self.fields["main"].choices = [
            *((case.number, in_a_line(case)) for case in offered),
            ("", _("Another one, by its number")),
        ]
        self.fields["number"] = forms.CharField(
            label=_("Number of the other case"),
            max_length=30,
            required=False,
            help_text=_("For example AVV-2026-0142"),
        )
        self.order_fields(["main", "number", "reason"])
        self.fields["main"].one_of_two = self.fields["number"].one_of_two = True

    def clean(self) -> dict[str, Any]:
        """Find the case that was ticked or written. Raises ValidationError when there is none."""
        answers = super().clean() or {}
        written = answers.pop("number", "")
        number = answers.get("main") or full_number(written) or written
        readable = Nonconformity.objects.readable_to(self.user)
        answers["main"] = readable.filter(number=number or None).first()
        if answers["main"] is None and not self.errors:
            self.add_error(*self._missing(written))
        return answers

    def _missing(self, written: str) -> tuple[str, Any]:
        """Return where, and how, it is said that no case was found."""
        if not written:
            return "main", _("Choose the case to go on with, or write its number.")
        said = gettext("There is no case %(number)s that you can read. Check the number.")
        return "number", said % {"number": written}


@form_of(Nonconformity, "split_off")
class SplitOffForm(ReasonForm):
    """Why it was another thing after all."""

    lede = _("It becomes a case of its own again and begins with an assessment.")


@form_of(Nonconformity, "gather")
class GatherForm(MoveForm):
    """Which cases are looked into together with this one."""

    lede = _(
        "Look for the common cause here. The others stay open, and may be closed as corrected "
        "once the common cause is written down here."
    )
    cases = JoinableField(label=_("Which ones?"), queryset=Nonconformity.objects.none())
    reason = long_text(_("What do they have in common?"), rows=2, required=False)

    def prepare(self) -> None:
        """Offer those of the same kind or the same unit that belong to no group."""
        alone = joinable(self.record, self.user).filter(parent=None, children=None)
        offered = [case.pk for case in alone[:MOST_OFFERED]]
        self.fields["cases"].queryset = alone.filter(pk__in=offered)


@form_of(Nonconformity, "leave_group")
class LeaveGroupForm(ReasonForm):
    """Why it is looked into by itself."""
