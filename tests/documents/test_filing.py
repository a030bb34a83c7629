"""A file in the place of a text, a Word file opened in it, and any version as a Word file."""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from documents.models import Document, IncomingWord, Version
from documents.tasks import read_file, tidy_files
from qms.records.files import check
from qms.records.models import Attachment
from qms.records.refusals import NotAllowed, Refused, WrongStatus
from tests.documents.test_texts import pdf
from tests.documents.word_files import ALT, bomb, repacked, saved
from tests.documents.word_files import routine as word_file

pytestmark = pytest.mark.django_db
Adopted = Callable[..., Version]
SECRET = "Nyckeln ligger under krukan."


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def draft(document: Document) -> Version:
    return document.versions.get()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def a_pdf(words: str = SECRET) -> bytes:
    return pdf(f'<html lang="sv"><p>{words}</p></html>')


def put(version: Version, by: Any, content: bytes | None = None, name: str = "plan.pdf") -> Version:
    file = check(upload(name, content or a_pdf()))
    version.put_file(by=by, file=file, summary="Var nyckeln finns.")
    version.refresh_from_db()
    return version


def at(name: str, version: Version, *more: Any) -> str:
    return reverse(f"documents:{name}", args=[version.document.number, *more])


# --- The model ------------------------------------------------------------------------------------


def test_a_file_takes_the_place_of_the_text_and_its_words_are_read(
    draft: Version, people: SimpleNamespace, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=False) as asked:
        put(draft, people.pia)
    assert asked
    assert (draft.body, draft.plain, draft.file_state) == ("", "", "waiting")
    read_file(draft.pk, draft.file_id)
    draft.refresh_from_db()
    assert (draft.file_state, SECRET in draft.file_text) == ("found", True)
    assert draft.file.record == draft
    assert draft.story.filter(verb="put_file").get().changes["file_sha256"][1] == draft.file.sha256


def test_a_replaced_file_is_kept_with_the_record_and_told(
    draft: Version, people: SimpleNamespace
) -> None:
    first = put(draft, people.pia).file
    put(draft, people.pia, a_pdf("Annan text."))
    assert draft.file != first
    told = draft.story.filter(verb="put_file").last()
    assert told.changes["file_sha256"] == [first.sha256, draft.file.sha256]


def test_the_file_of_an_adopted_version_stays_when_the_next_one_has_another(
    draft: Version, people: SimpleNamespace, adopted: Adopted
) -> None:
    put(draft, people.pia)
    first = adopted(draft)
    second = draft.document.new_version(by=people.pia)
    assert second.file == first.file
    put(second, people.pia, a_pdf("Ny plan."))
    assert Attachment.objects.filter(pk=first.file_id).exists()
    assert second.file_id != first.file_id


def test_words_that_are_read_too_late_do_not_touch_what_is_adopted(
    draft: Version, people: SimpleNamespace, adopted: Adopted
) -> None:
    put(draft, people.pia)
    version = adopted(draft)
    read_file(version.pk, version.file_id)
    version.refresh_from_db()
    assert version.file_text == ""


def test_a_file_needs_a_summary_and_somebody_who_may_write(
    draft: Version, people: SimpleNamespace
) -> None:
    file = check(upload("plan.pdf", a_pdf()))
    with pytest.raises(Refused):
        draft.put_file(by=people.pia, file=file, summary=" ")
    with pytest.raises(NotAllowed):
        draft.put_file(by=people.frank, file=file, summary="Plan")
    with pytest.raises(Refused):
        draft.put_file(by=people.pia, file=check(upload("a.txt", b"text")), summary="Plan")
    assert not Attachment.objects.exists()


def test_a_file_is_not_put_in_what_is_adopted(
    draft: Version, people: SimpleNamespace, adopted: Adopted
) -> None:
    version = adopted(draft)
    with pytest.raises(WrongStatus):
        put(version, people.pia)


