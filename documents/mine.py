"""Mine: what waits for one person among documents, and what that person is at work with."""

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import timezone

from documents.models import Document, Status, Version, Writer
from documents.models.document_type import ADOPTING
from qms.organization.models import User

AHEAD = timedelta(days=90)  # the first reminder of a review comes as long before


def to_adopt(user: User) -> Any:
    """Return the approved versions that `user` may adopt, and has not written in."""
    found = models.Q(pk__in=[])
    for duty in ADOPTING:
        if ids := user.units_for(duty).ids:
            found |= models.Q(unit__any=ids, document__document_type__adopting=duty)
    waiting = Version.objects.filter(found, status=Status.APPROVED)
    return waiting.exclude(writers__person=user)


def to_look_through(user: User) -> Any:
    """Return what applies and `user` owns, whose review has passed or comes within three months."""
    until = timezone.localdate() + AHEAD
    own = Document.objects.filter(owner=user, unit__authority__any=user.authorities)
    return own.applying().filter(review_on__lte=until)


def written_by(user: User) -> Any:
    """Return what `user` has begun or written in and that is not adopted yet."""
    mine = models.Q(pk__in=models.Subquery(_written(user)))
    kept = Version.objects.kept_by(user).before_adoption()
    return kept.filter(mine | models.Q(document__owner=user))


def _written(user: User) -> Any:
    return Writer.objects.filter(person=user).order_by().values("version_id")


class Mine:
    """The page “Mitt arbete”."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def reviews(self) -> list[Version]:
        """Those that wait for the person's answer."""
        seen = Version.objects.kept_by(self.user).awaiting_review_by(self.user)
        return list(seen.for_page().order_by("pk"))

    @cached_property
    def adoptions(self) -> list[Version]:
        """Those that wait for the person's decision."""
        return list(to_adopt(self.user).for_page().order_by("pk"))

    @cached_property
    def drafts(self) -> list[Version]:
        """Those that the person writes or owns, the latest first."""
        return list(written_by(self.user).for_page().order_by("-pk"))

    @cached_property
    def others(self) -> list[Version]:
        """What else is under way where the person writes or adopts."""
        kept = Version.objects.kept_by(self.user).before_adoption()
        known = [row.pk for row in (*self.reviews, *self.adoptions, *self.drafts)]
        return list(kept.exclude(pk__in=known).for_page().order_by("-pk")[:100])

    @cached_property
    def to_look_through(self) -> int:
        """How many are to be looked through within three months."""
        return to_look_through(self.user).count()
