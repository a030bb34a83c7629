"""What people wrote never reaches a log, also when the database refuses it."""

import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction

from nonconformities.models import Nonconformity
from qms.logs import WithoutDetails

TEXT = "Elsa föll i duschen.\n\nHon heter Andersson."


@pytest.fixture
def refused(cast: SimpleNamespace, units: SimpleNamespace, base: None) -> DatabaseError:
    """The database has refused a row with what somebody wrote."""
    values = {"unit": units.north, "reported_by": cast.anna}
    first = Nonconformity.objects.create(description="Annat.", **values)
    with pytest.raises(IntegrityError) as fault, transaction.atomic():
        Nonconformity.objects.create(description=TEXT, uid=first.uid, **values)
    return fault.value


def test_the_log_of_postgresql_repeats_no_statement_and_no_values(refused: DatabaseError) -> None:
    logs = [path.read_text(errors="replace") for path in Path(settings.VAR).rglob("postgres*.log")]
    if not logs:
        pytest.skip("PostgreSQL is not ours")
    assert "duplicate key" in "".join(logs)
    assert "Elsa" not in "".join(logs)
    with connection.cursor() as cursor:
        cursor.execute("show log_min_error_statement")
        assert cursor.fetchone() == ("panic",)


def written(error: Exception, message: str, *args: Any) -> str:
    """Return the line that an error leaves in the log."""
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 1, message, args, (type(error), error, None)
    )
    assert WithoutDetails().filter(record)
    return logging.Formatter().format(record)


def failing_row() -> DatabaseError:
    """An error in whose detail PostgreSQL repeats the whole row."""
    with connection.cursor() as cursor:
        cursor.execute("create temporary table shy (words text check (length(words) < 3))")
        with pytest.raises(IntegrityError) as fault, transaction.atomic():
            cursor.execute("insert into shy values (%s)", [TEXT])
    return fault.value


def test_an_error_is_logged_without_the_row_it_repeats(db: None) -> None:
    error = failing_row()
    assert "Andersson" in str(error)
    text = written(error, "Internal Server Error: %s", "/rapportera/")
    assert "violates check constraint" in text
    assert "/rapportera/" in text
    assert "Elsa" not in text
    assert "Andersson" not in text


def test_an_error_behind_another_is_cleaned_too(db: None) -> None:
    try:
        raise RuntimeError("could not") from failing_row()
    except RuntimeError as error:
        text = written(error, "Task failed: %r", error.__cause__)
    assert "RuntimeError: could not" in text
    assert "Andersson" not in text


def test_the_handlers_of_the_site_are_cleaned_and_no_others_listen() -> None:
    (handler,) = settings.LOGGING["handlers"].values()
    assert handler["filters"] == ["without_details"]
    assert settings.LOGGING["loggers"]["django"]["handlers"] == []


def test_the_key_to_a_receipt_is_not_in_the_log() -> None:
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s",
        ("Unprocessable Entity", "/kvitto/7X4M-29KR-AAAA-BBBB/skriv/"), None,
    )  # fmt: skip
    WithoutDetails().filter(record)
    assert record.getMessage() == "Unprocessable Entity: /kvitto/…/skriv/"
