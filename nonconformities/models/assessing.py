"""Assessing: from report to assessment, and the short ways to the end."""

from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models import border_conditions, conditions
from nonconformities.models.case import Case
from nonconformities.models.grading import Category
from nonconformities.models.lesson import Lesson
from nonconformities.models.obligation import Obligation
from nonconformities.models.route import Route
from nonconformities.models.status import ASSESSED_AND_OPEN, Status
from nonconformities.models.track import Track
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import NumberSeries, Rule
from qms.records.workdays import add_working_days
from qms.records.workflow import Actor, transition
from qms.requirements.models import Clause


class Assessing(Case):
    """What the reporter and the unit's manager do."""

    class Meta:
        abstract = True

    @transition(
        Status.DRAFT,
        to=Status.REPORTED,
        person="reported_by",
        by_code=True,
        address="skicka",
        main=True,
        label=_("Send the report"),
        told=_("%(actor)s reported."),
    )
    def report(self, *, by: Actor) -> None:
        """Send the report to the unit; it gets a number and its manager a day to answer by."""
        self._arrive()
        self.happened_at = self.happened_at or self.reported_at
        self._open_tracks()

    def _arrive(self) -> None:
        """Give a new case its number, who handles it by the routes, and the day to assess it by.

        What the laws ask for is opened by `_open_tracks`, once the row is stored.
        """
        now = timezone.now()
        today = timezone.localdate(now)
        self.reported_at = now
        self.number = NumberSeries.take(self.SERIES, today.year)
        case: Any = self
        self.responsible = Route.handler_for(case)
        self.promise(add_working_days(today, self.days_to_assess))

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
        requirements: Collection[Clause] = (),
        person_informed: str = "",
        is_secret: bool = False,
        kind: str = "",
        prompts: Collection[str] = (),
    ) -> str:
        """Say how serious and how likely it is, and what it is about (10.2.1 a).

        `prompts` are the codes of the laws about which a question was answered with yes.
        """
        self._grade(title, severity, likelihood, category, requirements)
        self.assessed_at = self.assessed_at or timezone.now()
        self.person_informed, self.is_secret = person_informed, is_secret
        self.kind = kind or self.kind
        self._open_tracks(by, prompts)
        self._start_clock(self._days_from_report(Rule.Code.INVESTIGATE_DAYS))
        return ""

    @transition(
        *ASSESSED_AND_OPEN,
        duty=conditions.deciding,
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
        requirements: Collection[Clause] = (),
        is_secret: bool = False,
        kind: str = "",
    ) -> str:
        """Correct the assessment, with the reason for it."""
        self._grade(title, severity, likelihood, category, requirements)
        self.is_secret, self.kind = is_secret, kind or self.kind
        self._open_tracks()
        return reason

    @transition(
        Status.REPORTED,
        to=Status.DISMISSED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="avskriv",
        label=_("Dismiss"),
        told=_("%(actor)s dismissed the report."),
        needs=[border_conditions.NOT_WAITING, border_conditions.NOT_SHARED],
    )
    def dismiss(self, *, by: User, reason: str) -> str:
        """Say that it is not a deviation, and why: the reporter reads the reason."""
        self.answer = reason
        self.assessed_at = self.assessed_at or timezone.now()
        self._end()
        return reason

    @transition(
        Status.DISMISSED,
        to=Status.REPORTED,
        duty=Duty.DECIDE_SERIOUS,
        address="ta-upp-igen",
        label=_("Take up again"),
        told=_("%(actor)s took up the report again."),
        needs=[conditions.NOT_MERGED],
    )
    def reconsider(self, *, by: User, reason: str) -> str:
        """Take up a report that was dismissed too soon."""
        self._forget_the_end()
        self._start_clock(add_working_days(timezone.localdate(), self.days_to_assess))
        return reason

    @transition(
        Status.ASSESSED,
        to=Status.CLOSED,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="avsluta-som-rattad",
        label=_("Close as corrected"),
        told=_("%(actor)s closed it as corrected."),
        needs=[
            conditions.LOW_SCORE,
            conditions.NOT_REPEATED,
            border_conditions.NOT_WAITING,
            border_conditions.PARTS_READY,
        ],
    )
    def close_as_corrected(
        self,
        *,
        by: User,
        correction: str,
        reason: str,
        answer: str = "",
        lesson: str = "",
        share: bool = False,
    ) -> str:
        """Close a small deviation that is put right and has not happened before (8.7)."""
        self.correction, self.answer, self.lesson = correction, answer or reason, lesson
        self._end()
        if share and lesson:
            Lesson.share(self, by=by, text=lesson)
        return reason

    def _open_tracks(self, by: User | None = None, prompts: Collection[str] = ()) -> None:
        """Open what the routes and the answers ask for. The case's own story says nothing of it."""
        case: Any = self
        for obligation in Route.obligations_for(case):
            Track.begin_for(case, obligation, by=None, because=Track.Because.ROUTE)
        for obligation in Obligation.objects.asked_at(self.unit).filter(code__in=prompts):
            Track.begin_for(case, obligation, by=by, because=Track.Because.ANSWER)

    def _grade(
        self,
        title: str,
        severity: int,
        likelihood: int,
        category: Category,
        requirements: Collection[Clause],
    ) -> None:
        self.title, self.severity, self.likelihood = title, severity, likelihood
        self.is_reclassified = self.category_id != category.pk
        self.category = category
        before = list(self.requirements.values_list("number", flat=True))
        self.requirements.set(requirements)
        after = [clause.number for clause in requirements]
        if sorted(before) != sorted(after):
            self.also_changed["requirements"] = [before, after]
