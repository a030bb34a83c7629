"""The report of a deviation: what stands in it for whom, issued once, and kept as it was."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from nonconformities.models import Nonconformity
from nonconformities.paper import Variant
from qms.history.verify import faults
from qms.records import pdf
from qms.records.models import IssuedFile, Work
from qms.records.refusals import NotAllowed, Refused
from tests.planted import ROUND_ONE, Planting, attachment, case_at, plant, word
from tests.records.test_pdf import dictionaries, fonts, opened, structure, words
from tests.works import carry_out

NEVER = {"protected", "track", "track_source"}  # apart, and not for all who read the case
TOLD = {
    "description", "correction", "place", "own_file", "file", "title", "plan", "why", "cause",
    "extent", "action", "criterion", "evidence", "result",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path, base: None) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def case(units: SimpleNamespace, cast: SimpleNamespace) -> Nonconformity:
    """A whole case in north with a word in every text."""
    return Planting("north", units.north, cast.anna, cast.bo, cast.ines).whole()


def issued(case: Nonconformity, by: Any, variant: str = "full") -> IssuedFile:
    """Return a report issued by somebody."""
    event = case.issue_report(by=by, variant=variant)
    return case.issued.get(sha256=event.changes["issued"][1])


def content(report: IssuedFile) -> bytes:
    """Return the stored bytes."""
    with report.file.open("rb") as stored:
        return bytes(stored.read())


# --- What stands in it -----------------------------------------------------------------------


def test_the_full_report_tells_it_all_but_protected_details(
    case: Nonconformity, cast: SimpleNamespace
) -> None:
    report = issued(case, cast.bo)
    text = re.sub(r"\s|\u2010", "", words(content(report)))
    told = {field for field in ROUND_ONE if word("north", field) in text}
    assert told >= TOLD
    assert not told & NEVER
    snapshot = json.dumps(report.snapshot)
    assert [field for field in NEVER if word("north", field) in snapshot] == []
    for heading in (
        "1Vadhände", "2Vadsomgjordesdirekt", "3Kandetfinnaspåflerställen?", "4Varförhändedet?",
        "5Åtgärder", "Änäringetskrivetom:Vadmersomändrades", "7Hjälptedet?", "8Avslut",
        "9Vadsomhargjorts",
    ):  # fmt: skip
        assert heading in text
    assert cast.anna.name.replace(" ", "") in text


@pytest.mark.parametrize("variant", ["masked", "management"])
@pytest.mark.parametrize("reader", ["bo", "cecilia"])
def test_no_text_and_no_name_stands_in_what_is_given_to_others(
    variant: str, reader: str, units: SimpleNamespace, cast: SimpleNamespace
) -> None:
    planted = plant(units, cast)
    report = issued(planted.north, getattr(cast, reader), variant)
    raw = content(report)
    with opened(raw) as inside:
        (data,) = [one.get_file().read_bytes().decode() for one in inside.attachments.values()]
    everything = words(raw) + data + json.dumps(report.snapshot, ensure_ascii=False)
    everything += "".join(str(one) for one in dictionaries(raw)) + report.name
    found = [field for field in ROUND_ONE if word("north", field) in everything]
    names = [person.name for person in vars(cast).values() if person.name in everything]
    assert (found, names) == ([], [])
    assert planted.north.number in words(raw)
    assert not report.is_full


def test_a_reporter_who_asked_to_be_hidden_is_hidden_from_all_who_read_it(
    units: SimpleNamespace, cast: SimpleNamespace
) -> None:
    hidden = plant(units, cast).hidden
    report = issued(hidden, cast.bo)
    assert word("hidden", "reporter") not in words(content(report)) + str(report.snapshot)
    assert "Hidden at the reporter's wish" in str(_in_english(hidden, cast.bo).snapshot)


def _in_english(case: Nonconformity, by: Any) -> IssuedFile:
    with translation.override("en"):
        return issued(case, by)


def test_it_is_in_the_language_of_the_one_who_asks(
    case: Nonconformity, cast: SimpleNamespace
) -> None:
    text = words(content(_in_english(case, cast.bo)))
    assert "Why did it happen?" in text
    assert "Page 1 of" in text
    assert "Varför" not in text


def test_a_case_that_was_only_reported_has_a_report_too(
    units: SimpleNamespace, cast: SimpleNamespace
) -> None:
    case = case_at("reported", units.north, cast.anna, description="Kort 🦽 <b>text</b>")
    assert "Kort □ <b>text</b>" in words(content(issued(case, cast.bo)))
    assert "<b>" not in words(content(issued(case, cast.bo, "management")))


def test_the_one_page_is_one_page(case: Nonconformity, cast: SimpleNamespace) -> None:
    from tests.planted import action_at

    for _n in range(30):
        action_at("verified", case, cast.bo)
    with opened(content(issued(case, cast.bo, "management"))) as inside:
        assert len(inside.pages) == 1


def test_a_page_breaks_nowhere_ugly(case: Nonconformity, cast: SimpleNamespace) -> None:
    Nonconformity.objects.filter(pk=case.pk).update(description="En rad till.\n\n" * 60)
    pages = words(content(issued(case, cast.bo))).split("\f")
    assert len(pages) > 2
    for page in pages[:-1]:
        body = [line.strip() for line in page.splitlines() if line.strip()][:-1]
        assert not re.match(r"\d [A-ZÅÄÖ]", body[-1]), body[-1]


# --- The file ----------------------------------------------------------------------------------


@pytest.mark.parametrize("variant", Variant.values)
def test_it_is_archival_and_can_be_read_aloud(
    variant: str, case: Nonconformity, cast: SimpleNamespace
) -> None:
    raw = content(issued(case, cast.bo, variant))
    with opened(raw) as inside:
        root = inside.Root
        assert str(root.Lang) == "sv"
        assert root.MarkInfo.Marked
        assert root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in root
        assert "/OutputIntents" in root
        assert list(inside.attachments) == [f"{case.number}.json"]
    assert not any("/JS" in one or one.get("/S") == "/JavaScript" for one in dictionaries(raw))
    assert {font["/FontFamily"] for font in fonts(raw)} == {pdf.FAMILY}
    assert all(figure["/Alt"] for figure in structure(raw, "/Figure"))
    assert structure(raw, "/H1")
    assert structure(raw, "/TH")


def test_the_same_content_is_the_same_bytes(
    case: Nonconformity, cast: SimpleNamespace, monkeypatch: Any
) -> None:
    drawn: list[bytes] = []
    render = pdf.render

    def twice(*args: Any, **kwargs: Any) -> bytes:
        drawn.extend(render(*args, **kwargs) for _time in range(2))
        return drawn[0]

    monkeypatch.setattr(pdf, "render", twice)
    issued(case, cast.bo)
    assert drawn[0] == drawn[1]


# --- Issued, and kept --------------------------------------------------------------------------


def test_it_is_told_and_kept_with_its_fingerprint(
    case: Nonconformity, cast: SimpleNamespace
) -> None:
    report = issued(case, cast.bo)
    event = case.story.last()
    assert event
    assert (event.verb, event.note, event.actor) == ("issue_report", "hela", cast.bo)
    assert event.changes == {"issued": [None, report.sha256]}
    assert report.fault == ""
    assert list(faults()) == []


def test_an_exchanged_or_missing_file_shows_and_is_not_sent(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any, tmp_path: Path
) -> None:
    report = issued(case, cast.bo)
    path = tmp_path / report.file.name
    for spoil, says in (
        (lambda: path.write_bytes(b"%PDF-annat"), "changed"),
        (path.unlink, "gone"),
    ):
        spoil()
        assert says in "".join(faults())
        assert sign_in(cast.bo).get(report.get_absolute_url()).status_code == 404


def test_a_row_added_beside_the_verb_shows(case: Nonconformity, cast: SimpleNamespace) -> None:
    case.also_changed = {}
    IssuedFile.issue(
        case, b"%PDF-", by=cast.bo, at=timezone.now(), kind="x", is_full=False, language="sv",
        name="x.pdf", media_type="application/pdf", snapshot={},
    )  # fmt: skip
    assert "no event tells of it" in "".join(faults())


@pytest.mark.parametrize(
    "statement", ["update records_issuedfile set sha256 = ''", "delete from records_issuedfile"]
)
def test_an_issued_file_is_never_changed(
    statement: str, case: Nonconformity, cast: SimpleNamespace
) -> None:
    issued(case, cast.bo, "masked")
    with pytest.raises(DatabaseError, match="not allowed"), transaction.atomic():
        connection.cursor().execute(statement)


def test_who_may_issue_what(case: Nonconformity, cast: SimpleNamespace) -> None:
    with pytest.raises(ValidationError, match="Välj en utan texter"):
        case.issue_report(by=cast.cecilia, variant="full")
    for stranger in (cast.gun, cast.frank, cast.anna):
        with pytest.raises(NotAllowed):
            case.issue_report(by=stranger, variant="masked")
    assert not IssuedFile.objects.exists()


# --- On the pages --------------------------------------------------------------------------------


def asked(client: Any, case: Nonconformity, variant: str) -> Any:
    """Ask for a report on its page."""
    return client.post(f"{case.get_absolute_url()}rapport/", {"variant": variant})


def test_from_the_menu_to_the_file(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any
) -> None:
    client = sign_in(cast.bo)
    assert "Gör en rapport (PDF)" in client.get(case.get_absolute_url()).text
    answer = asked(client, case, "full")
    work = Work.objects.get()
    assert (answer.status_code, answer.url) == (302, work.get_absolute_url())
    assert carry_out(work).status == "done"
    assert work.url in client.get(work.get_absolute_url()).text
    sent = client.get(work.url)
    assert b"".join(sent.streaming_content).startswith(b"%PDF-1.7")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    page = client.get(case.get_absolute_url()).text
    assert "Utfärdade rapporter" in page
    assert case.issued.get().sha256[:12] in page


def test_a_masked_reader_is_offered_and_shown_only_what_is_masked(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any
) -> None:
    full, masked = issued(case, cast.bo), issued(case, cast.bo, "masked")
    client = sign_in(cast.cecilia)
    form = client.get(f"{case.get_absolute_url()}rapport/").text
    assert 'value="masked"' in form
    assert 'value="full"' not in form
    assert asked(client, case, "full").status_code == 422
    page = client.get(case.get_absolute_url()).text
    assert str(masked.uid) in page
    assert str(full.uid) not in page
    assert client.get(full.get_absolute_url()).status_code == 404
    assert client.get(masked.get_absolute_url()).status_code == 200


def test_twice_is_one_report_and_a_failure_can_be_tried_again(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any, monkeypatch: Any
) -> None:
    client = sign_in(cast.bo)
    assert asked(client, case, "masked").url == asked(client, case, "masked").url
    work = Work.objects.get()

    def broken() -> Iterator[Any]:
        raise Refused("Pango saknas.")

    with monkeypatch.context() as without:
        without.setattr(pdf, "_weasyprint", broken)
        assert carry_out(work).sentence == "Pango saknas."
    assert not IssuedFile.objects.exists()
    assert case.event_count == Nonconformity.objects.get(pk=case.pk).event_count
    assert carry_out(work.ask_again()).status == "done"
    assert carry_out(work).status == "done"
    assert IssuedFile.objects.count() == 1


def test_who_has_lost_the_duty_before_the_worker_came_gets_no_report(
    case: Nonconformity, cast: SimpleNamespace, sign_in: Any
) -> None:
    asked(sign_in(cast.bo), case, "full")
    cast.bo.appointments.get().dismiss(by=None, reason="slut")
    work = carry_out(Work.objects.get())
    assert work.status == "failed"
    assert not IssuedFile.objects.exists()


def test_pictures_do_not_come_along(case: Nonconformity, cast: SimpleNamespace) -> None:
    case.attach(by=cast.bo, files=[attachment("bild.txt")])
    assert "bild.txt" in words(content(issued(case, cast.bo)))
