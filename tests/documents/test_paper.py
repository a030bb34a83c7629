"""A version on paper: the archive copy, what stands in it, and prints of what does not apply."""

import hashlib
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from documents import paper
from documents.models import Document, Version
from documents.tasks import make_archive_copy, make_missing_copies, turn_the_day
from qms.history.verify import faults
from qms.records import pdf
from qms.records.models import Attachment, IssuedFile, Work
from qms.records.refusals import Refused
from tests.documents.conftest import DAY, written
from tests.records.test_pdf import fonts, opened, structure, words
from tests.works import carry_out

AT = datetime(2026, 11, 24, 9, 42, tzinfo=UTC)
Adopted = Callable[..., Version]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path
    settings.SITE_URL = "https://takt.example.se"


def for_paper(version: Version) -> Version:
    """Return a version as the worker reads it."""
    found: Version = paper.for_paper().get(pk=version.pk)
    return found


def archived(version: Version) -> IssuedFile:
    """Return the archive copy, made as the worker makes it."""
    assert make_archive_copy(version.pk)
    copy = version.archive_copy
    assert copy
    return copy


def content(copy: IssuedFile) -> bytes:
    """Return the stored bytes."""
    with copy.file.open("rb") as stored:
        return bytes(stored.read())


def flat(raw: bytes) -> str:
    """Return the words of a PDF, without the breaks of its lines."""
    return " ".join(words(raw).replace("\u2010\n", "").split())


def long_text(sections: int) -> str:
    """Return a text with a heading, a list and a table in each section."""
    return "".join(
        f"<h2>Avsnitt {n} om läkemedel</h2><p>{'Åtgärder följs upp varje månad. ' * 40}</p>"
        f"<ul><li>Först</li><li>Sedan</li></ul><h3>Del {n}</h3>"
        "<table><thead><tr><th scope='col'>Vad</th><th scope='col'>Vem</th></tr></thead>"
        "<tbody><tr><td>Dosett</td><td>Sjuksköterska</td></tr></tbody></table>"
        for n in range(1, sections + 1)
    )


# --- When it is made -------------------------------------------------------------------------


