"""Sharing: two units, each its part, and one close that waits for both."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from nonconformities.models import Category, Nonconformity, Share
from nonconformities.story import CaseStory, cases_for_story
from progress.waiting import waiting_for
from qms.organization.models import Unit
from qms.records.models import Access
from qms.records.readers import readers_of
from qms.records.refusals import Missing, NotAllowed
from tests.nonconformities.test_readers import told, true


@pytest.fixture
def begun(case: Nonconformity, cast: SimpleNamespace, category: Category) -> Nonconformity:
    """The case under investigation at home care."""
    case.assess(by=cast.bo, title="Maten sen", severity=2, likelihood=2, category=category)
    case.start_investigation(by=cast.bo, investigator=cast.bo)
    return case


def share(case: Nonconformity, by: Any, unit: Unit) -> Share:
    """Ask another authority to take a part."""
    case.share(
        by=by, unit=unit, reason="Köket är ert.", task="Se över leveransen.", ground="masked",
        text="Maten kom sent till en enhet.",
    )  # fmt: skip
    return case.shares.latest("pk")


def do_part(case: Nonconformity, frank: Any) -> Any:
    """Let the other unit do its part, up to a planned action."""
    today = timezone.localdate()
    case.accept_share(by=frank)
    case.write_part(by=frank, account="Bilen stod still.")
    case.add_part_cause(by=frank, cause="Ingen reservbil.")
    case.plan_part_action(
        by=frank, kind="corrective", description="Hyr reservbil", responsible=frank, due_on=today,
        cause=case.causes.get(part__isnull=False), criterion="Inga sena turer.",
        effect_on=today + timedelta(days=1),
    )  # fmt: skip
    return case.actions.get(unit=frank.appointments.get().unit)


def test_the_other_unit_sees_the_text_let_out_and_its_own_part_and_no_more(
    begun: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    share(begun, cast.bo, units.school)
    assert begun.access_of(cast.frank) == Access.MASKED
    assert told(begun) == true(begun)
    action = do_part(begun, cast.frank)
    assert begun.access_of(cast.frank) == Access.MASKED
    assert told(begun) == true(begun)
    assert told(action) == true(action)
    seen = cases_for_story(cast.frank).get(pk=begun.pk)
    parts = CaseStory(seen, cast.frank).borders.parts
    assert [each["part"].text for each in parts] == ["Maten kom sent till en enhet."]
    assert not Nonconformity.objects.readable_to(cast.frank).filter(pk=begun.pk).exists()


def test_a_doer_of_the_other_unit_sees_the_action_and_not_the_case(
    begun: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    share(begun, cast.bo, units.school)
    action = do_part(begun, cast.frank)
    rut = type(cast.frank).objects.create_user("rut", first_name="Rut", last_name="Alm")
    units.school.appoint(rut, "staff", by=None)
    action.assign(by=cast.frank, responsible=rut)
    assert action.access_of(rut) == Access.FULL
    assert begun.access_of(rut) == ""
    with pytest.raises(ValidationError):
        action.assign(by=cast.frank, responsible=cast.bo)


def test_the_case_closes_when_both_are_ready(
    begun: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    share(begun, cast.bo, units.school)
    action = do_part(begun, cast.frank)
    begun.answer_extent(by=cast.bo, extent="Ingen annan.")
    begun.decide_actions(by=cast.bo)
    action.complete(by=cast.frank, evidence="Klart.")
    with pytest.raises(ValidationError):
        begun.finish_part(by=cast.frank)
    type(action).objects.filter(pk=action.pk).update(effect_on=timezone.localdate())
    type(action).objects.filter(pk=action.pk).update(done_by=cast.anna, responsible=cast.anna)
    action.refresh_from_db()
    action.verify(by=cast.frank, result="Sett.")
    begun.refresh_from_db()
    assert begun.status == "effect_check"
    close = {
        "outcome": "yes",
        "evidence": "Inga sena.",
        "lesson": "Ha en reserv.",
        "answer": "Tack",
    }
    with pytest.raises(Missing, match="Barn och utbildning"):
        begun.approve_effect(by=cast.bo, **close)
    begun.finish_part(by=cast.frank)
    begun.approve_effect(by=cast.bo, **close)
    assert begun.effect_checks.count() == 1
    assert begun.status == "closed"


def test_what_waits_for_whom_stands_at_home(
    begun: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    part = share(begun, cast.bo, units.school)
    assert [task.meta for task in waiting_for(cast.frank)] == [f"{begun.number} · {units.school}"]
    begun.accept_share(by=cast.frank)
    assert len(waiting_for(cast.frank)) == 1
    begun.write_part(by=cast.frank, account="Sett.")
    begun.finish_part(by=cast.frank)
    assert waiting_for(type(cast.frank).objects.get(pk=cast.frank.pk)) == []
    assert part.due_on > timezone.localdate()


def test_a_part_is_ended_or_declined_and_then_the_case_is_gone_for_them(
    begun: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    part = share(begun, cast.bo, units.school)
    with pytest.raises(ValidationError):
        share(begun, cast.bo, units.school)
    begun.decline_share(by=cast.frank, reason="Inte vår mat.")
    assert begun.access_of(cast.frank) == ""
    part = share(begun, cast.bo, units.school)
    begun.accept_share(by=cast.frank)
    begun.end_share(by=cast.bo, part=part, reason="Löst.")
    assert begun.access_of(cast.frank) == ""
    with pytest.raises(NotAllowed):
        begun.write_part(by=cast.frank, account="Sent.")
    assert len(readers_of(begun)) == len(true(begun))


def test_what_a_unit_promised_falls_with_its_part(
    begun: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, at: Any
) -> None:
    part = share(begun, cast.bo, units.school)
    action = do_part(begun, cast.frank)
    begun.answer_extent(by=cast.bo, extent="Ingen annan.")
    ours = {"kind": "corrective", "due_on": timezone.localdate(), "criterion": "Inga sena.",
            "effect_on": timezone.localdate(), "responsible": cast.anna}  # fmt: skip
    begun.add_cause(by=cast.bo, method="free", texts=["Ingen ringde."])
    begun.plan_action(by=cast.bo, description="Ring", cause=begun.causes.latest("pk"), **ours)
    begun.decide_actions(by=cast.bo)
    begun.actions.get(unit=begun.unit).complete(by=cast.anna, evidence="Klart.")
    page = at(cast.bo).get(f"{begun.get_absolute_url()}avsluta-delning/").content.decode()
    assert "Barn och utbildning har 1 åtgärd som inte är verifierad" in page
    assert action.get_absolute_url() not in at(cast.bo).get(begun.get_absolute_url()).text
    begun.end_share(by=cast.bo, part=part, reason="De drar sig ur.")
    for row in (action, begun):
        row.refresh_from_db()
    told = action.story.last()
    assert told is not None
    assert (action.status, told.verb, told.note) == ("cancelled", "lapse", "")
    assert begun.status == "effect_check"  # nothing is left to wait for
    assert begun.story.last().verb == "finish_actions"


def test_without_any_action_left_another_one_is_planned(
    begun: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    part = share(begun, cast.bo, units.school)
    do_part(begun, cast.frank)
    begun.answer_extent(by=cast.bo, extent="Ingen annan.")
    begun.decide_actions(by=cast.bo)
    begun.end_share(by=cast.bo, part=part, reason="De drar sig ur.")
    begun.refresh_from_db()
    assert (begun.status, begun.promises) == ("action", [])
    assert begun.allows(cast.bo, "plan_action")


def test_a_shared_case_stands_in_both_lists_and_is_counted_once(
    begun: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, at: Any
) -> None:
    share(begun, cast.bo, units.school)
    begun.accept_share(by=cast.frank)
    for user in (cast.bo, cast.frank):
        page = at(user).get("/avvikelser/?vy=min").content.decode()
        assert begun.number in page
        assert "delas med Barn och utbildning" in page
    assert begun.description not in at(cast.frank).get("/avvikelser/?vy=min").content.decode()
    assert Nonconformity.objects.visible_to(cast.cecilia).open().count() == 1
