"""A case lies with who may take it further, and is lifted by score, time and lack of effect."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from nonconformities import escalation
from nonconformities.escalation import Reason, lifted_to, lifts_of
from nonconformities.models import Category, Nonconformity
from progress.waiting import waiting_for
from qms.records.models import Rule
from tests.nonconformities.test_tracks import assessed
from tests.planted import case_at

pytestmark = pytest.mark.django_db


def ready(case: Nonconformity, by: Any) -> None:
    """Find the cause, answer where else, and plan an action."""
    today = timezone.localdate()
    case.add_cause(by=by, method="free", texts=["Rutinen saknas"])
    case.answer_extent(by=by, extent="Nej")
    case.plan_action(
        by=by, kind="corrective", description="Ny rutin", responsible=by,
        cause=case.causes.roots().last(), due_on=today, criterion="Inga fel", effect_on=today,
    )  # fmt: skip


def test_a_small_case_stays_with_the_manager(
    case: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    assessed(case, cast.bo, category)
    assert case.responsible == cast.bo
    assert {event.verb for event in case.story} == {"report", "assess"}


def test_the_decision_follows_the_score_and_the_story_tells_it(
    case: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    assessed(case, cast.bo, category, severity=3, likelihood=4)
    assert case.responsible == cast.ines
    last = case.story.last()
    assert last is not None
    assert (last.verb, last.actor, last.note) == ("pass_on", None, cast.ines.name)


def test_a_serious_but_mild_one_is_started_by_the_manager_and_decided_by_the_area_manager(
    case: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    assessed(case, cast.bo, category, severity=2, likelihood=4)
    assert case.responsible == cast.bo
    case.start_investigation(by=cast.bo, investigator=cast.bo)
    ready(case, cast.bo)
    case.refresh_from_db()
    assert case.responsible == cast.berit
    assert any(case.number in task.meta for task in waiting_for(cast.berit))
    assert not any(case.number in task.meta for task in waiting_for(cast.bo))
    case.decide_actions(by=cast.berit)


def test_it_goes_back_to_who_investigates_when_a_cause_falls(
    case: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    assessed(case, cast.bo, category, severity=2, likelihood=4)
    case.start_investigation(by=cast.bo, investigator=cast.anna)
    case.add_cause(by=cast.anna, method="free", texts=["Slarv"])
    case.answer_extent(by=cast.anna, extent="Nej")
    assert case.responsible == cast.anna
    case.assign(by=cast.bo, responsible=cast.berit)
    case.withdraw_cause(by=cast.bo, cause=case.causes.get(), reason="Nej")
    assert case.responsible == cast.anna


def test_a_reassessment_moves_it_too(
    case: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    assessed(case, cast.bo, category)
    case.reassess(
        by=cast.bo, title="Dos", severity=4, likelihood=4, category=category, reason="Värre",
    )  # fmt: skip
    assert case.responsible == cast.ines


def test_nobody_who_may_decide_leaves_it_with_the_one_who_has_it(
    cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> None:
    case = case_at("reported", units.school, cast.anna, responsible=cast.frank)
    assessed(case, cast.frank, category, severity=4, likelihood=4)
    assert case.responsible == cast.frank


def test_somebody_harmed_is_assessed_sooner_and_stands_first(
    cast: SimpleNamespace, units: SimpleNamespace, base: None, at: Any
) -> None:
    for urgency in ("no", "risk", "harm"):
        report = Nonconformity(
            unit=units.north, description=urgency, reported_by=cast.anna, urgency=urgency
        )
        report.save()
        report.report(by=cast.anna)
    calm, risk, harm = Nonconformity.objects.order_by("pk")
    assert harm.due_on == risk.due_on
    assert calm.due_on is not None
    assert harm.due_on is not None
    assert harm.due_on < calm.due_on
    calm.promise(timezone.localdate() - timedelta(days=3))
    calm.save()
    rows = at(cast.bo).get("/avvikelser/?vy=mig").context["listing"].rows
    assert rows == [risk, harm, calm]
    assert [task.is_first for task in waiting_for(cast.bo)] == [True, True, False]
    assert "Någon är skadad" in at(cast.bo).get("/").content.decode()


# --- Escalation ----------------------------------------------------------------------------------


def aged(case: Nonconformity, days: int) -> Nonconformity:
    """Let a case have been reported some days ago."""
    case.reported_at = timezone.now() - timedelta(days=days)
    case.save(update_fields=["reported_at"])
    return case


def lifts(case: Nonconformity) -> dict[str, str]:
    """Return the reasons, each with the first name of whom it is lifted to."""
    return {lift.reason: lift.to.first_name for lift in lifts_of(case) if lift.to}


def test_the_score_lifts_to_the_decider_and_to_the_head(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    eight = case_at("investigating", units.north, cast.anna, severity=2, likelihood=4)
    twelve = case_at("investigating", units.north, cast.anna, severity=3, likelihood=4)
    small = case_at("investigating", units.north, cast.anna, severity=2, likelihood=3)
    assert lifts(eight) == {"serious": "Berit"}
    assert lifts(twelve) == {"urgent": "Eva", "serious": "Berit"}
    assert lifts(small) == {}
    assert set(Nonconformity.objects.filter(lifted_to(cast.berit))) == {eight, twelve}
    assert set(Nonconformity.objects.filter(lifted_to(cast.eva))) == {twelve}
    for person in (cast.bo, cast.cecilia, cast.frank, cast.anna, cast.ines):
        assert not Nonconformity.objects.filter(lifted_to(person)).exists()
    Rule.decide("urgent_score", 16, by=None, valid_from=timezone.localdate(), reason="Högre")
    assert lifts(twelve) == {"serious": "Berit"}


def test_a_week_without_remedy_lifts_to_the_next_head(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    facts = {"severity": 2, "likelihood": 4}
    old = aged(case_at("investigating", units.north, cast.anna, **facts), 8)
    new = aged(case_at("investigating", units.north, cast.anna, **facts), 7)
    mended = case_at("investigating", units.north, cast.anna, correction="Ringde", **facts)
    assert "not_remedied" in lifts(old)
    assert "not_remedied" not in lifts(new) | lifts(aged(mended, 30))
    assert lifts_of(old)[-1].since == timezone.localdate()


def test_an_unread_report_is_lifted_after_eight_working_days(
    cast: SimpleNamespace, units: SimpleNamespace, base: None, monkeypatch: Any
) -> None:
    case = case_at("reported", units.north, cast.anna)
    reported = timezone.localdate(case.reported_at)
    last = escalation._last_to_assess(reported)
    for day, lifted in ((last, False), (last + timedelta(days=1), True)):
        now = timezone.now() + (day - reported)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        found = Nonconformity.objects.filter(
            lifted_to(type(cast.berit).objects.get(pk=cast.berit.pk))
        )
        assert found.exists() is lifted
        assert lifts(case) == ({"not_assessed": "Berit"} if lifted else {})


def test_lack_of_effect_lifts_the_next_round(
    case: Nonconformity, cast: SimpleNamespace, category: Category, at: Any
) -> None:
    assessed(case, cast.bo, category)
    case.start_investigation(by=cast.bo, investigator=cast.bo)
    ready(case, cast.bo)
    case.decide_actions(by=cast.bo)
    action = case.actions.get()
    action.complete(by=cast.bo, evidence="Klar")
    case.refresh_from_db()
    case.reject_effect(by=cast.berit, reason="Hände igen")
    assert lifts(case) == {Reason.NO_EFFECT: "Berit"}
    assert case.responsible == cast.bo
    assert set(Nonconformity.objects.filter(lifted_to(cast.berit))) == {case}
    rows = at(cast.berit).get("/avvikelser/?vy=lyfta").context["listing"].rows
    assert rows == [case]
    assert "Lyft till Berit Ask" in at(cast.bo).get(case.get_absolute_url()).content.decode()
    assert "hjälpte inte" in at(cast.berit).get("/").content.decode()


def test_one_and_many_are_lifted_by_the_same_rule(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    for unit in (units.north, units.south, units.home_care, units.social, units.water):
        for status in ("reported", "assessed", "closed"):
            for grade in (None, 2, 3, 4):
                graded = {"severity": grade, "likelihood": grade} if grade else {}
                aged(case_at(status, unit, cast.anna, **graded), 20)
    for person in (cast.bo, cast.berit, cast.eva, cast.frank, cast.david):
        many = set(Nonconformity.objects.filter(lifted_to(person)))
        each = {
            case
            for case in Nonconformity.objects.all()
            if any(lift.to == person for lift in lifts_of(case))
        }
        assert many == each
