"""Event: what was done, by whom, when and why; and Storied: whatever has such a story."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history.triggers import Hard, HardTruncate

SYSTEM = "Takt"  # the actor's name when the clock, not a person, acts


class EventQuerySet(models.QuerySet["Event"]):
    """Questions about many events."""

    def of(self, subject: models.Model) -> "EventQuerySet":
        """Return the story of one subject, oldest first."""
        kind = ContentType.objects.get_for_model(subject, for_concrete_model=True)
        return self.filter(content_type=kind, object_id=subject.pk).order_by("seq")


class Event(models.Model):
    """One thing that was done to one subject (ISO 9001, 7.5.3.2: control of changes).

    Rows are only added. Each carries the SHA-256 of itself and of the event before it in the
    same story, so a changed, moved or removed row shows.
    """

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT)
    object_id = models.BigIntegerField()
    subject = GenericForeignKey("content_type", "object_id")
    seq = models.PositiveIntegerField(_("place in the story"))
    verb = models.CharField(max_length=60)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    actor_name = models.CharField(_("name at the time"), max_length=200)
    at = models.DateTimeField(default=timezone.now)
    note = models.TextField(blank=True)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    key = models.CharField(
        _("fingerprint of the request"), max_length=64, null=True, unique=True, editable=False
    )
    hash = models.CharField(max_length=64, editable=False)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "seq"], name="event_one_place_in_the_story"
            )
        ]
        indexes = [models.Index(fields=["actor", "-at"], name="event_by_actor")]
        triggers = [
            Hard(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]

    def __str__(self) -> str:
        return f"{self.seq}. {self.verb} ({self.actor_name})"

    def fingerprint(self, previous: str) -> str:
        """Return the SHA-256, in hex, of this event and of the one before it.

        `previous` is the hash of the event before, or "" for the first.
        """
        kind = ContentType.objects.get_for_id(self.content_type_id)
        content = {
            "subject": f"{kind.app_label}.{kind.model}:{self.object_id}",
            "seq": self.seq,
            "verb": self.verb,
            "actor": self.actor_id,
            "actor_name": self.actor_name,
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "note": self.note,
            "changes": self.changes,
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, cls=DjangoJSONEncoder)
        return hashlib.sha256((previous + text).encode()).hexdigest()


class Storied(models.Model):
    """Something whose story is told: it remembers how long the story is and how it ends.

    The count and the last hash stand on the subject's own row, so that an event taken from the
    end of the story shows as well.
    """

    event_count = models.PositiveIntegerField(default=0, editable=False)
    event_head = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def story(self) -> EventQuerySet:
        """The events of this subject, oldest first."""
        return Event.objects.all().of(self)

    def next_event(
        self,
        verb: str,
        *,
        by: Any,
        note: str = "",
        changes: dict[str, Any] | None = None,
        key: str | None = None,
        at: datetime | None = None,
    ) -> Event:
        """Return the next event of the story, not yet stored, and move the head to it.

        The caller holds the lock on this row, stores the event and saves event_count and
        event_head. `by` is the person who acts, somebody without an account (no pk, no
        name), or None when the clock acts. `changes` maps a
        field's name to [old, new].
        """
        self.event_count += 1
        event = Event(
            content_type=ContentType.objects.get_for_model(self),
            object_id=self.pk,
            seq=self.event_count,
            verb=verb,
            actor=by if by and by.pk else None,
            actor_name=by.name if by else SYSTEM,
            at=at or timezone.now(),
            note=note,
            changes=json.loads(json.dumps(changes or {}, cls=DjangoJSONEncoder)),
            key=key,
        )
        event.hash = self.event_head = event.fingerprint(self.event_head)
        return event

    def tell(self, verb: str, *, by: Any, note: str = "", **more: Any) -> Event:
        """Add one event to the story of this row, which the caller has locked and will save."""
        event = self.next_event(verb, by=by, note=note, **more)
        event.save(force_insert=True)
        return event

    def lock(self) -> None:
        """Re-read this row and hold it until the transaction ends."""
        rows = type(self)._base_manager.select_for_update(of=("self",))
        self.refresh_from_db(from_queryset=rows)
