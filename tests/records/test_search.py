"""Search: it meets Swedish endings, numbers lead straight there, and secrets stay unfound."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from nonconformities.models import Nonconformity
from qms.organization.models import User
from qms.records.search import full_number, marked, matching, record_numbered, tsquery
from qms.requirements.models import Clause, Edition, Standard


def report(unit: Any, text: str, by: User, **more: Any) -> Nonconformity:
    """Report a deviation."""
    case = Nonconformity.objects.create(unit=unit, description=text, reported_by=by, **more)
    case.report(by=by)
    return case


@pytest.fixture
def case(cast: SimpleNamespace, units: SimpleNamespace) -> Nonconformity:
    """Anna's report from home care."""
    return report(units.north, "Fel dos i dosetten hos en brukare på mötet.", cast.anna)


@pytest.fixture
def clauses(db: None) -> list[Clause]:
    """The same clause in two editions."""
    standard = Standard.objects.create(code="iso-9001", name="ISO 9001", kind="standard")
    editions = [
        Edition.objects.create(
            standard=standard, slug=f"iso-9001-{year}", name=f"ISO 9001:{year}",
            published_on=f"{year}-09-16",
        )
        for year in (2015, 2026)
    ]  # fmt: skip
    return [
        Clause.objects.create(edition=edition, number="8.5.1", title_sv="Styrning av tjänsten")
        for edition in editions
    ]


def hits(client: Any, query: str) -> tuple[str, str]:
    """Return the heading and the whole page of a search."""
    page = client.get("/sok/", {"q": query})
    assert page.status_code == 200
    return page.context["heading"], page.content.decode()


# --- Words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Dokumentet om mötena", "dokument"), ("ett dokument", "dokumentet"), ("möte", "mötet"),
        ("avvikelserna", "avvikelse"), ("avvikelse", "avvikelser"), ("ärendet", "ärende"),
        ("avvikelsehantering", "avvikelse"), ("beslutet", "beslut"), ("målet", "mål"),
        ("revisioner", "revision"), ("dosetten", "dosett"), ("DOSETT", "dosetten"),
        ("fel i listan", "avvikelse"), ("läkemedel", "medicin"), ("ett hål i väggen", "hål vägg"),
        ("nycklarna var borta", "nyckel"), ("en nyckel", "nycklar"), ("cyklar", "cykel"),
        ("fönstret", "fönster"), ("reglerna", "regel"), ("två möbler", "möbel"),
    ],
)  # fmt: skip
def test_words_are_found_in_other_endings(
    cast: SimpleNamespace, units: SimpleNamespace, written: str, asked: str
) -> None:
    case = report(units.north, written, cast.anna)
    assert list(matching(Nonconformity.objects.all(), asked)) == [case]


def test_letters_with_dots_are_letters_of_their_own(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    report(units.north, "Ett hål i golvet", cast.anna)
    assert not matching(Nonconformity.objects.all(), "hal").exists()


def test_nothing_that_is_written_breaks_the_question(db: None) -> None:
    @given(st.text(max_size=300))
    @hypothesis_settings(deadline=None)
    def ask(text: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select to_tsquery('swedish', %s)", [tsquery(text)])

    ask()


@pytest.mark.parametrize("text", ["", " ", "a", "!", "'", ":* & |", "och"])
def test_without_a_word_nothing_is_narrowed_or_found(case: Nonconformity, text: str) -> None:
    assert matching(Nonconformity.objects.all(), text).count() in {0, 1}


def test_an_excerpt_is_escaped_before_it_is_marked() -> None:
    assert marked("<b>\x02dos\x03</b> & \x02x") == (
        "&lt;b&gt;<mark>dos</mark>&lt;/b&gt; &amp; <mark>x</mark>"
    )
    assert marked("") == ""


# --- Numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("AVV-2026-0142", "AVV-2026-0142"), ("avv-2026-142", "AVV-2026-0142"),
        ("2026-142", "AVV-2026-0142"), (" AVV 2026-0142 ", "AVV-2026-0142"),
        ("atg-2026-0311", "ATG-2026-0311"), ("2026/7", "AVV-2026-0007"),
        ("AVV-2026-12345", "AVV-2026-12345"), ("DOK-0231", "DOK-0231"),
        ("plan 2", None), ("rum 142", None), ("2026", None), ("dosett", None), ("", None),
    ],
)  # fmt: skip
def test_a_number_is_understood_however_it_is_written(text: str, number: str | None) -> None:
    assert full_number(text) == number


def test_a_number_leads_straight_there(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any
) -> None:
    client = sign_in(cast.bo)
    year, last = case.number.split("-")[1:]
    for text in (case.number, case.number.lower(), f"{year}-{int(last)}"):
        answer = client.get("/sok/", {"q": text})
        assert (answer.status_code, answer["Location"]) == (302, case.get_absolute_url())


