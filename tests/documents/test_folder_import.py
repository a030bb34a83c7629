"""A folder of documents: shown before anything is stored, and what is wrong is said row by row."""

import io
import zipfile
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError
from django.test import Client

from documents.importing import storing
from documents.importing.cells import earlier_of, version_of
from documents.importing.folder import Directory, Zip
from documents.importing.preparing import again, examine, receive
from documents.models import Document, DocumentImport, Version
from qms.records.line import Line
from qms.records.models import Work
from tests.documents.test_texts import pdf
from tests.documents.word_files import ALT, bomb, routine, saved
from tests.works import carry_out

pytestmark = pytest.mark.django_db
HEAD = (
    "Titel;Dokumenttyp;Enhet;Filnamn;Version;Gäller från;Nästa översyn;Ägare;Krav;"
    "Tidigare versioner"
)
NIGHT = (
    "Nycklar på natten;rutin;{north};Nyckelrutin åäö.docx;3.0;2025-02-01;2027-02-01;bo;8.5.1;"
    "gammal.pdf (2.0, 2021-03-04)"
)
PLAN = "Utrymningsplan;instruktion;{north};plan.pdf;;2024-05-06;;;;"


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Path, base: None) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def rows(units: SimpleNamespace) -> Any:
    """Return the list as CSV, with the code of a unit in its place."""

    def _rows(*lines: str) -> bytes:
        return "\r\n".join([HEAD, *lines]).format(north=units.north.code).encode("utf-8-sig")

    return _rows


def files() -> dict[str, bytes]:
    return {
        "Nyckelrutin åäö.docx": saved(routine()),
        "plan.pdf": pdf('<html lang="sv"><p>Gå ut genom köket.</p></html>'),
        "gammal.pdf": pdf('<html lang="sv"><p>Så var det förr.</p></html>'),
    }


def packed(listing: bytes | None, top: str = "", **more: bytes) -> io.BytesIO:
    """A packed folder, as Windows packs it."""
    out = io.BytesIO()
    content = files() | {name.replace("__", "/"): found for name, found in more.items()}
    if listing is not None:
        content["lista.csv"] = listing
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, found in content.items():
            package.writestr(top + name, found)
    out.seek(0)
    return out


def received(folder: io.BytesIO, by: Any, **more: Any) -> DocumentImport:
    return receive(folder, "mapp.zip", len(folder.getvalue()), by=by, **more)


def imported(folder: io.BytesIO, by: Any) -> DocumentImport:
    row = received(folder, by)
    counts = examine(row)
    assert counts["ready"], counts["problems"]
    assert storing.begin(row, by=by, skips=True)
    storing.store(row, by=by)
    return row


# --- What becomes of it ---------------------------------------------------------------------------


