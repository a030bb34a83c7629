"""Two people at the same time, each in a transaction of their own."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from qms.history.verify import faults
from qms.organization.duties import Role
from qms.organization.models import Appointment, Unit, UnitPermission, User, change

pytestmark = pytest.mark.django_db(transaction=True)


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Do several things at once; return each one's answer or the exception it met."""
    start = threading.Barrier(len(acts))
    answers: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            answers[place] = act()
        except Exception as fault:
            answers[place] = fault
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def again(thing: Any) -> Any:
    """The same row, read anew, as each request does."""
    return type(thing).objects.get(pk=thing.pk)


def test_the_same_person_appointed_twice_at_once_has_one_appointment(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    def appoint() -> Appointment:
        return again(units.south).appoint(cast.nils, Role.UNIT_MANAGER, by=None)

    answers = together(*[appoint] * 4)
    assert len(set(answers)) == 1
    assert UnitPermission.objects.filter(user=cast.nils).count() == len(Role.UNIT_MANAGER.duties)
    assert list(faults()) == []


def test_two_roles_at_once_give_the_duties_of_both(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    roles = [Role.UNIT_MANAGER, Role.INVESTIGATOR, Role.AREA_MANAGER]
    together(
        *[lambda role=role: again(units.south).appoint(cast.nils, role, by=None) for role in roles]
    )
    held = UnitPermission.objects.filter(user=cast.nils)
    wanted = {duty.value for role in roles for duty in role.duties}
    assert set(held.values_list("permission__codename", flat=True)) == wanted
    assert list(faults()) == []


def test_ending_and_closing_at_once_leaves_no_duties_and_no_deadlock(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    today = timezone.localdate()
    answers = together(
        lambda: again(cast.bo.appointments.get()).dismiss(by=None),
        lambda: change.close(again(units.north), by=None, on=today, reason="Bort"),
    )
    assert all(answer is None or isinstance(answer, ValidationError) for answer in answers)
    assert not UnitPermission.objects.filter(user=cast.bo).exists()
    assert not User.objects.get(pk=cast.bo.pk).duties
    assert list(faults()) == []


def test_two_moves_at_once_never_close_a_ring(units: SimpleNamespace) -> None:
    today = timezone.localdate()

    def move(unit: Unit, parent: Unit) -> None:
        change.move(again(unit), by=None, parent=again(parent), on=today, reason="x")

    answers = together(
        lambda: move(units.north, units.south), lambda: move(units.south, units.north)
    )
    assert sum(isinstance(answer, ValidationError) for answer in answers) == 1
    assert set(again(units.home_care).reach) == {
        units.home_care.pk,
        units.north.pk,
        units.south.pk,
    }


def test_units_founded_at_once_are_all_reached_from_the_top(units: SimpleNamespace) -> None:
    def found(number: int) -> Unit:
        place = again(units.home_care)
        return Unit.found(by=None, parent=place, code=f"N-{number}", name="N", kind="site")

    new = together(*[lambda n=n: found(n) for n in range(4)])
    assert {unit.pk for unit in new} <= set(again(units.group).reach)
