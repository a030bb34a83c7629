"""Who is to read the demo's documents, who has, and what readers have suggested about them."""

import random
import tomllib
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from documents.models import Audience, ChangeRequest, Reading, Version
from documents.models.asking import people_asked
from progress.demo.documents.life import DocumentLife
from progress.demo.stage import Stage
from qms.organization.models import User
from qms.records.models import NumberSeries
from qms.records.workflow import difference

_FILE = Path(__file__).parent / "readers.toml"
_SOON = 30  # days within which not everybody has read a new text
_STILL_UNREAD = {("anna", "ingen-oppnar"), ("anna", "it-incident"), ("bo", "hot-och-vald")}


def told() -> dict[str, Any]:
    """Return the audiences and the suggestions."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def name_audiences(lives: dict[str, DocumentLife]) -> None:
    """Say who is to read what, when each document was new; the lives are not yet stored."""
    for key, rows in told()["audience"].items():
        life = lives[key]
        units = life.stage.cast.units
        first = life.versions[0]
        at = first.created_at + timedelta(minutes=20)
        found = [
            Audience(
                document=life.document,
                role=role,
                unit=units[code],
                since=first.created_at.date(),
                added_by=first.created_by,
            )
            for role, code in rows
        ]
        life.set_audience(found, first.created_by, at)


def read(stage: Stage, lives: dict[str, DocumentLife]) -> None:
    """Let most of those who are asked have read what applies, and some what applied before."""
    people = {user.pk: user for user in stage.cast.people.values()}
    rows: list[Reading] = []
    for key in told()["audience"]:
        asked = sorted(people_asked(lives[key].document.pk)[None])
        for version in lives[key].versions:
            if version.valid_from and version.valid_from <= stage.almanac.today:
                readers = [people[pk] for pk in asked if pk in people]
                rows += _readings(stage, key, version, readers)
    Reading.objects.bulk_create(rows)


def _readings(stage: Stage, key: str, version: Version, readers: list[User]) -> Iterator[Reading]:
    almanac = stage.almanac
    begun = almanac.moment(version.valid_from, time(8))
    ended = almanac.moment(version.ended_on, time(8)) if version.ended_on else almanac.now
    days = (ended - begun).days
    share = 0.55 if version.ended_on is None and days < _SOON else 0.86
    for person in readers:
        rng = random.Random(f"{stage.seed}:{key}:{version.label}:{person.username}")
        unread = version.ended_on is None and (person.username, key) in _STILL_UNREAD
        at = begun + timedelta(days=min(rng.expovariate(1 / 9), days * 0.9), minutes=1)
        at = almanac.at_work(at, rng) + timedelta(minutes=rng.randrange(60))
        if not unread and rng.random() < share and begun < at < ended:
            yield Reading(version=version, person=person, read_at=at)


def suggest(stage: Stage, lives: dict[str, DocumentLife]) -> None:
    """Store what readers suggested, numbered in the order they did."""
    asked = [_asked_at(stage, lives, each) for each in told()["suggestion"]]
    for at, each in sorted(asked, key=lambda pair: pair[0]):
        _suggest(lives[each["document"]], each, stage.cast.people[each["by"]], at)


def _asked_at(
    stage: Stage, lives: dict[str, DocumentLife], each: dict[str, Any]
) -> tuple[datetime, dict[str, Any]]:
    if each.get("taken_up"):
        return lives[each["document"]].versions[-1].created_at - timedelta(days=6), each
    day = stage.almanac.today - timedelta(days=each["ago"])
    return stage.almanac.moment(day, time(14, each["ago"] % 50)), each


def _suggest(life: DocumentLife, each: dict[str, Any], by: User, at: datetime) -> None:
    newest = life.versions[-1]
    taken_up = newest if each.get("taken_up") else None
    request = ChangeRequest(
        number=NumberSeries.take(ChangeRequest.SERIES, at.year),
        document=life.document,
        version=life.versions[-2] if taken_up else newest,
        unit=life.unit,
        unit_name=life.unit.name,
        created_at=at,
        created_by=by,
        asked_by=by,
        heading=each["heading"],
        text=each["text"],
    )
    request.save()
    request.next_event("suggest", by=by, at=at).save(force_insert=True)
    if answer := each.get("answer"):
        answered = taken_up.created_at + timedelta(minutes=30) if taken_up else at
        _answer(request, life.owner, taken_up, answer, max(answered, at + timedelta(hours=26)))
    request.save()


def _answer(
    request: ChangeRequest, by: User, taken_up: Version | None, answer: str, at: datetime
) -> None:
    move = ChangeRequest.moves()["accept" if taken_up else "decline"]
    before = request.snapshot()
    request.answer, request.answered_by, request.answered_at = answer, by, at
    request.taken_up_in, request.status = taken_up, str(move.target)
    changes = difference(before, request.snapshot())
    request.next_event(move.name, by=by, at=at, changes=changes).save(force_insert=True)
