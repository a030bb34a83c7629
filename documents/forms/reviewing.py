"""What the verbs of a review ask: whom, in what order, and what each reviewer answers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.forms.fields import text
from documents.models import Version
from qms.organization.fields import PersonField, by_name, people_of
from qms.organization.models import Appointment, User
from qms.records.forms import MoveForm, form_of
from qms.records.widgets import ChoiceRow

ROWS = 4  # as many as are asked at once on the page; more are passed on


def reviewers_of(version: Version, *, but: User | None = None) -> Any:
    """Return who may be asked to read a draft: colleagues, or anybody where it is for everybody."""
    people = people_of(version.unit)
    if version.document.openness == "group":
        current = Appointment.objects.current().exclude(role="external_auditor")
        there = User.objects.filter(pk__in=current.values("user"), is_active=True)
        people = by_name(people | there)
    written = version.writers.values("person")
    found = people.exclude(pk__in=written).distinct()
    return found.exclude(pk=but.pk) if but else found


@form_of(Version, "send_to_review")
class SendToReviewForm(MoveForm):
    """Who reads it, who may answer instead, and how many must approve."""

    template_name = "documents/forms/reviewers.html"
    lede = _("The reviewers read the text before it is adopted. Who has written in it cannot.")
    reviewer_1 = PersonField(label=_("First reviewer"))
    deputy_1 = PersonField(label=_("Deputy"), required=False)
    reviewer_2 = PersonField(label=_("Second reviewer"), required=False)
    deputy_2 = PersonField(label=_("Deputy"), required=False)
    reviewer_3 = PersonField(label=_("Third reviewer"), required=False)
    deputy_3 = PersonField(label=_("Deputy"), required=False)
    reviewer_4 = PersonField(label=_("Fourth reviewer"), required=False)
    deputy_4 = PersonField(label=_("Deputy"), required=False)
    in_order = forms.TypedChoiceField(
        label=_("When do they read it?"),
        choices=[
            ("all", _("All at the same time")),
            ("order", _("One after another, in this order")),
        ],
        coerce=lambda value: value == "order",
        initial="all",
        widget=ChoiceRow,
    )
    quorum = forms.IntegerField(
        label=_("How many must approve?"),
        help_text=_("Leave it empty when all must."),
        min_value=1,
        max_value=ROWS,
        required=False,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def prepare(self) -> None:
        """Offer those who may read the draft and have not written in it."""
        people = reviewers_of(self.record)
        for number in range(1, ROWS + 1):
            self.fields[f"reviewer_{number}"].queryset = people
            self.fields[f"deputy_{number}"].queryset = people
            self.fields[f"deputy_{number}"].empty_label = _("Nobody")
            if number > 1:
                self.fields[f"reviewer_{number}"].empty_label = _("Nobody")

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """The reviewers' fields, each with that of the deputy."""
        return [(self[f"reviewer_{n}"], self[f"deputy_{n}"]) for n in range(1, ROWS + 1)]

    def clean(self) -> dict[str, Any]:
        """Refuse a deputy for nobody."""
        found = super().clean() or {}
        for number in range(1, ROWS + 1):
            if found.get(f"deputy_{number}") and not found.get(f"reviewer_{number}"):
                self.add_error(f"reviewer_{number}", _("Choose whom the deputy stands in for."))
        return found

    def answers(self) -> dict[str, Any]:
        """Return the reviewers as pairs."""
        given = super().answers()
        rows = [(given.pop(f"reviewer_{n}"), given.pop(f"deputy_{n}")) for n in range(1, ROWS + 1)]
        return given | {"reviewers": [row for row in rows if row[0]]}


@form_of(Version, "approve")
class ApproveForm(MoveForm):
    """A word on the way, if any."""

    lede = _("You say that the text is right and can be adopted.")
    comment = text(_("Comment"), required=False)


@form_of(Version, "ask_for_change")
class AskForChangeForm(MoveForm):
    """What should be changed."""

    lede = _("The text becomes a draft again, and those who write it read your comment.")
    comment = text(_("What should be changed, and why?"), rows=5, most=10_000)


@form_of(Version, "pass_on")
class PassOnForm(MoveForm):
    """Who answers instead."""

    to = PersonField(label=_("Who reads it instead of you?"))
    comment = text(_("Comment"), required=False)

    def prepare(self) -> None:
        """Offer those who may read the draft, not the one who asks."""
        self.fields["to"].queryset = reviewers_of(self.record, but=self.user)
