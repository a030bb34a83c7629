"""Statistics: right numbers, each with the records it is made of, and no small number leaked."""

import csv
import io
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nonconformities import periods
from nonconformities.bouncing import Pair
from nonconformities.models import Category, EffectCheck, Nonconformity
from nonconformities.models.crossing import Answer
from nonconformities.statistics import Statistics, told
from qms.records import charts
from qms.records.models import Rule
from tests.planted import case_at

URL = "/statistik/"
pytestmark = pytest.mark.usefixtures("base")


def at(person: Any) -> Client:
    """Return a browser with somebody signed in."""
    client = Client()
    client.force_login(person)
    return client


def page(person: Any, query: str = "") -> Any:
    """Return the context of the page."""
    answer = at(person).get(f"{URL}?{query}")
    assert answer.status_code == 200
    return answer.context


def figures(person: Any, query: str = "") -> dict[str, Any]:
    """Return the figures by their names."""
    return {figure.name: figure for figure in page(person, query)["figures"].all}


def ago(days: float) -> Any:
    """Return an instant so many days ago."""
    return timezone.now() - timedelta(days=days)


@pytest.fixture
def cases(cast: SimpleNamespace, units: SimpleNamespace, category: Category) -> None:
    """Two years in home care, and a few elsewhere."""
    for n in range(12):
        facts = {"category": category, "reported_at": ago(20 + n), "assessed_at": ago(16 + n)}
        case_at("investigating", units.north, cast.anna, due_on=date(2020, 1, 1), **facts)
    for n in range(8):
        closed = case_at(
            "closed", units.north, cast.anna, category=category, reported_at=ago(100 + n),
            assessed_at=ago(98 + n), closed_at=ago(60 + n), answer="Tack" if n < 6 else "",
            kind="complaint" if n < 6 else "risk",
        )  # fmt: skip
        if n < 6:
            EffectCheck.objects.create(
                nonconformity=closed, round=1, outcome="yes", evidence="…", checked_by=cast.bo
            )
    for n in range(5):
        case_at(
            "closed",
            units.south,
            None,
            category=category,
            reported_at=ago(500 + n),
            closed_at=ago(450 + n),
        )
    case_at(
        "dismissed", units.north, cast.anna, reported_at=ago(30), closed_at=ago(29), answer="Nej"
    )
    case_at("reported", units.water, cast.bo, reported_at=ago(3))  # Bo's own, elsewhere
    case_at("draft", units.north, cast.anna, reported_at=None, number=None)


def test_the_figures_are_what_happened(cases: None, cast: SimpleNamespace) -> None:
    seen = {name: (f.value, f.before) for name, f in figures(cast.eva).items()}
    assert seen["Öppna"][0] == "12"
    assert seen["Sena"][0] == "12"
    assert seen["Rapporterade"] == ("21", "5")
    assert seen["Avslutade"] == ("8", "5")
    assert seen["Till bedömning"][0] == "4,0 dagar"
    assert seen["Till avslut"][0] == "40 dagar"
    assert seen["Visad effekt"][0] == "75 procent"
    assert seen["Besvarade rapportörer"][0] == "78 procent"
    assert seen["Upprepade"][0] == "90 procent"  # all 12 of the latest, and 6 of the 8 before


@pytest.mark.parametrize("name", ["bo", "berit", "eva", "ines", "cecilia", "david", "gun", "frank"])
@pytest.mark.parametrize("query", ["", "manader=3", "enhet=SOF-HT-01", "enhet=SOF&manader=12"])
def test_every_figure_opens_just_the_records_it_counts(
    query: str, name: str, cases: None, cast: SimpleNamespace
) -> None:
    person = getattr(cast, name)
    context = page(person, query)
    browser = at(person)

    def listed(url: str) -> int:
        return browser.get(url).context["listing"].count

    for figure in context["figures"].all:
        if figure.url and figure.value.isdecimal():
            assert listed(figure.url) == int(figure.value), figure.name
    for part in context["figures"].breakdowns:
        for row in part["rows"]:
            if row.url:
                assert listed(row.url) == int(row.value), row
    for month in context["figures"].months:
        for key, url in (("opened", "url"), ("closed", "closed_url")):
            if month[key]:
                assert listed(month[url]) == month[key]


