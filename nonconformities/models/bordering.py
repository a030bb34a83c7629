"""Bordering: what one may ask about a case and the other units it concerns."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from nonconformities.models.case import Case
from nonconformities.models.crossing import Answer, Handover, Share
from qms.organization.duties import Duty
from qms.organization.models import User

_AGREED = {Answer.ACCEPTED, Answer.DECLINED}
# What a page's queryset says of other rows, and the conditions of the verbs believe.
_PAGE_KNOWN = ("borders", "has_asked", "has_joined", "has_protected", "alike")
_STANDING = {Answer.ACCEPTED, Answer.WAITING}


class Bordering(Case):
    """Questions about hand-overs and shared parts.

    `borders` is set by the page's queryset: False when the case never met a border, and then
    nothing is asked of the database.
    """

    if TYPE_CHECKING:
        borders: bool

    class Meta:
        abstract = True

    @property
    def asked(self) -> list[Handover]:
        """Every hand-over asked for; no query when the page knows that there is none."""
        return list(self.handovers.all()) if getattr(self, "borders", True) else []

    @property
    def waiting(self) -> Handover | None:
        """The hand-over that waits for an answer."""
        return next((row for row in self.asked if row.is_waiting), None)

    @property
    def passed(self) -> list[Handover]:
        """The hand-overs that were answered, here and in the case this one came from."""
        earlier = self.came_by.nonconformity.passed if self.came_by else []
        return [*earlier, *(row for row in self.asked if row.answer in _AGREED)]

    @property
    def came_by(self) -> Handover | None:
        """The hand-over from another authority that this case began with."""
        if not getattr(self, "borders", True):
            return None
        found: Handover | None = getattr(self, "handed_from", None)
        return found

    def hidden_actor(self, user: User) -> int | None:
        """Return who reported; the name is not let out with a case: it takes the duty at both."""
        if user.pk != self.reported_by_id and self._is_let_in:
            here, there = self.unit_id, self.came_by.from_unit_id  # type: ignore[union-attr]
            if not all(user.may(Duty.SEE_REPORTERS, unit) for unit in (here, there)):
                return self.reported_by_id
        return super().hidden_actor(user)

    @property
    def why_hidden(self) -> str:
        """Why the reporter has no name: the own wish, or the border of the authority."""
        return str(_("Not let out (another authority)")) if self._is_let_in else super().why_hidden

    @property
    def _is_let_in(self) -> bool:
        """True when it came from another authority; asked only of those that hide who reported."""
        return self.hides_reporter and self.came_by is not None

    @property
    def went_by(self) -> Handover | None:
        """The hand-over by which another authority has the case now."""
        return next((row for row in self.asked if row.became_id), None)

    @property
    def shared(self) -> list[Share]:
        """The parts of other units that stand, answered or not."""
        rows = self.shares.all() if getattr(self, "borders", True) else []
        return [row for row in rows if row.answer in _STANDING and row.ended_at is None]

    @property
    def parted(self) -> list[Share]:
        """The parts that other units have taken on."""
        return [row for row in self.shared if not row.is_waiting]

    def lock(self) -> None:
        """Hold the case; what a page knew of other rows may be old."""
        super().lock()
        for name in _PAGE_KNOWN:
            self.__dict__.pop(name, None)

    @property
    def followed(self) -> "Bordering":
        """The case in which this one is handled now: itself, or another authority's."""
        went = self.went_by
        return went.became.followed if went and went.became else self
