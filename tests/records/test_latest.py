"""The first rows of a list: the same as the plain rule gives, whoever asks."""

import random
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nonconformities.models import Action, Category, Nonconformity
from qms.organization.models import Unit, User
from qms.records import latest as module
from qms.records.latest import capped_count, latest
from qms.records.search import matching

EVERYBODY = ["anna", "bo", "berit", "cecilia", "david", "eva", "ines", "frank", "gun", "nils"]


@pytest.fixture
def cases(cast: SimpleNamespace, units: SimpleNamespace) -> list[Nonconformity]:
    """Two hundred deviations by many people on many units, some at the same second."""
    rng = random.Random(7)
    people: list[Any] = [*vars(cast).values(), None]
    category = Category.objects.create(code="medicine", name_sv="Läkemedel", name_en="Medicine")
    now = timezone.now()
    made = []
    for number in range(200):
        status = rng.choice(["draft", "reported", "assessed", "action", "closed", "dismissed"])
        at = now - timedelta(hours=rng.randrange(60))
        made.append(
            Nonconformity(
                unit=rng.choice([u for u in vars(units).values() if isinstance(u, Unit)]),
                unit_name="x",
                status=status,
                number=None if status == "draft" else f"AVV-2026-{number:04d}",
                reported_at=None if status == "draft" else at,
                due_on=rng.choice([None, timezone.localdate() + timedelta(days=number % 9)]),
                category=rng.choice([category, None]),
                description=f"Nummer {number}",
                reported_by=rng.choice(people),
                investigator=rng.choice(people) if status == "action" else None,
                responsible=rng.choice(people) if status != "draft" else None,
            )
        )
    Nonconformity.objects.bulk_create(made)
    for case in rng.sample([c for c in made if c.status == "action"], 10):
        Action.objects.create(
            unit=case.unit, nonconformity=case, kind="correction", description="Gör",
            responsible=rng.choice(people[:-1]), number=f"ATG-2026-{case.pk:04d}",
        )  # fmt: skip
    return made


def plain(found: Any, user: User, by: str = "-reported_at") -> list[int]:
    """Return what the rule itself gives, in order."""
    rows = list(found.visible_to(user))
    if by == "-reported_at":
        rows.sort(key=lambda row: (row.reported_at, row.pk), reverse=True)
    else:
        rows.sort(key=lambda row: (row.due_on is None, row.due_on or row.created_at, row.pk))
    return [row.pk for row in rows]


@pytest.mark.parametrize("most_units", [60, 0], ids=["unit by unit", "all units at once"])
@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize("by", ["-reported_at", "due_on"])
def test_everybody_gets_the_rows_of_the_rule(
    cases: list, cast: SimpleNamespace, name: str, by: str, most_units: int, monkeypatch: Any
) -> None:
    monkeypatch.setattr(module, "MOST_UNITS", most_units)
    user = getattr(cast, name)
    for found in (
        Nonconformity.objects.reported(),
        Nonconformity.objects.reported().open(),
        Nonconformity.objects.reported().filter(category__code="medicine"),
        Nonconformity.objects.reported().filter(description__contains="7"),
        matching(Nonconformity.objects.reported(), "nummer"),
    ):
        expected = plain(found, user, by)
        assert latest(found, user, 500, by=by) == expected
        assert latest(found, user, 25, by=by) == expected[:25]


@pytest.mark.parametrize("by", ["-reported_at", "due_on"])
def test_pages_by_key_miss_nothing_and_repeat_nothing(
    cases: list, cast: SimpleNamespace, by: str
) -> None:
    found, seen, last = Nonconformity.objects.reported(), [], None
    while page := latest(found, cast.eva, 7, before=last, by=by):
        seen += page
        row = Nonconformity.objects.get(pk=page[-1])
        last = (getattr(row, by.removeprefix("-")), row.pk)
    assert seen == plain(found, cast.eva, by)


def test_an_outsider_gets_only_what_frank_takes_part_in(cases: list, cast: SimpleNamespace) -> None:
    mine = {case.pk for case in cases if cast.frank in (case.reported_by, case.responsible)}
    mine |= {case.pk for case in cases if case.investigator == cast.frank}
    mine |= set(Action.objects.filter(responsible=cast.frank).values_list("nonconformity", flat=1))
    reach = set(cast.frank.units_for("read_records").ids)
    seen = latest(Nonconformity.objects.reported(), cast.frank, 500)
    assert seen
    for pk in seen:
        case = Nonconformity.objects.get(pk=pk)
        assert case.pk in mine or case.unit_id in reach


def test_someone_elses_draft_is_in_nobodys_list(cases: list, cast: SimpleNamespace) -> None:
    drafts = {case.pk: case.reported_by for case in cases if case.status == "draft"}
    for name in EVERYBODY:
        user = getattr(cast, name)
        got = latest(Nonconformity.objects.all(), user, 500, by="created_at")
        assert all(drafts[pk] == user for pk in got if pk in drafts)


def test_the_count_stops_where_it_is_told(cases: list, cast: SimpleNamespace) -> None:
    found = Nonconformity.objects.visible_to(cast.cecilia)
    assert capped_count(found) == found.count()
    assert capped_count(found, 10) == 11


def test_one_query(cases: list, cast: SimpleNamespace) -> None:
    cast.eva.forget_duties()
    assert cast.eva.duties
    with CaptureQueriesContext(connection) as queries:
        latest(Nonconformity.objects.reported(), cast.eva, 25)
    assert len(queries) == 1
