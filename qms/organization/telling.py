"""The story of a unit in sentences."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from qms.history.models import SYSTEM, Event
from qms.organization.duties import Role
from qms.organization.models import Unit, UnitChange, User

ABOUT_PEOPLE = {"appoint", "dismiss"}


def story(unit: Unit, reader: User, *, with_people: bool) -> list[dict[str, Any]]:
    """Return the rows of the timeline, newest first.

    Who has been appointed is told only to those who may see the people (`with_people`).
    """
    events = unit.story.order_by("-seq")
    if not with_people:
        events = events.exclude(verb__in=ABOUT_PEOPLE)
    return [
        {
            "at": event.at,
            "sentence": sentence(event),
            "note": event.note,
            "kind": kind_of(event, reader),
        }
        for event in events
    ]


def sentence(event: Event) -> str:
    """Return what happened as one sentence."""
    tell = _SENTENCES.get(event.verb)
    what = {name: pair[1] for name, pair in event.changes.items()}
    was = {name: pair[0] for name, pair in event.changes.items()}
    return tell({"actor": event.actor_name}, was, what) if tell else event.verb


def day_in_words(day: str | date | None) -> str:
    """Return a day, as it stands in an event, in words."""
    if not day:
        return ""
    return date_format(date.fromisoformat(day) if isinstance(day, str) else day)


def role_in_words(role: str) -> str:
    """Return a role's name inside a sentence."""
    label = str(Role(role).label) if role in Role.values else role
    return label[:1].lower() + label[1:]


def kind_of(event: Event, reader: User) -> str:
    """Return whose an event is: the system's, the reader's own ("mine"), or another's ("")."""
    if event.actor_id is None and event.actor_name == SYSTEM:
        return "system"
    return "mine" if event.actor_id == reader.pk else ""


Words = dict[str, Any]


def _found(who: Words, was: Words, what: Words) -> str:
    if what.get("parent"):
        return _("%(actor)s founded the unit below %(parent)s.") % {**who, **what}
    return _("%(actor)s founded the unit.") % who


def _rename(who: Words, was: Words, what: Words) -> str:
    words = {**who, "old": was["name"], "new": what["name"]}
    return _("%(actor)s changed the name from %(old)s to %(new)s.") % words


def _move(who: Words, was: Words, what: Words) -> str:
    words = {**who, "old": was["parent"] or "–", "new": what["parent"]}
    return _("%(actor)s moved the unit from %(old)s to %(new)s.") % words


def _close(who: Words, was: Words, what: Words) -> str:
    words = {**who, "day": day_in_words(what.get("valid_until")), "heir": what.get("successor")}
    if words["heir"]:
        return _("%(actor)s closed the unit. Last day: %(day)s. %(heir)s took over.") % words
    return _("%(actor)s closed the unit. Last day: %(day)s.") % words


def _amend(who: Words, was: Words, what: Words) -> str:
    parts = [
        f"{_field(name)}: {_value(name, was[name])} → {_value(name, value)}"
        for name, value in what.items()
    ]
    return _("%(actor)s changed %(what)s.") % {**who, "what": ", ".join(parts)}


def _field(name: str) -> str:
    try:
        return str(getattr(Unit._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        return name


def _value(name: str, value: Any) -> str:
    choices = dict(getattr(Unit._meta.get_field(name), "flatchoices", ()))
    return str(choices.get(value, value) or "–")


def _appoint(who: Words, was: Words, what: Words) -> str:
    words = {
        **who,
        "person": what["user"],
        "role": role_in_words(what["role"]),
        "since": day_in_words(what.get("from")),
        "until": day_in_words(what.get("until")),
        "substitute": what.get("substitute"),
    }
    if words["until"]:
        told = _("%(actor)s appointed %(person)s %(role)s, %(since)s to %(until)s.") % words
    else:
        told = _("%(actor)s appointed %(person)s %(role)s from %(since)s.") % words
    if words["substitute"]:
        told += " " + _("%(substitute)s is substitute.") % words
    return told


def _dismiss(who: Words, was: Words, what: Words) -> str:
    words = {**who, "person": was["user"], "role": role_in_words(was["role"])}
    if what.get("until"):
        words["day"] = day_in_words(what["until"])
        return _("%(actor)s ended the role of %(person)s as %(role)s after %(day)s.") % words
    return _("%(actor)s ended the role of %(person)s as %(role)s.") % words


def _decide(who: Words, was: Words, what: Words) -> str:
    return _("%(actor)s decided: %(what)s from %(day)s.") % _planned(who, what)


def _withdraw(who: Words, was: Words, what: Words) -> str:
    return _("%(actor)s took back the decision: %(what)s from %(day)s.") % _planned(who, what)


def _planned(who: Words, what: Words) -> Words:
    words = {"to": what.get("to")}
    told = {
        "rename": _("new name, %(to)s,") % words,
        "move": _("the unit moves to %(to)s") % words,
        "close": _("the unit closes and %(to)s takes over") % words,
    }[what["kind"]]
    if what["kind"] == UnitChange.Kind.CLOSE and not words["to"]:
        told = _("the unit closes")
    return {**who, "what": told, "day": day_in_words(what["on"])}


_SENTENCES: dict[str, Callable[[Words, Words, Words], str]] = {
    "found": _found,
    "rename": _rename,
    "move": _move,
    "close": _close,
    "amend": _amend,
    "appoint": _appoint,
    "dismiss": _dismiss,
    "decide": _decide,
    "withdraw": _withdraw,
}
