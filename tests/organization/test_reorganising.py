"""The tree changes with dates, and what was is still known afterwards."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from nonconformities.models import Nonconformity
from qms.history.verify import faults
from qms.organization.duties import Duty
from qms.organization.models import Unit, UnitChange, User, change
from qms.organization.tasks import turn_the_day

DAY = timedelta(days=1)


@pytest.fixture
def today() -> Any:
    """The day the test runs."""
    return timezone.localdate()


@pytest.fixture
def case(cast: SimpleNamespace, units: SimpleNamespace) -> Nonconformity:
    """An open deviation in the north."""
    return Nonconformity.objects.create(
        unit=units.north, description="Dubbel dos.", reported_by=cast.anna, status="reported",
        number="AVV-2026-9001", reported_at=timezone.now(),
    )  # fmt: skip


def at(monkeypatch: pytest.MonkeyPatch, day: Any) -> None:
    """Let it be another day."""
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: day)


def again(thing: Any) -> Any:
    """The same row, read anew."""
    return type(thing).objects.get(pk=thing.pk)


def test_a_renamed_unit_is_known_by_its_old_name_on_old_days_and_old_records(
    cast: SimpleNamespace, units: SimpleNamespace, case: Nonconformity, today: Any
) -> None:
    change.rename(units.north, by=cast.cecilia, name="Hemtjänst Nord", on=today, reason="Nytt")
    north = again(units.north)
    assert north.name == "Hemtjänst Nord"
    assert again(case).unit_name == "Hemtjänst Norr"
    assert list(faults()) == []


def test_a_change_ahead_waits_for_its_day_and_is_then_made_once(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    change.rename(units.north, by=cast.adam, name="Nytt namn", on=today + 5 * DAY, reason="Ja")
    assert again(units.north).name == "Hemtjänst Norr"
    turn_the_day()
    assert again(units.north).name == "Hemtjänst Norr"
    at(monkeypatch, today + 7 * DAY)  # the job missed two days
    turn_the_day()
    turn_the_day()
    assert again(units.north).name == "Nytt namn"
    assert again(units.north).story.filter(verb="rename").count() == 1


def test_a_waiting_change_can_be_taken_back(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    change.close(units.south, by=cast.cecilia, on=today + DAY, reason="Ja")
    waiting = UnitChange.objects.get()
    with pytest.raises(PermissionDenied):
        waiting.withdraw(by=cast.eva)
    waiting.withdraw(by=cast.cecilia)
    at(monkeypatch, today + 2 * DAY)
    turn_the_day()
    assert again(units.south).valid_until is None
    with pytest.raises(ValidationError):
        again(waiting).withdraw(by=cast.cecilia)


def test_a_waiting_change_that_no_longer_can_be_made_says_why_and_stops_nothing_else(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    change.move(units.south, by=None, parent=units.social, on=today + DAY, reason="A")
    change.rename(units.north, by=None, name="Nord", on=today + DAY, reason="B")
    change.close(units.south, by=None, on=today, reason="C")
    at(monkeypatch, today + DAY)
    turn_the_day()
    assert "Söder" in UnitChange.objects.get(kind="move").hindrance
    assert again(units.north).name == "Nord"


def test_a_unit_moves_with_its_open_cases_within_the_authority(
    cast: SimpleNamespace, units: SimpleNamespace, case: Nonconformity, today: Any
) -> None:
    change.move(units.north, by=cast.cecilia, parent=units.social, on=today, reason="Ny plats")
    assert again(case).unit == units.north
    assert not again(cast.berit).may(Duty.READ_RECORDS, units.north)
    assert again(cast.eva).may(Duty.READ_RECORDS, units.north)


def test_a_unit_does_not_move_across_the_border_with_its_cases(
    units: SimpleNamespace, case: Nonconformity, today: Any
) -> None:
    with pytest.raises(ValidationError) as refused:
        change.move(units.home_care, by=None, parent=units.school, on=today, reason="Ny nämnd")
    assert "1" in refused.value.message_dict["parent"][0]  # the case below is counted
    assert not UnitChange.objects.exists()


def test_a_unit_cannot_lie_below_itself(units: SimpleNamespace, today: Any) -> None:
    for place in (units.social, units.home_care, units.north):
        with pytest.raises(ValidationError):
            change.move(units.social, by=None, parent=place, on=today, reason="Ring")


def test_the_database_refuses_a_ring_by_raw_sql(units: SimpleNamespace) -> None:
    for ignore in ("{}", "{organization_unit:no_cycle}"):
        with pytest.raises(IntegrityError, match="below itself"), transaction.atomic():
            place_by_hand(units.social, units.north, ignore)


def place_by_hand(unit: Unit, parent: Unit, ignore: str) -> None:
    """Move a unit by raw SQL, with triggers named to be ignored."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('pgtrigger.ignore', %s, true)", [ignore])
        cursor.execute(
            "update organization_unit set parent_id = %s where id = %s", [parent.pk, unit.pk]
        )


def test_a_unit_with_units_below_is_not_closed(units: SimpleNamespace, today: Any) -> None:
    with pytest.raises(ValidationError):
        change.close(units.home_care, by=None, on=today, reason="Bort")
    with pytest.raises(ValidationError):
        change.split(
            units.home_care, [{"code": "A", "name": "A"}, {"code": "B", "name": "B"}],
            by=None, on=today, reason="Dela",
        )  # fmt: skip
    assert not Unit.objects.filter(code__in=["A", "B"]).exists()


