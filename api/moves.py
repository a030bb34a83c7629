"""Moves: what somebody may do with a record now, and the doing, by the same forms as the pages."""

import hashlib
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from ninja import Schema

from api.problems import Stopped, faults_of, wrong_answers
from api.questions import answers_in, described, faults_in, require_known
from qms.history.models import Event
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.forms import MoveForm
from qms.records.models import Record
from qms.records.refusals import AlreadyDone, Missing, NotAllowed, Refused
from qms.records.timeline import events_behind, reason_for, sentence
from qms.records.workflow import Step


class Question(Schema):
    """One question of a verb. A choice is answered with its `value`."""

    name: str
    question: str
    help: str
    kind: str
    required: bool
    choices: list[dict[str, str]] | None
    most: int | None
    value: Any


class Lack(Schema):
    """What must be in place first, and the verb that supplies it, if there is one."""

    text: str
    verb: str


class MoveOut(Schema):
    """A verb that the asker may do in this status; it can be done when nothing is missing."""

    verb: str
    label: str
    leads_to: str | None
    is_ready: bool
    missing: list[Lack]
    lede: str
    questions: list[Question]


class Moves(Schema):
    """What may be done. Send `seen` back with the answers to be told of what others did since."""

    number: str
    status: str
    seen: int
    moves: list[MoveOut]


class Told(Schema):
    """One thing that was done, as a sentence. The note is there for who reads everything."""

    seq: int
    at: datetime
    verb: str
    sentence: str
    note: str = ""


class Done(Schema):
    """What was done. `status` is where the verb led; null when the record stays where it is.

    `event` is null when a worker does it in a while: `url` shows how far it has come.
    """

    number: str
    status: str | None
    event: Told | None
    url: str


def moves_of(record: Record, user: User, steps: list[Step]) -> dict[str, Any]:
    """Return the verbs open to somebody, each with its questions and what it lacks."""
    return {
        "number": record.number,
        "status": record.status,
        "seen": record.event_count,
        "moves": [_told(record, user, step) for step in steps],
    }


def _told(record: Record, user: User, step: Step) -> dict[str, Any]:
    move = step.move
    form = MoveForm.of(record, move)(record=record, user=user, move=move)
    return {
        "verb": move.name,
        "label": str(move.label),
        "leads_to": move.target,
        "is_ready": step.is_ready,
        "missing": [{"text": need.says(record), "verb": need.mend} for need in step.unmet],
        "lede": str(form.lede),
        "questions": described(form),
    }


def do(request: SignedInRequest, record: Record, verb: str, key: str) -> dict[str, Any]:
    """Do a verb with the answers that were sent; the same key twice is answered alike, done once.

    Raises Stopped: 403, 409 with what happened or is missing, 422 with what to mend.
    """
    move = record.moves().get(verb)
    if move is None or move.by_clock:
        raise Http404
    mark = _mark(request.user, record, verb, key)
    if event := _done_before(mark):
        return _answer(record, event)
    answers = answers_in(request)
    form = MoveForm.of(record, move)(*answers, record=record, user=request.user, move=move)
    try:
        event = _perform(form, record, mark, answers)
        return _answer(record, event) if event else _later(record, form)
    except AlreadyDone:
        found = _done_before(mark)
        return _answer(record, found) if found else {}
    except Refused as refusal:
        raise _stopped(record, request.user, refusal) from refusal
    except ValidationError as fault:
        raise wrong_answers(faults_of(fault)) from fault


def _perform(form: MoveForm, record: Record, mark: str | None, answers: Any) -> Event | None:
    refusal = record.refusal(form.user, form.move)
    if isinstance(refusal, NotAllowed):
        raise refusal
    require_known(form, answers)
    if form.is_valid():
        return form.perform(key=mark)
    if refusal:
        raise refusal
    raise wrong_answers(faults_in(form))


def _mark(user: User, record: Record, verb: str, key: str) -> str | None:
    """Return what tells a call that is repeated from a new one; None without a key."""
    call = f"api:{user.pk}:{record.number}:{verb}:{key}"
    return hashlib.sha256(call.encode()).hexdigest() if key else None


def _done_before(mark: str | None) -> Event | None:
    """Return what an earlier call with the same key did."""
    return Event.objects.filter(key=mark).first() if mark else None


def _answer(record: Any, event: Event) -> dict[str, Any]:
    told = {
        "seq": event.seq, "at": event.at, "verb": event.verb,
        "sentence": sentence(event, event.actor_name, type(record)),
    }  # fmt: skip
    _before, status = event.changes.get("status", (None, None))
    url = record.get_absolute_url()
    return {"number": record.number, "status": status, "event": told, "url": url}


def _later(record: Any, form: MoveForm) -> dict[str, Any]:
    return {"number": record.number, "status": None, "event": None, "url": form.after_url()}


def _stopped(record: Record, user: User, refusal: Refused) -> Stopped:
    events = events_behind(refusal, record, user)
    missing = refusal.needs if isinstance(refusal, Missing) else []
    return Stopped(
        refusal.status if refusal.status in {403, 409} else 409 if missing else 422,
        reason_for(refusal, events),
        missing=[need.says(record) for need in missing],
        events=[
            {"seq": each["seq"], "at": each["at"], "sentence": each["sentence"]} for each in events
        ],
    )