def test_a_word_file_becomes_a_text_and_a_pdf_stays_a_file(
    rows: Any, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    imported(packed(rows(NIGHT, PLAN)), people.cecilia)
    night = Document.objects.get(versions__title="Nycklar på natten", versions__major=3)
    version = night.valid_version
    assert (version.label, version.status, version.valid_from) == (
        "3.0",
        "in_force",
        date(2025, 2, 1),
    )
    assert "<h2>Före passet</h2>" in version.body
    assert ALT in version.body
    assert night.owner == people.bo
    assert [clause.number for clause in night.clauses.all()] == ["8.5.1"]
    assert night.review_on == date(2027, 2, 1)
    plan = Document.objects.get(versions__title="Utrymningsplan").valid_version
    assert (plan.file.name, plan.body) == ("plan.pdf", "")
    assert "Gå ut genom köket." in plan.file_text
    assert plan.document.owner == Line(units.north).nearest_manager()


def test_an_earlier_version_stands_as_superseded_with_its_days(
    rows: Any, people: SimpleNamespace
) -> None:
    imported(packed(rows(NIGHT)), people.cecilia)
    before = Version.objects.get(major=2)
    assert (before.status, before.valid_from, before.ended_on) == (
        "superseded", date(2021, 3, 4), date(2025, 2, 1),
    )  # fmt: skip
    assert before.document.valid_on(date(2022, 1, 1)) == before
    assert "Så var det förr." in before.file_text


def test_what_was_imported_has_one_event_and_is_frozen(rows: Any, people: SimpleNamespace) -> None:
    row = imported(packed(rows(NIGHT)), people.cecilia)
    version = Version.objects.get(major=3)
    (event,) = version.story
    assert (event.verb, event.changes["import"][1]) == ("import", str(row.uid))
    assert event.changes["sha256"][1] == version.digest
    assert [each.verb for each in version.document.story] == ["import"]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update documents_version set body = 'x' where id = %s", [version.pk])


def test_the_same_folder_twice_brings_nothing_twice(rows: Any, people: SimpleNamespace) -> None:
    row = imported(packed(rows(NIGHT, PLAN)), people.cecilia)
    assert not storing.begin(row, by=people.cecilia, skips=True)
    storing.store(row, by=people.cecilia)
    again_ = received(packed(rows(NIGHT, PLAN.replace("Utrymningsplan", "Plan"))), people.cecilia)
    counts = examine(again_)
    assert (counts["ready"], counts["doubles"]) == (0, 2), "the title, and the file"
    with pytest.raises(ValidationError):
        storing.begin(again_, by=people.cecilia, skips=True)
    assert Document.objects.count() == 2


def test_a_killed_worker_goes_on_where_it_was(rows: Any, people: SimpleNamespace) -> None:
    row = received(packed(rows(NIGHT, PLAN)), people.cecilia)
    examine(row)
    storing.begin(row, by=people.cecilia, skips=False)

    def killed(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        storing.store(row, by=people.cecilia, tell=killed)
    assert Document.objects.count() == 1
    row.refresh_from_db()
    counts = storing.store(row, by=people.cecilia)
    assert Document.objects.count() == 2
    assert (row.status, counts["ready"]) == ("stored", 2)


# --- What is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Nycklar på natten", "", "Titeln saknas"),
        ("Nycklar på natten", "å" * 151, "högst 150"),
        ("rutin;", "lathund;", "lathund"),
        ("{north}", "Månbasen", "Månbasen"),
        ("Nyckelrutin åäö.docx", "borta.docx", "finns inte i mappen"),
        ("Nyckelrutin åäö.docx", "", "Filnamnet saknas"),
        ("3.0", "trean", "inget versionsnummer"),
        ("3.0", "2.0", "Två versioner heter 2.0"),
        ("2025-02-01", "2020-01-01", "började gälla efter"),
        ("2025-02-01", "hösten", "hösten"),
        ("2025-02-01", "2026-12-31", "inte börjat gälla"),
        (";bo;", ";Okänd Person;", "Okänd Person"),
        (";bo;", ";frank;", "arbetar inte"),
        ("8.5.1", "99.9", "99.9"),
        (" (2.0, 2021-03-04)", "", "Skriv dagen"),
        ("gammal.pdf", "makro.docx", "makron"),
    ],
)
def test_what_is_wrong_with_a_row_is_said(
    rows: Any, people: SimpleNamespace, old: str, new: str, says: str
) -> None:
    from tests.documents.word_files import repacked

    more = {"makro.docx": repacked(saved(routine()), {}, word__vbaProject_bin=b"x")}
    row = received(packed(rows(NIGHT.replace(old, new), PLAN), **more), people.cecilia)
    counts = examine(row)
    assert (counts["ready"], counts["failed"]) == (1, 1), counts["problems"]
    assert says in " ".join(counts["problems"][0][1])
    with pytest.raises(ValidationError):
        storing.begin(row, by=people.cecilia, skips=False)
    faults = row.faults.read().decode("utf-8-sig")
    assert says in faults
    assert "Utrymningsplan" not in faults


