"""“Synlig för N personer – vilka?”: the list says what the rule of the queryset does."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from nonconformities.models import Category, Nonconformity
from nonconformities.story import CaseStory, cases_for_story
from qms.organization.duties import Role
from qms.organization.models import User
from qms.records.models import Access
from qms.records.readers import readers_of, why
from tests.nonconformities.test_life import assess, plan


def told(record: Any) -> dict[str, str]:
    """Return what the list says: each person's access by username."""
    return {each.person.username: each.access for each in readers_of(record) if each.person}


def true(record: Any) -> dict[str, str]:
    """Return what the rule says, person by person."""
    found = {}
    for user in User.objects.all():
        rows = type(record).objects.visible_to(user).with_access(user).filter(pk=record.pk)
        if access := rows.values_list("access", flat=True).first():
            found[user.username] = access
    return found


@pytest.fixture
def cases(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> list[Any]:
    """Cases of every kind: reported, investigated with an action, secret, in a company, closed."""
    made: list[Any] = [case]
    for unit, by, secret in [
        (units.north, cast.anna, True), (units.home_care, cast.bo, False),
        (units.water, cast.david, False), (units.water, cast.nils, True),
        (units.school, cast.frank, False), (units.company, cast.adam, False),
    ]:  # fmt: skip
        made.append(Nonconformity.objects.create(unit=unit, description="x", reported_by=by))
        made[-1].report(by=by)
        Nonconformity.objects.filter(pk=made[-1].pk).update(is_secret=secret)
        made[-1].refresh_from_db()
    deep = made[2]
    assess(deep, cast.berit, category)
    deep.start_investigation(by=cast.berit, investigator=cast.ines)
    deep.add_cause(by=cast.ines, method="free", texts=["Rutinen"])
    made.append(plan(deep, cast.ines, cast.anna))
    return made


def test_the_list_of_readers_is_true_for_everybody(cases: list[Any]) -> None:
    for record in cases:
        assert told(record) == true(record), record


def test_a_role_that_has_ended_or_not_begun_is_not_on_the_list(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    today = timezone.localdate()
    soon, over = today + timedelta(days=3), today - timedelta(days=1)
    units.north.appoint(cast.nils, Role.UNIT_MANAGER, by=None, since=soon)
    units.north.appoint(
        cast.frank, Role.UNIT_MANAGER, by=None, since=over - timedelta(days=9), until=over
    )
    assert {"nils", "frank"}.isdisjoint(told(case))
    assert told(case) == true(case)


def test_a_substitute_is_on_the_list_and_it_says_so(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    units.home_care.appoint(cast.berit, Role.EXECUTIVE, by=None, substitute=cast.nils)
    assert told(case) == true(case)
    assert "Hemtjänst" in why(case, cast.nils)
    assert why(case, cast.frank) == ""


def test_who_reads_as_somebody_who_left_sees_nothing(
    case: Nonconformity, cast: SimpleNamespace
) -> None:
    User.objects.filter(pk=cast.bo.pk).update(is_active=False)
    assert "bo" not in told(Nonconformity.objects.get(pk=case.pk))


def test_the_page_of_readers_counts_as_the_case_does(
    case: Nonconformity, at: Any, cast: SimpleNamespace
) -> None:
    story = at(cast.bo).get(case.get_absolute_url()).context["story"]
    page = at(cast.bo).get(case.get_absolute_url() + "synlig-for/")
    assert len(page.context["readers"]) == len(story.readers) == len(true(case))
    assert {each.access for each in story.readers} == set(Access.values)


@pytest.fixture
def hidden(cast: SimpleNamespace, units: SimpleNamespace, base: None) -> Nonconformity:
    """Bo, who is the manager there himself, has reported and hides his name."""
    report = Nonconformity.objects.create(
        unit=units.north, description="x", reported_by=cast.bo, hides_reporter=True
    )
    report.report(by=cast.bo)
    return report


def story(case: Nonconformity, reader: User) -> CaseStory:
    """Return the case as its page tells it to somebody."""
    return CaseStory(cases_for_story(reader).get(pk=case.pk), reader)


def test_a_hidden_reporter_stands_last_whoever_it_is(
    hidden: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    people = [each.person for each in story(hidden, cast.berit).readers]
    assert cast.bo in people
    assert [place for place, who in enumerate(people) if who is None] == [len(people) - 1]


def test_a_hidden_reporter_who_follows_the_unit_is_listed_with_what_any_follower_sees(
    cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    report = Nonconformity.objects.create(
        unit=units.north, description="x", reported_by=cast.gun, hides_reporter=True
    )
    report.report(by=cast.gun)
    seen = {each.person: each.access for each in story(report, cast.berit).readers}
    assert seen[cast.gun] == seen[cast.cecilia]
    assert seen[None] == Access.OWN


def test_what_a_hidden_reporter_does_as_manager_stands_under_the_name(
    hidden: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    hidden.comment(by=cast.bo, text="Jag såg det själv.")
    assess(hidden, cast.bo, category)
    read = story(hidden, cast.berit)
    assert [event["actor"] for event in read.events] == ["Bo Ek", "Någon", "Någon"]
    assert [str(comment.by) for comment in read.comments] == ["Den som rapporterade"]


def test_who_was_first_is_named_as_the_timeline_names_them(
    hidden: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    url = f"{hidden.get_absolute_url()}bedom-om/"
    assess(hidden, cast.bo, category)
    old = {"seen": hidden.event_count, "title": "Fel", "severity": 1, "likelihood": 1}
    hidden.reassess(by=cast.bo, title="Fel", severity=1, likelihood=2, category=category, reason="")
    page = at(cast.berit).post(url, **old, category=category.pk, reason="Mindre")
    assert page.status_code == 409
    assert page.context["reason"].startswith("Bo Ek ")
    assert str(page.context["refusal"]).startswith("Någon ")
