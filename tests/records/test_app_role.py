"""The role that answers the network: it works, and it cannot rewrite what has happened."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.utils import InternalError

from nonconformities.models import Nonconformity
from qms.history.models import Event
from qms.history.verify import faults
from qms.records.checks import keys_work, role_cannot_rewrite_history
from qms.records.management.commands.grant_app_role import append_only_tables
from qms.records.models import Rule


@pytest.fixture
def case(cast: SimpleNamespace, units: SimpleNamespace) -> Nonconformity:
    """A report that has been sent."""
    case = Nonconformity.objects.create(
        unit=units.north, description="Fel dos i dosetten.", reported_by=cast.anna
    )
    case.report(by=cast.anna)
    return case


@pytest.fixture
def as_app(case: Nonconformity, settings: Any) -> Iterator[None]:
    """Work as an ordinary role, which the command has given its rights."""
    settings.APP_ROLE = "takt_test_app"
    with connection.cursor() as cursor:
        cursor.execute("create role takt_test_app nosuperuser nocreatedb nocreaterole")
        call_command("grant_app_role", verbosity=0)
        cursor.execute("set role takt_test_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("reset role")


def refused(statement: str) -> None:
    """Assert that the database refuses a statement for want of rights."""
    with (
        pytest.raises((ProgrammingError, InternalError), match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "update history_event set note = 'annat'",
        "delete from history_event",
        "truncate history_event cascade",
        "update nonconformities_nonconformityevent set description = 'annat'",
        "delete from nonconformities_actionevent",
        "update records_rule set value = 1",
        "delete from records_rule",
        "insert into django_migrations (app, name, applied) values ('x', 'y', now())",
        "delete from django_migrations",
        "truncate records_attachment",
        "alter table history_event disable trigger all",
        "alter table nonconformities_nonconformity disable trigger user",
        "drop trigger pgtrigger_append_only_6cbeb on history_event",
        "create or replace function takt_refuse() returns trigger language plpgsql as "
        "$$ begin return new; end $$",
        "set session_replication_role = replica",
        "drop table history_event",
        "create table mine (id int)",
        "alter role takt_test_app superuser",
    ],
)
def test_history_and_its_guards_are_out_of_reach(as_app: None, statement: str) -> None:
    refused(statement)
    assert Event.objects.exists()
    assert list(faults()) == []


def test_a_status_jump_is_refused_also_when_triggers_are_asked_to_look_away(
    as_app: None, case: Nonconformity
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('pgtrigger.ignore', (select '{' || string_agg(tgname, ',') || '}' "
            "from pg_trigger where tgname like 'pgtrigger%'), true)"
        )
    with (
        pytest.raises(IntegrityError, match="may not go from"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("update nonconformities_nonconformity set status = 'closed'")


def test_ordinary_work_goes_on(as_app: None, cast: SimpleNamespace, case: Nonconformity) -> None:
    other = Nonconformity.objects.create(
        unit=case.unit, description="Hal trappa.", reported_by=cast.anna
    )
    other.report(by=cast.anna)
    other.comment(by=cast.anna, text="Det är is på den.")
    Rule.objects.create(code=Rule.Code.ASSESS_DAYS, value=4)
    cast.anna.title = "Undersköterska"
    cast.anna.save()
    other.comments.all().delete()
    assert [event.verb for event in other.story] == ["report", "comment"]
    assert list(faults()) == []


def test_without_the_role_nothing_happens(db: None, settings: Any) -> None:
    settings.APP_ROLE = "nobody_at_all"
    call_command("grant_app_role", verbosity=0)


def test_every_table_of_history_is_kept(db: None) -> None:
    tables = append_only_tables()
    assert "history_event" in tables
    assert "nonconformities_nonconformityevent" in tables
    assert len(tables) >= 4


def test_the_site_is_not_let_out_as_the_role_that_owns_history(db: None) -> None:
    (fault,) = role_cannot_rewrite_history()
    assert fault.id == "takt.E001"


def test_the_ordinary_role_is_let_out(as_app: None) -> None:
    assert role_cannot_rewrite_history() == []


def test_a_role_that_was_given_too_much_is_not_let_out(as_app: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("reset role")
        cursor.execute("grant update on history_event to takt_test_app")
        cursor.execute("set role takt_test_app")
    assert role_cannot_rewrite_history()


def test_a_key_that_cannot_encrypt_is_found_before_it_is_needed(settings: Any) -> None:
    assert keys_work() == []
    settings.PROTECTED_KEYS = ["only-to-build"]
    (fault,) = keys_work()
    assert fault.id == "takt.E002"