def test_the_mended_rows_are_sent_for_the_same_folder(rows: Any, people: SimpleNamespace) -> None:
    broken = NIGHT.replace("Nyckelrutin åäö.docx", "Nyckelrutin.docx")
    row = imported(packed(rows(broken, PLAN)), people.cecilia)
    assert row.counts["failed"] == 1
    mended = again(row, io.BytesIO(rows(NIGHT)), by=people.cecilia)
    assert mended != row
    assert examine(mended)["ready"] == 1


def test_files_that_no_row_names_are_listed(rows: Any, people: SimpleNamespace) -> None:
    row = received(packed(rows(PLAN), extra__bild=b"x"), people.cecilia)
    counts = examine(row)
    assert counts["unused"] == ["Nyckelrutin åäö.docx", "extra/bild", "gammal.pdf"]


@pytest.mark.parametrize(
    ("folder", "says"),
    [
        (lambda: packed(None), "ingen lista"),
        (lambda: packed(b"Titel;Filnamn\r\nA;b.docx\r\n"), "ingen kolumn för: Dokumenttyp, Enhet"),
        (lambda: io.BytesIO(b"no zip"), "ingen ZIP-fil"),
        (lambda: io.BytesIO(bomb()), "packas upp"),
    ],
)
def test_a_folder_that_cannot_be_read_is_said(
    people: SimpleNamespace, folder: Any, says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        received(folder(), people.cecilia)
    assert not DocumentImport.objects.exists()


# --- Names of files -------------------------------------------------------------------------------


def test_names_from_windows_are_read_as_they_were_meant() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in ("Rutin_QQQ.docx", "mac_QQQQQQ.docx"):
            package.writestr(name, b"x")
    dos, mac = "åäö".encode("cp850"), "åäö".encode()
    content = out.getvalue().replace(b"QQQQQQ", mac).replace(b"QQQ", dos)
    names = [entry.path for entry in Zip(io.BytesIO(content)).entries]
    assert names == ["Rutin_åäö.docx", "mac_åäö.docx"]


def test_a_name_that_leads_out_of_the_folder_is_left_out(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in (
            "../ut.docx",
            "/etc/passwd",
            "C:/x.docx",
            "inne/ok.docx",
            "__MACOSX/x",
            "~$l.docx",
        ):
            package.writestr(name, b"x")
    folder = Zip(out)
    assert [entry.path for entry in folder.entries] == ["inne/ok.docx"]
    assert len(folder.refused) == 3
    (tmp_path / "mapp").mkdir()
    (tmp_path / "hemlig.docx").write_bytes(b"x")
    (tmp_path / "mapp" / "lank.docx").symlink_to(tmp_path / "hemlig.docx")
    directory = Directory(tmp_path / "mapp")
    assert (directory.entries, directory.refused) == ([], ["lank.docx"])


def test_a_name_is_found_with_or_without_folder_and_ending(rows: Any) -> None:
    folder = Zip(packed(b"", top="Rutiner 2025/"))
    for name in ("plan.pdf", "PLAN", "Rutiner 2025\\plan.pdf", "annan mapp/plan.pdf", "./plan.pdf"):
        assert [entry.name for entry in folder.named(name)] == ["plan.pdf"], name
    assert folder.named("saknas.pdf") == []


def test_two_files_of_one_name_are_asked_about(rows: Any, people: SimpleNamespace) -> None:
    row = received(packed(rows(PLAN), mapp__plan_pdf=b"x", **{"a/plan.pdf": b"y"}), people.cecilia)
    assert examine(row)["ready"] == 1, "the one that lies where the row says"
    nested = PLAN.replace("plan.pdf", "b/plan.pdf")
    other = received(packed(rows(nested), **{"a/plan.pdf": b"y"}), people.cecilia)
    assert "Flera filer" in " ".join(examine(other)["problems"][0][1])


@pytest.mark.parametrize(
    ("cell", "number"),
    [("4", (4, 0)), (4.1, (4, 1)), ("v2.10", (2, 10)), ("Version 3", (3, 0)), ("x", None)],
)
def test_version_numbers(cell: Any, number: Any) -> None:
    assert version_of(cell) == number


def test_earlier_versions_in_a_cell() -> None:
    cell = "Rutin v1 2019-01-05.docx; Rutin v2.docx (2.1, 2021-03-01)\nUtan.pdf"
    found = [(each.file, each.number, each.day) for each in earlier_of(cell)]
    assert found == [
        ("Rutin v1 2019-01-05.docx", (1, 0), date(2019, 1, 5)),
        ("Rutin v2.docx", (2, 1), date(2021, 3, 1)),
        ("Utan.pdf", None, None),
    ]


# --- Pages and command ----------------------------------------------------------------------------


def test_a_folder_is_imported_by_page(rows: Any, people: SimpleNamespace, client: Client) -> None:
    client.force_login(people.cecilia)
    sent = SimpleUploadedFile("mapp.zip", packed(rows(NIGHT, PLAN)).getvalue())
    page = client.post("/import/dokument/", {"folder": sent})
    assert page.status_code == 302
    assert carry_out(Work.objects.get()).status == "done"
    row = DocumentImport.objects.get()
    shown = client.get(row.get_absolute_url()).content.decode()
    assert "Nycklar på natten" in shown
    assert "Importera 2 dokument" in shown
    assert not Document.objects.exists()
    assert client.post(row.get_absolute_url()).status_code == 302
    assert carry_out(Work.objects.order_by("-pk").first()).status == "done"
    shown = client.get(row.get_absolute_url()).content.decode()
    assert "2 dokument har importerats" in shown
    assert client.post(row.get_absolute_url()).status_code == 302, "twice"
    assert Document.objects.count() == 2
    document = Document.objects.first()
    assert client.get(document.get_absolute_url()).status_code == 200


def test_a_list_beside_the_folder_and_a_workbook(
    units: SimpleNamespace, people: SimpleNamespace, client: Client
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Titel", "Typ", "Enhet", "Filnamn", "Giltig från"])
    book.active.append(["Plan", "Rutin", units.north.name, "plan.pdf", date(2024, 1, 2)])
    client.force_login(people.cecilia)
    sent = {
        "folder": SimpleUploadedFile("mapp.zip", packed(None).getvalue()),
        "listing": SimpleUploadedFile("lista.xlsx", saved(book)),
    }
    assert client.post("/import/dokument/", sent).status_code == 302
    row = DocumentImport.objects.get()
    assert examine(row)["ready"] == 1


def test_the_reason_stands_beside_the_question(people: SimpleNamespace, client: Client) -> None:
    client.force_login(people.cecilia)
    sent = SimpleUploadedFile("mapp.zip", packed(None).getvalue())
    page = client.post("/import/dokument/", {"folder": sent})
    assert page.status_code == 422
    assert "ingen lista" in page.content.decode()


def test_giving_up_removes_the_folder(rows: Any, people: SimpleNamespace, client: Client) -> None:
    row = received(packed(rows(PLAN)), people.cecilia)
    client.force_login(people.cecilia)
    assert client.post(f"/import/dokument/{row.uid}/avbryt/").status_code == 302
    row.refresh_from_db()
    assert (row.status, row.has_file) == ("given_up", False)


def test_a_folder_on_the_server_is_imported_by_command(
    rows: Any, people: SimpleNamespace, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    folder = tmp_path / "mapp"
    folder.mkdir()
    for name, content in files().items():
        (folder / name).write_bytes(content)
    (folder / "lista.csv").write_bytes(rows(NIGHT, PLAN.replace("plan.pdf", "fel.pdf")))
    call_command("import_documents", folder, "--dry-run")
    assert "1 dokument kan importeras" in capsys.readouterr().out
    with pytest.raises(CommandError, match="rätta"):
        call_command("import_documents", folder, user="cecilia")
    with pytest.raises(CommandError, match="får inte importera"):
        call_command("import_documents", folder, user="anna", skip_faulty=True)
    assert not Document.objects.exists()
    call_command("import_documents", folder, user="cecilia", skip_faulty=True)
    assert Document.objects.get().valid_version.title == "Nycklar på natten"
