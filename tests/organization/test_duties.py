"""What one may do follows from appointments alone: down the tree, between days, never across."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qms.history.verify import faults
from qms.organization.duties import Duty, Role
from qms.organization.models import Appointment, UnitPermission, User
from qms.organization.tasks import turn_the_day
from qms.records.line import Line

DAY = timedelta(days=1)


@pytest.fixture
def today() -> Any:
    """The day the test runs."""
    return timezone.localdate()


def fresh(user: User) -> User:
    """The same person in a new request."""
    return User.objects.get(pk=user.pk)


def at(monkeypatch: pytest.MonkeyPatch, day: Any) -> None:
    """Let it be another day."""
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: day)


def test_a_duty_reaches_every_unit_below(cast: SimpleNamespace, units: SimpleNamespace) -> None:
    reach = cast.berit.units_for(Duty.READ_RECORDS)
    assert reach.ids == {units.home_care.pk, units.north.pk, units.south.pk}
    assert not cast.berit.may(Duty.READ_RECORDS, units.social)


def test_reading_in_full_stops_at_the_border_of_the_authority(units: SimpleNamespace) -> None:
    boss = User.objects.create_user("boss")
    units.group.appoint(boss, Role.UNIT_MANAGER, by=None)
    assert boss.units_for(Duty.READ_RECORDS).ids == {units.group.pk}
    assert not boss.units_for(Duty.READ_RECORDS).everything


def test_overseeing_crosses_the_border_and_at_the_top_it_is_everything(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    assert cast.cecilia.units_for(Duty.OVERSEE).everything
    assert units.water.pk in cast.cecilia.units_for(Duty.OVERSEE)
    assert cast.david.units_for(Duty.OVERSEE).ids == {units.company.pk, units.water.pk}
    assert not cast.david.units_for(Duty.OVERSEE).everything


def test_frank_and_nils_have_nothing_in_social_services(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    for duty in Duty:
        assert not cast.frank.may(duty, units.north)
        assert not cast.nils.units_for(duty)


def test_an_appointment_ended_now_gives_nothing_at_once(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    cast.bo.appointments.get().dismiss(by=cast.cecilia, reason="Slutar")
    assert not fresh(cast.bo).duties
    assert not UnitPermission.objects.filter(user=cast.bo).exists()


def test_an_appointment_that_ends_today_holds_today_and_is_gone_tomorrow(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.bo.appointments.get().dismiss(by=cast.cecilia, on=today)
    assert fresh(cast.bo).may(Duty.READ_RECORDS, units.north)
    at(monkeypatch, today + DAY)
    assert not fresh(cast.bo).duties  # before any job has run
    assert turn_the_day() == len(Role.UNIT_MANAGER.duties)
    assert not UnitPermission.objects.filter(user=cast.bo).exists()


def test_an_appointment_ahead_begins_on_its_day_without_any_job(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    units.south.appoint(cast.nils, Role.UNIT_MANAGER, by=cast.eva, since=today + DAY)
    assert not fresh(cast.nils).duties
    at(monkeypatch, today + DAY)
    assert fresh(cast.nils).may(Duty.READ_RECORDS, units.south)


def test_two_periods_with_a_gap_give_nothing_in_between(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    units.south.appoint(cast.nils, Role.UNIT_MANAGER, by=None, until=today)
    units.south.appoint(cast.nils, Role.UNIT_MANAGER, by=None, since=today + 3 * DAY)
    for days, holds in ((0, True), (1, False), (2, False), (3, True), (9, True)):
        at(monkeypatch, today + days * DAY)
        turn_the_day()
        assert bool(fresh(cast.nils).duties) is holds, days


def test_two_periods_that_meet_leave_no_gap(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    units.south.appoint(cast.nils, Role.UNIT_MANAGER, by=None, until=today)
    units.south.appoint(cast.nils, Role.UNIT_MANAGER, by=None, since=today + DAY)
    at(monkeypatch, today + DAY)
    assert fresh(cast.nils).may(Duty.READ_RECORDS, units.south)


def test_one_role_ending_leaves_what_another_gives(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    units.north.appoint(cast.bo, Role.INVESTIGATOR, by=None)
    cast.bo.appointments.get(role=Role.UNIT_MANAGER).dismiss(by=None)
    bo = fresh(cast.bo)
    assert bo.may(Duty.READ_RECORDS, units.north)
    assert not bo.may(Duty.HANDLE_NONCONFORMITIES, units.north)


def test_a_substitute_has_the_same_duties_as_long_as_the_appointment(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    appointment = units.south.appoint(
        cast.frank, Role.UNIT_MANAGER, by=cast.eva, substitute=cast.nils
    )
    assert fresh(cast.nils).may(Duty.HANDLE_NONCONFORMITIES, units.south)
    appointment.dismiss(by=cast.eva)
    assert not fresh(cast.nils).duties


def test_a_closed_account_has_no_duties(cast: SimpleNamespace) -> None:
    cast.bo.is_active = False
    cast.bo.save()
    assert not fresh(cast.bo).duties


def test_all_duties_take_one_query_in_a_request(cast: SimpleNamespace) -> None:
    bo = fresh(cast.bo)
    with CaptureQueriesContext(connection) as queries:
        for duty in Duty:
            bo.units_for(duty)
            bo.may(duty, 1)
    assert len(queries) == 1


def test_guardians_rows_say_what_the_appointments_say(cast: SimpleNamespace) -> None:
    for user in User.objects.all():
        wanted = {
            (each.unit_id, duty.value)
            for each in Appointment.objects.current().concerning(user)
            for duty in Role(each.role).duties
        }
        held = UnitPermission.objects.filter(user=user)
        assert wanted == set(held.values_list("content_object", "permission__codename"))


# --- Appointing -------------------------------------------------------------------------------


def test_the_same_appointment_twice_is_the_same_one(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    first = units.south.appoint(cast.nils, Role.STAFF, by=cast.eva)
    second = units.south.appoint(cast.nils, Role.STAFF, by=cast.eva)
    assert first == second
    assert units.south.story.filter(verb="appoint").count() == 1


def test_an_overlapping_appointment_is_refused_with_its_days(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any
) -> None:
    units.south.appoint(cast.nils, Role.STAFF, by=None, until=today + 9 * DAY)
    with pytest.raises(ValidationError, match=r"redan|already"):
        units.south.appoint(cast.nils, Role.STAFF, by=None, since=today + 5 * DAY)
    units.south.appoint(cast.nils, Role.STAFF, by=None, since=today + 10 * DAY)


def test_nobody_appoints_himself_not_even_as_substitute(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    for person, substitute in ((cast.eva, None), (cast.nils, cast.eva)):
        with pytest.raises(ValidationError):
            units.south.appoint(person, Role.UNIT_MANAGER, by=cast.eva, substitute=substitute)


def test_who_lacks_the_duty_cannot_appoint_or_dismiss(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    for person in (cast.anna, cast.bo, cast.berit, cast.frank, cast.gun, cast.nils):
        with pytest.raises(PermissionDenied):
            units.north.appoint(cast.nils, Role.STAFF, by=person)
        with pytest.raises(PermissionDenied):
            cast.anna.appointments.get().dismiss(by=person)


def test_the_head_of_an_administration_cannot_make_an_administrator(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    for role in (Role.ADMINISTRATOR, Role.QUALITY_COORDINATOR):
        with pytest.raises(PermissionDenied):
            units.north.appoint(cast.nils, role, by=cast.eva)
        units.north.appoint(cast.nils, role, by=cast.adam)


@pytest.mark.parametrize(("since", "until"), [(5, 4), (0, -1), (-80 * 365, None), (0, 30 * 365)])
def test_days_that_make_no_sense_are_refused(
    cast: SimpleNamespace, units: SimpleNamespace, today: Any, since: int, until: int | None
) -> None:
    with pytest.raises(ValidationError):
        units.south.appoint(
            cast.nils, Role.STAFF, by=None, since=today + since * DAY,
            until=None if until is None else today + until * DAY,
        )  # fmt: skip


def test_an_external_auditor_must_have_a_last_day(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    with pytest.raises(ValidationError):
        units.group.appoint(cast.nils, Role.EXTERNAL_AUDITOR, by=None)


def test_somebody_without_an_account_cannot_be_appointed(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    cast.nils.is_active = False
    cast.nils.save()
    with pytest.raises(ValidationError):
        units.south.appoint(cast.nils, Role.STAFF, by=None)


def test_an_appointment_ends_once_and_never_later_than_it_would(
    cast: SimpleNamespace, today: Any
) -> None:
    appointment = cast.anna.appointments.get()
    appointment.dismiss(by=cast.eva, on=today + 3 * DAY)
    appointment.dismiss(by=cast.eva, on=today + 3 * DAY)  # a double click
    with pytest.raises(ValidationError):
        appointment.dismiss(by=cast.eva, on=today + 30 * DAY)
    with pytest.raises(ValidationError):
        appointment.dismiss(by=cast.eva, on=today - 30 * DAY)
    appointment.dismiss(by=cast.eva)
    with pytest.raises(ValidationError):
        appointment.dismiss(by=cast.cecilia)


def test_the_story_of_a_unit_stays_whole(cast: SimpleNamespace, units: SimpleNamespace) -> None:
    cast.bo.appointments.get().dismiss(by=cast.eva, reason="🙂 \u202eslut")
    units.north.refresh_from_db()
    assert units.north.story.last().note == "🙂 \u202eslut"
    assert list(faults()) == []


def test_the_nearest_manager_is_found_upward_and_not_across_the_border(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    assert Line(units.north).nearest_manager() == cast.bo
    assert Line(units.south).nearest_manager() == cast.berit
    cast.berit.appointments.get().dismiss(by=None)
    assert Line(units.south).nearest_manager() == cast.eva
    units.group.appoint(cast.nils, Role.EXECUTIVE, by=None)
    assert Line(units.water).nearest_manager() is None


def test_the_head_of_a_board_appoints_nobody_in_a_company_below_it(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    units.group.appoint(cast.nils, Role.EXECUTIVE, by=None)
    with pytest.raises(PermissionDenied):
        units.company.appoint(cast.anna, Role.UNIT_MANAGER, by=cast.nils)
    assert units.company.appoint(cast.anna, Role.UNIT_MANAGER, by=cast.cecilia).pk


def test_a_role_that_means_more_than_before_is_granted_anew(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    UnitPermission.objects.filter(user=cast.cecilia, permission__codename="configure").delete()
    cast.cecilia.forget_duties()
    assert not cast.cecilia.units_for(Duty.CONFIGURE)
    call_command("load_base")
    assert User.objects.get(pk=cast.cecilia.pk).units_for(Duty.CONFIGURE).everything
