"""What was learnt in one place is read, and tried, in the others; and like cases are found."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nonconformities.models import Category, EffectCheck, Lesson, Nonconformity
from nonconformities.similar import Similar
from qms.organization.duties import Role
from qms.organization.models import User
from qms.records.refusals import NotAllowed
from tests.group import person
from tests.planted import case_at

SENTENCE = "Skriv namnet på dosettens lock."


@pytest.fixture
def small(case: Nonconformity, cast: SimpleNamespace, category: Category) -> Nonconformity:
    """A small deviation, assessed, that may be closed as corrected."""
    case.assess(by=cast.bo, title="Fel dos", severity=1, likelihood=1, category=category)
    return case


@pytest.fixture
def lesson(small: Nonconformity, cast: SimpleNamespace) -> Lesson:
    """The lesson of the small deviation, shared."""
    small.close_as_corrected(
        by=cast.bo, correction="Bytt", reason="Litet", lesson=SENTENCE, share=True
    )
    return Lesson.objects.for_page().get()


@pytest.fixture
def sanna(units: SimpleNamespace) -> User:
    """Who leads the other home care site."""
    return person("sanna", "Ek", (units.south, Role.UNIT_MANAGER))


def _tried(lesson: Lesson, by: User, at: Any, **more: Any) -> Nonconformity:
    day = timezone.localdate()
    answers = {
        "at": at, "description": "Märk locken", "responsible": by, "due_on": day,
        "criterion": "Inga förväxlingar", "effect_on": day,
    } | more  # fmt: skip
    lesson.try_out(by=by, **answers)
    return Nonconformity.objects.get(tries=lesson, unit=at)


def test_sharing_is_a_decision_of_its_own_where_secrecy_holds(
    small: Nonconformity, cast: SimpleNamespace, at: Any
) -> None:
    url = f"{small.get_absolute_url()}avsluta-som-rattad/"
    answers = {"correction": "Bytt", "reason": "Litet", "lesson": SENTENCE}
    assert at(cast.bo).get(url).context["form"].initial["share"] is False
    assert at(cast.bo).post(url, **answers).status_code == 302
    assert not Lesson.objects.exists()
    url = f"{small.get_absolute_url()}dela-lardom/"
    assert at(cast.bo).get(url).context["form"].initial["text"] == SENTENCE
    wrong = at(cast.bo).post(url, text="Ring 070-123 45 67.")
    assert wrong.status_code == 422
    assert not Lesson.objects.exists()
    assert at(cast.bo).post(url, text=SENTENCE, done="Märkte locken.").status_code == 302
    assert Lesson.objects.get().place == "SN"  # the authority, not the unit


def test_everybody_reads_the_card_and_nobody_the_case(
    lesson: Lesson, small: Nonconformity, cast: SimpleNamespace, at: Any
) -> None:
    for reader in (cast.frank, cast.nils, cast.david, cast.gun):
        for url in ("/lardomar/", lesson.get_absolute_url()):
            page = at(reader).get(url).content.decode()
            assert SENTENCE in page
            assert "Hemtjänst Norr" not in page
            assert small.number not in page or reader == cast.gun
            assert cast.bo.name not in page
            assert small.description not in page
    page = at(cast.bo).get(lesson.get_absolute_url()).content.decode()
    assert small.number in page
    page = at(cast.nils).get("/lardomar/?tjanst=water").content.decode()
    assert SENTENCE not in page


def test_home_tells_of_others_with_the_same_service(
    lesson: Lesson, cast: SimpleNamespace, sanna: User, at: Any
) -> None:
    assert SENTENCE in at(sanna).get("/").content.decode()
    assert SENTENCE not in at(cast.frank).get("/").content.decode()
    assert SENTENCE not in at(cast.bo).get("/").content.decode()  # it is Bo's own


def test_a_lesson_is_tried_at_an_own_unit_and_tells_if_it_helped(
    lesson: Lesson, units: SimpleNamespace, cast: SimpleNamespace, sanna: User, at: Any
) -> None:
    url = f"{lesson.get_absolute_url()}prova/"
    day = timezone.localdate()
    answers = {
        "at": units.south.pk, "description": "Märk locken", "responsible": sanna.pk,
        "due_on": day, "criterion": "Inga förväxlingar", "effect_on": day,
    }  # fmt: skip
    assert f'value="{units.south.pk}" selected' in at(sanna).get(url).content.decode()
    assert at(sanna).post(url, **answers).status_code == 302
    assert at(sanna).post(url, **answers).status_code == 302  # double click
    trial = Nonconformity.objects.get(tries=lesson)
    assert (trial.kind, trial.status, trial.unit) == ("idea", "action", units.south)
    again = at(sanna).post(url, **(answers | {"criterion": "Annat"}))
    assert again.status_code == 422
    page = at(cast.frank).get(lesson.get_absolute_url()).content.decode()
    assert "Prövas hos 1 enhet" in page
    assert trial.number not in page
    assert "Hemtjänst Söder 1" in at(sanna).get("/lardomar/").content.decode()

    action = trial.actions.get()
    action.complete(by=sanna, evidence="Märkta")
    action.verify(by=cast.berit, result="Sett")
    trial.refresh_from_db()
    assert trial.status == "effect_check"
    trial.approve_effect(by=cast.berit, outcome="yes", evidence="Inga fel", lesson="")
    page = at(cast.frank).get(lesson.get_absolute_url()).content.decode()
    assert "det hjälpte: 1" in page


def test_a_trial_that_did_not_help_says_so(
    lesson: Lesson, units: SimpleNamespace, cast: SimpleNamespace, sanna: User, at: Any
) -> None:
    trial = _tried(lesson, sanna, units.south)
    action = trial.actions.get()
    action.cancel(by=sanna, reason="Locken går inte att skriva på")
    trial.refresh_from_db()
    trial.end_trial(by=sanna, reason="Det gick inte")
    assert trial.status == "closed"
    assert EffectCheck.objects.get(nonconformity=trial).outcome == "no"
    page = at(cast.nils).get(lesson.get_absolute_url()).content.decode()
    assert "det hjälpte inte: 1" in page


def test_only_who_leads_a_unit_tries_and_only_there(
    lesson: Lesson, units: SimpleNamespace, cast: SimpleNamespace, sanna: User
) -> None:
    with pytest.raises(NotAllowed):
        _tried(lesson, cast.anna, units.north)
    with pytest.raises(ValidationError):
        _tried(lesson, sanna, units.north)
    with pytest.raises(ValidationError):
        _tried(lesson, sanna, units.south, responsible=cast.frank)
    assert not Nonconformity.objects.filter(tries=lesson).exists()


def test_a_reopened_case_takes_its_lesson_back(
    lesson: Lesson, small: Nonconformity, cast: SimpleNamespace, at: Any
) -> None:
    small.refresh_from_db()
    small.reopen(by=cast.berit, reason="Det hände igen")
    lesson.refresh_from_db()
    assert (small.lesson, lesson.status) == ("", "withdrawn")
    assert SENTENCE not in at(cast.bo).get(small.get_absolute_url()).content.decode()
    assert at(cast.frank).get(lesson.get_absolute_url()).status_code == 404
    assert at(cast.bo).get(lesson.get_absolute_url()).status_code == 200


def test_a_lesson_is_withdrawn_with_a_reason_by_its_own_line(
    lesson: Lesson, cast: SimpleNamespace, at: Any
) -> None:
    with pytest.raises(NotAllowed):
        lesson.withdraw(by=cast.frank, reason="Fel")
    lesson.withdraw(by=cast.bo, reason="Det stämde inte")
    assert SENTENCE not in at(cast.nils).get("/lardomar/").content.decode()


# --- Cases that are alike ------------------------------------------------------------------------


def test_like_cases_are_found_by_words_only_where_they_may_be_read(
    cast: SimpleNamespace, units: SimpleNamespace, base: None, sanna: User
) -> None:
    text = "Porten mot gården står olåst under natten"
    one = case_at("reported", units.north, cast.anna, description=text)
    two = case_at("reported", units.north, cast.anna, description=f"{text} igen")
    away = case_at("reported", units.school, cast.frank, description=text)
    case_at("draft", units.north, cast.anna, description=text, number=None, reported_at=None)
    case_at("dismissed", units.north, cast.anna, description=text)
    assert Similar(one, cast.bo).cases == [two]
    assert Similar(one, sanna).cases == []
    # Cecilia sees all of them masked: by words she finds none, not even what is there.
    assert away not in Similar(one, cast.cecilia).cases


def test_what_is_seen_masked_is_found_by_its_category_and_shown_masked(
    cast: SimpleNamespace, units: SimpleNamespace, category: Category, at: Any
) -> None:
    facts = {"category": category, "severity": 1, "likelihood": 1}
    own = case_at("assessed", units.water, cast.anna, description="Egen text", **facts)
    case_at("assessed", units.north, cast.anna, description="Hemlig sak", **facts)
    (found,) = Similar(own, cast.cecilia).cases
    assert found.access == "masked"
    page = at(cast.cecilia).get(own.get_absolute_url()).content.decode()
    assert "Hemtjänst Norr hade något liknande i kategorin" in page
    assert "Hemlig sak" not in page


def test_like_cases_take_two_questions(
    lesson: Lesson, cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> None:
    case = case_at("assessed", units.north, cast.anna, category=category)
    with CaptureQueriesContext(connection) as queries:
        similar = Similar(case, cast.bo)
        case.lexemes = ["dos", "dosett"]
        assert similar.count == 2
    asked = [query for query in queries if "pg_stats" not in query["sql"]]
    assert len([q for q in asked if "organization_unitpermission" not in q["sql"]]) == 2
