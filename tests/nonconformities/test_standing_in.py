"""Who stands in: one rule for everything that waits for a person, and nothing lies with nobody."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from nonconformities.models import Action, Category, Handover, Nonconformity, Share
from nonconformities.models.extent import ExtentAnswer, ask_units
from progress.waiting import waiting_for
from qms.organization.duties import Role
from qms.organization.models import Unit, User
from qms.records.line import Line
from qms.records.models import Absence
from tests.borders import question
from tests.group import person
from tests.nonconformities.test_life import assess, plan
from tests.nonconformities.test_readers import told, true


def away(user: User, days: int = 14) -> Absence:
    """Say that somebody is away from today."""
    today = timezone.localdate()
    return Absence.state(user, by=user, since=today, until=today + timedelta(days=days))


def titles(user: User) -> list[str]:
    """Return what waits for somebody, read afresh."""
    return [task.title for task in waiting_for(User.objects.get(pk=user.pk))]


@pytest.fixture
def school(cast: SimpleNamespace, units: SimpleNamespace) -> SimpleNamespace:
    """The school, led by Rut while Sam is her substitute."""
    units.school.appointments.get(user=cast.frank).dismiss(by=None)
    sam = person("sam", "Ersättare")
    rut = person("rut", "Rektor")
    units.school.appoint(rut, Role.UNIT_MANAGER, by=None, substitute=sam)
    return SimpleNamespace(unit=units.school, rut=rut, sam=sam)


def ask_school(case: Nonconformity, unit: Unit, by: User) -> ExtentAnswer:
    """Ask the school if it can exist there."""
    ask_units(case, [unit], "Finns det hos er?", timezone.localdate(), by=by)
    return ExtentAnswer.objects.get(unit=unit)


def test_who_appoints_says_that_somebody_who_fell_ill_is_away(
    cast: SimpleNamespace, school: SimpleNamespace, at: Any
) -> None:
    today = timezone.localdate()
    days = {"since": today, "until": today + timedelta(days=20)}
    address = "/behorighet/rut-rektor/borta/"
    assert address in at(cast.cecilia).get("/behorighet/rut-rektor/").content.decode()
    assert at(cast.bo).post(address, **days).status_code == 404
    assert at(cast.cecilia).post(address, **days).status_code == 302
    absence = Absence.objects.get(user=school.rut)
    assert absence.stated_by == cast.cecilia
    assert Line(school.unit).nearest_manager() == school.sam
    assert at(cast.cecilia).post(address, **days).status_code == 302  # a double click
    assert at(cast.cecilia).post(address, since="x", until="").status_code == 422
    assert at(cast.bo).post(f"/jag/borta/{absence.pk}/tillbaka/").status_code == 404
    assert at(cast.adam).post(f"/jag/borta/{absence.pk}/tillbaka/").status_code == 302
    assert Line(school.unit).nearest_manager() == school.rut


def test_a_question_of_spread_is_seen_and_answered_by_who_stands_in(
    case: Nonconformity, cast: SimpleNamespace, school: SimpleNamespace
) -> None:
    asked = ask_school(case, school.unit, cast.bo)
    assert asked.responsible == school.rut
    assert not titles(school.sam)
    away(school.rut)
    assert "Kan det finnas hos er" in titles(school.sam)[0]
    assert told(asked) == true(asked)
    asked.answer(by=User.objects.get(pk=school.sam.pk), verdict="no", reason="Sett efter.")
    assert asked.answered_by == school.sam


def test_a_question_goes_to_who_stands_in_already_or_up_and_not_to_nobody(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, school: SimpleNamespace
) -> None:
    away(school.rut)
    assert ask_school(case, school.unit, cast.bo).responsible == school.sam
    with pytest.raises(ValidationError, match="Ingen leder"):
        ask_units(case, [units.water], "Finns det?", timezone.localdate(), by=cast.bo)


def test_a_question_to_who_has_gone_is_shown_to_who_leads_now(
    case: Nonconformity, cast: SimpleNamespace, school: SimpleNamespace
) -> None:
    asked = ask_school(case, school.unit, cast.bo)
    question(Handover, case, school.unit, responsible=school.rut)
    school.unit.appointments.get(user=school.rut, ended_at=None).dismiss(by=None)
    school.unit.appoint(cast.nils, Role.UNIT_MANAGER, by=None)
    assert len(titles(cast.nils)) == 2
    asked.answer(by=User.objects.get(pk=cast.nils.pk), verdict="no", reason="Nej.")


def test_hand_overs_and_shares_lie_with_who_stands_in_only_while_the_other_is_away(
    case: Nonconformity, cast: SimpleNamespace, school: SimpleNamespace
) -> None:
    question(Handover, case, school.unit, responsible=school.rut)
    question(Share, case, school.unit, responsible=school.rut, task="Se över.")
    assert (len(titles(school.rut)), len(titles(school.sam))) == (2, 0)
    back = away(school.rut)
    assert len(titles(school.sam)) == 2
    back.end(by=school.rut)
    assert len(titles(school.sam)) == 0


def test_what_was_promised_is_done_by_who_stands_in_and_verified_by_another(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> None:
    sam = person("sam", "Ersättare")
    units.north.appointments.get(user=cast.anna).dismiss(by=None)
    units.north.appoint(cast.anna, Role.STAFF, by=None, substitute=sam)
    assess(case, cast.bo, category)
    case.start_investigation(by=cast.bo, investigator=cast.bo)
    case.add_cause(by=cast.bo, method="free", texts=["Bråttom"])
    plan(case, cast.bo, User.objects.get(pk=cast.anna.pk))
    action = Action.objects.get()
    assert not titles(sam)
    assert not Action.objects.visible_to(User.objects.get(pk=sam.pk)).exists()
    away(cast.anna)
    assert titles(sam)[0].startswith("Gör")
    assert told(action) == true(action)
    case.refresh_from_db()
    assert told(case) == true(case)
    action.begin(by=User.objects.get(pk=sam.pk))
    action.refresh_from_db()
    assert action.status == "in_progress"


def test_who_stands_in_verifies(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> None:
    sam = person("sam", "Ersättare")
    units.north.appointments.get(user=cast.bo).dismiss(by=None)
    units.north.appoint(cast.bo, Role.UNIT_MANAGER, by=None, substitute=sam)
    bo = User.objects.get(pk=cast.bo.pk)
    assess(case, bo, category)
    case.start_investigation(by=bo, investigator=bo)
    case.add_cause(by=bo, method="free", texts=["Bråttom"])
    plan(case, bo, cast.anna)
    Nonconformity.objects.update(responsible=bo)
    question_of = Action.objects.get()
    with_guards_off(Action.objects.filter(pk=question_of.pk), status="done", done_by=cast.anna)
    away(bo)
    assert any(title.startswith("Verifiera") for title in titles(sam))


def with_guards_off(rows: Any, **values: Any) -> None:
    """Put rows in a state without its story."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        rows.update(**values)
        cursor.execute("set session_replication_role = origin")


