"""The story of a record told as sentences, for one reader."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _

from qms.history.models import SYSTEM, Event
from qms.organization.models import User
from qms.records.models import Access, Record


def sentence(event: Event, actor: str, model: type[Record]) -> str:
    """Return what happened as a sentence, with the actor under the name the reader may see."""
    move = model.moves().get(event.verb)
    told = move.told if move else model.ALSO_TOLD.get(event.verb, event.verb)
    return str(told) % {"actor": actor}


def timeline(record: Record, user: User) -> list[dict[str, Any]]:
    """Return the events of a record, newest first, as the template's rows.

    A reader of a masked record, or of the own report, sees that something happened, not the
    notes; a hidden reporter's name is shown to nobody but those who may see it.
    """
    access = getattr(record, "access", None) or record.access_of(user)
    hidden = record.hidden_actor(user)
    return [
        {
            "at": event.at,
            "verb": event.verb,
            "seq": event.seq,
            "sentence": sentence(
                event,
                _("Somebody") if event.actor_id and event.actor_id == hidden else event.actor_name,
                type(record),
            ),
            "note": event.note if access == Access.FULL else "",
            "kind": _kind(event, user),
        }
        for event in record.story.reverse()
    ]


def _kind(event: Event, user: User) -> str:
    if event.actor_name == SYSTEM and event.actor_id is None:
        return "system"
    return "mine" if event.actor_id == user.pk else ""


def latest_event(record: Record) -> Event | None:
    """Return the last thing that happened to a record."""
    kind = ContentType.objects.get_for_model(record)
    return Event.objects.filter(content_type=kind, object_id=record.pk).order_by("-seq").first()
