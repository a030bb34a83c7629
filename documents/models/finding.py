"""Which documents: for whom they exist, who writes and follows them, and under what title."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils import timezone

from documents.models.asking import coming_to
from documents.models.document_type import ADOPTING
from documents.models.openness import kept_by, open_to, read_by_duty
from documents.models.status import Status
from documents.models.version import Version
from qms.organization.duties import Duty
from qms.organization.models import User

if TYPE_CHECKING:
    from documents.models.document import Document  # noqa: F401


class DocumentQuerySet(models.QuerySet["Document"]):
    """Questions about many documents."""

    def visible_to(self, user: User) -> Self:
        """Return the documents that exist for `user`: the one rule for lists, pages and counts."""
        began = Q(first_valid_on__lte=timezone.localdate())
        read = began & (open_to(user) | read_by_duty(user))
        part = Version.objects.kept_by(user).order_by().values("document_id")
        seen = read | kept_by(user) | Q(id__in=part)
        if coming := coming_to(user):  # its first version is to be read before it is in force
            seen |= Q(id__in=Version.objects.filter(pk__in=coming).values("document_id"))
        return self.filter(seen)

    def followed_by(self, user: User) -> Self:
        """Return those whose existence, owner and days `user` may follow; never their titles."""
        reach = user.units_for(Duty.FOLLOW_DOCUMENTS)
        if reach.everything:
            return self.all()
        return self.filter(unit__any=reach.ids) if reach else self.none()

    def written_by(self, user: User) -> Self:
        """Return those that `user` may write new versions of: by duty, or as the owner."""
        own = Q(owner=user, unit__authority__any=user.authorities)
        ids = user.units_for(Duty.WRITE_DOCUMENTS).ids
        return self.filter(own | Q(unit__any=ids) if ids else own)

    def reviewable_by(self, user: User) -> Self:
        """Return those that `user` may look through and leave unchanged: owns, or adopts."""
        own = Q(owner=user, unit__authority__any=user.authorities)
        for duty in ADOPTING:
            if ids := user.units_for(duty).ids:
                own |= Q(unit__any=ids, document_type__adopting=duty)
        return self.filter(own)

    def applying(self, day: date | None = None) -> Self:
        """Return those with a version that applies on a day (today when not given)."""
        versions = Version.objects.applying_on(day or timezone.localdate()).order_by()
        return self.filter(models.Exists(versions.filter(document=OuterRef("pk"))))

    def to_check(self) -> Self:
        """Return the supplements that apply, or will, beside a text that is not what it was.

        The text above has changed in what is to be done since somebody last looked, or applies no
        more. From the versions alone, so none is missed.
        """
        above = Version.objects.was_in_force().filter(document=OuterRef("supplements"))
        later = Q(major__gt=OuterRef("checked_against__major")) | Q(
            major=OuterRef("checked_against__major"), minor__gt=OuterRef("checked_against__minor")
        )
        unseen = Q(checked_against=None) & models.Exists(above)
        changed = models.Exists(above.filter(later, is_meaningful=True))
        today = timezone.localdate()
        applies = models.Exists(
            Version.objects.applying_on(today).filter(document=OuterRef("supplements"))
        )
        own = Version.objects.standing().filter(document=OuterRef("pk"), ended_on=None)
        found = self.filter(models.Exists(own), supplements__isnull=False)
        return found.filter(unseen | changed | ~applies)

    def titled(self) -> Self:
        """Add `shown_title`: of what applies, or last did; before that, of the draft."""
        versions = Version.objects.filter(document=OuterRef("pk"))
        began = versions.was_in_force().order_by("-valid_from", "-major", "-minor")
        # What is adopted first: those who read it before its day see no draft, nor its title.
        adopted_first = F("adopted_on").desc(nulls_last=True)
        drafts = versions.exclude(status=Status.DISCARDED).order_by(
            adopted_first, "-major", "-minor"
        )
        return self.annotate(
            shown_title=Case(
                When(
                    first_valid_on__lte=timezone.localdate(),
                    then=Subquery(began.values("title")[:1]),
                ),
                default=Subquery(drafts.values("title")[:1]),
                output_field=models.CharField(),
            )
        )

    def for_page(self) -> Self:
        """Return the rows with what a list shows of them, without a query per row."""
        return self.select_related("unit", "document_type", "owner").titled()
