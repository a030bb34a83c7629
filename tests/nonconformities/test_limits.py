"""What the verbs hold against: leaving, short cuts and two at once."""

from datetime import timedelta
from threading import Barrier, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from nonconformities.models import Action, Category, Nonconformity
from qms.organization.duties import Role
from qms.organization.models import User
from qms.records.refusals import Missing, NotAllowed
from tests.nonconformities.test_life import assess, plan

TODAY = timezone.localdate


@pytest.fixture
def category(db: None) -> Category:
    """A category of care."""
    return Category.objects.create(code="medicine", name_sv="Läkemedel", name_en="Medicine")


@pytest.fixture
def investigated(
    cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> Nonconformity:
    """A case that Ines has investigated, with an action for Anna; nothing decided yet."""
    case = Nonconformity.objects.create(
        unit=units.north, description="Fel dos.", reported_by=cast.bo
    )
    case.report(by=cast.bo)
    assess(case, cast.bo, category)
    case.start_investigation(by=cast.bo, investigator=cast.ines)
    case.add_cause(by=cast.ines, method="free", texts=["Schemat"])
    case.answer_extent(by=cast.ines, extent="Frågade Söder.")
    plan(case, cast.ines, cast.anna)
    return case


def fresh(user: User) -> User:
    """Return the person as the next request meets them."""
    return User.objects.get(pk=user.pk)


def test_who_has_left_the_board_has_left_its_cases(
    investigated: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    for appointment in [*cast.anna.appointments.all(), *cast.ines.appointments.all()]:
        appointment.dismiss(by=None)
    units.school.appoint(cast.anna, Role.STAFF, by=None)
    units.school.appoint(cast.ines, Role.UNIT_MANAGER, by=None)
    for person in (cast.anna, cast.ines):
        assert investigated.access_of(fresh(person)) == ""
    with pytest.raises(NotAllowed):
        investigated.add_cause(by=fresh(cast.ines), method="free", texts=["Nytt"])
    assert cast.ines not in [person for person, _why, _access in investigated.parts()]


def test_a_task_goes_only_to_somebody_of_the_authority(
    investigated: Nonconformity, cast: SimpleNamespace
) -> None:
    with pytest.raises(ValidationError):
        investigated.assign(by=cast.bo, responsible=cast.frank)
    with pytest.raises(ValidationError):
        plan(investigated, cast.bo, cast.frank)


def test_nothing_is_done_before_it_is_decided(
    investigated: Nonconformity, cast: SimpleNamespace
) -> None:
    with pytest.raises(Missing):
        investigated.actions.get().complete(by=cast.anna, evidence="Klart")


def test_a_case_never_loses_its_last_corrective_action(
    investigated: Nonconformity, cast: SimpleNamespace
) -> None:
    plan(investigated, cast.ines, cast.anna, kind="correction", cause=None)
    investigated.decide_actions(by=cast.bo)
    corrective = investigated.actions.get(kind="corrective")
    with pytest.raises(Missing):
        corrective.cancel(by=cast.bo, reason="Hinner inte")
    for action in investigated.actions.all():
        action.complete(by=cast.anna, evidence="Klart")
    corrective.refresh_from_db()
    corrective.send_back(by=cast.bo, reason="Syns inte")
    with pytest.raises(Missing):
        corrective.cancel(by=cast.bo, reason="Hinner inte")


def test_who_did_the_work_does_not_judge_it_after_handing_it_over(
    investigated: Nonconformity, cast: SimpleNamespace
) -> None:
    investigated.decide_actions(by=cast.bo)
    action = investigated.actions.get()
    action.complete(by=cast.bo, evidence="Jag gjorde det")
    action.verify(by=cast.berit, result="Sett")
    Action.objects.update(effect_on=TODAY())
    investigated.refresh_from_db()
    with pytest.raises(NotAllowed):
        investigated.approve_effect(by=cast.bo, outcome="yes", evidence="Bra", lesson="x")


def test_a_serious_case_is_not_made_small_by_who_may_not_decide_it(
    cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> None:
    case = Nonconformity.objects.create(unit=units.north, description="Fall", reported_by=cast.anna)
    case.report(by=cast.anna)
    assess(case, cast.bo, category, severity=4)
    with pytest.raises(NotAllowed):
        case.reassess(
            by=cast.bo, title="Fall", severity=1, likelihood=2, category=category, reason="Mindre"
        )


def test_changed_requirements_are_told(
    investigated: Nonconformity, base: None, cast: SimpleNamespace
) -> None:
    from qms.requirements.models import Clause

    clause = Clause.objects.get(edition__slug="iso9001-2026", number="8.5.1")
    investigated.reassess(
        by=cast.bo, title="Fel dos", severity=2, likelihood=3, category=investigated.category,
        reason="Kravet saknades", requirements=[clause],
    )  # fmt: skip
    assert investigated.story.last().changes["requirements"] == [[], ["8.5.1"]]


def test_a_reopened_case_goes_to_somebody_who_is_still_there(
    investigated: Nonconformity, cast: SimpleNamespace
) -> None:
    Nonconformity.objects.filter(pk=investigated.pk).update(answer="Löst.")
    investigated.decide_actions(by=cast.bo)
    investigated.actions.get().complete(by=cast.anna, evidence="Klart")
    investigated.actions.get().verify(by=cast.bo, result="Sett")
    Action.objects.update(effect_on=TODAY() - timedelta(days=1))
    investigated.refresh_from_db()
    investigated.approve_effect(
        by=cast.bo, outcome="yes", evidence="Bra", lesson="x", answer="Löst"
    )
    for appointment in cast.ines.appointments.all():
        appointment.dismiss(by=None)
    investigated.reopen(by=cast.berit, reason="Det hände igen")
    assert investigated.responsible == cast.berit
    assert investigated.answer == ""


@pytest.mark.django_db(transaction=True)
def test_two_last_actions_done_at_once_take_the_case_on(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    category = Category.objects.create(code="medicine", name_sv="L", name_en="M")
    case = Nonconformity.objects.create(unit=units.north, description="x", reported_by=cast.bo)
    case.report(by=cast.bo)
    assess(case, cast.bo, category)
    case.start_investigation(by=cast.bo, investigator=cast.ines)
    case.add_cause(by=cast.ines, method="free", texts=["Schemat"])
    case.answer_extent(by=cast.ines, extent="Nej")
    actions = [plan(case, cast.ines, cast.anna) for _n in range(2)]
    case.decide_actions(by=cast.bo)
    gate = Barrier(2)

    def finish(action: Action) -> None:
        gate.wait()
        action.complete(by=fresh(cast.anna), evidence="Klart")
        connection.close()

    threads = [Thread(target=finish, args=[Action.objects.get(pk=a.pk)]) for a in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    case.refresh_from_db()
    assert case.status == "effect_check"


def test_a_day_that_has_been_is_refused_beside_its_question(
    investigated: Nonconformity, cast: SimpleNamespace, sign_in: Any
) -> None:
    action = investigated.actions.get()
    yesterday = TODAY() - timedelta(days=1)
    page = sign_in(cast.anna).post(
        f"{action.get_absolute_url()}ny-dag/", {"due_on": yesterday, "reason": "Sjuk"}
    )
    assert page.status_code == 422
    assert page.context["form"].errors["due_on"]
    assert "Sjuk" in page.content.decode()


def test_an_old_case_keeps_the_name_its_unit_had(
    investigated: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, sign_in: Any
) -> None:
    from qms.organization.models import change

    change.rename(units.north, by=None, name="Hemtjänst Nord", on=TODAY(), reason="Beslut")
    page = sign_in(cast.bo).get("/avvikelser/?vy=alla").content.decode()
    assert "Hemtjänst Nord (då Hemtjänst Norr)" in page
