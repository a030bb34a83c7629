"""Who sees which documents: the rules that every list, page, count, search and file goes by.

A text that is, or once was, in force is read by those it is open to. What is being written is for
those who write, review and adopt it, and for the owner; nobody else learns even of its number.
"""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models.asking import coming_to
from documents.models.document_type import ADOPTING
from documents.models.status import BEFORE_ADOPTION, FROZEN, Status
from qms.organization.duties import Duty
from qms.organization.models import Unit, User

NOBODY = Q(pk__in=[])


class Openness(models.TextChoices):
    """For whom the text is open once it is in force."""

    GROUP = "group", _("Everybody in the group")
    AUTHORITY = "authority", _("Everybody in the board or company")
    UNIT = "unit", _("Only the units it applies to")


@dataclass(frozen=True)
class Above:
    """The units at or above those where a person works."""

    own: frozenset[int]  # within the same authority
    all: frozenset[int]


def above(user: User) -> Above:
    """Return the units whose documents also hold where `user` works; read once per request."""
    kept: Above | None = user.__dict__.get("_above")
    if kept is None:
        at = list(user.workplaces)
        rows = Unit.objects.filter(reach__overlap=at).values_list("pk", "own_reach") if at else []
        found = list(rows)
        own = frozenset(pk for pk, reach in found if not user.workplaces.isdisjoint(reach))
        kept = user.__dict__["_above"] = Above(own, frozenset(pk for pk, _reach in found))
    return kept


def _q(to: str, **conditions: Any) -> Q:
    """Return a condition on the document; `to` is the way there from the row that is asked for."""
    return Q(**{f"{to}{name}": value for name, value in conditions.items()})


def open_to(user: User, to: str = "") -> Q:
    """Return the documents whose texts in force are open to `user`: by where one works, no more."""
    everybody = _q(to, openness=Openness.GROUP)
    if not user.workplaces:
        return NOBODY
    if user.only_looks_on:  # an outsider reads what is open, and nothing narrower
        return everybody
    from documents.models.document import Document

    places = above(user)
    applied = Document.applies_to.through.objects.filter(unit__any=places.all)
    here = _q(to, unit__any=places.own) | _q(to, id__among=applied.values("document_id"))
    authority = _q(to, openness=Openness.AUTHORITY, unit__authority__any=user.authorities)
    return everybody | authority | (_q(to, openness=Openness.UNIT) & here)


def read_by_duty(user: User, to: str = "") -> Q:
    """Return the documents whose texts in force `user` reads whoever they are open to."""
    ids = user.units_for(Duty.READ_DOCUMENTS).ids
    return _q(to, unit__any=ids) if ids else NOBODY


def kept_by(user: User, to: str = "") -> Q:
    """Return the documents that `user` writes, adopts or owns: their drafts are seen too."""
    found = _q(to, owner=user, unit__authority__any=user.authorities)
    if writes := user.units_for(Duty.WRITE_DOCUMENTS).ids:
        found |= _q(to, unit__any=writes)
    for duty in ADOPTING:
        if adopts := user.units_for(duty).ids:
            found |= _q(to, unit__any=adopts, document_type__adopting=duty)
    return found


def taking_part(user: User) -> Q:
    """Return the versions that `user` writes in, or reviews in this round, and still may."""
    from documents.models.review import Review
    from documents.models.writer import Writer

    if not user.workplaces:
        return NOBODY
    here = Q(document__unit__authority__any=user.authorities)
    written = Writer.objects.filter(person=user).order_by().values("version_id")
    asked = Review.objects.of_this_round().asked_of(user).order_by().values("version_id")
    open_here = here | Q(document__openness=Openness.GROUP)
    reviews = open_here & Q(status__in=BEFORE_ADOPTION, pk__among=asked)
    return (here & Q(pk__among=written)) | reviews


def was_in_force() -> Q:
    """Return the versions that are, or once were, in force, by their dates alone."""
    never = Q(withdrawn_on__lt=models.F("valid_from"))
    return Q(status__in=FROZEN, valid_from__lte=timezone.localdate()) & ~(
        Q(withdrawn_on__isnull=False) & never
    )


def versions_seen(user: User) -> Q:
    """Return the versions that exist for `user`."""
    read = was_in_force() & (open_to(user, "document__") | read_by_duty(user, "document__"))
    seen = read | kept_by(user, "document__") | taking_part(user)
    if coming := coming_to(user):  # read first, then in force
        seen |= Q(pk__in=coming)
    return seen & ~Q(status=Status.DISCARDED)
