"""A list as a file: what each reader is told, formulas made harmless, long lists as a work."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from qms.history.models import Event
from qms.records import exports
from qms.records.models import Export, Work
from tests.nonconformities.test_list import many
from tests.planted import case_at, plant, readers, word

URL = "/avvikelser/exportera/"
pytestmark = pytest.mark.usefixtures("base")


def at(person: Any) -> Client:
    """Return a browser with somebody signed in."""
    client = Client()
    client.force_login(person)
    return client


def sent(person: Any, query: str, url: str = URL) -> bytes:
    """Return the file a person gets."""
    answer = at(person).get(f"{url}?{query}")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def table(file: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV by their headings."""
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig")), delimiter=";"))


def cells(file: bytes) -> list[Any]:
    """Return every cell of an Excel file."""
    return [cell for row in load_workbook(io.BytesIO(file)).active.iter_rows() for cell in row]


def test_swedish_excel_opens_the_file(cast: SimpleNamespace, units: SimpleNamespace) -> None:
    case = case_at("assessed", units.north, cast.anna, title="Räksmörgås; och «lök»")
    file = sent(cast.bo, "vy=alla&format=csv")
    assert file.startswith(b"\xef\xbb\xbf")
    (row,) = table(file)
    assert row["Nr"] == case.number
    assert row["Rubrik"] == "Räksmörgås; och «lök»"
    assert row["Rapporterad"][:10] == f"{timezone.localdate(case.reported_at):%Y-%m-%d}"
    assert row["Allvar"] == "2"


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝"])
def test_a_text_like_a_formula_is_only_a_text(
    sign: str, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    text = f'{sign}HYPERLINK("http://example.org";"Tryck")'
    case_at("reported", units.north, cast.anna, description=text, title=text.strip(), place=text)
    (row,) = table(sent(cast.bo, "vy=alla&format=csv"))
    for column in ("Rubrik", "Vad hände"):
        assert row[column][0] == "'", column
    found = cells(sent(cast.bo, "vy=alla&format=xlsx"))
    assert "f" not in {cell.data_type for cell in found}
    assert any(cell.quotePrefix for cell in found)


def test_numbers_and_days_stay_numbers_and_days(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    case_at("assessed", units.north, cast.anna)
    kinds = {cell.data_type for cell in cells(sent(cast.bo, "vy=alla&format=xlsx"))}
    assert kinds >= {"n", "d"}


def test_signs_that_no_file_can_hold_are_left_out(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    case_at("reported", units.north, cast.anna, description="Fel\x07 \ufffe dos")
    for kind in ("csv", "xlsx"):
        assert sent(cast.bo, f"vy=alla&format={kind}")


@pytest.mark.parametrize("name", ["anna", "bo", "cecilia", "david", "frank", "gun", "nils"])
@pytest.mark.parametrize("url", [URL, "/atgarder/exportera/"])
def test_both_formats_tell_the_same_and_no_secret(
    url: str, name: str, cast: SimpleNamespace, units: SimpleNamespace, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    plant(units, cast)
    person = getattr(cast, name)
    as_csv = sent(person, "vy=alla&format=csv", url).decode()
    as_xlsx = " ".join(str(cell.value) for cell in cells(sent(person, "vy=alla&format=xlsx", url)))
    for place in ("north", "company", "secret", "school"):
        for field in (
            "description",
            "title",
            "place",
            "correction",
            "action",
            "criterion",
            "evidence",
        ):
            if name not in readers(place, field):
                assert word(place, field) not in as_csv + as_xlsx
    assert word("hidden", "reporter") not in as_csv.replace(
        word("hidden", "reporter") if name == "cecilia" else "-", ""
    )
    if name == "bo" and url == URL:
        assert word("north", "description") in as_csv
        assert word("north", "description") in as_xlsx


def test_a_masked_row_names_who_answers_for_it_as_the_page_does_and_nobody_else(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    case_at("assessed", units.north, cast.anna, responsible=cast.bo, investigator=cast.ines)
    (row,) = table(sent(cast.gun, "vy=alla&format=csv"))
    told = " ".join(row.values())
    assert [n for n in ("Berg", "Ek", "Falk") if n in told.split()] == ["Ek"]
    listed = at(cast.gun).get("/avvikelser/?vy=alla").content.decode()
    assert [n for n in ("Berg", "Falk") if f" {n}<" in listed] == []
    assert row["Enhet"] == "Hemtjänst Norr"


def test_the_reporter_gets_the_own_report_without_its_assessment(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    case_at("assessed", units.north, cast.anna, responsible=cast.bo)
    (row,) = table(sent(cast.anna, "vy=alla&format=csv"))
    assert row["Vad hände"] == "Fel dos i dosetten."
    assert (row["Allvar"], row["Kategori"]) == ("", "")


def test_the_file_follows_the_filter_and_the_order(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    many(30, units.north, cast.anna)
    case_at("closed", units.south, cast.anna)
    listing = at(cast.eva).get("/avvikelser/?vy=oppna&sortera=nyast").context["listing"]
    rows = table(sent(cast.eva, listing.shown + "&format=csv"))
    assert len(rows) == listing.count == 30
    assert [row["Nr"] for row in rows[:25]] == [row.number for row in listing.rows]


def test_what_was_taken_out_is_written_down_without_words(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    many(2, units.north, cast.anna)
    sent(cast.bo, "vy=alla&sok=rapport&steg=reported&format=csv")
    export = Export.objects.get()
    assert (export.made_by, export.rows, export.listing) == (cast.bo, 2, "avvikelser")
    assert "rapport" not in export.query.replace("reported", "")
    event = export.story.get()
    assert event.actor == cast.bo
    assert "sok" not in str(event.changes)


def test_as_many_questions_for_five_rows_as_for_fifty(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    browser = at(cast.bo)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            b"".join(browser.get(f"{URL}?vy=alla&format=csv").streaming_content)
        return len(queries)

    many(5, units.north, cast.anna, responsible=cast.bo)
    asked()
    few = asked()
    many(50, units.north, cast.anna, responsible=cast.bo)
    assert asked() == few <= 16


@pytest.mark.parametrize("query", ["", "format=", "format=exe", "format=../csv"])
def test_an_unknown_format_is_nowhere(query: str, cast: SimpleNamespace) -> None:
    assert at(cast.bo).get(f"{URL}?{query}").status_code == 404
    assert at(cast.bo).post(f"{URL}?format=csv").status_code == 405


def test_a_long_list_is_made_outside_the_request(
    cast: SimpleNamespace, units: SimpleNamespace, monkeypatch: Any, settings: Any, tmp_path: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    settings.MEDIA_ROOT = tmp_path
    settings.CELERY_TASK_ALWAYS_EAGER = True
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 3)
    many(4, units.north, cast.anna)
    answer = at(cast.bo).get(f"{URL}?vy=alla&format=csv")
    work = Work.objects.get()
    assert answer.url == work.get_absolute_url()
    from qms.records.tasks import make_export

    make_export.apply(args=[work.pk])
    work.refresh_from_db()
    assert work.status == Work.Status.DONE, work.sentence
    with work.file.open() as file:
        assert len(table(file.read())) == 4
    assert at(cast.frank).get(work.get_absolute_url()).status_code == 404


def test_a_list_too_long_or_searched_says_so(
    cast: SimpleNamespace, units: SimpleNamespace, monkeypatch: Any
) -> None:
    many(4, units.north, cast.anna)
    monkeypatch.setattr(exports, "MOST_AT_ONCE", 3)
    assert at(cast.bo).get(f"{URL}?vy=alla&sok=rapport&format=csv").url.startswith("/avvikelser/?")
    monkeypatch.setattr(exports, "MOST", 3)
    page = at(cast.bo).get(f"{URL}?vy=alla&format=csv", follow=True)
    assert "Begränsa listan" in page.content.decode()
    assert not Event.objects.filter(verb="export").exists()
