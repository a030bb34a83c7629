"""History is added to, never edited; and what somebody edits anyway shows."""

from types import SimpleNamespace
from typing import Any

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from qms.history.models import Event
from qms.history.verify import faults
from qms.organization.models import Unit

EVENTS = "history_event"


def run(statement: str, *values: Any) -> None:
    """Run one statement."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def run_without_guards(statement: str, *values: Any) -> None:
    """Run one statement as a superuser who has switched the triggers off."""
    run("set session_replication_role = replica")
    try:
        run(statement, *values)
    finally:
        run("set session_replication_role = origin")


@pytest.fixture
def story(units: SimpleNamespace, cast: SimpleNamespace) -> list[Event]:
    """The story of Hemtjänst Norr: founded, two appointed."""
    events = list(units.north.story)
    run("set constraints all immediate")  # what waits for the commit must not be what refuses
    assert [event.verb for event in events] == ["found", "appoint", "appoint"]
    return events


STATEMENTS = [
    f"update {EVENTS} set note = 'annat'",
    f"delete from {EVENTS}",
    f"truncate {EVENTS} cascade",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_raw_sql_cannot_edit_the_story(story: list[Event], statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        run(statement)
    assert list(faults()) == []


@pytest.mark.parametrize("statement", STATEMENTS)
def test_not_even_a_session_that_ignores_triggers(story: list[Event], statement: str) -> None:
    with pgtrigger.ignore(), pytest.raises(IntegrityError), transaction.atomic():
        run(statement)
    with pytest.raises(IntegrityError), transaction.atomic():
        run_ignoring(statement)
    assert Event.objects.count() >= len(story)


def run_ignoring(statement: str) -> None:
    """Name every trigger of the table in the setting that pgtrigger obeys."""
    names = f"{{{EVENTS}:append_only,{EVENTS}:no_truncate}}"
    run("select set_config('pgtrigger.ignore', %s, true)", names)
    run(statement)


def test_a_whole_story_has_no_faults(story: list[Event]) -> None:
    assert list(faults()) == []
    call_command("verify_history", verbosity=0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("note", "annat"),
        ("actor_name", "Någon Annan"),
        ("verb", "dismiss"),
        ("at", "2020-01-01T00:00:00Z"),
        ("changes", '{"role": [null, "administrator"]}'),
    ],
)
def test_an_event_tampered_with_is_found(story: list[Event], column: str, value: str) -> None:
    run_without_guards(f"update {EVENTS} set {column} = %s where id = %s", value, story[1].pk)
    assert any("event 2" in fault for fault in faults())
    with pytest.raises(CommandError):
        call_command("verify_history", verbosity=0)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_event_taken_away_is_found(story: list[Event], place: int) -> None:
    run_without_guards(f"delete from {EVENTS} where id = %s", story[place].pk)
    assert any(f"{story[0].object_id}:" in fault for fault in faults())


def test_a_whole_story_taken_away_is_found(story: list[Event]) -> None:
    run_without_guards(f"delete from {EVENTS} where object_id = %s", story[0].object_id)
    assert any("all 3 events are gone" in fault for fault in faults())


def test_two_events_that_change_places_are_found(story: list[Event]) -> None:
    for seq, event in ((90, story[1]), (2, story[2]), (3, story[1])):
        run_without_guards(f"update {EVENTS} set seq = %s where id = %s", seq, event.pk)
    assert list(faults())


def test_an_event_added_beside_the_story_is_found(story: list[Event]) -> None:
    false = Event(
        content_type=story[0].content_type, object_id=story[0].object_id, seq=4, verb="close",
        actor_name="Någon",
    )  # fmt: skip
    false.hash = false.fingerprint(story[-1].hash)
    false.save()
    assert any("should end with event 3" in fault for fault in faults())


def test_a_subject_whose_row_is_gone_is_found(db: None) -> None:
    unit = Unit.found(by=None, parent=None, code="T", name="T", kind="group")
    run_without_guards("delete from organization_unit where id = %s", unit.pk)
    assert any("is gone" in fault for fault in faults())


def test_text_of_any_alphabet_keeps_its_fingerprint(units: SimpleNamespace) -> None:
    units.north.lock()
    units.north.tell("amend", by=None, note="åäö 🙂 \u202e עברית", changes={"name": ["a", "é" * 9]})
    units.north.save()
    assert list(faults()) == []