def test_for_frank_the_number_does_not_exist(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any
) -> None:
    client = sign_in(cast.frank)
    there = client.get("/sok/", {"q": case.number})
    nowhere = client.get("/sok/", {"q": "AVV-2026-9999"})
    assert there.status_code == nowhere.status_code == 200
    assert there.context["groups"] == nowhere.context["groups"] == []
    assert record_numbered(cast.frank, case.number) is None


def test_a_clause_leads_to_the_newest_edition(
    clauses: list[Clause], cast: SimpleNamespace, sign_in: Any
) -> None:
    answer = sign_in(cast.anna).get("/sok/", {"q": "8.5.1"})
    assert answer.status_code == 302
    assert answer["Location"] == clauses[1].get_absolute_url()
    assert sign_in(cast.anna).get("/sok/", {"q": "9.9.9"}).status_code == 200


# --- The page -------------------------------------------------------------------------------------


def test_only_those_who_may_read_the_text_find_it(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any
) -> None:
    finds = {
        name: "<mark>dosetten</mark>" in hits(sign_in(person), "dosett")[1]
        for name, person in vars(cast).items()
    }
    readers = {"anna", "bo", "berit", "eva", "ines"}
    assert finds == {name: name in readers for name in vars(cast)}
    assert hits(sign_in(cast.frank), "dosett")[0] == "Inget på ”dosett”"
    # The coordinator sees that the case exists, but not what it says: no hit, no count.
    assert hits(sign_in(cast.cecilia), "dosett")[0] == "Inget på ”dosett”"


def test_a_draft_is_found_by_nobody_else(
    units: SimpleNamespace, cast: SimpleNamespace, sign_in: Any
) -> None:
    Nonconformity.objects.create(unit=units.north, description="zebra", reported_by=cast.anna)
    assert hits(sign_in(cast.bo), "zebra")[0].startswith("Inget")
    assert hits(sign_in(cast.anna), "zebra")[0].startswith("1 träff")


def test_what_somebody_wrote_cannot_become_part_of_the_page(
    units: SimpleNamespace, cast: SimpleNamespace, sign_in: Any
) -> None:
    report(units.north, "dosett & 1 < 2 <img src=x> \x02<i>\x03 <script>x</script>", cast.anna)
    _heading, text = hits(sign_in(cast.bo), "dosett")
    assert "<mark>dosett</mark> &amp; 1 &lt; 2" in text
    assert "<img src=x>" not in text
    assert "<i>" not in text
    assert "<script>x" not in text
    assert "<em>" not in hits(sign_in(cast.bo), "<em>x</em>")[1]


def test_many_hits_are_counted_no_further_than_a_hundred(
    units: SimpleNamespace, cast: SimpleNamespace, sign_in: Any
) -> None:
    Nonconformity.objects.bulk_create(
        Nonconformity(
            unit=units.north, unit_name="Norr", description="zebra", reported_by=cast.anna
        )
        for _n in range(120)
    )
    heading, text = hits(sign_in(cast.anna), "zebra")
    assert heading == "Mer än 100 träffar på ”zebra”"
    assert "100+" in text
    assert "/avvikelser/?vy=alla&amp;sok=zebra" in text
    assert text.count("<mark>zebra</mark>") == 10


def test_units_and_requirements_are_found_too_but_no_people(
    clauses: list[Clause], cast: SimpleNamespace, units: SimpleNamespace, sign_in: Any
) -> None:
    client = sign_in(cast.anna)
    assert units.south.get_absolute_url() in hits(client, "söder")[1]
    found = hits(client, "styrning")[1]
    newest = max(clauses, key=lambda clause: clause.edition.published_on or date.min)
    assert [c for c in clauses if c.get_absolute_url() in found] == [newest]
    assert hits(client, "Holm")[0].startswith("Inget")


@pytest.mark.parametrize("query", ["dosett", "AVV-2026-9999", "9.9.9", "söder", "finns inte"])
def test_a_search_asks_the_database_few_questions(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any, query: str
) -> None:
    client = sign_in(cast.bo)
    client.get("/sok/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/sok/", {"q": query})
    # Documents ask where one works; what was meant is asked for (two) when nothing fits.
    assert len(asked) <= 10, [query["sql"][:150] for query in asked]


@pytest.mark.parametrize("query", ["\x00", "a\x00b", "x" * 5000, "🦊", "שלום", "%%", "\\", "'; --"])
def test_odd_signs_give_a_page(cast: SimpleNamespace, sign_in: Any, query: str) -> None:
    hits(sign_in(cast.anna), query)
