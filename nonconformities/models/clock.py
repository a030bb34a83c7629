"""Clock and TrackEntry: what runs, and what is written, in one examination by law."""

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models.clocks import Purpose, Start, TimeUnit, ends, in_time, left
from nonconformities.models.grading import InTwoLanguages
from qms.history.triggers import Hard, HardTruncate
from qms.organization.ciphers import KeyMissing, seal, unseal

if TYPE_CHECKING:
    from nonconformities.models.case import Case
    from nonconformities.models.track import Track
    from qms.organization.models import User


class ClockQuerySet(models.QuerySet["Clock"]):
    """Questions about many clocks."""

    def running(self) -> "ClockQuerySet":
        """Return those whose matter is neither done nor dropped."""
        return self.filter(met_at=None, stopped_at=None)


class Clock(InTwoLanguages):
    """One day (or hour) the law sets in one track. Its length is the one of the day it began."""

    track = models.ForeignKey(
        "nonconformities.Track", models.PROTECT, related_name="clocks", editable=False
    )
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=10, choices=TimeUnit.choices)
    start = models.CharField(max_length=10, choices=Start.choices)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    met_at = models.DateTimeField(_("done"), null=True)
    met_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    diary_number = models.CharField(_("registration number"), max_length=60, blank=True)
    stopped_at = models.DateTimeField(null=True)  # the decision was that it need not be met

    objects = ClockQuerySet.as_manager()

    class Meta:
        ordering = ["ends_at", "pk"]
        indexes = [models.Index(fields=["track", "ends_at"], name="clock_track_ends")]

    @classmethod
    def wind(cls, track: "Track", case: "Case") -> None:
        """Start the clocks of a track as its law has them today."""
        for row in track.obligation.clocks:
            clock = cls(
                track=track, name_sv=row["sv"], name_en=row["en"], purpose=row["purpose"],
                amount=row["amount"], unit=row["unit"], start=row["start"],
            )  # fmt: skip
            clock.run_from(beginning(clock.start, track, case))
            clock.save()

    @classmethod
    def wind_to_send(cls, track: "Track") -> None:
        """Let there be something to send, today, where the law as we have it sets no day for it.

        What is serious could be closed without ever being sent otherwise.
        """
        if cls.objects.filter(track=track, purpose=Purpose.SEND).exists():
            return
        clock = cls(
            track=track, purpose=Purpose.SEND, amount=0, unit=TimeUnit.DAYS, start=Start.KNOWN,
            name_sv="Anmälan", name_en="Report to the authority",
        )  # fmt: skip
        clock.run_from(timezone.now())
        clock.save()

    def run_from(self, moment: datetime) -> None:
        """Let the clock count from a moment."""
        self.started_at, self.ends_at = moment, ends(moment, self.amount, self.unit)

    @property
    def is_running(self) -> bool:
        """True until what it waits for is done, or need not be done."""
        return self.met_at is None and self.stopped_at is None

    @property
    def is_late(self) -> bool:
        """True when it ended before what it waits for was done."""
        if self.stopped_at:
            return False
        return (self.met_at or timezone.now()) > self.ends_at

    @property
    def length(self) -> str:
        """How long it is, and from when, in words."""
        if not self.amount:
            return str(_("at once: the law as we have it sets no day"))
        return _("%(time)s from when %(start)s") % {
            "time": in_time(self.amount, self.unit),
            "start": self.get_start_display(),
        }

    @property
    def left(self) -> str:
        """How much is left, in what it counts."""
        return left(self.ends_at, self.unit)


def beginning(start: str, track: "Track", case: "Case") -> datetime:
    """Return the moment a clock counts from; what nobody has told began when it was reported."""
    reported = case.reported_at or track.known_at
    return {
        Start.REPORTED: reported,
        Start.HAPPENED: case.happened_at or reported,
        Start.KNOWN: track.known_at,
    }[Start(start)]


class TrackEntry(models.Model):
    """One thing written in a track: what the law asks for, sealed, and never changed afterwards.

    Each says when, from where, and whether it is a fact or somebody's judgement.
    """

    track = models.ForeignKey("nonconformities.Track", models.PROTECT, related_name="entries")
    field = models.SlugField(max_length=40)
    cipher_text = models.BinaryField()
    is_judgement = models.BooleanField(default=False)
    noted_on = models.DateField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["written_at", "pk"]
        triggers = [
            Hard(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]

    def __str__(self) -> str:
        return "••••"

    @classmethod
    def add(
        cls,
        track: "Track",
        by: "User",
        field: str,
        text: str,
        source: str = "",
        *,
        is_judgement: bool = True,
        noted_on: date | None = None,
    ) -> None:
        """Write one thing down for good. Raises ValidationError for a day ahead, or no key."""
        day = noted_on or timezone.localdate()
        if day > timezone.localdate():
            raise ValidationError({"noted_on": _("Choose today or an earlier day.")})
        entry = cls(
            track=track, field=field, is_judgement=is_judgement, noted_on=day, written_by=by
        )
        entry._seal(text, source)
        entry.save()

    def _seal(self, text: str, source: str) -> None:
        try:
            self.cipher_text = seal(json.dumps({"text": text, "source": source}))
        except KeyMissing as fault:
            raise ValidationError(
                _(
                    "The details could not be encrypted, so they have not been stored. Tell who "
                    "runs Takt that PROTECTED_KEYS is missing or wrong."
                )
            ) from fault

    @property
    def words(self) -> dict[str, Any] | None:
        """The text and its source in the clear, None when their key is gone.

        Callers log the reading first: open_entries().
        """
        try:
            opened: dict[str, Any] = json.loads(unseal(bytes(self.cipher_text)))
        except KeyMissing:
            return None
        return opened
