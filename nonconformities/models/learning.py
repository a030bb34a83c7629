"""Learning: asking others, sharing what was learnt, and trying what others learnt (10.2.1 b 3)."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models import border_conditions, conditions
from nonconformities.models.case import Case
from nonconformities.models.crossing import require_ground
from nonconformities.models.effect import EffectCheck
from nonconformities.models.extent import ExtentQuestion, ask_units
from nonconformities.models.lesson import Lesson
from nonconformities.models.status import AFTER_REPORT, AT_WORK, Status
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.models import NumberSeries, Rule
from qms.records.workflow import transition

MOST_ASKED = 200


class Learning(Case):
    """What goes out to others from a case, and what comes in from them."""

    arose_from = models.ForeignKey(
        "nonconformities.Nonconformity",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        editable=False,
        related_name="offspring",
        verbose_name=_("arose from a question in"),
    )
    tries = models.ForeignKey(
        "nonconformities.Lesson",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        editable=False,
        related_name="trials",
        verbose_name=_("tries the lesson"),
    )

    class Meta:
        abstract = True

    # --- Can it exist elsewhere? --------------------------------------------------------------

    @transition(
        Status.ASSESSED,
        *AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="fraga-andra",
        label=_("Ask other units"),
        told=_("%(actor)s asked other units if it can exist there."),
        quiet=True,
    )
    def ask_others(
        self,
        *,
        by: User,
        units: Collection[Unit],
        text: str,
        due_on: date | None = None,
        ground: str = "",
        ground_note: str = "",
        decided_by: User | None = None,
    ) -> str:
        """Ask units, also of other authorities, with a text that carries no names.

        Raises ValidationError when no unit is chosen, or one has closed, is this case's own or
        has an unanswered question from this case already; and when something of a case under
        secrecy would go there without a decision (Public Access and Secrecy Act, 8:1).
        """
        self._require_askable(units)
        decision = self._decided(units, by, ground, ground_note, decided_by)
        due_on = due_on or self._workdays_from_now(Rule.Code.EXTENT_DAYS)
        if due_on < timezone.localdate():
            raise ValidationError({"due_on": _("The last day must be today or later.")})
        ask_units(self, list(units), text, due_on, by=by, **decision)  # type: ignore[arg-type]
        return text

    @transition(
        *AFTER_REPORT,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="dra-tillbaka-fraga",
        label=_("Withdraw a question"),
        told=_("%(actor)s withdrew a question to other units."),
        needs=[conditions.SOMEBODY_ASKED],
        quiet=True,
    )
    def withdraw_question(self, *, by: User, question: ExtentQuestion, reason: str) -> str:
        """Ask no longer; the answers that have come stay on the record."""
        self._require_own(question)
        question.withdrawn_at = timezone.now()
        question.save(update_fields=["withdrawn_at"])
        for answer in question.answers.filter(status="asked"):
            answer.withdraw(by=None)
        return reason

    @transition(
        *AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="vanta-inte",
        label=_("Go on without every answer"),
        told=_("%(actor)s went on without every answer."),
        needs=[conditions.SOMEBODY_ASKED],
        quiet=True,
    )
    def pass_answers(self, *, by: User, reason: str) -> str:
        """Go on although not all have answered; who answers later still can."""
        pending = self.extent_questions.pending().filter(round=self.round)
        pending.update(passed_at=timezone.now(), passed_reason=reason)
        return reason

    @transition(
        *AFTER_REPORT,
        by_clock=True,
        address="svar-kom",
        label=_("An answer came"),
        told=_("An answer came from another unit."),
        quiet=True,
    )
    def note_answer(self, *, by: User | None = None) -> None:
        """Tell in the story of the case that a unit has answered."""

    def _decided(
        self, units: Collection[Unit], by: User, ground: str, note: str, person: User | None
    ) -> dict[str, Any]:
        """Return the decision to let the question and the category out, where one is needed."""
        crosses = any(not self.unit.same_authority(unit) for unit in units)
        if self.is_secret or (crosses and self.unit.secrecy_area):
            require_ground(ground, note, str(_("Say why the question may go to these units.")))
        if not ground:
            return {}
        decided_by = person or by
        self.require_colleague(decided_by, "decided_by")
        self.also_changed["ground"] = ["", ground]
        return {"ground": ground, "ground_note": note, "decided_by": decided_by}

    def _require_askable(self, units: Collection[Unit]) -> None:
        if not units:
            raise ValidationError({"units": _("Choose at least one unit to ask.")})
        if len(units) > MOST_ASKED:
            raise ValidationError({"units": _("Choose at most %d units.") % MOST_ASKED})
        unasked = self.extent_questions.standing().filter(answers__status="asked")
        waiting = set(unasked.values_list("answers__unit", flat=True))
        for unit in units:
            if not unit.is_open:
                raise ValidationError({"units": _("%s has closed.") % unit})
            if unit.pk == self.unit_id or unit.pk in waiting:
                raise ValidationError({"units": _("%s is asked already.") % unit})

    def _require_own(self, question: ExtentQuestion) -> None:
        if question.nonconformity_id != self.pk or question.withdrawn_at:
            raise ValidationError({"question": _("Choose one of this case's questions.")})

    # --- What others can learn ----------------------------------------------------------------

    @transition(
        Status.CLOSED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="dela-lardom",
        label=_("Share the lesson"),
        told=_("%(actor)s shared the lesson with the whole group."),
        needs=[conditions.NO_LESSON_SHARED],
    )
    def share_lesson(self, *, by: User, text: str, done: str = "") -> None:
        """Share what was learnt, in words that show neither persons nor the case."""
        Lesson.share(self, by=by, text=text, done=done)

    # --- What we try --------------------------------------------------------------------------

    def plan_trial(self, *, by: User, **promise: Any) -> None:
        """Plan the one action of a trial and begin it. Raises ValidationError as Action.plan."""
        from nonconformities.models.action import Action

        Action.plan(self, by=by, kind=Action.Kind.IMPROVEMENT, **promise)
        self.begin_trial(by=by)

    @transition(
        Status.DRAFT,
        to=Status.ACTION,
        person="reported_by",
        address="borja-prova",
        label=_("Begin the trial"),
        told=_("%(actor)s began to try what others have learnt."),
        needs=[conditions.A_TRIAL],
    )
    def begin_trial(self, *, by: User) -> None:
        """Begin with the action at once: others have found out why already."""
        now = timezone.now()
        self.reported_at = self.happened_at = now
        self.number = NumberSeries.take(self.SERIES, timezone.localdate(now).year)
        self.responsible = by
        self._start_clock(max(action.due_on for action in self.live_actions))

    @transition(
        Status.ACTION,
        Status.EFFECT_CHECK,
        to=Status.CLOSED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="avsluta-provet",
        label=_("It did not help with us"),
        told=_("%(actor)s found that it did not help here, and closed."),
        needs=[
            border_conditions.NOT_WAITING,
            border_conditions.NOT_SHARED,
            conditions.A_TRIAL,
            conditions.NOTHING_UNDONE,
        ],
    )
    def end_trial(self, *, by: User, reason: str) -> str:
        """Close a trial that did not help; the lesson tells others so."""
        EffectCheck.objects.create(
            nonconformity_id=self.pk,
            round=self.round,
            outcome=EffectCheck.Outcome.NO,
            evidence=reason,
            checked_by=by,
        )
        self.answer = reason
        self._end()
        return reason
