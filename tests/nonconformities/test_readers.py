"""“Synlig för N personer – vilka?”: the list says what the rule of the queryset does."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from nonconformities.models import Category, Nonconformity
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
    made.append(plan(deep, cast.ines, cast.nils))
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
