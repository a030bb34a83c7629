"""ExtentQuestion and ExtentAnswer: can it exist elsewhere? (ISO 9001, 10.2.1 b 3).

The question is a text of its own that goes to other units, also across the border of the
authority; the report never does. Each unit asked answers yes or no, with a reason.
"""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models.crossing import Ground
from nonconformities.models.status import AT_AN_END
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.headings import first_words
from qms.records.line import Line, led_by, lying_with
from qms.records.models import Access, Due, NumberSeries, Record, RecordQuerySet
from qms.records.models.due import DueQuestions
from qms.records.workflow import guard_status, transition

if TYPE_CHECKING:
    from datetime import date

    from nonconformities.models.nonconformity import Nonconformity


class ExtentQuestionQuerySet(models.QuerySet["ExtentQuestion"]):
    """Questions about many questions of spread."""

    def standing(self) -> Self:
        """Return those that nobody has withdrawn."""
        return self.filter(withdrawn_at=None)

    def pending(self) -> Self:
        """Return those with answers still to come, which nobody has gone past."""
        return self.unanswered().filter(passed_at=None)

    def unanswered(self) -> Self:
        """Return those that somebody has not answered yet, also those one has gone past."""
        unanswered = ExtentAnswer.objects.filter(
            question=models.OuterRef("pk"), status=ExtentAnswer.Status.ASKED
        )
        return self.standing().filter(models.Exists(unanswered))

    def met(self) -> Self:
        """Return those that say where one looked: somebody has answered."""
        answered = ExtentAnswer.objects.filter(
            question=models.OuterRef("pk"), status=ExtentAnswer.Status.ANSWERED
        )
        return self.standing().filter(models.Exists(answered))