def test_a_scanned_file_says_that_it_cannot_be_searched(
    draft: Version, people: SimpleNamespace
) -> None:
    put(draft, people.pia, a_pdf("&nbsp;"))
    read_file(draft.pk, draft.file_id)
    draft.refresh_from_db()
    assert "inskannad" in draft.file_says


def test_a_file_that_is_gone_stops_no_task(draft: Version, people: SimpleNamespace) -> None:
    put(draft, people.pia)
    draft.file.file.storage.delete(draft.file.file.name)
    read_file(draft.pk, draft.file_id)
    read_file(draft.pk, 0)
    read_file(0, 0)


# --- The pages ------------------------------------------------------------------------------------


def test_a_file_is_put_in_the_draft_by_page(
    draft: Version, people: SimpleNamespace, client: Client
) -> None:
    client.force_login(people.pia)
    answer = {"file": upload("plan.pdf", a_pdf()), "summary": "Var nyckeln finns.", "instead": "on"}
    page = client.post(at("draft_file", draft), answer)
    assert page.status_code == 302
    draft.refresh_from_db()
    assert draft.file.name == "plan.pdf"
    shown = client.get(page["Location"]).content.decode()
    assert "plan.pdf" in shown
    assert client.get(draft.file.get_absolute_url()).status_code == 200


def test_a_text_is_not_thrown_away_unasked(
    draft: Version, people: SimpleNamespace, client: Client
) -> None:
    client.force_login(people.pia)
    answer = {"file": upload("plan.pdf", a_pdf()), "summary": "Var nyckeln finns."}
    page = client.post(at("draft_file", draft), answer)
    assert page.status_code == 422
    assert "Var nyckeln finns." in page.content.decode()
    draft.refresh_from_db()
    assert draft.body


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("plan.pdf", b"MZ" + bytes(300), "program"),
        ("plan.pdf", b"<html><script>alert(1)</script>", "webbsida"),
        (
            "plan.docx",
            lambda: repacked(saved(word_file()), {}, word__vbaProject_bin=b"x"),
            "makron",
        ),
        ("plan.docx", bomb, "packas upp"),
        ("plan.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "docx"),
        ("plan.txt", b"bara text", "inget dokument"),
        ("plan.pdf", b"", "tom"),
    ],
)
def test_a_file_that_may_not_stand_is_said_and_the_summary_is_kept(
    draft: Version, people: SimpleNamespace, client: Client, name: str, content: Any, says: str
) -> None:
    client.force_login(people.pia)
    sent = content() if callable(content) else content
    answer = {"file": upload(name, sent), "summary": "Var nyckeln finns.", "instead": "on"}
    page = client.post(at("draft_file", draft), answer)
    assert page.status_code == 422
    text = page.content.decode()
    assert says in text
    assert "Var nyckeln finns." in text
    assert not Attachment.objects.exists()


def test_a_file_of_200_mb_is_told_how_to_become_smaller(
    draft: Version, people: SimpleNamespace, client: Client
) -> None:
    client.force_login(people.pia)
    big = upload("plan.pdf", a_pdf())
    answer = {"file": big, "summary": "Var nyckeln finns.", "instead": "on"}
    with (
        mock.patch("qms.records.files._too_big", side_effect=lambda *a, **k: "200 MB"),
        mock.patch("django.conf.settings.ATTACHMENT_MAX_BYTES", 10),
    ):
        page = client.post(at("draft_file", draft), answer)
    assert page.status_code == 422
    assert "200 MB" in page.content.decode()
    assert "Var nyckeln finns." in page.content.decode()


def test_who_may_not_write_gets_no_page(
    draft: Version, people: SimpleNamespace, client: Client, adopted: Adopted
) -> None:
    adopted(draft)
    draft.document.new_version(by=people.pia)
    for person, status in ((people.frank, 404), (people.anna, 404), (people.maj, 404)):
        client.force_login(person)
        for name in ("draft_file", "word"):
            assert client.get(at(name, draft)).status_code == status


