"""Nonconformity: something that departs from a requirement, from report to shown effect."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Self

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models import conditions
from nonconformities.models.cause import Cause
from nonconformities.models.effect import EffectCheck
from nonconformities.models.grading import Category
from nonconformities.models.protected import ProtectedDetails
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.models import Attachment, Due, NumberSeries, Record, RecordQuerySet, Rule
from qms.records.models.due import DueQuerySet
from qms.records.workdays import add_working_days
from qms.records.workflow import guard_status, transition
from qms.requirements.models import Clause

_CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that look alike


def new_receipt_code() -> str:
    """Return a receipt code of 40 bits and more that can be read aloud, as 7Q4M-29XK."""
    signs = "".join(secrets.choice(_CODE_SIGNS) for _n in range(8))
    return f"{signs[:4]}-{signs[4:]}"


class NonconformityQuerySet(RecordQuerySet, DueQuerySet):
    """Questions about many deviations."""

    def reported(self) -> Self:
        """Return what has been sent in: everything but drafts."""
        return self.exclude(status=Nonconformity.Status.DRAFT)

    def awaiting(self, user: User) -> Self:
        """Return the open ones whose next step `user` answers for."""
        return self.open().reported().filter(responsible=user)

    def for_page(self) -> Self:
        """Return the rows with what a list shows of them, without a query per row."""
        return self.select_related("unit", "responsible", "category").defer("search")


class Status(models.TextChoices):
    """Where a deviation is (the stepper shows the six that are not draft or dismissed)."""

    DRAFT = "draft", _("Draft")
    REPORTED = "reported", _("Reported")
    ASSESSED = "assessed", _("Assessed")
    INVESTIGATING = "investigating", _("Under investigation")
    ACTION = "action", _("Actions in progress")
    EFFECT_CHECK = "effect_check", _("Awaiting effect check")
    CLOSED = "closed", _("Closed")
    DISMISSED = "dismissed", _("Dismissed")


_AFTER_REPORT = [status for status in Status if status is not Status.DRAFT]
_OPEN = (Status.REPORTED, Status.ASSESSED, Status.INVESTIGATING, Status.ACTION, Status.EFFECT_CHECK)
_AT_WORK = (Status.INVESTIGATING, Status.ACTION)
_ASSESSED_ON = (Status.ASSESSED, Status.INVESTIGATING, Status.ACTION, Status.EFFECT_CHECK)


@guard_status
@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement),
    exclude=["search", "event_count", "event_head"],
)
class Nonconformity(Due, Record):
    """A deviation (ISO 9001, 10.2): what happened, why, what we do about it, and if it helped."""

    Status = Status

    class Urgency(models.TextChoices):
        NO = "no", _("No")
        RISK = "risk", _("Risk of harm")
        HARM = "harm", _("Somebody is harmed")

    ENDS = (Status.CLOSED, Status.DISMISSED)
    STEPS = (
        (Status.REPORTED, _("Reported")),
        (Status.ASSESSED, _("Assessed")),
        (Status.INVESTIGATING, _("Investigated")),
        (Status.ACTION, _("Action")),
        (Status.EFFECT_CHECK, _("Effect")),
        (Status.CLOSED, _("Closed")),
    )
    UNTOLD = frozenset({"receipt_code", "uid"})

    status = models.CharField(
        _("status"), max_length=15, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    receipt_code = models.CharField(
        max_length=9, unique=True, default=new_receipt_code, editable=False
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
        choices=[("yes", _("Yes")), ("not_yet", _("Not yet")), ("nobody", _("Nobody concerned"))],
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
    search = models.GeneratedField(
        expression=SearchVector("title", "description", "correction", "place", config="swedish"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = NonconformityQuerySet.as_manager()

    class Meta:
        verbose_name = _("deviation")
        verbose_name_plural = _("deviations")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status="draft")
                | models.Q(number__isnull=False, reported_at__isnull=False),
                name="nonconformity_sent_in_has_number",
            ),
            models.CheckConstraint(
                condition=models.Q(severity=None) | models.Q(severity__range=(1, 4)),
                name="nonconformity_severity_1_4",
            ),
            models.CheckConstraint(
                condition=models.Q(likelihood=None) | models.Q(likelihood__range=(1, 4)),
                name="nonconformity_likelihood_1_4",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-reported_at", "-id"], name="nonconformity_unit_latest"),
            models.Index(fields=["-reported_at", "-id"], name="nonconformity_latest"),
            models.Index(fields=["unit", "status", "due_on"], name="nonconformity_unit_due"),
            models.Index(fields=["unit", "category", "reported_at"], name="nonconformity_alike"),
            models.Index(fields=["reported_by", "-reported_at"], name="nonconformity_reporter"),
            models.Index(
                fields=["responsible", "due_on"],
                name="nonconformity_responsible",
                condition=~models.Q(status__in=["closed", "dismissed"]),
            ),
            models.Index(
                fields=["investigator"],
                name="nonconformity_investigator",
                condition=models.Q(investigator__isnull=False),
            ),
            GinIndex(fields=["search"], name="nonconformity_search"),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the deviation; a draft's is its form."""
        if self.number is None:
            return reverse("nonconformities:draft", args=[self.uid])
        return reverse("nonconformities:detail", args=[self.number])

    # --- Who sees it --------------------------------------------------------------------------

    @classmethod
    def involving(cls, user: User) -> models.QuerySet:
        """Return the ids of those `user` reported, investigates, answers for or acts in."""
        from nonconformities.models.action import Action

        mine = cls.objects.filter(models.Q(reported_by=user))
        return (
            mine.order_by()
            .values("pk")
            .union(
                cls.objects.filter(investigator=user).values("pk"),
                cls.objects.filter(responsible=user).values("pk"),
                Action.objects.filter(responsible=user).values("nonconformity_id"),
            )
        )

    @classmethod
    def out_of_draft(cls, user: User) -> models.Q:
        """A draft is its author's alone."""
        return ~models.Q(status=Status.DRAFT) | models.Q(reported_by=user)

    @classmethod
    def full_access(cls, user: User) -> models.Q:
        """The unit's own line, and whoever investigates, answers for it or acts in it."""
        from nonconformities.models.action import Action

        acting = Action.objects.filter(responsible=user).values("nonconformity_id")
        return (
            super().full_access(user)
            | models.Q(investigator=user)
            | models.Q(responsible=user)
            | models.Q(pk__in=acting)
        )

    @classmethod
    def own(cls, user: User) -> models.Q:
        """The user's own reports."""
        return models.Q(reported_by=user)

    @classmethod
    def not_secret(cls) -> models.Q:
        """Those without a secrecy mark."""
        return models.Q(is_secret=False)

    # --- Questions ----------------------------------------------------------------------------

    @property
    def heading(self) -> str:
        """The heading, or the first words of the report until somebody has set one."""
        first = self.title or self.description.strip().split("\n")[0]
        return first if len(first) <= 70 else first[:69].rsplit(" ", 1)[0] + "…"

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
    def effect_on(self) -> date | None:
        """The day from which the effect is checked: the latest decided with the actions."""
        return self.live_actions.aggregate(day=models.Max("effect_on"))["day"]

    def earlier_alike(self, *, days: int = 0, months: int = 0) -> models.QuerySet:
        """Return deviations of the same category on the same unit, before this one."""
        since = self.reported_at - timedelta(days=days + round(months * 30.44))
        return (
            type(self)
            .objects.reported()
            .exclude(pk=self.pk)
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
        alike = self.earlier_alike(days=Rule.value_of(Rule.Code.REPEAT_DAYS)).count()
        return alike + 1 >= Rule.value_of(Rule.Code.REPEAT_COUNT)

    def text_for(self, user: User) -> str:
        """Return what happened, or the mask for who may not read it. The one masking rule."""
        access = getattr(self, "access", None) or self.access_of(user)
        return self.description if access in {"full", "own"} else str(MASK)

    def heading_for(self, user: User) -> str:
        """Return the heading, or the category for who may not read the text."""
        access = getattr(self, "access", None) or self.access_of(user)
        if access in {"full", "own"}:
            return self.heading
        return str(self.category) if self.category else str(MASK)

    def reporter_for(self, user: User) -> str:
        """Return the reporter's name, unless hidden from this user or not given."""
        if self.reported_by is None:
            return str(_("Not given"))
        hidden = self.hides_reporter and not user.may(Duty.SEE_REPORTERS, self.unit_id)
        if hidden and user.pk != self.reported_by_id:
            return str(_("Hidden at the reporter's wish"))
        return self.reported_by.name

    # --- Verbs, in life order -----------------------------------------------------------------

    @transition(
        Status.DRAFT,
        to=Status.REPORTED,
        person="reported_by",
        address="skicka",
        main=True,
        label=_("Send the report"),
        told=_("%(actor)s reported."),
    )
    def report(self, *, by: User) -> None:
        """Send the report to the unit; it gets a number and its manager a day to answer by."""
        now = timezone.now()
        today = timezone.localdate(now)
        self.reported_at, self.happened_at = now, self.happened_at or now
        self.number = NumberSeries.take("AVV", today.year)
        self.responsible = self.unit.nearest_manager()
        self.promise(add_working_days(today, Rule.value_of(Rule.Code.ASSESS_DAYS)))

    @transition(
        Status.REPORTED,
        to=Status.ASSESSED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="bedom",
        label=_("Assess"),
        told=_("%(actor)s assessed how serious it is."),
        main=True,
    )
    def assess(
        self,
        *,
        by: User,
        title: str,
        severity: int,
        likelihood: int,
        category: Category,
        requirements: Iterable[Clause] = (),
        person_informed: str = "",
        is_secret: bool = False,
    ) -> str:
        """Say how serious and how likely it is, and what it is about (10.2.1 a)."""
        self._grade(title, severity, likelihood, category, requirements)
        self.person_informed, self.is_secret = person_informed, is_secret
        self._start_clock(self._days_from_report(Rule.Code.INVESTIGATE_DAYS))
        return ""

    @transition(
        *_ASSESSED_ON,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="bedom-om",
        label=_("Assess again"),
        told=_("%(actor)s changed the assessment."),
    )
    def reassess(
        self,
        *,
        by: User,
        title: str,
        severity: int,
        likelihood: int,
        category: Category,
        reason: str,
        requirements: Iterable[Clause] = (),
        is_secret: bool = False,
    ) -> str:
        """Correct the assessment, with the reason for it."""
        self._grade(title, severity, likelihood, category, requirements)
        self.is_secret = is_secret
        return reason

    @transition(
        Status.REPORTED,
        to=Status.DISMISSED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="avskriv",
        label=_("Dismiss"),
        told=_("%(actor)s dismissed the report."),
    )
    def dismiss(self, *, by: User, reason: str) -> str:
        """Say that it is not a deviation, and why: the reporter reads the reason."""
        self.answer = reason
        self._end()
        return reason

    @transition(
        Status.DISMISSED,
        to=Status.REPORTED,
        duty=Duty.DECIDE_SERIOUS,
        address="ta-upp-igen",
        label=_("Take up again"),
        told=_("%(actor)s took up the report again."),
    )
    def reconsider(self, *, by: User, reason: str) -> str:
        """Take up a report that was dismissed too soon."""
        self.closed_at = None
        self._start_clock(self._workdays_from_now(Rule.Code.ASSESS_DAYS))
        return reason

    @transition(
        Status.ASSESSED,
        to=Status.CLOSED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="avsluta-som-rattad",
        label=_("Close as corrected"),
        told=_("%(actor)s closed it as corrected."),
        needs=[conditions.LOW_SCORE, conditions.NOT_REPEATED],
    )
    def close_as_corrected(
        self, *, by: User, correction: str, reason: str, answer: str = "", lesson: str = ""
    ) -> str:
        """Close a small deviation that is put right and has not happened before (8.7)."""
        self.correction, self.answer, self.lesson = correction, answer or reason, lesson
        self._end()
        return reason

    @transition(
        Status.ASSESSED,
        to=Status.INVESTIGATING,
        duty=conditions.starting,
        address="utred",
        label=_("Start the investigation"),
        told=_("%(actor)s started the investigation."),
        main=True,
    )
    def start_investigation(self, *, by: User, investigator: User, plan: str = "") -> str:
        """Decide who finds out why it happened, and how (10.2.1 b)."""
        self.investigator, self.plan, self.responsible = investigator, plan, investigator
        self._start_clock(self._days_from_now(Rule.Code.DECIDE_DAYS))
        return plan

    @transition(
        *_AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="orsak",
        label=_("Write down a cause"),
        told=_("%(actor)s wrote down a cause."),
        quiet=True,
    )
    def add_cause(self, *, by: User, method: str, texts: list[str], branch: str = "") -> str:
        """Write down why it happened. Several texts are a chain of whys; the last is the root.

        Look for the cause in the way of working, not in the person.
        """
        because_of = None
        for place, text in enumerate(texts, start=1):
            because_of = Cause.objects.create(
                nonconformity=self,
                round=self.round,
                method=method,
                branch=branch,
                text=text,
                because_of=because_of,
                is_root=place == len(texts),
                added_by=by,
            )
        return texts[-1]

    @transition(
        *_AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person="investigator",
        address="stryk-orsak",
        label=_("Withdraw a cause"),
        told=_("%(actor)s withdrew a cause."),
    )
    def withdraw_cause(self, *, by: User, cause: Cause, reason: str) -> str:
        """Strike a cause that did not hold; it stays on the record, struck.

        Raises ValidationError when an action hangs on it.
        """
        cause.withdraw(reason)
        return reason

    @transition(
        *_AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="utbredning",
        label=_("Can it exist elsewhere?"),
        told=_("%(actor)s answered where else it may exist."),
        quiet=True,
    )
    def answer_extent(self, *, by: User, extent: str) -> str:
        """Say where similar deviations were looked for and what was found (10.2.1 b 3)."""
        self.extent = extent
        return extent

    @transition(
        *_AT_WORK,
        duty=Duty.HANDLE_NONCONFORMITIES,
        person=("investigator", "responsible"),
        address="planera-atgard",
        label=_("Plan an action"),
        told=_("%(actor)s planned an action."),
        quiet=True,
    )
    def plan_action(self, *, by: User, **answers: Any) -> str:
        """Plan what to do about a cause, who does it, by when and how the effect is judged."""
        from nonconformities.models.action import Action

        return str(Action.plan(self, by=by, **answers))

    @transition(
        Status.INVESTIGATING,
        to=Status.ACTION,
        duty=conditions.deciding,
        address="besluta-atgarder",
        label=_("Decide on the actions"),
        main=True,
        told=_("%(actor)s decided on the actions."),
        needs=[conditions.A_CAUSE, conditions.EXTENT, conditions.A_CORRECTIVE_ACTION],
    )
    def decide_actions(self, *, by: User, note: str = "") -> str:
        """Decide that the planned actions are the right ones for the causes found (10.2.1 c)."""
        self.responsible = by
        self._start_clock(self.live_actions.aggregate(day=models.Max("due_on"))["day"])
        return note

    @transition(
        Status.ACTION,
        to=Status.EFFECT_CHECK,
        by_clock=True,
        address="atgarder-klara",
        label=_("Actions done"),
        told=_("Every action is done. Now we wait to see if it helped."),
    )
    def finish_actions(self, *, by: User | None = None) -> None:
        """Go on to the effect check when the last action is done or cancelled."""
        self._start_clock(self.effect_on or timezone.localdate())

    @transition(
        Status.EFFECT_CHECK,
        to=Status.CLOSED,
        duty=conditions.deciding,
        address="effekt",
        label=_("Approve the effect"),
        told=_("%(actor)s found that it helped, and closed."),
        needs=[conditions.EFFECT_WAIT_OVER, conditions.ACTIONS_VERIFIED],
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
        return evidence

    @transition(
        Status.EFFECT_CHECK,
        to=Status.INVESTIGATING,
        duty=conditions.deciding,
        address="ingen-effekt",
        label=_("It did not help"),
        told=_("%(actor)s found that it did not help. A new round begins."),
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
        """Open a closed case again, with the reason; a new round begins."""
        self.closed_at = None
        self.investigator = self.investigator or by
        self.responsible = self.investigator
        self._new_round()
        return reason

    # --- Verbs beside the road ----------------------------------------------------------------

    @transition(
        *_OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="byt-ansvarig",
        label=_("Change who is responsible"),
        told=_("%(actor)s changed who is responsible."),
    )
    def assign(self, *, by: User, responsible: User, reason: str = "") -> str:
        """Let somebody else answer for the next step."""
        self.responsible = responsible
        return reason

    @transition(
        *_AFTER_REPORT,
        address="kommentera",
        label=_("Write a comment"),
        told=_("%(actor)s commented."),
        quiet=True,
    )
    def comment(self, *, by: User, text: str, to_reporter: bool = False) -> str:
        """Say something about the case; what the reporter writes or is told is marked."""
        own = by.pk == self.reported_by_id
        self._add_comment(by=by, text=text, to_reporter=to_reporter or own)
        return text

    @transition(
        *Status,
        duty=Duty.READ_RECORDS,
        person=("reported_by", "investigator", "responsible"),
        address="bifoga",
        label=_("Attach a file"),
        told=_("%(actor)s attached a file."),
        quiet=True,
    )
    def attach(self, *, by: User, files: list[Attachment]) -> str:
        """Attach photographs or documents that have been checked."""
        return self._add_files(files, by)

    @transition(
        *_AFTER_REPORT,
        duty=Duty.READ_PROTECTED,
        address="skyddade-uppgifter",
        label=_("Write protected details"),
        told=_("%(actor)s wrote protected details."),
    )
    def protect_details(self, *, by: User, details: str) -> None:
        """Keep what points at a person apart, encrypted."""
        row = ProtectedDetails.objects.filter(nonconformity=self).first()
        row = row or ProtectedDetails(nonconformity=self)
        row.text = details
        row.save()

    @transition(
        *_AFTER_REPORT,
        duty=Duty.READ_PROTECTED,
        address="visa-skyddade-uppgifter",
        label=_("Open protected details"),
        told=_("%(actor)s read the protected details."),
        quiet=True,
    )
    def open_protected(self, *, by: User, reason: str = "") -> str:
        """Log that `by` reads the protected details, before they are shown."""
        return reason

    # --- What the verbs share -----------------------------------------------------------------

    def _grade(
        self,
        title: str,
        severity: int,
        likelihood: int,
        category: Category,
        requirements: Iterable[Clause],
    ) -> None:
        self.title, self.severity, self.likelihood = title, severity, likelihood
        self.category = category
        self.requirements.set(requirements)

    def _check(self, by: User, outcome: str, evidence: str, **more: bool) -> None:
        EffectCheck.objects.create(
            nonconformity=self,
            round=self.round,
            outcome=outcome,
            evidence=evidence,
            checked_by=by,
            **more,
        )

    def _new_round(self) -> None:
        self.round += 1
        self.extent = ""
        self._start_clock(self._days_from_now(Rule.Code.DECIDE_DAYS))

    def _start_clock(self, day: date | None) -> None:
        self.due_on = self.first_due_on = day

    def _end(self) -> None:
        self.closed_at = timezone.now()
        self.due_on = None

    def _days_from_now(self, rule: Rule.Code) -> date:
        return timezone.localdate() + timedelta(days=Rule.value_of(rule))

    def _workdays_from_now(self, rule: Rule.Code) -> date:
        return add_working_days(timezone.localdate(), Rule.value_of(rule))

    def _days_from_report(self, rule: Rule.Code) -> date:
        reported: datetime = self.reported_at or timezone.now()
        day = add_working_days(timezone.localdate(reported), Rule.value_of(rule))
        return max(day, timezone.localdate())


MASK = _("The text is shown only within the authority it belongs to.")

__all__ = ["MASK", "Nonconformity", "Status", "Unit", "new_receipt_code"]
