"""Routes: the most specific wins, the law is added up, and only some may set them."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from nonconformities.models import Category, Nonconformity, Obligation, Route
from qms.organization.duties import Role
from qms.records.models import Absence

pytestmark = pytest.mark.django_db


def route(by: Any = None, **about: Any) -> Route:
    """Set a route from today."""
    about = {"valid_from": timezone.localdate(), "reason": "Beslut"} | about
    return Route.decide(by=by, **about)


def reported(unit: Any, by: Any, **facts: Any) -> Nonconformity:
    """Return a report that has been sent."""
    case = Nonconformity.objects.create(unit=unit, description="Fel", reported_by=by, **facts)
    case.report(by=by)
    return case


def test_without_routes_the_nearest_manager_gets_it(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    assert reported(units.north, cast.anna).responsible == cast.bo
    assert reported(units.south, cast.anna).responsible == cast.berit


def test_the_nearest_unit_wins_then_the_category_then_the_kind(
    cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> None:
    everywhere = route(kind="complaint", handler_role="executive")
    social = route(unit=units.social, handler_role="area_manager")
    parent = route(unit=units.social, category=category.parent, handler_role="executive")
    exact = route(unit=units.social, category=category, kind="complaint", handler_role="executive")
    near = route(unit=units.north, handler_role="unit_manager")
    case = Nonconformity(unit=units.north, kind="complaint", category=category)
    fitting = Route.objects.for_case(case)
    assert fitting == [near, exact, parent, social, everywhere]
    assert Route.handler_for(case) == cast.bo
    case.unit = units.south
    assert Route.handler_for(case) == cast.eva
    case.kind, case.category = "risk", None
    assert Route.handler_for(case) == cast.berit
    case.unit = units.school
    assert Route.objects.for_case(case) == []


def test_the_category_chooses_the_handler_when_it_is_assessed(
    cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> None:
    route(unit=units.social, category=category, handler_role="area_manager")
    case, other = (reported(units.north, cast.anna) for _time in range(2))
    graded = {"title": "Fel", "severity": 2, "likelihood": 2}
    elsewhere = Category.objects.exclude(pk__in=[category.pk, category.parent_id])
    case.assess(by=cast.bo, category=category, **graded)
    assert case.responsible == cast.berit
    other.assess(by=cast.bo, category=elsewhere.exclude(parent=None).first(), **graded)
    assert other.responsible == cast.bo
    other.reassess(by=cast.bo, category=category, reason="Var annat", **graded)
    assert other.responsible == cast.berit
    other.assign(by=cast.berit, responsible=cast.bo)
    other.reassess(by=cast.bo, category=category, reason="Samma", **graded)
    assert other.responsible == cast.bo  # somebody has decided who takes it


def test_a_later_row_replaces_an_earlier_one_and_may_take_it_away(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    later = timezone.localdate() + timedelta(days=10)
    route(unit=units.north, handler_role="executive")
    route(unit=units.north, ends=True, valid_from=later)
    case = Nonconformity(unit=units.north)
    assert Route.handler_for(case) == cast.eva
    assert Route.objects.for_case(case, later) == []


def test_what_the_law_asks_for_is_added_up(
    cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> None:
    route(category=category.parent, obligations=["lex-maria"])
    route(unit=units.north, handler_role="unit_manager")
    route(kind="near_miss", unit=units.social, obligations=["arbetsmiljo"])
    case = Nonconformity(unit=units.north, category=category, kind="near_miss")
    codes = {each.code for each in Route.obligations_for(case)}
    assert codes == {"lex-maria", "arbetsmiljo"}


def test_only_who_sets_the_rules_sets_routes_and_rows_stay(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    for person in (cast.bo, cast.eva, cast.gun):
        with pytest.raises(PermissionDenied):
            route(by=person, handler_role="executive")
    row = route(by=cast.cecilia, handler_role="executive")
    for wrong in ({"obligations": ["finns-inte"]}, {"handler_role": "staff"}, {}):
        with pytest.raises(ValidationError):
            route(**wrong)
    with pytest.raises(ValidationError):
        route(handler_role="executive", valid_from=timezone.localdate() - timedelta(days=1))
    row.handler_role = "area_manager"
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()


# --- Away, vacant, back ------------------------------------------------------------------------


def away(person: Any, days: int) -> Absence:
    """Say that somebody is away from today, some calendar days."""
    today = timezone.localdate()
    return Absence.state(person, by=person, since=today, until=today + timedelta(days=days))


def test_a_long_absence_gives_new_reports_to_the_substitute_and_shows_the_waiting_to_both(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    units.south.appoint(cast.frank, Role.UNIT_MANAGER, by=None, substitute=cast.nils)
    waiting = reported(units.south, cast.anna)
    assert waiting.responsible == cast.frank
    stated = away(cast.frank, 10)
    cast.nils.forget_duties()
    assert reported(units.south, cast.anna).responsible == cast.nils
    for person in (cast.frank, cast.nils):
        assert waiting in Nonconformity.objects.visible_to(person).awaiting(person)
    stated.end(by=cast.frank)
    cast.nils.forget_duties()
    assert reported(units.south, cast.anna).responsible == cast.frank
    assert waiting not in Nonconformity.objects.awaiting(cast.nils)


def test_a_short_absence_changes_nothing_and_without_a_substitute_the_next_manager_acts(
    cast: SimpleNamespace, units: SimpleNamespace, base: None, monkeypatch: Any
) -> None:
    stated = away(cast.bo, 0)
    assert reported(units.north, cast.anna).responsible == cast.bo
    stated.end(by=cast.bo)
    away(cast.bo, 14)
    assert reported(units.north, cast.anna).responsible == cast.berit
    away(cast.berit, 14)
    assert reported(units.north, cast.anna).responsible == cast.eva
    away(cast.eva, 14)
    assert reported(units.north, cast.anna).responsible is None


def test_an_appointment_that_ended_gives_the_report_to_the_next_manager_the_same_day(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    old = reported(units.north, cast.anna)
    units.north.appointments.get(user=cast.bo).dismiss(by=None)
    assert reported(units.north, cast.anna).responsible == cast.berit
    assert list(Nonconformity.objects.unheld_for(cast.berit)) == [old]
    assert list(Nonconformity.objects.unheld_for(cast.cecilia)) == [old]
    for person in (cast.eva, cast.frank, cast.anna):
        assert not Nonconformity.objects.unheld_for(person).exists()


def test_absence_is_stated_by_oneself_or_by_who_appoints_and_days_do_not_overlap(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    stated = away(cast.bo, 5)
    assert away(cast.bo, 5) == stated
    today = timezone.localdate()
    for wrong in (
        {"since": today, "until": today + timedelta(days=2)},
        {"since": today + timedelta(days=30), "until": today + timedelta(days=20)},
        {"since": today - timedelta(days=9), "until": today - timedelta(days=2)},
        {"since": today + timedelta(days=30), "until": today + timedelta(days=9000)},
    ):
        with pytest.raises(ValidationError):
            Absence.state(cast.bo, by=cast.bo, **wrong)
    later = {"since": today + timedelta(days=30), "until": today + timedelta(days=31)}
    with pytest.raises(PermissionDenied):
        Absence.state(cast.bo, by=cast.anna, **later)
    Absence.state(cast.bo, by=cast.eva, **later)


# --- The pages ---------------------------------------------------------------------------------


def test_a_route_is_set_changed_and_taken_away_by_its_pages(
    cast: SimpleNamespace, units: SimpleNamespace, category: Category, at: Any
) -> None:
    url, today = "/installningar/vagar/ny/", timezone.localdate()
    cecilia = at(cast.cecilia)
    answers = {
        "kind": "complaint",
        "unit": units.social.pk,
        "reason": "Beslut",
        "valid_from": today,
    }
    assert cecilia.post(url, **answers).status_code == 422  # neither a handler nor a law
    assert cecilia.post(url, **answers, handler_role="staff").status_code == 422
    sent = cecilia.post(url, **answers, handler_role="executive", obligations=["lex-sarah"])
    assert sent.status_code == 302
    row = Route.objects.get()
    page = cecilia.get("/installningar/vagar/").content.decode()
    assert "Klagomål" in page
    assert "Lex Sarah" in page
    changed = cecilia.send(f"{url}?fran={row.pk}", reason="Ändrat", handler_role="area_manager")
    assert changed.status_code == 302
    assert [each.handler_role for each in Route.objects.in_force()] == ["area_manager"]
    assert Route.objects.in_force()[0].obligations == ["lex-sarah"]
    cecilia.send(f"/installningar/vagar/{row.pk}/ta-bort/", reason="Behövs inte")
    assert Route.objects.in_force() == []


def test_a_law_is_changed_with_its_reason_and_keeps_its_story(
    cast: SimpleNamespace, base: None, at: Any
) -> None:
    url = "/installningar/lagar/it-incident/"
    cecilia = at(cast.cecilia)
    assert cecilia.send(url, amount_0="0", reason="Fel").status_code == 422
    assert cecilia.send(url, amount_0="12", authority="MSB", reason="").status_code == 422
    assert (
        cecilia.send(url, amount_0="12", authority="MSB", reason="Ny föreskrift").status_code == 302
    )
    law = Obligation.objects.get(code="it-incident")
    assert (law.authority, law.clocks[0]["amount"], law.clocks[1]["amount"]) == ("MSB", 12, 72)
    assert law.is_active
    assert "Ny föreskrift" in cecilia.get(url).content.decode()


def test_i_am_away_and_back(cast: SimpleNamespace, base: None, at: Any) -> None:
    today = timezone.localdate()
    bo = at(cast.bo)
    assert bo.post("/jag/borta/", since=today, until=today - timedelta(days=1)).status_code == 422
    assert bo.post("/jag/borta/", since=today, until=today + timedelta(days=20)).status_code == 302
    stated = Absence.objects.get()
    assert "Ersättaren tar över" in bo.get("/jag/borta/").content.decode()
    assert at(cast.frank).post(f"/jag/borta/{stated.pk}/tillbaka/").status_code == 404
    assert Absence.away([cast.bo.pk]) == {cast.bo.pk}
    for _click in range(2):
        assert at(cast.bo).post(f"/jag/borta/{stated.pk}/tillbaka/").status_code == 302
    assert not Absence.away([cast.bo.pk])
