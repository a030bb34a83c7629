"""The life of a deviation, told through the model: every state and every refusal."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from nonconformities.models import Action, Category, Nonconformity
from qms.history.verify import faults
from qms.records.refusals import AlreadyDone, Changed, Missing, NotAllowed, WrongStatus

TODAY = timezone.localdate


@pytest.fixture
def draft(cast: SimpleNamespace, units: SimpleNamespace) -> Nonconformity:
    """Anna has begun a report."""
    return Nonconformity.objects.create(
        unit=units.north, description="Fel dos i dosetten.", reported_by=cast.anna
    )


@pytest.fixture
def category(db: None) -> Category:
    """A category of care."""
    return Category.objects.create(code="medicine", name_sv="Läkemedel", name_en="Medicine")


def assess(
    case: Nonconformity, by: Any, category: Category, severity: int = 2, **more: Any
) -> None:
    """Assess with likely answers."""
    answers = {"title": "Fel dos", "severity": severity, "likelihood": 3, "category": category}
    case.assess(by=by, **(answers | more))


def plan(case: Nonconformity, by: Any, responsible: Any, **more: Any) -> Action:
    """Plan a corrective action on the case's latest root cause."""
    answers = {
        "kind": "corrective", "description": "Ny checklista", "responsible": responsible,
        "due_on": TODAY() + timedelta(days=5), "cause": case.causes.roots().last(),
        "criterion": "Inga fel på en månad", "effect_on": TODAY() + timedelta(days=30),
    }  # fmt: skip
    case.plan_action(by=by, **(answers | more))
    return case.actions.latest("pk")


def test_a_deviation_lives_from_report_to_shown_effect(
    draft: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    case = draft
    case.report(by=cast.anna)
    assert case.number == f"AVV-{TODAY().year}-0001"
    assert case.responsible == cast.bo
    assess(case, cast.bo, category)
    case.start_investigation(by=cast.bo, investigator=cast.bo)
    case.add_cause(by=cast.bo, method="whys", texts=["Stress", "För få", "Schemat"])
    case.answer_extent(by=cast.bo, extent="Frågade Söder: nej.")
    action = plan(case, cast.bo, cast.anna)
    case.decide_actions(by=cast.bo)
    action.refresh_from_db()
    action.begin(by=cast.anna)
    action.complete(by=cast.anna, evidence="Listan hänger i rummet.")
    case.refresh_from_db()
    assert case.status == "effect_check"
    action.verify(by=cast.bo, result="Sett på plats.")
    Action.objects.filter(pk=action.pk).update(effect_on=TODAY())
    case.approve_effect(by=cast.bo, outcome="yes", evidence="Inga nya fel.", lesson="Dubbelkolla.")
    assert case.status == "closed"
    assert [event.verb for event in case.story] == [
        "report", "assess", "start_investigation", "add_cause", "answer_extent", "plan_action",
        "decide_actions", "finish_actions", "approve_effect",
    ]  # fmt: skip
    assert list(faults()) == []


def test_an_outsider_may_do_nothing(
    draft: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    draft.report(by=cast.anna)
    with pytest.raises(NotAllowed):
        assess(draft, cast.frank, category)
    assert not Nonconformity.objects.visible_to(cast.frank).exists()


def test_two_managers_at_once_one_wins(
    draft: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    draft.report(by=cast.anna)
    seen = draft.event_count
    other = Nonconformity.objects.get(pk=draft.pk)
    assess(draft, cast.bo, category, key="a", seen=seen)
    with pytest.raises(AlreadyDone):
        assess(other, cast.bo, category, key="a", seen=seen)
    with pytest.raises((Changed, WrongStatus)):
        assess(other, cast.berit, category, key="b", seen=seen)


def test_actions_wait_for_a_cause(
    draft: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    draft.report(by=cast.anna)
    assess(draft, cast.bo, category)
    draft.start_investigation(by=cast.bo, investigator=cast.bo)
    with pytest.raises(Missing):
        draft.decide_actions(by=cast.bo)
    with pytest.raises(ValidationError):
        plan(draft, cast.bo, cast.anna, cause=None)