# --- The wish that a case opens again ------------------------------------------------------------

WISH, NOBODY = "Avgör om det ska öppnas igen", "Utse vem som avgör"


@pytest.fixture
def wished(case: Nonconformity, cast: SimpleNamespace) -> Nonconformity:
    """Anna is not satisfied with what Bo answered."""
    case.dismiss(by=cast.bo, reason="Ingen avvikelse.")
    case.say_verdict(by=cast.anna, satisfied=False, reason="Jo.")
    return case


def reads(user: User, words: str) -> bool:
    """Return True when such a thing waits for somebody."""
    return any(title.startswith(words) for title in titles(user))


def test_a_wish_lies_with_who_decides_today(
    wished: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    assert reads(cast.berit, WISH)
    assert not any(reads(each, WISH) for each in (cast.bo, cast.eva, cast.cecilia, cast.frank))
    away(cast.berit)
    assert reads(cast.eva, WISH)
    units.home_care.appointments.get(user=cast.berit).dismiss(by=None)
    units.home_care.appoint(cast.nils, Role.AREA_MANAGER, by=None)
    assert reads(cast.nils, WISH)
    wished.keep_closed(by=User.objects.get(pk=cast.nils.pk), answer="Vi har sett efter.")


def test_a_substitute_settles_a_wish_only_while_the_manager_is_away(
    wished: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    units.home_care.appointments.get(user=cast.berit).dismiss(by=None)
    units.home_care.appoint(cast.berit, Role.AREA_MANAGER, by=None, substitute=cast.nils)
    nils, berit = (User.objects.get(pk=each.pk) for each in (cast.nils, cast.berit))
    assert not wished.allows(nils, "keep_closed")
    assert wished.allows(berit, "keep_closed")
    away(berit)
    assert wished.allows(User.objects.get(pk=nils.pk), "keep_closed")
    wished.keep_closed(by=User.objects.get(pk=nils.pk), answer="Vi har sett efter.")
    assert wished.answer == "Ingen avvikelse.\n\nVi har sett efter."


def test_who_ended_the_case_does_not_settle_the_wish_about_it(
    case: Nonconformity, cast: SimpleNamespace
) -> None:
    case.dismiss(by=cast.berit, reason="Ingen avvikelse.")
    case.say_verdict(by=cast.anna, satisfied=False, reason="Jo.")
    assert not case.allows(cast.berit, "keep_closed")
    assert case.allows(cast.berit, "reconsider")
    assert case.allows(cast.eva, "keep_closed")
    assert reads(cast.eva, WISH)
    away(cast.eva)  # nobody else is left to decide
    assert case.allows(User.objects.get(pk=cast.berit.pk), "keep_closed")


def test_a_wish_that_nobody_may_decide_on_is_shown_to_the_coordinator(
    wished: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    away(cast.berit), away(cast.eva)  # then both are shown it
    assert reads(cast.berit, WISH)
    assert reads(cast.eva, WISH)
    units.home_care.appointments.get(user=cast.berit).dismiss(by=None)
    units.social.appointments.get(user=cast.eva).dismiss(by=None)
    assert not reads(cast.bo, WISH)
    assert reads(cast.cecilia, NOBODY)
    assert not reads(cast.adam, NOBODY)
