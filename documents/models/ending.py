"""Ending: what applies is looked through and stays, or is withdrawn."""

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import conditions
from documents.models.adopting import MOST_YEARS_AHEAD
from documents.models.facts import VersionFacts
from documents.models.status import STANDING, Status
from qms.organization.models import User
from qms.records.workflow import Move, transition

if TYPE_CHECKING:
    from documents.models.document import Document


class Ending(VersionFacts):
    """What is done with a version after its adoption."""

    class Meta:
        abstract = True

    @transition(
        *STANDING,
        duty=conditions.adopting,
        person="owner",
        address="oversedd",
        label=gettext_lazy("Reviewed, no change"),
        told=gettext_lazy("%(actor)s looked it through and changed nothing."),
        needs=[conditions.APPLIES],
    )
    def reviewed_unchanged(self, *, by: User, review_on: date, note: str = "") -> str:
        """Say that it still is right, and when it is looked through next. No new version.

        Raises ValidationError when the next day is not ahead.
        """
        today = timezone.localdate()
        if review_on <= today:
            raise ValidationError({"review_on": _("Choose a day that has not come yet.")})
        if review_on.year > today.year + 2 * MOST_YEARS_AHEAD:
            raise ValidationError({"review_on": _("Check the year: %d.") % review_on.year})
        self.also_changed |= self.document.set_review(review_on)
        return note

    @transition(
        *STANDING,
        to=Status.WITHDRAWN,
        duty=conditions.adopting,
        address="upphav",
        label=gettext_lazy("Withdraw the document"),
        told=gettext_lazy("%(actor)s withdrew it."),
    )
    def withdraw(self, *, by: User, reason: str, replaced_by: "Document | None" = None) -> str:
        """Let it apply no more from today, and say why and what applies instead, if anything.

        A version whose day has not come never applies; what it was to replace goes on.
        Raises ValidationError when the replacement does not apply or leads back here.
        """
        today = timezone.localdate()
        self.withdrawn_on, self.withdrawal_reason = today, reason
        began = self.valid_from is not None and self.valid_from <= today
        self.ended_on = today if began else self.valid_from
        if replaced_by:
            self._check_replacement(replaced_by)
        self.also_changed |= self.document.follow_withdrawal(self, replaced_by)
        return reason

    def after(self, move: Move, *, by: User | None) -> None:
        """Let what a version was to replace go on, when that version never came to apply."""
        super().after(move, by=by)
        if move.name == "withdraw" and self.never_began:
            self.document.versions.ending_on(self.valid_from).update(ended_on=None)

    def _check_replacement(self, replacement: "Document") -> None:
        """Refuse a document that does not apply, or that is itself replaced by this one."""
        with connection.cursor() as cursor:  # two that replace each other, at once
            cursor.execute("select pg_advisory_xact_lock(hashtext('takt_replacing'))")
        replacement.refresh_from_db(fields=["replaced_by"])
        later: Document | None = replacement
        seen: set[int] = set()
        while later and later.pk not in seen:
            if later.pk == self.document_id:
                raise ValidationError(
                    {
                        "replaced_by": _(
                            "%(number)s is itself replaced by this document, so the two would "
                            "point at each other. Choose another."
                        )
                        % {"number": replacement.number}
                    }
                )
            seen.add(later.pk)
            later = later.replaced_by
        if replacement.valid_version is None:
            raise ValidationError(
                {
                    "replaced_by": _("%(number)s does not apply today. Choose one that does.")
                    % {"number": replacement.number}
                }
            )
