"""Passing on: a case lies with somebody who may take it further, whatever has been decided.

The rule follows the score: when a decision belongs to the area manager or an investigator, the
case goes there by itself; nobody must know that it should be handed over.
"""

from collections.abc import Iterator
from typing import Any

from nonconformities.models.case import Case
from nonconformities.models.route import Route
from nonconformities.models.status import Status
from qms.organization.models import User
from qms.records.line import Line
from qms.records.workflow import Move, is_entrusted

# Verbs after which somebody else may be the one who can go on.
_TURNS = frozenset({
    "assess", "reassess", "start_investigation", "add_cause", "withdraw_cause", "answer_extent",
    "plan_action", "finish_actions", "reject_effect", "reconsider", "note_answer", "pass_answers",
    "split_off",
})  # fmt: skip
_CLASSIFYING = {"assess", "reassess"}
_BACK = {"withdraw_cause", "reject_effect"}  # whoever investigates goes on


class Passing(Case):
    """Who answers for the next step after a verb."""

    class Meta:
        abstract = True

    def after(self, move: Move, *, by: User | None) -> None:
        """Pass the case on when the next step is another's, and tell it in the story."""
        super().after(move, by=by)
        if move.name not in _TURNS or not self.is_open:
            return
        if by is not None and by.pk == self.responsible_id:
            self.responsible = by  # the very person, whose duties are known already
        before, holder = self.responsible, self._holder(move)
        if holder is None or holder == before:
            return
        self.responsible = holder
        changes = {"responsible_id": [before.pk if before else None, holder.pk]}
        self.tell("pass_on", by=None, note=holder.name, changes=changes)
        self.save()

    def _holder(self, move: Move) -> User | None:
        """Return who should hold the case now: as before, if that person can go on."""
        step = self._next_step()
        if step is None:  # nothing to decide yet
            back = move.name in _BACK and self._works_here(self.investigator)
            return self.investigator if back else self.responsible
        if move.name in _CLASSIFYING and (chosen := self._routed(step)):
            return chosen
        if self.responsible and self._may(self.responsible, step):
            return self.responsible
        return next((person for person in self._able(step)), None)

    def _routed(self, step: Move) -> User | None:
        """Return the handler that a route gives what was just put in a category, if any.

        Routes by unit and kind have had their say when it was reported.
        """
        if self.status != Status.ASSESSED or not self.is_reclassified:
            return None
        case: Any = self
        named = (row for row in Route.objects.for_case(case) if row.handler_role)
        route = next(named, None)
        if route is None or route.category_id is None:
            return None
        people = Line(self.unit).in_role(route.handler_role)
        return next((person for person in people if self._may(person, step)), None)

    def _works_here(self, person: User | None) -> bool:
        return person is not None and self.unit.authority in person.authorities

    def _next_step(self) -> Move | None:
        """Return the verb that carries the case forward, when it is time for it."""
        moves = (move for move in self.moves().values() if move.main)
        step = next((move for move in moves if self.status in move.sources), None)
        if step is None or self.status == Status.ACTION:
            return None
        if self.status == Status.INVESTIGATING and not all(n.met(self) for n in step.needs):
            return None
        return step

    def _able(self, step: Move) -> Iterator[User]:
        """Yield those of the line who may do a verb here, the nearest first."""
        for person in Line(self.unit).holding(*step.duties_for(self)):
            if self._may(person, step):
                yield person

    def _may(self, person: User, step: Move) -> bool:
        hit = any(bar.hits(self, person) for bar in step.bars)
        return not hit and person.is_active and is_entrusted(self, person, step)
