"""Escalation counts from when a case came to the unit that has it, however old the report is."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from nonconformities.escalation import lifted_to, lifts_of
from nonconformities.models import Handover, Import, Nonconformity
from qms.organization.duties import Role
from tests.group import person
from tests.nonconformities.test_passing import aged, lifts
from tests.planted import case_at


@pytest.fixture
def old_import(cast: SimpleNamespace, base: None) -> Import:
    """An older register that was brought in."""
    return Import.objects.create(register="Gamla registret", filename="r.csv", uploaded_by=cast.bo,
                                 size=1, sha256="0" * 64, status="stored")  # fmt: skip


def imported(row: Import, unit: Any, by: Any, **facts: Any) -> Nonconformity:
    """Return an open case of years ago, as an import stores it today."""
    case = case_at("reported", unit, by, imported_in=row, **facts)
    case.due_on = timezone.localdate() + timedelta(days=30)
    case.save()
    return aged(case, 900)


def is_lifted(case: Nonconformity, *people: Any) -> bool:
    """Return True when the case is lifted to one of them; both rules say the same."""
    people = tuple(type(each).objects.get(pk=each.pk) for each in people)
    rows = Nonconformity.objects
    many = any(rows.filter(lifted_to(each), pk=case.pk).exists() for each in people)
    assert many is bool(lifts_of(rows.get(pk=case.pk)))
    return many


def test_an_old_register_lifts_nothing_on_the_day_it_comes(
    cast: SimpleNamespace, units: SimpleNamespace, old_import: Import
) -> None:
    heads = (cast.berit, cast.eva)
    plain = imported(old_import, units.north, cast.anna)
    graded = imported(old_import, units.north, cast.anna, severity=4, likelihood=4)
    assert not is_lifted(plain, *heads)
    assert not is_lifted(graded, *heads)  # nobody here has said that it is serious
    long_ago = timezone.now() - timedelta(days=20)
    Nonconformity.objects.filter(imported_in=old_import).update(created_at=long_ago)
    assert not is_lifted(plain, *heads)  # its own last day has not come
    Nonconformity.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert is_lifted(plain, *heads)
    assert not is_lifted(case_at("closed", units.north, cast.anna), *heads)


def test_what_is_assessed_here_is_lifted_as_any_other(
    cast: SimpleNamespace, units: SimpleNamespace, old_import: Import
) -> None:
    case = imported(old_import, units.north, cast.anna, severity=2, likelihood=4)
    Nonconformity.objects.filter(pk=case.pk).update(correction="")
    case.refresh_from_db()
    case.status = "assessed"
    assert lifts(case) == {"serious": "Berit"}  # and not for a week without remedy


def test_who_takes_over_has_as_long_as_anybody(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    vera = person("vera", "Dal", (units.south, Role.UNIT_MANAGER))
    aged(case, 40)
    assert is_lifted(case, cast.berit)
    case.hand_over(by=cast.bo, unit=units.south, reason="Det hände hos er.")
    case.accept_handover(by=vera)
    case.refresh_from_db()
    assert not is_lifted(case, cast.berit, cast.eva)
    Handover.objects.update(answered_at=timezone.now() - timedelta(days=20))
    assert is_lifted(case, cast.berit)
