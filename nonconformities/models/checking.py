"""Checking: did it help? Close, or begin a new round (10.2.1 d)."""

from django.utils.translation import gettext_lazy as _

from nonconformities.models import border_conditions, conditions
from nonconformities.models.case import Case
from nonconformities.models.effect import EffectCheck
from nonconformities.models.lesson import Lesson
from nonconformities.models.status import Status
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Rule
from qms.records.workflow import transition


class Checking(Case):
    """What is done when the actions are, and when a closed case must open again."""

    class Meta:
        abstract = True

    @transition(
        Status.EFFECT_CHECK,
        to=Status.CLOSED,
        duty=conditions.deciding,
        address="effekt",
        label=_("Follow up the effect"),
        told=_("%(actor)s found that it helped, and closed."),
        needs=[
            conditions.A_CORRECTIVE_ACTION,
            conditions.EFFECT_WAIT_OVER,
            conditions.ACTIONS_VERIFIED,
            border_conditions.PARTS_READY,
        ],
        bars=[conditions.NOT_ACTION_OWNER],
        main=True,
    )
    def approve_effect(
        self,
        *,
        by: User,
        outcome: str,
        evidence: str,
        lesson: str,
        answer: str = "",
        share: bool = False,
        routine_changed: bool = False,
        risks_updated: bool = False,
        group_told: bool = False,
    ) -> str:
        """Close because it helped, or helped partly, and we can show it (10.2.1 d)."""
        self._check(
            by,
            outcome,
            evidence,
            routine_changed=routine_changed,
            risks_updated=risks_updated,
            group_told=group_told,
        )
        self.lesson, self.answer = lesson, answer
        self._end()
        if share:
            Lesson.share(self, by=by, text=lesson)
        return evidence

    @transition(
        Status.EFFECT_CHECK,
        to=Status.INVESTIGATING,
        duty=conditions.deciding,
        address="ingen-effekt",
        label=_("It did not help"),
        told=_("%(actor)s found that it did not help. A new round begins."),
        needs=[conditions.NOT_A_TRIAL],
        bars=[conditions.NOT_ACTION_OWNER],
    )
    def reject_effect(self, *, by: User, reason: str) -> str:
        """Start a new round because it did not help; the old round stays on the record."""
        self._check(by, EffectCheck.Outcome.NO, reason)
        self._new_round()
        return reason

    @transition(
        Status.CLOSED,
        to=Status.INVESTIGATING,
        duty=Duty.DECIDE_SERIOUS,
        address="oppna-igen",
        label=_("Open again"),
        told=_("%(actor)s opened the case again."),
    )
    def reopen(self, *, by: User, reason: str) -> str:
        """Open a closed case again, with the reason; a new round begins.

        What was learnt no longer holds: its card is shown no more, and the next round writes its
        own. The old words stand in the story.
        """
        self._forget_the_end()
        for lesson in self.lessons.published():
            lesson.retire(by=None)
        left = not self.investigator or self.unit.authority not in self.investigator.authorities
        self.investigator = by if left else self.investigator
        self.responsible = self.investigator
        self._new_round()
        return reason

    def _check(self, by: User, outcome: str, evidence: str, **more: bool) -> None:
        EffectCheck.objects.create(
            nonconformity_id=self.pk,
            round=self.round,
            outcome=outcome,
            evidence=evidence,
            checked_by=by,
            **more,
        )

    def _new_round(self) -> None:
        self.round += 1
        self.extent = ""
        self.shares.live().update(ready_at=None, ready_by=None)
        self._start_clock(self._days_from_now(Rule.Code.DECIDE_DAYS))