def test_it_is_made_when_the_version_enters_force(
    document: Document, adopted: Adopted, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    asked: list[int] = []
    monkeypatch.setattr(make_archive_copy, "delay", asked.append)
    with django_capture_on_commit_callbacks(execute=True):
        version = adopted(document.versions.get())
    assert asked == [version.pk]
    copy = archived(version)
    event = version.story.last()
    assert event
    assert (event.verb, event.actor) == ("keep_archive_copy", None)
    assert event.changes == {"issued": [None, copy.sha256]}
    assert hashlib.sha256(content(copy)).hexdigest() == copy.sha256
    assert list(faults()) == []


def test_the_second_time_nothing_is_made(document: Document, adopted: Adopted) -> None:
    version = adopted(document.versions.get())
    drawn = paper.archive_copy(for_paper(version))
    archived(version)
    assert not make_archive_copy(version.pk)
    with pytest.raises(Refused):
        version.keep_archive_copy(by=None, drawn=drawn)
    assert version.issued.count() == 1


def test_what_was_missed_is_made_in_the_night(
    document: Document, adopted: Adopted, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(make_archive_copy, "delay", asked.append)
    first = adopted(document.versions.get())
    second = adopted(written(document, people.pia), timezone.localdate() + DAY)
    assert make_missing_copies() == 1
    today = timezone.localdate()
    monkeypatch.setattr(timezone, "localdate", lambda *_at: today + DAY)
    assert turn_the_day() == 1
    archived(first)
    asked.clear()
    assert make_missing_copies() == 1
    assert asked == [second.pk]


def test_nothing_is_kept_of_what_never_applied(
    document: Document, adopted: Adopted, people: SimpleNamespace
) -> None:
    version = adopted(document.versions.get(), timezone.localdate() + 3 * DAY)
    assert not make_archive_copy(version.pk)
    version.withdraw(by=people.berit, reason="Fel bilaga")
    assert not make_archive_copy(version.pk)
    draft = written(document, people.pia)
    assert not make_archive_copy(draft.pk)


def test_a_server_that_cannot_draw_leaves_it_for_the_night(
    document: Document, adopted: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = adopted(document.versions.get())

    def broken() -> Any:
        raise Refused("Pango saknas.")

    with monkeypatch.context() as without:
        without.setattr(pdf, "_weasyprint", broken)
        assert not make_archive_copy(version.pk)
    assert archived(version)


# --- What stands in it -----------------------------------------------------------------------


def test_the_head_the_text_and_the_approvals(
    document: Document, adopted: Adopted, people: SimpleNamespace
) -> None:
    archived(adopted(document.versions.get()))
    second = adopted(written(document, people.pia))
    text = flat(content(archived(second)))
    for said in (
        "DOK-0001", "Version 2.0", "Rutin", "Hemtjänst", f"{people.berit.name}, ", "Nästa översyn",
        "Ersätter version 1.0", "I korthet", "Dubbelkontroll.", "Nytt i version 2.0",
        "Ny blankett.", "Ny text.", "Godkännanden", people.maj.name, "Godkänd", people.pia.name,
        "Sida 1 av 2", "takt.example.se/dokument/DOK-0001", second.digest,
    ):  # fmt: skip
        assert said in text, said


def test_a_reviewers_words_never_stand_in_it(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    draft = document.versions.get()
    draft.send_to_review(by=people.pia, reviewers=[(people.maj, None)], in_order=False, quorum=None)
    draft.ask_for_change(by=people.maj, comment="hemligtord")
    copy = archived(adopted(draft))
    assert "hemligtord" not in words(content(copy)) + str(copy.snapshot)
    assert "Har bett om ändring" in flat(content(copy))


def test_a_long_text_has_contents_of_its_own(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    draft = document.versions.get()
    draft.save_text(by=people.pia, body=long_text(12))
    text = words(content(archived(adopted(draft))))
    assert re.search(r"Avsnitt 12 om läkemedel\W+[3-9]\b", text)
    assert "Innehåll" in text


def test_pictures_and_links_lead_somewhere(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    draft = document.versions.get()
    picture = draft.add_picture(by=people.pia, file=drawing(), alt="Dosetten")
    gone = draft.add_picture(by=people.pia, file=drawing(), alt="Bort")
    body = (
        f'<p><img src="{picture.get_absolute_url()}" alt="Dosetten uppifrån"></p>'
        f'<p><img src="{gone.get_absolute_url()}" alt="Borttappad"></p>'
        '<p><a href="/dokument/DOK-0002/">Larm</a></p>'
    )
    draft.save_text(by=people.pia, body=body)
    gone.file.storage.delete(gone.file.name)
    raw = content(archived(adopted(draft)))
    alts = {one["/Alt"] for one in structure(raw, "/Figure")}
    assert "Dosetten uppifrån" in alts
    assert "Bild som saknas: Borttappad" in flat(raw)
    with opened(raw) as inside:
        notes = [note for page in inside.pages for note in page.get("/Annots", [])]
        links = [str(note.A.URI) for note in notes if "/A" in note]
    assert links == ["https://takt.example.se/dokument/DOK-0002/"]


def drawing() -> Attachment:
    """Return a small picture that is not stored yet."""
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(out, "PNG")
    file = ContentFile(out.getvalue(), "bild.png")
    digest = hashlib.sha256(out.getvalue()).hexdigest()
    return Attachment(
        file=file, name="bild.png", media_type="image/png", size=file.size, sha256=digest
    )


def test_a_file_is_inside_behind_a_cover(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    draft = document.versions.get()
    kept = b"%PDF-1.4 inneh\xc3\xa5ll"
    digest = hashlib.sha256(kept).hexdigest()
    file = Attachment(
        file=ContentFile(kept, "x"), name="Lathund å.pdf", media_type="application/pdf",
        size=len(kept), sha256=digest,
    )  # fmt: skip
    draft.save_text(by=people.pia, body="")
    draft.put_file(by=people.pia, file=file, summary="Så gör du.")
    raw = content(archived(adopted(draft)))
    text = flat(raw)
    assert "Lathund å.pdf" in text
    assert digest in text.replace(" ", "")
    with opened(raw) as inside:
        files = {one.filename: one.get_file() for one in inside.attachments.values()}
        assert files["Lathund å.pdf"].read_bytes() == kept


def test_long_words_and_wide_tables_stay_on_the_page(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    draft = document.versions.get()
    cells = "".join(f"<td>kolumn{n}</td>" for n in range(12))
    body = f"<p>{'läkemedelsgenomgång' * 20}</p><table><tbody><tr>{cells}</tr></tbody></table>"
    draft.save_text(by=people.pia, body=body)
    raw = content(archived(adopted(draft)))
    with opened(raw) as inside:
        widths = {round(float(page.mediabox[2])) for page in inside.pages}
    assert widths == {595, 842}
    assert all(f"kolumn{n}" in words(raw) for n in range(12))


# --- The file --------------------------------------------------------------------------------


def test_it_is_archival_and_can_be_read_aloud(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    raw = content(archived(adopted(document.versions.get())))
    with opened(raw) as inside:
        assert inside.check_pdf_syntax() == []
        root = inside.Root
        assert str(root.Lang) == "sv"
        assert root.MarkInfo.Marked
        assert "/StructTreeRoot" in root
        assert "/OutputIntents" in root
        assert str(inside.docinfo["/Title"]) == "DOK-0001 Dosett"
        said = root.Metadata.read_bytes().decode()
        assert 'pdfaid:part="3" pdfaid:conformance="A"' in said
        assert "<pdfuaid:part>1</pdfuaid:part>" in said
        assert list(inside.attachments) == ["DOK-0001-1.0.json"]
    assert {font["/FontFamily"] for font in fonts(raw)} == {pdf.FAMILY}
    assert structure(raw, "/H1")
    assert len(structure(raw, "/TH")) >= 4


def test_the_same_version_is_the_same_bytes(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    draft = document.versions.get()
    draft.save_text(by=people.pia, body=long_text(8))
    version = for_paper(adopted(draft))
    first = paper.archive_copy(version, AT)
    assert first == paper.archive_copy(for_paper(version), AT)


@pytest.mark.parametrize(
    "statement", ["update records_issuedfile set sha256 = ''", "delete from records_issuedfile"]
)
def test_nobody_changes_it(statement: str, document: Document, adopted: Adopted) -> None:
    archived(adopted(document.versions.get()))
    with pytest.raises(DatabaseError, match="not allowed"), transaction.atomic():
        connection.cursor().execute(statement)


def test_a_changed_file_shows_and_is_not_sent(
    document: Document, adopted: Adopted, people: SimpleNamespace, sign_in: Any, tmp_path: Path
) -> None:
    copy = archived(adopted(document.versions.get()))
    (tmp_path / copy.file.name).write_bytes(b"%PDF-annat")
    assert "changed" in "".join(faults())
    assert sign_in(people.maj).get(f"{document.get_absolute_url()}v/1.0/pdf/").status_code == 404


# --- On the pages ----------------------------------------------------------------------------


def test_whoever_reads_it_fetches_the_copy(
    document: Document, adopted: Adopted, people: SimpleNamespace, sign_in: Any
) -> None:
    copy = archived(adopted(document.versions.get()))
    client = sign_in(people.maj)
    page = client.get(document.get_absolute_url()).text
    address = f"{document.get_absolute_url()}v/1.0/pdf/"
    assert f'href="{address}"' in page
    assert "Arkivkopia" not in page
    sent = client.get(address)
    assert b"".join(sent.streaming_content) == content(copy)
    assert "DOK-0001-1.0.pdf" in sent.headers["Content-Disposition"]
    assert sign_in(people.frank).get(address).status_code == 404
    assert sign_in(people.frank).get(copy.get_absolute_url()).status_code == 404
    assert "Arkivkopia" in sign_in(people.pia).get(document.get_absolute_url()).text


def test_an_old_version_is_fetched_with_that_across_each_page(
    document: Document, adopted: Adopted, people: SimpleNamespace, sign_in: Any
) -> None:
    archived(adopted(document.versions.get()))
    adopted(written(document, people.pia))
    client = sign_in(people.maj)
    address = f"{document.get_absolute_url()}v/1.0/pdf/"
    assert client.get(address).status_code == 302
    raw = fetched(client, address)
    assert flat(raw).count("Gäller inte längre") >= 2
    assert "Kontrollera dosetten" in flat(raw)


def fetched(client: Any, address: str) -> bytes:
    """Ask for a PDF, let the worker draw it, and return it."""
    answer = client.post(address)
    work = carry_out(Work.objects.latest("pk"))
    assert (answer.url, work.status) == (work.get_absolute_url(), "done"), work.sentence
    with work.file.open("rb") as stored:
        return bytes(stored.read())


def test_a_draft_is_printed_as_a_draft_for_those_at_work_with_it(
    document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    address = f"{document.get_absolute_url()}v/1.0/pdf/"
    assert sign_in(people.maj).post(address).status_code == 404
    raw = fetched(sign_in(people.pia), address)
    assert "Det här är ett utkast" in flat(raw)
    assert not IssuedFile.objects.exists()


def test_who_no_longer_sees_it_gets_no_print(
    document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    sign_in(people.pia).post(f"{document.get_absolute_url()}v/1.0/pdf/")
    people.pia.appointments.get().dismiss(by=None, reason="slut")
    work = carry_out(Work.objects.get())
    assert (work.status, bool(work.file)) == ("failed", False)


def test_a_printed_page_says_where_the_truth_is(
    document: Document, adopted: Adopted, people: SimpleNamespace, sign_in: Any
) -> None:
    adopted(document.versions.get())
    adopted(written(document, people.pia))
    client = sign_in(people.maj)
    page = client.get(document.get_absolute_url()).text
    assert "Kontrollera att den gäller: takt.example.se/dokument/DOK-0001" in page
    assert "Gäller inte längre" not in page
    old = client.get(f"{document.get_absolute_url()}v/1.0/").text
    assert old.count("Gäller inte längre") >= 2