def test_a_file_is_removed_for_a_text(
    draft: Version, people: SimpleNamespace, client: Client
) -> None:
    put(draft, people.pia)
    client.force_login(people.pia)
    assert client.post(at("draft_file_remove", draft)).status_code == 302
    draft.refresh_from_db()
    assert (draft.file, draft.file_text, draft.file_state) == (None, "", "")
    assert client.post(at("draft_file_remove", draft)).status_code == 302, "twice"


# --- Word in --------------------------------------------------------------------------------------


def open_word(client: Client, draft: Version, content: bytes | None = None) -> Any:
    sent = upload("rutin.docx", content or saved(word_file()))
    return client.post(at("word", draft), {"file": sent})


def test_a_word_file_is_shown_before_it_becomes_the_text(
    draft: Version, people: SimpleNamespace, client: Client
) -> None:
    client.force_login(people.pia)
    page = open_word(client, draft)
    shown = client.get(page["Location"])
    text = shown.content.decode()
    assert "Hämta nyckeln" in text
    assert "<del>" in text, "what differs from the text that stands there"
    draft.refresh_from_db()
    assert "Hämta nyckeln" not in draft.body
    assert client.post(page["Location"], {"saw": draft.revision}).status_code == 302
    draft.refresh_from_db()
    assert "Hämta nyckeln" in draft.body
    picture = draft.attachments.get()
    assert f'<img src="{picture.get_absolute_url()}" alt="{ALT}">' in draft.body
    assert client.get(picture.get_absolute_url()).status_code == 200
    assert not IncomingWord.objects.exists()
    assert client.post(page["Location"], {"saw": draft.revision}).status_code == 302, "twice"
    assert draft.attachments.count() == 1


def test_a_text_saved_meanwhile_is_not_lost(
    draft: Version, people: SimpleNamespace, client: Client
) -> None:
    client.force_login(people.pia)
    page = open_word(client, draft)
    draft.save_text(by=people.pia, body="<p>Skrivet i en annan flik.</p>")
    answer = client.post(page["Location"], {"saw": draft.revision - 1})
    assert answer.status_code == 409
    assert "Skrivet i en annan flik." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.body == "<p>Skrivet i en annan flik.</p>"


def test_a_word_file_that_cannot_be_opened_is_said(
    draft: Version, people: SimpleNamespace, client: Client
) -> None:
    client.force_login(people.pia)
    assert "inskannad" in open_word(client, draft, saved(docx.Document())).content.decode()
    page = client.post(at("word", draft), {"file": upload("a.docx", a_pdf())})
    assert page.status_code == 422
    assert "ingen Word-fil" in page.content.decode()
    assert not IncomingWord.objects.exists()


def test_nobody_else_sees_a_word_file_on_its_way(
    draft: Version, people: SimpleNamespace, client: Client
) -> None:
    client.force_login(people.pia)
    page = open_word(client, draft)
    client.force_login(people.berit)
    assert client.get(page["Location"]).status_code == 302
    assert tidy_files() == 0
    IncomingWord.objects.update(sent_at="2020-01-01T00:00Z")
    tidy_files()
    assert not IncomingWord.objects.exists()


# --- Word out -------------------------------------------------------------------------------------


def test_a_version_is_fetched_as_a_word_file(
    draft: Version, people: SimpleNamespace, client: Client, adopted: Adopted
) -> None:
    version = adopted(draft)
    client.force_login(people.anna)
    page = client.get(at("export_word", version, version.label))
    assert page.status_code == 200
    assert page["Content-Disposition"].startswith("attachment")
    file = docx.Document(io.BytesIO(b"".join(page.streaming_content)))
    assert "Kontrollera dosetten." in [line.text for line in file.paragraphs]
    assert file.tables[0].cell(0, 1).text == version.document.number
    client.force_login(people.frank)
    assert client.get(at("export_word", version, version.label)).status_code == 404


def test_a_file_has_no_text_to_fetch(
    draft: Version, people: SimpleNamespace, client: Client
) -> None:
    put(draft, people.pia)
    client.force_login(people.pia)
    assert client.get(at("export_word", draft, draft.label)).status_code == 404
