"""What is asked before a report of a deviation is made."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonconformities.models import Nonconformity
from nonconformities.paper.variants import Variant
from qms.records.forms import MoveForm, form_of
from qms.records.models import Access, Work
from qms.records.refusals import Refused
from qms.records.widgets import ChoiceRow

TASK = "nonconformities.tasks.make_report"


@form_of(Nonconformity, "issue_report")
class IssueReportForm(MoveForm):
    """Which report; it is made by a worker, and the person goes to the page of that work."""

    lede = gettext_lazy(
        "The report shows what holds now. It is kept as it is, with its fingerprint, and stands "
        "among the issued reports of the case."
    )
    variant = forms.ChoiceField(
        label=gettext_lazy("Which report?"),
        choices=Variant.choices,
        widget=ChoiceRow(attrs={"class": "stacked"}),
    )

    def prepare(self) -> None:
        """Offer all of it only to who may read all of it."""
        if self.record.access_of(self.user) != Access.FULL:
            rest = [choice for choice in Variant.choices if choice[0] != Variant.FULL]
            self.fields["variant"].choices = rest

    def perform(self, *, key: str | None) -> None:
        """Ask for it. Raises Refused when the verb is not open to the person now."""
        refused: Refused | None = self.record.refusal(self.user, self.move)
        if refused:
            raise refused
        self.work = Work.ask(
            TASK, by=self.user, heading=_("Report of %(number)s") % {"number": self.record.number},
            case=self.record.pk, variant=self.cleaned_data["variant"],
        )  # fmt: skip

    def after_url(self) -> str:
        """Go to the page of the work."""
        return self.work.get_absolute_url()
