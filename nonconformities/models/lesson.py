"""Lesson: what others can learn from a closed case, on a card that hides where it happened."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nonconformities.models.grading import Category
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.headings import first_words
from qms.records.models import NumberSeries, Record, RecordQuerySet, Rule
from qms.records.workflow import Bar, guard_status, transition

if TYPE_CHECKING:
    from nonconformities.models.case import Case
    from nonconformities.models.nonconformity import Nonconformity


class LessonStatus(models.TextChoices):
    """Where a lesson is."""

    PUBLISHED = "published", _("Shared")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class LessonQuerySet(RecordQuerySet):
    """Questions about many lessons. A card is written for everybody who is signed in."""

    def visible_to(self, user: User) -> Self:
        """Return what is shared, and what the unit's own line has withdrawn."""
        return self.filter(models.Q(status=LessonStatus.PUBLISHED) | self.model.full_access(user))

    def readable_to(self, user: User) -> Self:
        """Return the same: nothing on the card is masked."""
        return self.visible_to(user)

    def published(self) -> Self:
        """Return what is shared today."""
        return self.filter(status=LessonStatus.PUBLISHED)

    def for_page(self) -> Self:
        """Return the rows with what a card shows and how many try it, in one query."""
        trials = (
            self.model._meta.get_field("trials")
            .related_model.objects.order_by()
            .filter(tries=models.OuterRef("pk"))
            .values("tries")
        )
        units = trials.annotate(many=models.Count("unit", distinct=True)).values("many")
        return self.select_related("unit", "category").annotate(
            tried_at=models.functions.Coalesce(models.Subquery(units), 0)
        )

    def from_others(self, user: User) -> Self:
        """Return the shared lessons of other units with the same kind of service, newest first."""
        own = Unit.objects.filter(pk__in=user.appointments.current().values("unit")).exclude(
            service=""
        )
        found = self.published().filter(service__in=own.values("service"))
        return found.exclude(unit__in=own.values("pk")).order_by("-pk")


def _place_of(case: "Case") -> str:
    """Return the unit's name, or only its authority's where the unit gives too much away.

    A small unit, and one under a secrecy area, could point at a person.
    """
    unit = case.unit
    small = unit.headcount is not None and unit.headcount < Rule.value_of(Rule.Code.SMALL_UNIT)
    hidden = small or unit.secrecy_area or case.is_secret
    return unit.authority_name if hidden else unit.name


def _manages_nothing(_lesson: "Lesson", user: User) -> bool:
    return not user.units_for(Duty.HANDLE_NONCONFORMITIES)


A_MANAGER = Bar(
    _("Who leads a unit tries a lesson there. Tell your manager about it."), _manages_nothing
)