def test_a_unit_with_open_cases_is_closed_only_when_somebody_takes_over(
    units: SimpleNamespace, case: Nonconformity, today: Any
) -> None:
    with pytest.raises(ValidationError) as refused:
        change.close(units.north, by=None, on=today, reason="Bort")
    assert "successor" in refused.value.message_dict
    change.close(units.north, by=None, on=today, reason="Bort", successor=units.south)
    assert again(units.north).successor == units.south


def test_a_closed_unit_rolls_up_to_its_successor_within_the_authority(
    cast: SimpleNamespace, units: SimpleNamespace, case: Nonconformity, today: Any
) -> None:
    units.south.appoint(cast.nils, "unit_manager", by=None)
    change.close(units.north, by=cast.cecilia, on=today, reason="Ihop", successor=units.south)
    assert again(cast.nils).may(Duty.READ_RECORDS, units.north)
    assert Nonconformity.objects.visible_to(again(cast.nils)).filter(pk=case.pk).exists()
    assert not again(cast.bo).duties  # the roles ended with the unit
    assert again(cast.berit).may(Duty.READ_RECORDS, units.north)


def test_a_closed_unit_does_not_roll_up_across_the_border(
    cast: SimpleNamespace, units: SimpleNamespace, case: Nonconformity, today: Any
) -> None:
    change.close(units.north, by=None, on=today, reason="Ny nämnd", successor=units.school)
    assert not again(cast.frank).may(Duty.READ_RECORDS, units.north)
    assert not Nonconformity.objects.visible_to(again(cast.frank)).exists()
    assert again(cast.eva).may(Duty.READ_RECORDS, units.north)
    assert again(units.school).own_reach == [units.school.pk]


def test_units_merge_all_or_none(units: SimpleNamespace, today: Any) -> None:
    east = Unit.found(by=None, parent=units.home_care, code="SOF-HT-03", name="Öst", kind="site")
    with pytest.raises(ValidationError):
        change.merge([east, units.social], units.south, by=None, on=today, reason="Ihop")
    assert again(east).valid_until is None
    change.merge([east, units.north], units.south, by=None, on=today, reason="Ihop")
    assert {again(east).successor, again(units.north).successor} == {units.south}


def test_a_unit_is_divided_and_the_first_part_takes_over(
    cast: SimpleNamespace, units: SimpleNamespace, case: Nonconformity, today: Any
) -> None:
    parts = [{"code": "SOF-HT-11", "name": "Kust"}, {"code": "SOF-HT-12", "name": "Land"}]
    for _click in range(2):
        new = change.split(units.north, parts, by=cast.adam, on=today, reason="För stor")
    assert [unit.authority for unit in new] == ["SN", "SN"]
    assert again(units.north).successor == new[0]
    assert units.north.pk in again(new[0]).reach
    assert Unit.objects.filter(code__startswith="SOF-HT-1").count() == 2


def test_a_double_click_decides_once(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any
) -> None:
    for _click in range(2):
        change.rename(units.north, by=cast.adam, name="Nord", on=today, reason="Nytt")
        change.close(units.south, by=cast.adam, on=today, reason="Bort")
    assert UnitChange.objects.count() == 2


@pytest.mark.parametrize("days", [-200 * 365, 20 * 365])
def test_a_day_far_away_is_refused(units: SimpleNamespace, today: Any, days: int) -> None:
    with pytest.raises(ValidationError) as refused:
        change.rename(units.north, by=None, name="Nord", on=today + days * DAY, reason="Nytt")
    assert "on" in refused.value.message_dict


def test_without_a_reason_or_a_name_nothing_changes(units: SimpleNamespace, today: Any) -> None:
    for name, reason in (("Nord", "  "), ("  ", "Ja"), ("x" * 100_000, "Ja"), ("N", "x" * 100_000)):
        with pytest.raises(ValidationError):
            change.rename(units.north, by=None, name=name, on=today, reason=reason)


def test_who_may_not_organise_changes_nothing(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any
) -> None:
    for person in (cast.anna, cast.bo, cast.eva, cast.frank, cast.gun, cast.nils):
        with pytest.raises(PermissionDenied):
            change.rename(units.north, by=person, name="Nord", on=today, reason="Nytt")
        with pytest.raises(PermissionDenied):
            Unit.found(by=person, parent=units.north, code="X", name="X", kind="site")


def test_a_unit_is_founded_once_and_its_founder_reaches_it_at_once(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    fields = {"code": "SOF-HT-09", "name": "Öst", "kind": "site"}
    first = Unit.found(by=cast.adam, parent=units.home_care, **fields)
    assert first == Unit.found(by=cast.adam, parent=units.home_care, **fields)
    assert cast.adam.may(Duty.ORGANIZE, first)
    assert first.authority == "SN"
    with pytest.raises(ValidationError):
        Unit.found(by=None, parent=units.school, **fields)


def test_the_authority_stays_where_there_are_records(
    units: SimpleNamespace, case: Nonconformity
) -> None:
    with pytest.raises(ValidationError):
        units.north.amend(by=None, authority="BUN")
    units.south.amend(by=None, authority="BUN")
    assert again(units.home_care).own_reach == sorted([units.home_care.pk, units.north.pk])


def test_a_person_of_the_same_name_gets_another_address(db: None) -> None:
    people = [
        User.objects.create_user(f"p{n}", first_name="Åsa", last_name="Ek" * 70) for n in range(3)
    ]
    assert len({person.slug for person in people}) == 3
    assert all(person.slug.startswith("asa-ek") for person in people)