def test_what_another_authority_took_over_is_counted_once(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    case = case_at("reported", units.north, cast.anna, reported_at=ago(3))
    case.hand_over(by=cast.bo, unit=units.school, reason="Golvet är ert.", ground="none")
    case.accept_across(by=cast.frank)
    assert Nonconformity.objects.reported().count() == 2
    found = figures(cast.eva)["Rapporterade"]
    everywhere = Statistics(cast.cecilia, None, 12)
    assert everywhere.totals["opened_now"] == 1
    assert sum(month["opened"] or 0 for month in everywhere.by_month) == 1
    assert found.value == "0"  # Eva follows only the first, whose case went on elsewhere
    assert at(cast.eva).get(found.url).context["listing"].count == 0


def test_shares_open_what_their_numerator_counts(cases: None, cast: SimpleNamespace) -> None:
    found, browser = figures(cast.eva), at(cast.eva)
    for name, count in (("Visad effekt", 6), ("Besvarade rapportörer", 7), ("Upprepade", 18)):
        assert browser.get(found[name].url).context["listing"].count == count, name
    assert not any(figures(cast.cecilia)[name].url for name in ("Visad effekt", "Upprepade"))


def test_small_numbers_are_told_to_who_reads_in_full_only(
    cases: None, cast: SimpleNamespace
) -> None:
    kinds = {row.name: row.value for row in page(cast.bo)["figures"].breakdowns[1]["rows"]}
    assert kinds["Risk"] == "2"
    masked = {row.name: row for row in page(cast.gun)["figures"].breakdowns[1]["rows"]}
    assert masked["Risk"].value == "färre än 5"
    assert masked["Risk"].url == ""
    # the next smallest is kept too, or the sum would tell
    assert masked["Klagomål eller synpunkt"].value == "färre än 5"
    assert figures(cast.gun)["Besvarade rapportörer"].value == "för få"


def test_the_threshold_is_the_municipalitys(cases: None, cast: SimpleNamespace) -> None:
    Rule.decide(
        Rule.Code.SMALL_NUMBERS, 1, by=None, valid_from=timezone.localdate(), reason="Beslut"
    )
    masked = {row.name: row.value for row in page(cast.gun)["figures"].breakdowns[1]["rows"]}
    assert masked["Risk"] == "2"


@pytest.mark.parametrize(
    ("counts", "limit", "shown"),
    [
        ([9, 3, 7], 5, [9, None, None]), ([9, 3, 2], 5, [9, None, None]), ([9, 0, 7], 5, [9, 0, 7]),
        ([3], 5, [None]), ([], 5, []), ([1, 2], 0, [1, 2]), ([None, 6, 2], 5, [None, None, None]),
    ],
)  # fmt: skip
def test_one_small_number_cannot_be_counted_from_the_sum(
    counts: list[Any], limit: int, shown: list[Any]
) -> None:
    assert told(counts, limit) == shown


def test_nobody_meets_another_authority_or_a_ranking(cases: None, cast: SimpleNamespace) -> None:
    assert figures(cast.frank)["Rapporterade"].value == "0"
    assert figures(cast.frank, "enhet=SOF-HT-01")["Rapporterade"].value == "0"
    assert figures(cast.bo)["Rapporterade"].value == "21"  # not his own at the water works
    text = at(cast.cecilia).get(URL).content.decode()
    assert "Fler rapporter kan vara bra" in text
    assert "Hemtjänst Norr</th>" not in text
    for person in (cast.anna, cast.adam, cast.nils):
        assert at(person).get(URL).status_code == 404


@pytest.mark.parametrize(
    "query", ["enhet=FINNS-INTE", "manader=7", "manader=x&enhet=%00", "format=pdf", "enhet=BUF"]
)
def test_wrong_answers_are_as_none(query: str, cases: None, cast: SimpleNamespace) -> None:
    assert figures(cast.bo, query)["Rapporterade"].value == "21"


def test_the_list_takes_hand_made_parameters_calmly(cast: SimpleNamespace) -> None:
    bad = "vy=alla&visar=allt&stangd_fran=x&stangd_till=9999-99-99&foljda=2&slag=%00"
    bad += "&fran=0001-01-01&till=9999-12-31"
    assert at(cast.bo).get(f"/avvikelser/?{bad}").status_code == 200


def test_what_the_figures_narrow_by_tells_a_masked_reader_nothing(
    cases: None, cast: SimpleNamespace
) -> None:
    for which in ("effekt", "svar", "upprepad"):
        for person in (cast.anna, cast.gun, cast.cecilia):
            listing = at(person).get(f"/avvikelser/?vy=alla&visar={which}").context["listing"]
            assert listing.count == 0, (which, person)


def test_months_before_the_first_report_are_gaps(cases: None, cast: SimpleNamespace) -> None:
    months = page(cast.bo)["figures"].months
    assert len(months) == 24
    assert months[0]["opened"] is None
    text = at(cast.bo).get(URL).content.decode()
    assert 'stroke-dasharray="2 2"' in text
    assert text.count('role="img"') == 2


def test_the_file_holds_the_same_numbers(cases: None, cast: SimpleNamespace) -> None:
    answer = at(cast.eva).get(f"{URL}?format=csv")
    rows = list(
        csv.reader(
            io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")), delimiter=";"
        )
    )
    assert rows[0] == ["Mått", "Period", "Antal"]
    assert [
        "Rapporterade",
        str(page(cast.eva)["counted"].now.first) + " – " + str(timezone.localdate()),
        "21",
    ] in rows


def test_the_page_asks_as_much_for_many_as_for_few(
    cases: None, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    browser = at(cast.eva)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            browser.get(URL)
        return len(queries)

    asked()
    few = asked()
    for _number in range(45):
        case_at("assessed", units.north, cast.anna)
    assert asked() == few <= 12


def test_a_span_ends_where_the_one_before_begins() -> None:
    now = periods.latest(3, date(2026, 5, 31))
    before = periods.before(now, 3)
    assert (now.first, now.last) == (date(2026, 3, 1), date(2026, 5, 31))
    assert (before.first, before.last) == (date(2025, 12, 1), date(2026, 2, 28))
    months = periods.calendar_months(24, date(2026, 5, 31))
    assert (months[0].first, months[-1].last) == (date(2024, 6, 1), date(2026, 5, 31))


def test_pictures_hold_no_style_and_no_page_colour() -> None:
    drawn = [
        charts.columns([1, None, 3], "a < b"), charts.line([1, None, 3, 4], "x"),
        charts.bar(0.5), charts.columns([], "x"),
    ]  # fmt: skip
    for picture in drawn:
        assert "style" not in picture
        assert "var(" not in picture
    assert "a &lt; b" in drawn[0]
    assert drawn[1].count("<polyline") == 2


def test_nobody_sees_more_in_sum_than_one_by_one(cases: None, cast: SimpleNamespace) -> None:
    for person in (cast.bo, cast.david, cast.frank, cast.eva):
        counted = Statistics(person, None, 12)
        seen = Nonconformity.objects.visible_to(person).reported()
        assert counted.totals["opened_now"] <= seen.count()


def test_small_parts_of_a_shown_pair_are_not_told_masked() -> None:
    def pair(least: int) -> Pair:
        answers = {Answer.ACCEPTED: 9, Answer.DECLINED: 1, Answer.WAITING: 6}
        return Pair("A", "B", least=least, answers=answers, ruled=2)

    assert pair(5).is_shown
    masked = pair(5).told
    # the next smallest goes too, or the sum would tell
    assert (masked["asked"], masked["accepted"]) == (16, 9)
    assert masked["declined"] is masked["waiting"] is masked["ruled"] is None
    assert pair(0).told["declined"] == 1
