"""Can it exist elsewhere? A question goes to other units, and the report stays at home."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from nonconformities.models import Category, ExtentAnswer, Nonconformity
from progress.waiting import waiting_for
from qms.organization.duties import Role
from qms.organization.models import Unit, User
from qms.records.refusals import Missing, WrongStatus
from tests.group import person
from tests.nonconformities.test_life import assess, plan
from tests.nonconformities.test_standing_in import with_guards_off

QUESTION = "Är grinden mot gatan låst när barnen är ute?"


@pytest.fixture
def preschools(units: SimpleNamespace) -> list[Unit]:
    """Three preschools under the school board."""
    return [
        Unit.found(
            by=None, parent=units.school, code=f"BUF-F-0{n}", name=f"Förskolan {name}",
            kind="site", service="school", authority="BUN",
        )
        for n, name in enumerate(("Skärgården", "Gamleby", "Ankan"), start=1)
    ]  # fmt: skip


@pytest.fixture
def heads(preschools: list[Unit]) -> list[User]:
    """The three who lead them."""
    return [
        person(f"rektor{n}", "Ros", (unit, Role.UNIT_MANAGER)) for n, unit in enumerate(preschools)
    ]


@pytest.fixture
def asking(case: Nonconformity, cast: SimpleNamespace, category: Category) -> Nonconformity:
    """Bo investigates Anna's report, and has a cause and an action."""
    assess(case, cast.bo, category)
    case.start_investigation(by=cast.bo, investigator=cast.bo)
    case.add_cause(by=cast.bo, method="free", texts=["Grinden saknar lås"])
    plan(case, cast.bo, cast.anna)
    return case


def _answer(asking: Nonconformity, unit: Unit) -> ExtentAnswer:
    return asking.extent_questions.get().answers.get(unit=unit)


def test_three_preschools_are_asked_one_says_yes_one_no_one_is_late(
    asking: Nonconformity, cast: SimpleNamespace, preschools: list[Unit], heads: list[User], at: Any
) -> None:
    address = f"{asking.get_absolute_url()}fraga-andra/"
    page = at(cast.bo).get(address).content.decode()
    assert "läses utanför din enhet" in page
    assert "Förskolan Skärgården" in page
    sent = at(cast.bo).post(
        address, text=QUESTION, units=[unit.pk for unit in preschools],
        due_on=timezone.localdate() + timedelta(days=3), ground="none",
    )  # fmt: skip
    assert sent.status_code == 302
    at(cast.bo).get(asking.get_absolute_url())  # reads the word that it is done
    assert [task.title for task in waiting_for(heads[0])] == [
        f"Svara: Kan det finnas hos er? {asking.category}"
    ]

    no, yes = _answer(asking, preschools[0]), _answer(asking, preschools[1])
    page = at(heads[0]).get(no.get_absolute_url()).content.decode()
    assert QUESTION in page
    assert asking.number not in page
    assert asking.description not in page
    assert "Hemtjänst Norr" not in page
    assert cast.bo.name not in page
    at(heads[0]).post(f"{no.get_absolute_url()}svara/", verdict="no", reason="Vi har kodlås.")
    at(heads[1]).post(f"{yes.get_absolute_url()}svara/", verdict="yes", reason="Låset är trasigt.")
    made = Nonconformity.objects.get(arose_from=asking)
    assert (made.kind, made.status, made.unit, made.reported_by) == (
        "risk", "reported", preschools[1], heads[1],
    )  # fmt: skip
    assert waiting_for(heads[0]) == []

    late = _answer(asking, preschools[2])
    ExtentAnswer.objects.filter(pk=late.pk).update(due_on=timezone.localdate() - timedelta(days=2))
    page = at(cast.bo).get(asking.get_absolute_url()).content.decode()
    assert "Vi har kodlås." in page
    assert "Låset är trasigt." in page
    assert "2 av 3 har svarat" in page
    assert "Försenad 2 dagar" in page
    assert made.number not in page
    assert "följs upp där" in page
    with pytest.raises(Missing):
        asking.decide_actions(by=cast.bo)
    asking.pass_answers(by=cast.bo, reason="Ankan har semesterstängt.")
    asking.decide_actions(by=cast.bo)
    late.answer(by=heads[2], verdict="no", reason="Ingen gata här.")  # who is late still can
    assert asking.extent_questions.get().passed_reason == "Ankan har semesterstängt."


def test_from_a_case_under_secrecy_a_question_goes_out_by_a_decision(
    asking: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, preschools: list[Unit],
    heads: list[User], at: Any,
) -> None:  # fmt: skip
    address = f"{asking.get_absolute_url()}fraga-andra/"
    asked = {"text": QUESTION, "units": preschools[0].pk, "due_on": timezone.localdate()}
    for lacking in ({}, {"ground": "consent"}, {"ground": "none", "decided_by": cast.frank.pk}):
        assert at(cast.bo).post(address, **asked, **lacking).status_code == 422
    assert not asking.extent_questions.exists()
    decided = {"ground": "other", "ground_note": "Samma barn.", "decided_by": cast.berit.pk}
    assert at(cast.bo).post(address, **asked, **decided).status_code == 302
    question = asking.extent_questions.get()
    assert (question.ground, question.decided_by) == ("other", cast.berit)
    page = at(cast.bo).get(asking.get_absolute_url()).content.decode()
    assert "Samma barn." in page
    assert "beslutat av Berit Ask" in page
    asking.refresh_from_db()
    asking.ask_others(by=cast.bo, units=[units.south], text=QUESTION)  # the own authority
    Nonconformity.objects.filter(pk=asking.pk).update(is_secret=True)
    with pytest.raises(ValidationError):
        asking.ask_others(by=cast.bo, units=[units.home_care], text=QUESTION)


