"""Two people at the same document at the same time, each in a transaction of their own."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from documents.models import Document, Version
from documents.tasks import turn_the_day
from qms.history.verify import faults
from qms.records.refusals import Refused
from tests.documents.conftest import DAY
from tests.organization.test_at_once import again, together
from tests.planted_documents import document_at, version_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def routine_in_force(cast: SimpleNamespace, units: SimpleNamespace) -> Document:
    """A routine of north that applies."""
    call_command("load_base", verbosity=0)
    document = document_at(units.north, owner=cast.bo, openness="unit")
    version_at("in_force", document, cast.anna, adopted_on="2026-01-01", valid_from="2026-01-01")
    return document


def test_two_begin_a_version_and_one_is_begun(
    routine_in_force: Document, cast: SimpleNamespace
) -> None:
    def begin(by: Any) -> Any:
        return lambda: again(routine_in_force).new_version(by=by)

    answers = together(begin(cast.bo), begin(cast.berit), begin(cast.eva))
    assert sum(isinstance(answer, Version) for answer in answers) == 1
    assert all(isinstance(answer, Version | Refused) for answer in answers)
    assert routine_in_force.versions.count() == 2
    assert list(faults()) == []


def test_two_adopt_and_one_has_adopted(routine_in_force: Document, cast: SimpleNamespace) -> None:
    version = version_at("approved", routine_in_force, cast.anna, "2.0")

    def adopt(by: Any) -> Any:
        return lambda: again(version).adopt(by=by, valid_from=timezone.localdate())

    answers = together(adopt(cast.bo), adopt(cast.berit))
    assert sum(isinstance(answer, Refused) for answer in answers) == 1
    assert routine_in_force.valid_version == version
    assert [v.status for v in routine_in_force.versions.all()] == ["in_force", "superseded"]
    assert list(faults()) == []


def test_it_is_withdrawn_while_the_night_lets_the_next_enter_force(
    routine_in_force: Document, cast: SimpleNamespace
) -> None:
    today = timezone.localdate()
    first = routine_in_force.versions.get()
    Version.objects.filter(pk=first.pk).update(ended_on=today)
    second = version_at(
        "adopted", routine_in_force, cast.anna, "2.0", adopted_on=today - DAY, valid_from=today
    )
    answers = together(
        turn_the_day, lambda: again(first).withdraw(by=cast.bo, reason="Fel"), turn_the_day
    )
    assert not [a for a in answers if isinstance(a, Exception) and not isinstance(a, Refused)]
    assert again(second).status == "in_force"
    assert again(first).status in {"superseded", "withdrawn"}
    assert list(faults()) == []
