"""Track: one statutory route running in one case, with its clocks and what only few may read."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

import pghistory
import pgtrigger
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models.clock import Clock, TrackEntry, beginning
from nonconformities.models.clocks import Purpose
from nonconformities.models.examination import (
    ALL_SENT,
    BEFORE,
    KNOWING,
    RUNNING,
    SOMETHING_WRITTEN,
    TO_BE_SENT,
    TrackStatus,
    examining,
    knowing,
)
from nonconformities.models.examiners import (
    TrackQuerySet,
    find_owner,
    leads_what_nobody_holds,
    owner_of,
    owns,
)
from nonconformities.models.obligation import Obligation
from qms.organization.models import User
from qms.records.models import Due, NumberSeries, Record
from qms.records.workflow import guard_status, transition

if TYPE_CHECKING:
    from nonconformities.models.nonconformity import Nonconformity

_OPEN_FOR = timedelta(minutes=5)


@guard_status
@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement),
    exclude=["event_count", "event_head"],
)
class Track(Due, Record):
    """A case examined under a law: lex Sarah, lex Maria, the work environment, IT incidents.

    Who may not know of it meets it nowhere: not on the case, in no count, in no story.
    """

    Status = TrackStatus
    ENDS = (TrackStatus.CLOSED, TrackStatus.NOT_THIS_LAW)
    STEPS = (
        (TrackStatus.OPENED, _("To be examined")),
        (TrackStatus.EXAMINED, _("Being examined")),
        (TrackStatus.DECIDED, _("Decided")),
        (TrackStatus.SENT, _("Sent")),
        (TrackStatus.CLOSED, _("Closed")),
    )
    LOOKS = {
        TrackStatus.OPENED: "new",
        TrackStatus.EXAMINED: "active",
        TrackStatus.DECIDED: "active",
        TrackStatus.SENT: "waiting",
        TrackStatus.CLOSED: "done",
        TrackStatus.NOT_THIS_LAW: "na",
    }
    ALSO_TOLD = {
        "begin_for": _("%(actor)s opened the examination."),
        "follow": _("The examination went along with the case to another unit."),
    }
    SERIES = "PRV"
    is_quality_record = False  # a unit's count of open records must not tell that it exists
    SEALED = True

    class Because(models.TextChoices):
        ROUTE = "route", _("The routes of the municipality say so")
        ANSWER = "answer", _("Who assessed the report answered yes")
        PERSON = "person", _("Somebody asked for it")

    class Outcome(models.TextChoices):
        FOUND = "found", _("It was wrong, but need not be sent to the authority")
        SERIOUS = "serious", _("Serious: it is sent to the authority")

    status = models.CharField(
        _("status"), max_length=12, choices=Status.choices, default=Status.OPENED, editable=False
    )
    nonconformity = models.ForeignKey(
        "nonconformities.Nonconformity",
        models.PROTECT,
        related_name="tracks",
        verbose_name=_("deviation"),
    )
    obligation = models.ForeignKey(Obligation, models.PROTECT, related_name="+")
    because = models.CharField(max_length=6, choices=Because.choices, editable=False)
    known_at = models.DateTimeField(_("when we came to know"))
    outcome = models.CharField(_("decision"), max_length=8, blank=True, choices=Outcome.choices)
    decided_at = models.DateTimeField(null=True, editable=False)
    answered_on = models.DateField(_("when the authority answered"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = TrackQuerySet.as_manager()

    class Meta:
        verbose_name = _("examination by law")
        verbose_name_plural = _("examinations by law")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["nonconformity", "obligation"], name="track_once")
        ]
        indexes = [
            models.Index(fields=["unit", "status", "due_on"], name="track_unit_due"),
            models.Index(fields=["responsible", "status", "due_on"], name="track_responsible"),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the track."""
        return reverse("nonconformities:track", args=[self.number])

    # --- Who sees it --------------------------------------------------------------------------

    @classmethod
    def full_access(cls, user: User) -> models.Q:
        """Whoever it exists for sees all of it; what is written in it is sealed besides."""
        return models.Q(pk__isnull=False)

    def has_part(self, user: User, name: str) -> bool:
        """Return True for whoever it lies with, and who has the role that examines it here."""
        if super().has_part(user, name):
            return True
        return name == "responsible" and (owns(user, self) or leads_what_nobody_holds(user, self))

    # --- Questions ----------------------------------------------------------------------------

    @property
    def heading(self) -> str:
        """The name of the law, and the case's number: never what the case is about."""
        return f"{self.obligation}: {self.nonconformity.number}"

    def heading_for(self, user: User) -> str:
        """Return the heading; it holds nothing secret beside that the track exists."""
        return self.heading

    @property
    def look(self) -> str:
        """The look of its status; its clocks say what is late."""
        return self.LOOKS[self.status]

    @property
    def running(self) -> list[Clock]:
        """The clocks that run, the one that ends first first."""
        return [clock for clock in self.clocks.all() if clock.is_running]

    @property
    def next_clock(self) -> Clock | None:
        """The clock that ends first among those that run."""
        return next(iter(self.running), None)

    def has_just_opened(self, user: User) -> bool:
        """True when `user` logged a reading minutes ago of what stands here now."""
        newest = self.entries.aggregate(at=models.Max("written_at"))["at"]
        since = max(filter(None, [timezone.now() - _OPEN_FOR, newest]))
        return self.story.filter(verb="open_entries", actor=user, at__gte=since).exists()

    # --- Beginning ----------------------------------------------------------------------------

    @classmethod
    def begin_for(
        cls, case: "Nonconformity", obligation: Obligation, *, by: User | None, because: str
    ) -> Self:
        """Begin a track in a case whose row the caller holds; the same twice is the same one."""
        if running := cls.objects.filter(nonconformity_id=case.pk, obligation=obligation).first():
            return running
        track = cls(
            unit=case.unit,
            nonconformity_id=case.pk,
            obligation=obligation,
            because=because,
            known_at=case.reported_at or timezone.now(),
            responsible=owner_of(case.unit, obligation),
            created_by=by,
            number=NumberSeries.take(cls.SERIES, timezone.localdate().year),
        )
        track.save()
        Clock.wind(track, case)
        track.promise(track._first_day())
        track.tell("begin_for", by=by)
        track.save(update_fields=["due_on", "first_due_on", "event_count", "event_head"])
        return track

    @classmethod
    def ask_for(cls, case: "Nonconformity", obligation: Obligation, *, by: User) -> Self:
        """Begin a track because somebody who may know of it asks for it.

        Raises PermissionDenied for others, and ValidationError before the report is sent.
        """
        if not by.may(KNOWING, case.unit_id):
            raise PermissionDenied(_("You may not do this."))
        with transaction.atomic():
            case.lock()
            if case.reported_at is None:
                raise ValidationError(_("The report has not been sent yet."))
            return cls.begin_for(case, obligation, by=by, because=cls.Because.PERSON)

    @classmethod
    def follow(cls, case: "Nonconformity") -> None:
        """Let the examinations of a case go with it to another unit of the authority."""
        for track in cls.objects.filter(nonconformity_id=case.pk):
            track.lock()
            track.unit, track.unit_name = case.unit, case.unit.name
            track.tell("follow", by=None, changes=find_owner(track))
            track.save()

    def _first_day(self) -> date | None:
        first = Clock.objects.filter(track=self).running().first()
        return timezone.localdate(first.ends_at) if first else None

    # --- Verbs, in life order -----------------------------------------------------------------

    @transition(
        TrackStatus.OPENED,
        to=TrackStatus.EXAMINED,
        duty=examining,
        person="responsible",
        address="prova",
        label=_("Begin the examination"),
        told=_("%(actor)s began to examine it."),
        main=True,
    )
    def examine(self, *, by: User, known_at: datetime) -> None:
        """Take it on, and say when we came to know: the clocks that count from it are set."""
        if known_at > timezone.now():
            raise ValidationError({"known_at": _("Choose a time that has been.")})
        self.responsible, self.known_at = by, known_at
        for clock in self.clocks.all():
            if clock.is_running:
                clock.run_from(beginning(clock.start, self, self.nonconformity))
                clock.save()
        self.due_on = self._first_day()

    @transition(
        *RUNNING,
        duty=knowing,
        person="responsible",
        address="skriv",
        label=_("Write what the law asks for"),
        told=_("%(actor)s wrote in the examination."),
        quiet=True,
    )
    def write_entry(
        self, *, by: User, field: str, text: str, source: str, is_judgement: bool, noted_on: date
    ) -> None:
        """Write one thing down, sealed; what stands there stays."""
        TrackEntry.add(self, by, field, text, source, is_judgement=is_judgement, noted_on=noted_on)

    @transition(
        *TrackStatus,
        duty=knowing,
        person="responsible",
        address="las",
        label=_("Open what is written"),
        told=_("%(actor)s read what is written."),
        needs=[SOMETHING_WRITTEN],
        quiet=True,
    )
    def open_entries(self, *, by: User, reason: str = "") -> str:
        """Log that `by` reads what is written, before it is shown."""
        return reason

    @transition(
        *BEFORE,
        to=TrackStatus.NOT_THIS_LAW,
        duty=examining,
        person="responsible",
        address="galler-inte",
        label=_("Not under this law"),
        told=_("%(actor)s decided that it does not fall under this law."),
    )
    def rule_out(self, *, by: User, reason: str) -> None:
        """Decide that the law does not apply, with the reason, which is sealed."""
        TrackEntry.add(self, by, "decision", reason)
        self.decided_at = self.closed_at = timezone.now()
        self._stop(by)

    @transition(
        TrackStatus.EXAMINED,
        to=TrackStatus.DECIDED,
        duty=examining,
        person="responsible",
        address="besluta",
        label=_("Decide"),
        told=_("%(actor)s decided under the law."),
        main=True,
    )
    def decide(self, *, by: User, outcome: str, reason: str) -> None:
        """Decide whether it is so serious that the authority must be told."""
        TrackEntry.add(self, by, "decision", reason)
        self.outcome, self.decided_at = outcome, timezone.now()
        if outcome == self.Outcome.SERIOUS:
            Clock.wind_to_send(self)
        self._stop(by, only_decision=outcome == self.Outcome.SERIOUS)

    @transition(
        TrackStatus.DECIDED,
        TrackStatus.SENT,
        to=TrackStatus.SENT,
        duty=examining,
        person="responsible",
        address="anmald",
        label=_("Register what was sent"),
        told=_("%(actor)s registered that it was sent to the authority."),
        needs=[TO_BE_SENT],
        main=True,
    )
    def register_sent(self, *, by: User, clock: Clock, sent_at: datetime, diary_number: str) -> str:
        """Register when it was sent, in the authority's own service, and our number for it."""
        row = Clock.objects.filter(pk=clock.pk, track=self).running().first()
        if row is None:
            raise ValidationError({"clock": _("This is registered already.")})
        reported = self.nonconformity.reported_at or self.created_at
        if not reported <= sent_at <= timezone.now():
            raise ValidationError({"sent_at": _("Choose a time after the report, until now.")})
        row.met_at, row.met_by, row.diary_number = sent_at, by, diary_number
        row.save()
        self.due_on = self._first_day()
        return diary_number

    @transition(
        TrackStatus.DECIDED,
        TrackStatus.SENT,
        to=TrackStatus.CLOSED,
        duty=examining,
        person="responsible",
        address="avsluta",
        label=_("Close the examination"),
        told=_("%(actor)s closed the examination."),
        needs=[ALL_SENT],
    )
    def close(self, *, by: User, answered_on: date | None = None, note: str = "") -> None:
        """Close it, with the day and the gist of the authority's answer, which is sealed."""
        if answered_on and answered_on > timezone.localdate():
            raise ValidationError({"answered_on": _("Choose today or an earlier day.")})
        self.answered_on, self.closed_at, self.due_on = answered_on, timezone.now(), None
        if note:
            TrackEntry.add(self, by, "answer", note, is_judgement=False)

    @transition(
        TrackStatus.CLOSED,
        TrackStatus.NOT_THIS_LAW,
        to=TrackStatus.EXAMINED,
        duty=examining,
        person="responsible",
        address="prova-igen",
        label=_("Examine again"),
        told=_("%(actor)s took up the examination again."),
    )
    def examine_again(self, *, by: User, reason: str) -> None:
        """Take it up again; the clocks run from their first beginning, and may be late at once."""
        TrackEntry.add(self, by, "decision", reason)
        self.outcome, self.decided_at, self.closed_at = "", None, None
        self.responsible = by
        Clock.objects.filter(track=self).exclude(stopped_at=None).update(stopped_at=None)
        self.due_on = self._first_day()

    @transition(
        *RUNNING,
        duty=examining,
        person="responsible",
        address="byt-ansvarig",
        label=_("Change who is responsible"),
        told=_("%(actor)s changed who is responsible."),
    )
    def assign(self, *, by: User, responsible: User) -> None:
        """Let somebody else examine it; that person then knows of it."""
        self.require_colleague(responsible, "responsible")
        self.responsible = responsible

    # --- What the verbs share -----------------------------------------------------------------

    def _stop(self, by: User, *, only_decision: bool = False) -> None:
        """End the clocks that need not run any more: the decision is made."""
        now = timezone.now()
        running = Clock.objects.filter(track=self).running()
        running.filter(purpose=Purpose.DECIDE).update(met_at=now, met_by=by)
        if not only_decision:
            running.filter(purpose=Purpose.SEND).update(stopped_at=now)
        self.due_on = self._first_day()