def test_the_page_says_that_the_case_that_asks_is_closed(
    asking: Nonconformity, cast: SimpleNamespace, preschools: list[Unit], heads: list[User], at: Any
) -> None:
    asking.ask_others(by=cast.bo, units=preschools[:1], text=QUESTION, ground="none")
    answer = _answer(asking, preschools[0])
    said = "Ärendet som frågar är avslutat"
    assert said not in at(heads[0]).get(answer.get_absolute_url()).content.decode()
    with_guards_off(Nonconformity.objects.filter(pk=asking.pk), status="closed")
    assert waiting_for(User.objects.get(pk=heads[0].pk)) == []
    assert said in at(heads[0]).get(answer.get_absolute_url()).content.decode()


def test_the_coordinator_sees_the_number_and_the_new_case_where_it_came_from(
    asking: Nonconformity, cast: SimpleNamespace, preschools: list[Unit], heads: list[User], at: Any
) -> None:
    asking.ask_others(by=cast.bo, units=preschools[:1], text=QUESTION, ground="none")
    _answer(asking, preschools[0]).answer(by=heads[0], verdict="yes", reason="Ja, hos oss med.")
    made = Nonconformity.objects.get(arose_from=asking)
    page = at(heads[0]).get(made.get_absolute_url()).content.decode()
    assert "ett ärende hos en annan enhet" in page
    assert asking.number not in page


def test_a_yes_may_be_followed_up_in_a_case_one_has(
    asking: Nonconformity, cast: SimpleNamespace, preschools: list[Unit], heads: list[User], at: Any
) -> None:
    known = Nonconformity.objects.create(
        unit=preschools[0], description="Grinden", reported_by=heads[0]
    )
    known.report(by=heads[0])
    asking.ask_others(by=cast.bo, units=preschools[:2], text=QUESTION, ground="none")
    answer = _answer(asking, preschools[0])
    url = f"{answer.get_absolute_url()}svara/"
    at(heads[0]).post(url, verdict="yes", reason="Samma här", linked=known.pk)
    answer.refresh_from_db()
    assert answer.followed_in == known
    assert not Nonconformity.objects.filter(arose_from=asking)
    with pytest.raises(ValidationError):  # a case of somebody else's
        _answer(asking, preschools[1]).answer(
            by=heads[1], verdict="yes", reason="Ja", linked=asking
        )


def test_nobody_else_answers_and_nobody_answers_twice(
    asking: Nonconformity, cast: SimpleNamespace, preschools: list[Unit], heads: list[User], at: Any
) -> None:
    asking.ask_others(by=cast.bo, units=preschools[:1], text=QUESTION, ground="none")
    answer = _answer(asking, preschools[0])
    url = f"{answer.get_absolute_url()}svara/"
    for other in (cast.anna, cast.bo, heads[1], cast.nils):
        assert at(other).get(answer.get_absolute_url()).status_code == 404
        assert at(other).post(url, verdict="no", reason="Nej").status_code == 404
    assert at(heads[0]).post(url, verdict="maybe", reason="Nja").status_code == 422
    assert at(heads[0]).post(url, verdict="no", reason="").status_code == 422
    assert at(heads[0]).post(url, verdict="no", reason="Nej").status_code == 302
    assert at(heads[0]).post(url, verdict="no", reason="Nej").status_code == 302  # double click
    assert at(heads[0]).post(url, verdict="yes", reason="Jo").status_code == 409
    assert not Nonconformity.objects.filter(arose_from=asking).exists()


def test_a_withdrawn_question_is_no_longer_asked(
    asking: Nonconformity, cast: SimpleNamespace, preschools: list[Unit], heads: list[User]
) -> None:
    asking.ask_others(by=cast.bo, units=preschools[:2], text=QUESTION, ground="none")
    first = _answer(asking, preschools[0])
    first.answer(by=heads[0], verdict="no", reason="Nej")
    question = asking.extent_questions.get()
    asking.withdraw_question(by=cast.bo, question=question, reason="Fel fråga")
    assert waiting_for(heads[1]) == []
    with pytest.raises(WrongStatus):
        _answer(asking, preschools[1]).answer(by=heads[1], verdict="no", reason="Nej")
    first.refresh_from_db()
    assert first.status == "answered"
    with pytest.raises(Missing):  # a withdrawn question answers nothing
        asking.decide_actions(by=cast.bo)


def test_only_open_units_of_others_are_asked_and_once(
    asking: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, preschools: list[Unit]
) -> None:
    gone = preschools[2]
    Unit.objects.filter(pk=gone.pk).update(valid_until=timezone.localdate() - timedelta(days=1))
    gone.refresh_from_db()
    for wrong in ([], [gone], [units.north]):
        with pytest.raises(ValidationError):
            asking.ask_others(by=cast.bo, units=wrong, text=QUESTION, ground="none")
    asking.ask_others(by=cast.bo, units=preschools[:1], text=QUESTION, ground="none")
    with pytest.raises(ValidationError):
        asking.ask_others(by=cast.bo, units=preschools[:1], text=QUESTION, ground="none")


def test_a_question_that_points_at_a_person_is_asked_about_first(
    asking: Nonconformity, cast: SimpleNamespace, preschools: list[Unit], at: Any
) -> None:
    url = f"{asking.get_absolute_url()}fraga-andra/"
    answers = {
        "text": "Ring 0490-12 34 56 om ni vet.", "units": [preschools[0].pk],
        "due_on": timezone.localdate(), "ground": "none",
    }  # fmt: skip
    page = at(cast.bo).post(url, **answers)
    assert page.status_code == 422
    assert "pekar inte ut någon" in page.content.decode()
    assert not asking.extent_questions.exists()
    assert at(cast.bo).post(url, **answers, points_at_nobody="on").status_code == 302
