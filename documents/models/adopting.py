"""Adopting: from approved to in force, on a day; from then on nothing of it changes."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import conditions
from documents.models.facts import VersionFacts
from documents.models.status import Status
from qms.organization.models import User
from qms.records.workdays import add_months
from qms.records.workflow import Move, transition

MOST_YEARS_AHEAD = 5


class Adopting(VersionFacts):
    """What those who decide do, and what then follows by itself."""

    class Meta:
        abstract = True

    def usual_review(self, valid_from: date) -> date:
        """Return the day of the next review by the rule of its kind."""
        return add_months(valid_from, self.document.document_type.review_months)

    @transition(
        Status.APPROVED,
        to=Status.ADOPTED,
        duty=conditions.adopting,
        address="faststall",
        main=True,
        label=gettext_lazy("Adopt"),
        told=gettext_lazy("%(actor)s adopted it."),
        needs=[conditions.NONE_WAITS, conditions.AN_OWNER],
        bars=[conditions.NOT_THE_AUTHOR],
    )
    def adopt(
        self,
        *,
        by: User,
        valid_from: date,
        review_on: date | None = None,
        decision_body: str = "",
        decision_paragraph: str = "",
        decision_number: str = "",
        hard_text_reason: str = "",
    ) -> None:
        """Decide that it applies from a day (ISO 9001, 7.5.2 c). Raises ValidationError.

        What applied before stops to apply that day. `review_on` is when it is looked through
        next; by the rule of its kind when it is not given.
        """
        today = timezone.localdate()
        review_on = review_on or self.usual_review(valid_from)
        self._check_days(today, valid_from, review_on)
        self.decision_body, self.decision_paragraph = decision_body, decision_paragraph
        self.decision_number, self.hard_text_reason = decision_number, hard_text_reason
        self._check_decision()
        self.valid_from, self.adopted_by, self.adopted_on = valid_from, by, today
        for due in self.document.versions.due():
            due.enter_force(by=None)  # a day that came while the clock stood still
        for standing in self.document.versions.standing().exclude(pk=self.pk):
            standing.ended_on = valid_from
            standing.save(update_fields=["ended_on"])
        self.also_changed |= self.document.follow_adoption(valid_from, review_on)
        self.also_changed["sha256"] = [None, self.digest]

    def _check_days(self, today: date, valid_from: date, review_on: date) -> None:
        if valid_from < today:
            raise ValidationError(
                {
                    "valid_from": _(
                        "A text cannot apply before it is adopted. Choose today or a later day."
                    )
                }
            )
        if valid_from.year > today.year + MOST_YEARS_AHEAD:
            raise ValidationError({"valid_from": _("Check the year: %d.") % valid_from.year})
        if review_on <= valid_from:
            raise ValidationError(
                {"review_on": _("The review comes after the first day. Choose a later day.")}
            )
        if review_on.year > valid_from.year + 2 * MOST_YEARS_AHEAD:
            raise ValidationError({"review_on": _("Check the year: %d.") % review_on.year})

    def _check_decision(self) -> None:
        faults = {}
        if self.document.document_type.needs_decision_number:
            for field, sentence in (
                ("decision_body", _("Write who decided, for example the council.")),
                ("decision_paragraph", _("Write the paragraph of the minutes, for example § 112.")),
                ("decision_number", _("Write the registration number of the matter.")),
            ):
                if not getattr(self, field).strip():
                    faults[field] = sentence
        if self.is_hard and not self.hard_text_reason.strip():
            faults["hard_text_reason"] = _(
                "The text is hard to read. Make it easier, or write why it must be hard."
            )
        if faults:
            raise ValidationError(faults)

    @transition(
        Status.ADOPTED,
        to=Status.IN_FORCE,
        by_clock=True,
        address="trader-i-kraft",
        label=gettext_lazy("Enters force"),
        told=gettext_lazy("It entered force."),
        needs=[conditions.ITS_DAY],
    )
    def enter_force(self, *, by: User | None = None) -> None:
        """Let the status say what the dates say; what applied before becomes superseded.

        The other versions of the document cannot move meanwhile: its row is held.
        """
        for ended in self.document.versions.outlived():
            ended.supersede(by=None)

    @transition(
        Status.IN_FORCE,
        to=Status.SUPERSEDED,
        by_clock=True,
        address="ersatts",
        label=gettext_lazy("Is superseded"),
        told=gettext_lazy("A newer version took over."),
        needs=[conditions.ENDED],
    )
    def supersede(self, *, by: User | None = None) -> None:
        """Let the status say that a newer version applies."""

    def after(self, move: Move, *, by: User | None) -> None:
        """Let it enter force at once when its day is today."""
        super().after(move, by=by)
        if move.name == "adopt" and self.valid_from and self.valid_from <= timezone.localdate():
            self.enter_force(by=None)
