"""Reviewing: several people read a draft, at once or in order, and answer (ISO 9001, 7.5.2 c)."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import conditions
from documents.models.facts import VersionFacts
from documents.models.review import Review
from documents.models.status import Status
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.workflow import Move, transition

Turn = tuple[User, User | None]  # the reviewer, and who may answer instead
MOST_REVIEWERS = 12


class Reviewing(VersionFacts):
    """From draft by way of the reviewers to approved, or back."""

    class Meta:
        abstract = True

    @property
    def turns(self) -> list[Review]:
        """The turns of this round, in order."""
        people = ("reviewer", "deputy", "answered_by")
        return list(self.reviews.of_this_round().select_related(*people))

    @property
    def has_quorum(self) -> bool:
        """True when as many have approved as were to do so: all, or the number asked for."""
        answers = [t.answer for t in self.reviews.of_this_round() if t.answer != "passed_on"]
        approved = answers.count(Review.Answer.APPROVED)
        return approved >= min(self.quorum or len(answers), len(answers))

    @transition(
        Status.DRAFT,
        to=Status.REVIEW,
        duty=Duty.WRITE_DOCUMENTS,
        person=("author", "owner"),
        address="granskning",
        main=True,
        label=gettext_lazy("Send for review"),
        told=gettext_lazy("%(actor)s sent it for review."),
        needs=[
            conditions.A_TEXT, conditions.A_SUMMARY, conditions.NEWS, conditions.AN_OWNER,
        ],
    )  # fmt: skip
    def send_to_review(
        self, *, by: User, reviewers: Sequence[Turn], in_order: bool, quorum: int | None
    ) -> None:
        """Ask the reviewers; `quorum` None means that all must approve.

        Raises ValidationError when nobody is asked, somebody twice, an author, or somebody who
        may not read the text.
        """
        self._check_reviewers(reviewers)
        if quorum is not None and not 1 <= quorum <= len(reviewers):
            raise ValidationError(
                {"quorum": _("Write a number from 1 to the number of reviewers.")}
            )
        self.round += 1
        self.reviews_in_order, self.quorum = in_order, quorum
        self.editing_by = self.editing_since = None
        for place, (reviewer, deputy) in enumerate(reviewers, start=1):
            Review.objects.create(
                version_id=self.pk, round=self.round, order=place, reviewer=reviewer, deputy=deputy
            )
        self.also_changed["reviewers"] = [None, [person.name for person, _deputy in reviewers]]

    def _check_reviewers(self, reviewers: Sequence[Turn]) -> None:
        asked = [reviewer for reviewer, _deputy in reviewers]
        if not asked:
            raise ValidationError({"reviewers": _("Choose at least one reviewer.")})
        if len({person.pk for person in asked}) < len(asked) or len(asked) > MOST_REVIEWERS:
            raise ValidationError(
                {"reviewers": _("Choose each reviewer once, and at most %d.") % MOST_REVIEWERS}
            )
        for person in {p for turn in reviewers for p in turn if p}:
            self._check_reviewer(person, "reviewers")
        if any(reviewer == deputy for reviewer, deputy in reviewers):
            raise ValidationError({"reviewers": _("Choose someone else as deputy.")})

    def _check_reviewer(self, person: User, field: str) -> None:
        if self.is_written_by(person):
            raise ValidationError(
                {field: _("%s has written in this text. Choose somebody else.") % person}
            )
        if person.only_looks_on or not person.is_active:
            raise ValidationError({field: _("%s cannot review. Choose somebody else.") % person})
        if self.document.openness != "group":
            self.require_colleague(person, field)
        elif not person.workplaces:
            raise ValidationError({field: _("%s cannot review. Choose somebody else.") % person})

    @transition(
        Status.REVIEW,
        person="reviewer",
        address="godkann",
        main=True,
        quiet=True,
        label=gettext_lazy("Approve the text"),
        told=gettext_lazy("%(actor)s approved the text."),
        bars=[conditions.NOT_THE_WRITER],
    )
    def approve(self, *, by: User, comment: str = "") -> str:
        """Say that the text is right; when as many have as were to, it goes on by itself."""
        self.turn_of(by).give(Review.Answer.APPROVED, by=by, comment=comment)
        return comment

    @transition(
        Status.REVIEW,
        to=Status.DRAFT,
        person="reviewer",
        address="be-om-andring",
        label=gettext_lazy("Ask for a change"),
        told=gettext_lazy("%(actor)s asked for a change."),
        bars=[conditions.NOT_THE_WRITER],
    )
    def ask_for_change(self, *, by: User, comment: str) -> str:
        """Send it back to the authors with what should be changed."""
        self.turn_of(by).give(Review.Answer.CHANGE, by=by, comment=comment)
        self._end_round(by)
        return comment

    @transition(
        Status.REVIEW,
        person="reviewer",
        address="lamna-over",
        quiet=True,
        label=gettext_lazy("Pass the review on"),
        told=gettext_lazy("%(actor)s passed the review on."),
    )
    def pass_on(self, *, by: User, to: User, comment: str = "") -> str:
        """Let somebody else answer in one's place. Raises ValidationError as send_to_review()."""
        turn = self.turn_of(by)
        self._check_reviewer(to, "to")
        if self.reviews.of_this_round().filter(reviewer=to).exists():
            raise ValidationError({"to": _("%s is asked already.") % to})
        if to == by:
            raise ValidationError({"to": _("Choose somebody else.")})
        turn.give(Review.Answer.PASSED_ON, by=by, comment=comment)
        Review.objects.create(
            version_id=self.pk, round=self.round, order=turn.order, reviewer=to, passed_from=turn
        )
        self.also_changed["reviewers"] = [by.name, to.name]
        return comment

    @transition(
        Status.REVIEW,
        to=Status.APPROVED,
        by_clock=True,
        address="godkand",
        label=gettext_lazy("Approved by the reviewers"),
        told=gettext_lazy("Those who were to approve it have done so."),
        needs=[conditions.QUORUM],
    )
    def finish_review(self, *, by: User | None = None) -> None:
        """Let it wait for its adoption; who has not answered need not."""
        self._end_round(by)

    @transition(
        Status.REVIEW,
        Status.APPROVED,
        to=Status.DRAFT,
        duty=conditions.steering,
        person=("author", "owner"),
        address="till-utkast",
        label=gettext_lazy("Make it a draft again"),
        told=gettext_lazy("%(actor)s made it a draft again."),
    )
    def return_to_draft(self, *, by: User, reason: str) -> str:
        """Change the text once more; it is reviewed anew afterwards."""
        self._end_round(by)
        return reason

    def _end_round(self, by: User | None) -> None:
        for turn in self.reviews.of_this_round().waiting():
            turn.give(Review.Answer.NOT_NEEDED, by=by)

    def after(self, move: Move, *, by: User | None) -> None:
        """Let the review be over when enough have approved."""
        super().after(move, by=by)
        if move.name == "approve" and self.has_quorum:
            self.finish_review(by=None)
