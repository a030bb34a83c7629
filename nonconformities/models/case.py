"""Case: what a deviation holds and the questions one may ask of it. Its verbs stand beside."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models.arrival import Arrival
from nonconformities.models.codes import new_receipt_code  # noqa: F401 (0001 names it here)
from nonconformities.models.grading import Category
from nonconformities.models.status import AT_AN_END, UNDECIDED, Status
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.headings import first_words
from qms.records.models import Due, Record, Rule
from qms.records.workdays import add_months, add_working_days
from qms.requirements.models import Clause

if TYPE_CHECKING:
    from nonconformities.models.action import Action
    from nonconformities.models.cause import Cause

PERSON_INFORMED = [
    ("yes", _("Yes")),
    ("not_yet", _("Not yet")),
    ("nobody", _("Nobody concerned")),
]
MASK = _("The text is shown only within the authority it belongs to.")


class Case(Arrival, Due, Record):
    """The facts of a deviation, in the order a person tells the story."""

    Status = Status

    class Urgency(models.TextChoices):
        NO = "no", _("No")
        RISK = "risk", _("Risk of harm")
        HARM = "harm", _("Somebody is harmed")

    class Verdict(models.TextChoices):
        """What the one who reported says at the end, once per closing."""

        SATISFIED = "satisfied", _("Satisfied")
        UNSATISFIED = "unsatisfied", _("Not satisfied")
        KEPT = "kept", _("Not satisfied; it stays closed")

    ENDS = AT_AN_END
    SERIES = "AVV"
    if TYPE_CHECKING:  # what the other rows of a case bring, and what with_progress() counts
        actions: Any
        old_row: Any
        causes: Any
        handovers: Any
        shares: Any
        children: Any
        extent_questions: Any
        lessons: Any
        merged: Any
        merged_into: Any
        merged_into_id: int | None
        offspring: Any
        parent: Any
        parent_id: int | None
        tries: Any
        tries_id: int | None
        protected: Any
        alike: int
        has_protected: bool

    STEPS = (
        (Status.REPORTED, _("Reported")),
        (Status.ASSESSED, _("Assessed")),
        (Status.INVESTIGATING, _("Investigated")),
        (Status.ACTION, _("Action")),
        (Status.EFFECT_CHECK, _("Effect")),
        (Status.CLOSED, _("Closed")),
    )
    LOOKS = {
        Status.DRAFT: "new",
        Status.REPORTED: "active",
        Status.ASSESSED: "active",
        Status.INVESTIGATING: "active",
        Status.ACTION: "active",
        Status.EFFECT_CHECK: "waiting",
        Status.CLOSED: "done",
        Status.DISMISSED: "na",
        Status.VOID: "na",
        Status.HANDED_OVER: "na",
    }
    LASTING = frozenset({"reported_by"})
    UNTOLD = frozenset({"receipt_code", "uid"})
    is_reclassified = False  # True while a verb that gives it another category is done
    BESIDE = "nonconformities/parts/beside.html"
    ALSO_TOLD = {
        "import": _("%(actor)s brought it here from an older register."),
        "pass_on": _("The case went on to who may take the next step."),
        "receive": _("%(actor)s took the case over from %(unit)s."),
        "receive_ruling": _("%(unit)s got the case: %(actor)s decided."),
        "leave_contact": _("%(actor)s left contact details, which are protected."),
        "word_came": _("Who reported the same thing wrote something in the merged report."),
        "took_in": _("%(actor)s merged another report of the same thing into this one."),
        "gathered": _("%(actor)s put it in a group that is looked into together."),
    }
    # Over a border a case begins, with a number of its own.
    ANNOUNCED = frozenset({"receive", "receive_ruling"})

    status = models.CharField(
        _("status"), max_length=15, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    imported_in = models.ForeignKey(
        "nonconformities.Import",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="cases",
        editable=False,
    )
    # What the reporter tells
    description = models.TextField(_("what happened"), max_length=20_000)
    place = models.CharField(_("where, more exactly"), max_length=150, blank=True)
    happened_at = models.DateTimeField(_("when it happened"), null=True, blank=True)
    urgency = models.CharField(
        _("is it urgent?"), max_length=5, choices=Urgency.choices, default=Urgency.NO
    )
    correction = models.TextField(_("what we did at once"), max_length=20_000, blank=True)
    reported_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("reported by"),
    )
    hides_reporter = models.BooleanField(_("name shown to the coordinator only"), default=False)
    reported_at = models.DateTimeField(_("reported"), null=True, editable=False)
    assessed_at = models.DateTimeField(_("first assessed"), null=True, editable=False)
    # What the manager assesses
    title = models.CharField(_("heading"), max_length=150, blank=True)
    severity = models.PositiveSmallIntegerField(_("severity"), null=True, blank=True)
    likelihood = models.PositiveSmallIntegerField(_("likelihood"), null=True, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name=_("category")
    )
    requirements = models.ManyToManyField(Clause, blank=True, verbose_name=_("requirements"))
    person_informed = models.CharField(
        _("is the person concerned informed?"),
        max_length=12,
        blank=True,
        choices=PERSON_INFORMED,
    )
    is_secret = models.BooleanField(_("secret"), default=False)
    # What the investigation finds
    investigator = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("investigator"),
    )
    plan = models.TextField(_("plan of the investigation"), blank=True)
    extent = models.TextField(_("can it exist elsewhere?"), blank=True)
    round = models.PositiveSmallIntegerField(_("round"), default=1, editable=False)
    # What others get to know
    lesson = models.TextField(_("lesson"), blank=True)
    answer = models.TextField(_("answer to the reporter"), blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    # What is asked of the one who reported, and what they say of the answer
    asked_at = models.DateTimeField(_("asked the one who reported"), null=True, editable=False)
    verdict = models.CharField(
        _("satisfied with the answer"), max_length=11, blank=True, choices=Verdict.choices,
        editable=False,
    )  # fmt: skip
    verdict_reason = models.TextField(_("why not satisfied"), blank=True, editable=False)
    search = models.GeneratedField(
        expression=SearchVector("title", "description", "correction", "place", config="swedish"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        abstract = True

    def get_absolute_url(self) -> str:
        """Return the address of the deviation; a draft's is its form."""
        if self.number is None:
            return reverse("nonconformities:draft", args=[self.uid])
        return reverse("nonconformities:detail", args=[self.number])

    @property
    def stepper(self) -> list[dict[str, str]]:
        """The road; what ended early never took the middle of it."""
        steps = super().stepper
        if self.status in {Status.DISMISSED, Status.HANDED_OVER}:
            return [
                steps[0] | {"state": "done"},
                {"label": str(Status(self.status).label), "state": "done"},
            ]
        if self.status == Status.CLOSED and self.investigator_id is None:
            return [*steps[:2], steps[-1]]
        return steps

    # --- Questions ----------------------------------------------------------------------------

    @property
    def heading(self) -> str:
        """The heading, or the first words of the report until somebody has set one."""
        return first_words(self.title or self.description)

    @property
    def score(self) -> int | None:
        """Severity times likelihood, 1–16; None before assessment."""
        return self.severity * self.likelihood if self.severity and self.likelihood else None

    @property
    def is_serious(self) -> bool:
        """True when the area manager decides instead of the unit manager."""
        return (self.score or 0) >= Rule.value_of(Rule.Code.SERIOUS_SCORE)

    @property
    def live_actions(self) -> models.QuerySet:
        """The actions of this round that nobody has cancelled."""
        return self.actions.filter(round=self.round).exclude(status="cancelled")

    @property
    def promises(self) -> list["Action"]:
        """The live actions as a list; no query when the page has fetched the actions already."""
        return [
            action
            for action in self.actions.all()
            if action.round == self.round and action.status != "cancelled"
        ]

    @property
    def roots(self) -> list["Cause"]:
        """The root causes of this round that stand; no query when they are fetched already."""
        return [
            cause
            for cause in self.causes.all()
            if cause.round == self.round and cause.is_root and not cause.withdrawn_at
        ]

    @property
    def effect_on(self) -> date | None:
        """The day from which the effect is checked: the latest decided with the actions."""
        days = [action.effect_on for action in self.promises if action.effect_on]
        return max(days, default=None)

    def earlier_alike(self, *, days: int = 0, months: int = 0) -> models.QuerySet:
        """Return deviations of the same category on the same unit, before this one.

        A suggestion for improvement is not something that went wrong again.
        """
        at = timezone.localtime(self.reported_at)
        since = at - timedelta(days=days + (at.date() - add_months(at.date(), -months)).days)
        return (
            type(self)
            .objects.founded()
            .exclude(models.Q(pk=self.pk) | models.Q(kind=self.Kind.IDEA))
            .filter(
                unit_id=self.unit_id,
                category_id=self.category_id,
                category__isnull=False,
                reported_at__gte=since,
                reported_at__lte=self.reported_at,
            )
        )

    @property
    def is_repeated(self) -> bool:
        """True when this is at least the third of its kind here within the set days."""
        if self.kind == self.Kind.IDEA:
            return False
        return self.times_alike >= Rule.value_of(Rule.Code.REPEAT_COUNT)

    @property
    def times_alike(self) -> int:
        """How many times it has happened here within the set days, this one counted."""
        known = getattr(self, "alike", None)
        days = Rule.value_of(Rule.Code.REPEAT_DAYS)
        return 1 + (self.earlier_alike(days=days).count() if known is None else known)

    def text_for(self, user: User) -> str:
        """Return what happened, or the mask for who may not read it. The one masking rule."""
        access = getattr(self, "access", None) or self.access_of(user)
        return self.description if access in {"full", "own"} else str(MASK)

    def heading_for(self, user: User) -> str:
        """Return the heading, or the category for who may not read the text."""
        access = getattr(self, "access", None) or self.access_of(user)
        if access in {"full", "own"}:
            return self.heading
        return str(self.category or _("Deviation (text hidden)"))

    def reporter_for(self, user: User) -> str:
        """Return the reporter's name, unless hidden from this user or not given."""
        if self.reported_by is None:
            return str(_("Not given"))
        if self.hidden_actor(user):
            return self.why_hidden
        return self.reported_by.name

    @property
    def why_hidden(self) -> str:
        """Why the reporter has no name."""
        return str(_("Hidden at the reporter's wish"))

    def hidden_actor(self, user: User) -> int | None:
        """The reporter, from those who see the case masked and, if asked for, from most others."""
        if user.pk == self.reported_by_id or user.may(Duty.SEE_REPORTERS, self.unit_id):
            return None
        if self.hides_reporter:
            return self.reported_by_id
        access = getattr(self, "access", None) or self.access_of(user)
        return self.reported_by_id if access == "masked" else None

    @property
    def is_harmful(self) -> bool:
        """True when somebody is, or may be, harmed: such a report is read first."""
        return self.urgency in {self.Urgency.HARM, self.Urgency.RISK}

    @property
    def is_acute(self) -> bool:
        """True while somebody is, or may be, harmed and nothing has been decided about it."""
        return self.is_harmful and self.status in UNDECIDED

    # --- Clocks -------------------------------------------------------------------------------

    def _start_clock(self, day: date | None) -> None:
        self.due_on = self.first_due_on = day

    def _forget_the_end(self) -> None:
        self.closed_at, self.answer, self.lesson = None, "", ""
        self.verdict, self.verdict_reason = "", ""

    def _end(self) -> None:
        self.closed_at = timezone.now()
        self.due_on = self.asked_at = None  # nobody waits for an answer any more

    def _days_from_now(self, rule: Rule.Code) -> date:
        return timezone.localdate() + timedelta(days=Rule.value_of(rule))

    def _workdays_from_now(self, rule: Rule.Code) -> date:
        return add_working_days(timezone.localdate(), Rule.value_of(rule))

    @property
    def days_to_assess(self) -> int:
        """How many working days its manager has to assess it; fewer when somebody is harmed."""
        code = Rule.Code.HARM_DAYS if self.is_harmful else Rule.Code.ASSESS_DAYS
        return min(Rule.value_of(code), Rule.value_of(Rule.Code.ASSESS_DAYS))

    def _days_from_report(self, rule: Rule.Code) -> date:
        reported: datetime = self.reported_at or timezone.now()
        day = add_working_days(timezone.localdate(reported), Rule.value_of(rule))
        return max(day, timezone.localdate())
