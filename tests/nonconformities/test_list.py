"""The list: tabs, filters, pages, and what each person sees in it."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nonconformities.models import Action, Category, Nonconformity
from qms.records import lists
from qms.requirements.models import Clause
from tests.nonconformities.test_life import assess, plan

URL = "/avvikelser/"
MOST_SQL = 8


def many(number: int, unit: Any, by: Any, **facts: Any) -> list[Nonconformity]:
    """Return so many reports, made at one blow, a minute apart."""
    now = timezone.now()
    start = Nonconformity.objects.count()
    reports = [
        Nonconformity(
            unit=unit, unit_name=unit.name, reported_by=by, status="reported",
            number=f"AVV-2020-{start + n:04d}", reported_at=now - timedelta(minutes=start + n),
            **{
                "description": f"Rapport {start + n}",
                "due_on": timezone.localdate() + timedelta(days=n % 7), **facts,
            },
        )
        for n in range(number)
    ]  # fmt: skip
    return Nonconformity.objects.bulk_create(reports)


def numbers(response: Any) -> list[str]:
    """Return the numbers on the page, in its order."""
    return [row.number for row in response.context["listing"].rows]


def sql(at: Any, person: Any, url: str) -> int:
    """Return how many queries a page takes once what is remembered is remembered."""
    at(person).get(url)
    with CaptureQueriesContext(connection) as queries:
        assert at(person).client.get(url).status_code == 200
    return len(queries)


def test_the_list_takes_as_many_queries_for_five_rows_as_for_twenty_five(
    at: Any, cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> None:
    for person in (cast.bo, cast.cecilia, cast.eva):
        Nonconformity.objects.filter(number__startswith="AVV-2020").delete()
        many(5, units.north, cast.anna, category=category)
        few = sql(at, person, URL)
        many(30, units.north, cast.anna, category=category)
        assert sql(at, person, URL) == few <= MOST_SQL
        assert (
            sql(at, person, URL + "?vy=alla&enhet=SOF-HT-01&steg=reported&sok=rapport") <= MOST_SQL
        )


def test_each_sees_the_own_reach(at: Any, cast: SimpleNamespace, units: SimpleNamespace) -> None:
    many(2, units.north, cast.anna)
    many(3, units.water, cast.david)
    for person, count in [
        (cast.bo, 2), (cast.cecilia, 5), (cast.david, 3), (cast.anna, 2), (cast.frank, 0),
        (cast.nils, 0), (cast.adam, 0),
    ]:  # fmt: skip
        assert at(person).get(URL).context["listing"].count == count, person


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("vy=alla", 4), ("vy=oppna", 3), ("vy=sena", 1), ("vy=effekt", 1), ("vy=mig", 1),
        ("vy=min", 3), ("vy=alla&steg=closed", 1), ("vy=alla&allvar=serious", 1),
        ("vy=alla&allvar=small", 1), ("vy=alla&kategori=LM", 2), ("vy=alla&kategori=LM-DOS", 1),
        ("vy=alla&enhet=SOF-HT", 4), ("vy=alla&enhet=VMEAB", 4), ("vy=alla&sok=dosett", 1),
        ("vy=alla&fran=2020-01-01", 4), ("vy=alla&till=2020-01-01", 0), ("vy=alla&fran=igår", 4),
        ("vy=finns-inte", 3), ("vy=alla&krav=99", 0), ("vy=alla&steg=finns-inte", 4),
        ("vy=alla&sok=%00", 4), ("sida=finns-inte", 3), ("efter=x_1", 3), ("efter=_9", 0),
        ("vy=alla&efter=2020-01-01T10:00_4", 4),
    ],
)  # fmt: skip
def test_views_and_filters_narrow(
    at: Any, cast: SimpleNamespace, units: SimpleNamespace, category: Category, query: str,
    found: int,
) -> None:  # fmt: skip
    yesterday = timezone.localdate() - timedelta(days=1)
    keep = Category.objects.get(code="LM-FORV")
    rows = many(4, units.north, cast.anna)
    facts: list[dict[str, Any]] = [
        {"responsible": cast.bo, "description": "Fel i dosetten"},
        {"due_on": yesterday, "category": category, "severity": 4, "likelihood": 4},
        {"status": "effect_check", "category": keep, "severity": 1, "likelihood": 2},
        {"status": "closed", "due_on": None},
    ]
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")  # no verb leads here at once
        for row, fact in zip(rows, facts, strict=True):
            Nonconformity.objects.filter(pk=row.pk).update(**fact)
        cursor.execute("set session_replication_role = origin")
    assert len(at(cast.bo).get(f"{URL}?{query}").context["listing"].rows) == found


def test_a_chosen_filter_is_a_chip_that_can_be_removed(
    at: Any, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    many(1, units.north, cast.anna)
    page = at(cast.bo).get(URL + "?vy=alla&steg=closed&sok=larm")
    chips = page.context["listing"].chosen
    assert [chip["url"] for chip in chips] == ["?vy=alla&steg=closed", "?vy=alla&sok=larm"]
    assert page.context["listing"].clear_url == "?vy=alla"


def test_htmx_gets_only_the_list_and_others_the_whole_page(
    at: Any, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    many(1, units.north, cast.anna)
    part = at(cast.bo).get(URL, headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith('<div id="lista"')
    assert "HX-Request" in part["Vary"]
    assert "<html" in at(cast.bo).get(URL).content.decode()


@pytest.mark.parametrize("sort", ["nyast", "dag"])
@pytest.mark.parametrize("person", ["bo", "cecilia"])
def test_pages_show_every_row_once_also_beyond_the_numbered_ones(
    at: Any, cast: SimpleNamespace, units: SimpleNamespace, monkeypatch: pytest.MonkeyPatch,
    sort: str, person: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(lists.RecordList, "size", 4)
    monkeypatch.setattr(lists, "NUMBERED_PAGES", 2)
    many(15, units.north, cast.anna)
    many(3, units.north, cast.anna, due_on=None)
    browser, seen, url = at(getattr(cast, person)), [], f"{URL}?vy=alla&sortera={sort}"
    for number in (1, 2):
        page = browser.get(f"{url}&sida={number}")
        seen += numbers(page)
    while older := page.context["listing"].older_url:
        page = browser.get(URL + older)
        seen += numbers(page)
    assert len(seen) == len(set(seen)) == 18


def test_who_reads_it_masked_finds_nothing_by_its_words(
    at: Any, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    many(1, units.north, cast.anna, description="Insulin försvann")
    assert at(cast.bo).get(URL + "?sok=insulin").context["listing"].count == 1
    page = at(cast.gun).get(URL + "?sok=insulin")
    assert page.context["listing"].count == 0
    assert "Insulin försvann" not in at(cast.gun).get(URL).content.decode()


def test_the_tabs_count_what_they_hold(
    at: Any, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    many(3, units.north, cast.anna, responsible=cast.bo)
    many(2, units.south, cast.anna)
    for person in (cast.bo, cast.eva, cast.cecilia):
        tabs = at(person).get(URL).context["listing"].views
        for tab in (tab for tab in tabs if tab["url"].startswith("?")):  # not the clocks' own page
            page = at(person).get(URL + tab["url"])
            assert tab["count"] in (None, page.context["listing"].count), (person, tab)


def test_empty_lists_say_why(at: Any, cast: SimpleNamespace, units: SimpleNamespace) -> None:
    assert "Här samlas avvikelser" in at(cast.bo).get(URL).content.decode()
    many(1, units.north, cast.anna)
    assert "Inget väntar på dig" in at(cast.bo).get(URL + "?vy=mig").content.decode()
    assert "Inga träffar" in at(cast.bo).get(URL + "?steg=closed").content.decode()


def test_actions_stand_under_mine_and_to_verify(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    assess(case, cast.bo, category)
    case.start_investigation(by=cast.bo, investigator=cast.bo)
    case.add_cause(by=cast.bo, method="free", texts=["Rutinen"])
    case.answer_extent(by=cast.bo, extent="Nej")
    action = plan(case, cast.bo, cast.anna)
    case.decide_actions(by=cast.bo)
    assert numbers(at(cast.anna).get("/atgarder/")) == [action.number]
    assert numbers(at(cast.bo).get("/atgarder/")) == []
    action.refresh_from_db()
    action.complete(by=cast.anna, evidence="Klart")
    assert numbers(at(cast.anna).get("/atgarder/")) == []
    assert numbers(at(cast.bo).get("/atgarder/?vy=att-verifiera")) == [action.number]
    assert numbers(at(cast.anna).get("/atgarder/?vy=att-verifiera")) == []
    for person, status in [(cast.anna, 200), (cast.bo, 200), (cast.gun, 200), (cast.frank, 404)]:
        page = at(person).get(action.get_absolute_url())
        assert page.status_code == status
        assert ("Ny checklista" in page.content.decode()) is (person in (cast.anna, cast.bo))
    assert Action.objects.get().status == "done"


def test_a_case_takes_few_queries(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    assert sql(at, cast.bo, case.get_absolute_url()) <= 7  # nothing is asked for that is not there
    assess(case, cast.bo, category)
    case.start_investigation(by=cast.bo, investigator=cast.bo)
    for number in range(3):
        case.add_cause(by=cast.bo, method="whys", texts=["Därför", f"Orsak {number}"])
        plan(case, cast.bo, cast.anna)
        case.comment(by=cast.bo, text="Hej")
    assert sql(at, cast.bo, case.get_absolute_url()) <= 10
    assert sql(at, cast.anna, case.get_absolute_url()) <= 10


def test_assessing_takes_no_more_queries_than_it_must(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    """The target is 15: nine are savepoints and checks of constraints, of which a test has more."""
    browser, address = at(cast.bo), f"{case.get_absolute_url()}bedom/"
    page = browser.get(address)
    fields = page.context["form"]
    answers = {bound.html_name: bound.initial for bound in fields if bound.initial}
    answers |= {"title": "Larm", "severity": 2, "likelihood": 2, "category": category.pk}
    answers = {name: getattr(value, "pk", value) for name, value in answers.items()}
    with CaptureQueriesContext(connection) as queries:
        sent = browser.client.post(address, answers | {"person_informed": "nobody"})
    assert sent.status_code == 302
    assert len(queries) <= 22, [query["sql"][:200] for query in queries]


def test_reporting_takes_no_more_queries_than_it_must(
    at: Any, cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    """The target is 15; a test has its own savepoints beside them."""
    browser = at(cast.anna)
    fields = browser.get("/rapportera/").context["form"]
    assert fields["unit"].initial == units.north.pk
    answers = {"uid": fields["uid"].value(), "description": "Larm", "unit": units.north.pk}
    with CaptureQueriesContext(connection) as queries:
        sent = browser.client.post("/rapportera/", answers | {"urgency": "no"})
    assert sent.status_code == 302
    assert len(queries) <= 18, [query["sql"][:200] for query in queries]


def test_a_masked_row_shows_the_plain_status_and_is_not_found_by_its_requirements(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    clause = Clause.objects.filter(number="8.5.1").latest("pk")
    assess(case, cast.bo, category, requirements=[clause])
    case.start_investigation(by=cast.bo, investigator=cast.bo)
    for person, word, found in [(cast.bo, "Orsak saknas", 1), (cast.cecilia, "Utreds", 0)]:
        [row] = at(person).get(URL).context["listing"].rows
        assert row.step["word"] == word
        rows = at(person).get(f"{URL}?vy=alla&krav=8.5.1").context["listing"].rows
        assert len(rows) == found
