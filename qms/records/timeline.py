"""The story of a record told as sentences, for one reader."""

from typing import Any

from django.utils.translation import gettext as _

from qms.history.models import Event
from qms.organization.models import User
from qms.organization.telling import kind_of
from qms.records.models import Access, Record
from qms.records.refusals import Changed, Refused, WrongStatus


def sentence(event: Event, actor: str, model: type[Record]) -> str:
    """Return what happened as a sentence, with the actor under the name the reader may see."""
    move = model.moves().get(event.verb)
    told = move.told if move else model.ALSO_TOLD.get(event.verb, event.verb)
    # A verb that reaches another unit keeps that unit's name of the day among the changes.
    return str(told) % {"actor": actor, "unit": event.changes.get("unit", ("", ""))[1]}


def timeline(record: Record, user: User) -> list[dict[str, Any]]:
    """Return the events of a record, newest first, as the template's rows.

    A reader of a masked record, or of the own report, sees that something happened, not the
    notes. A hidden reporter has no name in what every reporter may do; what the same person does
    by a duty stands under the name, for a gap there would point at exactly that person.
    """
    access = getattr(record, "access", None) or record.access_of(user)
    hidden = record.hidden_actor(user)
    nameless = _done_by_reporters(type(record))
    rows = []
    for event in record.story.reverse():
        is_hidden = hidden is not None and event.actor_id == hidden and event.verb in nameless
        # Who has no account has no name either.
        name = event.actor_name or _("The one who reported")
        actor = _("Somebody") if is_hidden else name
        rows.append({
            "at": event.at,
            "verb": event.verb,
            "seq": event.seq,
            "actor": actor,
            "sentence": sentence(event, actor, type(record)),
            "note": event.note if access == Access.FULL else "",
            "kind": kind_of(event, user),
        })  # fmt: skip
    return rows


def events_behind(refusal: Refused | None, record: Record, user: User) -> list[dict[str, Any]]:
    """Return what has happened while the person was writing, or else the latest things."""
    if not isinstance(refusal, Changed | WrongStatus):
        return []
    events = timeline(record, user)
    if isinstance(refusal, Changed):
        first = refusal.events[0].seq
        return [event for event in events if event["seq"] >= first]
    return events[:3]


def reason_for(refusal: Refused | None, events: list[dict[str, Any]]) -> str:
    """Return why it was refused; whoever was first stands as the reader's timeline has it."""
    if not isinstance(refusal, Changed):
        return str(refusal or "")
    loud = {event.seq for event in refusal.events}
    return refusal.told(event["actor"] for event in events if event["seq"] in loud)


def _done_by_reporters(model: type[Record]) -> set[str]:
    """Return the verbs that are open to whoever reported, as that."""
    return {name for name, move in model.moves().items() if "reported_by" in move.person}