@guard_status
class Lesson(Record):
    """A card with one sentence from a closed case; it names no person and no small unit."""

    Status = LessonStatus

    SERIES = "LAR"
    ENDS = (Status.PUBLISHED, Status.WITHDRAWN)
    STEPS = ((Status.PUBLISHED, _("Shared")), (Status.WITHDRAWN, _("Withdrawn")))
    LOOKS = {Status.PUBLISHED: "done", Status.WITHDRAWN: "na"}
    ALSO_TOLD = {"share": _("%(actor)s shared the lesson.")}

    if TYPE_CHECKING:
        trials: Any
        tried_at: int

    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.PUBLISHED, editable=False
    )
    nonconformity = models.ForeignKey(
        "nonconformities.Nonconformity", models.PROTECT, related_name="lessons"
    )
    round = models.PositiveSmallIntegerField(default=1, editable=False)
    text = models.TextField(_("what others can learn"), max_length=1000)
    done = models.TextField(_("what we did"), max_length=2000, blank=True)
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, verbose_name=_("category")
    )
    service = models.CharField(
        _("kind of service"), max_length=20, blank=True, choices=Unit.Service.choices
    )
    place = models.CharField(_("where it comes from"), max_length=150, editable=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        indexes = [models.Index(fields=["status", "service", "-id"], name="lesson_by_service")]
        constraints = [
            models.UniqueConstraint(
                fields=["nonconformity"],
                condition=models.Q(status="published"),
                name="lesson_shared_once_a_case",
            )
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the lesson."""
        return reverse("nonconformities:lesson", args=[self.number])

    # --- Questions ----------------------------------------------------------------------------

    @property
    def heading(self) -> str:
        """The first words of the lesson."""
        return first_words(self.text, 90)

    def heading_for(self, user: User) -> str:
        """Return the heading: the card hides nothing from whom it exists for."""
        return self.heading

    @property
    def tried(self) -> str:
        """At how many units it is, or has been, tried; "" at none. Needs for_page()."""
        if not self.tried_at:
            return ""
        words = ngettext("Tried at %(n)d unit", "Tried at %(n)d units", self.tried_at)
        return words % {"n": self.tried_at}

    # --- Verbs, in life order -----------------------------------------------------------------

    @classmethod
    def share(cls, case: "Case", *, by: User, text: str, done: str = "") -> Self:
        """Make the card of a case that is closed, or being closed. Call it inside a verb of it."""
        lesson = cls(
            unit=case.unit,
            unit_name=case.unit_name,
            nonconformity_id=case.pk,
            round=case.round,
            text=text,
            done=done,
            category=case.category,
            service=case.unit.service,
            place=_place_of(case),
            created_by=by,
            number=NumberSeries.take(cls.SERIES, timezone.localdate().year),
        )
        lesson.full_clean(exclude=["nonconformity"])
        lesson.save()
        lesson.tell("share", by=by)
        lesson.save(update_fields=["event_count", "event_head"])
        return lesson

    @transition(
        Status.PUBLISHED,
        address="prova",
        label=_("Try it with us"),
        told=_("%(actor)s is trying it."),
        bars=[A_MANAGER],
        quiet=True,
        main=True,
    )
    def try_out(
        self,
        *,
        by: User,
        at: Unit,
        description: str,
        responsible: User,
        due_on: date,
        criterion: str,
        effect_on: date,
    ) -> str:
        """Begin a suggestion for improvement at an own unit, with one action from the lesson.

        Raises ValidationError when the unit is not one's own, has closed, or tries it already.
        """
        if not by.may(Duty.HANDLE_NONCONFORMITIES, at) or not at.is_open:
            raise ValidationError({"at": _("Choose one of your own units.")})
        if self.trials.filter(unit=at).open().exists():
            raise ValidationError({"at": _("%s is trying this already.") % at})
        case = self._new_trial(at, by)
        case.plan_trial(
            by=by, description=description, responsible=responsible, due_on=due_on,
            criterion=criterion, effect_on=effect_on,
        )  # fmt: skip
        return ""

    def _new_trial(self, at: Unit, by: User) -> "Nonconformity":
        kind = type(self.nonconformity)
        case = kind(
            unit=at,
            kind=kind.Kind.IDEA,
            description=self.text,
            title=self.heading,
            category=self.category,
            tries=self,
            reported_by=by,
            created_by=by,
        )
        case.save()
        return case

    @transition(
        Status.PUBLISHED,
        to=Status.WITHDRAWN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="dra-tillbaka",
        label=_("Withdraw the lesson"),
        told=_("%(actor)s withdrew the lesson."),
    )
    def withdraw(self, *, by: User, reason: str) -> str:
        """Show it no longer, and say why; those who try it go on."""
        return reason

    @transition(
        Status.PUBLISHED,
        to=Status.WITHDRAWN,
        by_clock=True,
        address="galler-inte",
        label=_("No longer holds"),
        told=_("The case was opened again, so the lesson is no longer shown."),
    )
    def retire(self, *, by: User | None = None) -> None:
        """Show it no longer: the case it came from has been opened again."""