class ExtentQuestion(models.Model):
    """One question from one round of a case to other units. It carries no names."""

    nonconformity = models.ForeignKey(
        "nonconformities.Nonconformity", models.PROTECT, related_name="extent_questions"
    )
    round = models.PositiveSmallIntegerField(default=1)
    text = models.TextField(_("question"), max_length=2000)
    due_on = models.DateField(_("last day to answer"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    passed_at = models.DateTimeField(_("gone past"), null=True, blank=True)
    passed_reason = models.TextField(_("why one did not wait for every answer"), blank=True)
    # Why something of a case under secrecy may go there, and who decided (secrecy act, 8:1).
    ground = models.CharField(_("ground"), max_length=8, blank=True, choices=Ground.choices)
    ground_note = models.TextField(_("more about the ground"), blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ExtentQuestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("question of spread")
        verbose_name_plural = _("questions of spread")

    def __str__(self) -> str:
        return first_words(self.text)


class ExtentAnswerQuerySet(RecordQuerySet, DueQuestions):
    """Questions about many answers."""

    def awaiting(self, user: User) -> Self:
        """Return the unanswered ones that lie with `user`: asked, standing in, or leading there.

        Who asked has gone on when the case is at an end; nobody need answer any more.
        """
        mine = lying_with(user) | models.Q(unit__any=led_by(user).nearest)
        asking = self.open().filter(mine, unit__authority__any=user.authorities)
        return asking.exclude(question__nonconformity__status__in=AT_AN_END)

    def for_page(self) -> Self:
        """Return the rows with what a list shows of them, without a query per row."""
        return self.select_related("unit", "responsible", "question__nonconformity__category")


class AnswerStatus(models.TextChoices):
    """Where a question to one unit is."""

    ASKED = "asked", _("Not answered")
    ANSWERED = "answered", _("Answered")
    WITHDRAWN = "withdrawn", _("Withdrawn")


@guard_status
class ExtentAnswer(Due, Record):
    """What one unit is asked and answers. It shows nothing of the case it came from."""

    Status = AnswerStatus

    class Verdict(models.TextChoices):
        """Does it exist here?"""

        YES = "yes", _("Yes, it can exist with us")
        NO = "no", _("No, it does not exist with us")

    SERIES = "FRA"
    ENDS = (Status.ANSWERED, Status.WITHDRAWN)
    STEPS = ((Status.ASKED, _("Asked")), (Status.ANSWERED, _("Answered")))
    LOOKS = {Status.ASKED: "active", Status.ANSWERED: "done", Status.WITHDRAWN: "na"}
    ALSO_TOLD = {"ask": _("%(actor)s asked.")}

    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.ASKED, editable=False
    )
    question = models.ForeignKey(ExtentQuestion, models.PROTECT, related_name="answers")
    verdict = models.CharField(
        _("does it exist with you?"), max_length=3, choices=Verdict.choices, blank=True
    )
    reason = models.TextField(_("why, or how you know"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(null=True, editable=False)
    followed_in = models.ForeignKey(
        "nonconformities.Nonconformity",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("followed up in"),
    )

    objects = ExtentAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("answer about spread")
        verbose_name_plural = _("answers about spread")
        constraints = [
            models.UniqueConstraint(fields=["question", "unit"], name="extent_asked_once_a_unit"),
            models.CheckConstraint(
                condition=~models.Q(status="answered") | ~models.Q(verdict=""),
                name="extent_answer_says_yes_or_no",
            ),
        ]
        indexes = [
            models.Index(
                fields=["responsible", "due_on"],
                name="extent_awaiting",
                condition=models.Q(status="asked"),
            )
        ]

    def get_absolute_url(self) -> str:
        """Return the address where the unit answers."""
        return reverse("nonconformities:extent", args=[self.number])

    @classmethod
    def involving(cls, user: User) -> models.QuerySet:
        """Return the ids of those `user` is to answer."""
        here = cls.objects.order_by().filter(unit__authority__any=user.authorities)
        return here.filter(lying_with(user)).values("pk")

    @classmethod
    def full_access(cls, user: User) -> models.Q:
        """Return those of the unit's own line, and those `user` is to answer."""
        here = models.Q(unit__authority__any=user.authorities)
        return super().full_access(user) | (here & lying_with(user))

    def parts(self) -> list[tuple[User | None, Any, str]]:
        """Return who is to answer."""
        return self.still_here([(self.responsible, _("Is to answer"), Access.FULL)])

    @property
    def asking(self) -> "Nonconformity":
        """The case that asks. Whoever answers need not see it."""
        return self.question.nonconformity

    @property
    def heading(self) -> str:
        """What it is about in a word: the category; never a word of the case."""
        return str(self.asking.category or _("Can it exist with you?"))

    def heading_for(self, user: User) -> str:
        """Return what it is about: the category hides nothing."""
        return self.heading

    def followed_for(self, user: User) -> "Nonconformity | None":
        """Return the case in which a yes is followed up, when it exists for `user`."""
        if self.followed_in is None or not self.followed_in.is_visible_to(user):
            return None
        return self.followed_in

    def lock(self) -> None:
        """Hold the case that asks first: withdrawing takes the same rows in the same order."""
        cases = type(self.asking)._base_manager
        cases.select_for_update().only("pk").get(pk=self.asking.pk)
        super().lock()

    # --- Verbs --------------------------------------------------------------------------------

    @classmethod
    def ask(cls, question: ExtentQuestion, unit: Unit, *, by: User) -> Self:
        """Put a question to a unit; who leads it today, or the nearest above, is to answer.

        Raises ValidationError when nobody does: the question would lie there unread.
        """
        manager = Line(unit).nearest_manager()
        if manager is None:
            raise ValidationError({"units": _("Nobody leads %s, so nobody could answer.") % unit})
        answer = cls(
            question=question,
            unit=unit,
            unit_name=unit.name,
            responsible=manager,
            due_on=question.due_on,
            first_due_on=question.due_on,
            created_by=by,
            number=NumberSeries.take(cls.SERIES, timezone.localdate().year),
        )
        answer.save()
        answer.tell("ask", by=by)
        answer.save(update_fields=["event_count", "event_head"])
        return answer

    @transition(
        Status.ASKED,
        to=Status.ANSWERED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person="responsible",
        address="svara",
        label=_("Answer"),
        told=_("%(actor)s answered."),
        main=True,
    )
    def answer(
        self, *, by: User, verdict: str, reason: str, linked: "Nonconformity | None" = None
    ) -> str:
        """Say if it exists here, and how one knows. A yes is followed up in a case here.

        Raises ValidationError when `linked` is another unit's case, or at an end.
        """
        self.verdict, self.reason = verdict, reason
        self.answered_by, self.answered_at = by, timezone.now()
        if verdict == self.Verdict.YES:
            self.followed_in = self._linked(linked, by) if linked else self._new_case(by)
        return reason

    @transition(
        Status.ASKED,
        to=Status.WITHDRAWN,
        by_clock=True,
        address="dra-tillbaka",
        label=_("Withdraw the question"),
        told=_("The question was withdrawn."),
    )
    def withdraw(self, *, by: User | None = None) -> None:
        """Ask no longer: the case has withdrawn its question."""

    def after(self, move: Any, *, by: User | None) -> None:
        """Let the case that asked know that an answer came."""
        if move.name == "answer":
            self.asking.note_answer(by=None)

    def _linked(self, case: "Nonconformity", by: User) -> "Nonconformity":
        open_here = type(case).objects.readable_to(by).reported().open()
        if not open_here.filter(pk=case.pk, unit__authority=self.unit.authority).exists():
            raise ValidationError({"linked": _("Choose one of your own open cases.")})
        return case

    def _new_case(self, by: User) -> "Nonconformity":
        """Return a report of the risk here, in the words of who answers."""
        asking = self.asking
        case = type(asking)(
            unit=self._home(),
            kind=asking.Kind.RISK,
            description=self.reason,
            category=asking.category,
            arose_from=asking,
            reported_by=by,
            created_by=by,
        )
        case.save()
        case.report(by=by)
        return case

    def _home(self) -> Unit:
        """Return the unit, or what took its place within the authority when it has closed."""
        heir = self.unit.successor
        closed = not self.unit.is_open
        return heir if closed and heir and heir.same_authority(self.unit) else self.unit


def ask_units(
    case: "Nonconformity",
    units: list[Unit],
    text: str,
    due_on: "date",
    *,
    by: User,
    **decision: Any,
) -> ExtentQuestion:
    """Put one question to many units; returns it. Call it inside a verb of the case."""
    question = ExtentQuestion.objects.create(
        nonconformity_id=case.pk, round=case.round, text=text, due_on=due_on, asked_by=by,
        **decision,
    )  # fmt: skip
    for unit in units:
        ExtentAnswer.ask(question, unit, by=by)
    return question
