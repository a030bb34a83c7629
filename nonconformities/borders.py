"""Borders: what the page of a case shows of hand-overs and shared parts, to one reader."""

from functools import cached_property
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext as _

from nonconformities.models import Action, Handover, Nonconformity, Share
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Access

# What is done at the border has its place in these cards, not in the menu.
IN_CARDS = {
    "accept_handover", "accept_across", "decline_handover", "withdraw_handover", "accept_share",
    "decline_share", "write_part", "add_part_cause", "plan_part_action", "finish_part",
}  # fmt: skip
# The reporter is told of every move between units, and so is who follows the case masked.
TOLD_TO_ALL = {
    "hand_over", "decline_handover", "withdraw_handover", "receive",
    "receive_ruling", "share", "accept_share",
    "decline_share", "end_share", "finish_part",
}  # fmt: skip


class Borders:
    """One reader's view. Nothing is asked of the database when the case never met a border."""

    def __init__(self, case: Nonconformity, user: User, offered: dict[str, str]) -> None:
        self.case, self.user, self.offered = case, user, offered
        self.handled = user.units_for(Duty.HANDLE_NONCONFORMITIES)

    @property
    def _is_full(self) -> bool:
        return self.case.access == Access.FULL

    def _is_mine(self, row: Handover | Share) -> bool:
        return row.to_unit_id in self.handled

    # --- Questions between units ------------------------------------------------------------------

    @cached_property
    def questions(self) -> list[dict[str, Any]]:
        """What the reader's unit has been asked and has not answered, with the two answers."""
        ways = self.offered.get
        rows: list[dict[str, Any]] = []
        if self.case.waiting and self._is_mine(self.case.waiting):
            yes = ways("accept_handover") or ways("accept_across")
            answers = {"yes": yes, "no": ways("decline_handover")}
            rows.append({"row": self.case.waiting, "label": _("Take over the case"), **answers})
        answers = {"yes": ways("accept_share"), "no": ways("decline_share")}
        rows += [
            {"row": part, "label": _("Take a part in the case"), **answers}
            for part in self.case.shared
            if part.is_waiting and self._is_mine(part)
        ]
        return rows

    @cached_property
    def passages(self) -> list[Handover]:
        """Every hand-over with its reason and answer, for those who read the case."""
        return self.case.asked if self._is_full else []

    @property
    def is_passed_on(self) -> bool:
        """True when another unit has taken the case over, and not only been asked."""
        return any(row.answer == row.Answer.ACCEPTED for row in self.case.asked)

    @property
    def came_from(self) -> str:
        """The unit of another authority that it came from; for readers the number it has there."""
        row = self.case.came_by
        if row is None:
            return ""
        return f"{row.from_name}, {row.nonconformity.number}" if self._is_full else row.from_name

    @property
    def went_to(self) -> str:
        """The unit of another authority that has it now; for readers where it stands there."""
        row = self.case.went_by
        if row is None or row.became is None:
            return ""
        if not self._is_full:
            return row.to_name
        return f"{row.to_name}, {row.became.number} ({row.became.get_status_display()})"

    # --- Parts ------------------------------------------------------------------------------------

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        """The parts the reader may read: all for the case's own unit, else the reader's own."""
        return [
            {
                "part": part,
                "is_mine": self._is_mine(part) and not part.is_waiting,
                "causes": list(part.causes.standing()),
                "actions": self._actions(part),
                "shows_text": self._is_mine(part) or self._is_full,
            }
            for part in self.case.shared
            if self._is_full or (self._is_mine(part) and not part.is_waiting)
        ]

    def _actions(self, part: Share) -> list[Action]:
        rows = Action.objects.filter(nonconformity=self.case.pk, unit=part.to_unit_id)
        return list(rows.select_related("responsible", "cause").order_by("round", "due_on", "pk"))

    @property
    def shared_with(self) -> str:
        """The units that have a part, as one phrase; unit names are no secret."""
        return ", ".join(part.to_name for part in self.case.parted)


def fetch_borders(case: Nonconformity) -> None:
    """Fetch the hand-overs and shares of a case at once, when it has any."""
    if not getattr(case, "borders", True):
        return
    people = ("to_unit", "responsible", "asked_by", "answered_by", "decided_by")
    prefetch_related_objects(
        [case],
        Prefetch("handovers", Handover.objects.select_related(*people, "became")),
        Prefetch("shares", Share.objects.select_related(*people)),
    )


__all__ = ["IN_CARDS", "TOLD_TO_ALL", "Borders", "fetch_borders"]
