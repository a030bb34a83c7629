"""Orphans: documents that apply and that need somebody: no owner, review passed, hard, unread.

For who follows documents and for heads. Whoever may not read a document learns its number, its
owner and its days, and no title (documents/models/openness.py).
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import BooleanField, Case, Exists, F, Min, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import Document, Opening, Version
from documents.models.document_type import ADOPTING
from documents.models.opening import YEAR, a_year_back
from qms.organization.duties import Duty
from qms.organization.models import Appointment, Unit, User
from qms.records.exports import Column
from qms.records.lists import RecordList

STEERING = (Duty.WRITE_DOCUMENTS, *ADOPTING)


def is_for(user: User) -> bool:
    """Return True for who follows documents, or writes or adopts them somewhere."""
    return bool(user.units_for(Duty.FOLLOW_DOCUMENTS, *STEERING))


def without_owner() -> Any:
    """Return the condition that nobody who still works in the authority owns the document."""
    here = Appointment.objects.current().filter(
        Q(user=OuterRef("owner")) | Q(substitute=OuterRef("owner")),
        unit__authority=OuterRef("unit__authority"),
    )
    return Q(owner=None) | Q(owner__is_active=False) | ~Exists(here)


def hard() -> Exists:
    """Return the condition that what applies is red by the limit of its kind."""
    versions = Version.objects.standing().applying_on(timezone.localdate()).order_by()
    limit = OuterRef("document_type__lix_red")
    return Exists(versions.filter(document=OuterRef("pk"), lix__gte=limit))


def unopened() -> Any:
    """Return the condition that it is older than a year and was not opened in twelve months."""
    opened = Opening.objects.filter(document=OuterRef("pk"), month__gte=a_year_back())
    return Q(first_valid_on__lt=timezone.localdate() - YEAR) & ~Exists(opened)


class Orphans(RecordList):
    """The list, with one tab for each reason."""

    CODE, ADDRESS = "att-se-over", "documents:orphans"
    PARAMETERS = ("vy", "enhet")
    model: ClassVar[Any] = Document
    VIEWS = {
        "agare": gettext_lazy("Without an owner"),
        "oversyn": gettext_lazy("Review passed"),
        "svara": gettext_lazy("Hard to read"),
        "olasta": gettext_lazy("Not opened in a year"),
    }
    SORTS = {"nummer": (gettext_lazy("number"), "number")}

    @cached_property
    def unit(self) -> Unit | None:
        """The unit that is asked for by its code."""
        code = self.asked.get("enhet", "").replace("\x00", "")[:30]
        return Unit.objects.filter(code=code.upper()).first() if code else None

    @cached_property
    def fitting(self) -> Any:
        """What fits the view among what the person follows, or reads and steers."""
        followed = Document.objects.followed_by(self.user)
        steered = Document.objects.visible_to(self.user).filter(
            unit__any=self.user.units_for(*STEERING).ids
        )
        found = Document.objects.filter(
            Q(pk__in=followed.order_by().values("pk")) | Q(pk__in=steered.order_by().values("pk"))
        ).applying()
        if self.asked.get("enhet"):
            found = found.filter(unit__any=self.unit.reach if self.unit else [])
        return getattr(self, f"view_{self.view}")(found)

    @cached_property
    def matches(self) -> Any:
        """The same: who sees what is already in it."""
        return self.fitting

    def view_agare(self, found: Any) -> Any:
        """Those whose owner has left."""
        return found.filter(without_owner())

    def view_oversyn(self, found: Any) -> Any:
        """Those whose day of review has passed."""
        return found.filter(review_on__lt=timezone.localdate())

    def view_svara(self, found: Any) -> Any:
        """Those with a red text."""
        return found.filter(hard())

    def view_olasta(self, found: Any) -> Any:
        """Those that nobody has opened, once it has been counted for a year."""
        return found.filter(unopened()) if self.is_counted else found.none()

    @cached_property
    def counted_since(self) -> date | None:
        """The first month in which openings were counted."""
        first: date | None = Opening.objects.aggregate(first=Min("month"))["first"]
        return first

    @property
    def is_counted(self) -> bool:
        """True when openings have been counted for a year: before that nothing can be said."""
        return self.counted_since is not None and self.counted_since <= a_year_back()

    def ids(self, most: int, after: Any = None) -> list[int]:
        """Return the ids, those whose review is longest past first."""
        ordered = self.fitting.order_by(F("review_on").asc(nulls_last=True), "number")
        return list(ordered.values_list("pk", flat=True)[:most])

    def fetch(self, ids: list[int]) -> Any:
        """Return the rows with their reasons, and the titles of those the person may read."""
        found = Document.objects.filter(pk__in=ids).select_related("unit", "document_type", "owner")
        rows: list[Any] = list(found.annotate(has_no_owner=_owner_gone(), is_hard=hard()))
        seen: Any = Document.objects.visible_to(self.user).filter(pk__in=ids).titled()
        titles = dict(seen.values_list("pk", "shown_title"))
        for row in rows:
            row.seen_title = titles.get(row.pk, "")
            row.reasons = list(_reasons(row))
        return rows

    def for_export(self, ids: list[int]) -> Any:
        """Return the rows of a file."""
        return self.fetch(ids)

    def columns(self) -> list[Column]:
        """Return what a file of the list tells."""
        return COLUMNS

    @property
    def views(self) -> list[dict[str, Any]]:
        """The tabs; the unit chosen stays when one changes tab."""
        unit = f"&enhet={self.unit.code}" if self.unit else ""
        return [
            {"label": label, "url": f"?vy={view}{unit}", "current": view == self.view}
            for view, label in self.VIEWS.items()
        ]

    @property
    def chosen(self) -> list[dict[str, str]]:
        """The unit that narrows the list."""
        if not self.unit:
            return []
        return [{"label": self.unit.name, "url": f"?vy={self.view}"}]


def _owner_gone() -> Any:
    gone = When(without_owner(), then=Value(True))
    return Case(gone, default=Value(False), output_field=BooleanField())


def _reasons(row: Any) -> Iterator[str]:
    if row.has_no_owner:
        yield _("No owner at work here")
    if row.is_review_late:
        yield _("Review passed")
    if row.is_hard:
        yield _("Hard to read")


COLUMNS = [
    Column(gettext_lazy("Number"), lambda row, _user: row.number),
    Column(gettext_lazy("Title"), lambda row, _user: row.seen_title),
    Column(gettext_lazy("Type of document"), lambda row, _user: row.document_type.name),
    Column(gettext_lazy("Unit"), lambda row, _user: row.unit.name),
    Column(gettext_lazy("Owner"), lambda row, _user: row.owner.name if row.owner else ""),
    Column(gettext_lazy("Next review"), lambda row, _user: row.review_on),
    Column(gettext_lazy("Why"), lambda row, _user: "; ".join(row.reasons)),
]
