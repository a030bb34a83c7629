"""What was adopted stands: no verb, no queryset and no raw SQL changes it."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from documents.models import Document, Version
from qms.records.refusals import WrongStatus
from tests.documents.conftest import DAY, written

pytestmark = pytest.mark.django_db
Adopted = Callable[..., Version]
CONTENT = {
    "title": "'annan'", "body": "'<p>annan</p>'", "summary": "'annan'", "news": "'annan'",
    "number": "'DOK-9999/1.0'", "major": "9", "valid_from": "valid_from - 1",
    "adopted_on": "adopted_on - 1", "adopted_by_id": "null", "decision_number": "'x'",
    "hard_text_reason": "'x'", "lix": "12", "file_sha256": "'x'", "file_text": "'x'",
    "unit_name": "'x'", "created_at": "now()", "is_meaningful": "false",
}  # fmt: skip


def refused(sql: str, *values: Any) -> None:
    """Fail unless the database refuses a statement."""
    with (
        pytest.raises(DatabaseError, match=r"not allowed|may not go|unique|check"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, values)


@pytest.mark.parametrize("column", CONTENT)
def test_raw_sql_does_not_change_what_was_adopted(
    column: str, document: Document, adopted: Adopted
) -> None:
    version = adopted(document.versions.get())
    refused(f"update documents_version set {column} = {CONTENT[column]} where id = %s", version.pk)


def test_the_list_of_columns_leaves_none_open_but_those_that_may_move(
    document: Document,
) -> None:
    from documents.models.version import MOVING

    frozen = {t.name: t for t in Version._meta.triggers}["frozen"].condition  # type: ignore[attr-defined]
    named = str(frozen.resolve(Version))
    for field in Version._meta.concrete_fields:
        if field.name not in MOVING and not field.generated:
            assert f'"{field.column}"' in named, field.column


def test_nothing_of_it_is_deleted(document: Document, adopted: Adopted) -> None:
    version = adopted(document.versions.get())
    refused("delete from documents_review where version_id = %s", version.pk)
    refused("delete from documents_writer where version_id = %s", version.pk)
    refused("delete from documents_version where id = %s", version.pk)
    refused("delete from documents_document where id = %s", document.pk)
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    refused("truncate documents_review")
    refused("truncate documents_version cascade")


def test_an_answer_stands(document: Document, adopted: Adopted) -> None:
    version = adopted(document.versions.get())
    refused("update documents_review set answer = 'change' where version_id = %s", version.pk)
    refused("update documents_review set comment = 'x' where version_id = %s", version.pk)
    refused("update documents_writer set person_id = person_id + 1")


def test_the_session_cannot_switch_the_guard_off(document: Document, adopted: Adopted) -> None:
    version = adopted(document.versions.get())
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('pgtrigger.ignore', array_agg(tgname)::text, true)"
            " from pg_trigger where tgrelid = 'documents_version'::regclass"
        )
    refused("update documents_version set title = 'annan' where id = %s", version.pk)


def test_the_number_of_a_document_stands(document: Document) -> None:
    refused("update documents_document set number = 'DOK-9999' where id = %s", document.pk)


@pytest.mark.parametrize("status", ["adopted", "in_force", "superseded", "withdrawn"])
def test_raw_sql_does_not_let_a_draft_jump(status: str, document: Document) -> None:
    refused("update documents_version set status = %s", status)


def test_one_draft_also_by_raw_sql(document: Document, people: SimpleNamespace) -> None:
    draft = document.versions.get()
    twin = Version(document=document, unit=document.unit, major=2, minor=0, title="Två")
    twin.number = f"{document.number}/2.0"
    with pytest.raises(IntegrityError, match="version_one_draft_a_document"), transaction.atomic():
        twin.save()
    assert document.versions.get() == draft


def test_what_is_adopted_is_not_written_in(
    document: Document, adopted: Adopted, people: SimpleNamespace
) -> None:
    version = adopted(document.versions.get())
    with pytest.raises(WrongStatus):
        version.save_text(by=people.pia, title="Annan")


def test_its_end_may_still_move(
    document: Document, adopted: Adopted, people: SimpleNamespace
) -> None:
    first = adopted(document.versions.get())
    adopted(written(document, people.pia))
    first.refresh_from_db()
    assert (first.status, first.ended_on is not None) == ("superseded", True)
    assert DAY
