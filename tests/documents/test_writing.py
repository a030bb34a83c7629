"""The desk: what is written is stored, or kept and shown with the reason; nothing is lost."""

from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from documents.models import Document, Version
from tests.documents.conftest import Callable, written

DATA = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def desk(document: Document) -> str:
    """The address of the desk."""
    return reverse("documents:write", args=[document.number])


def sent(version: Version, **more: Any) -> dict[str, Any]:
    """Return what the form sends when nothing is touched, with what is."""
    return {"title": version.title, "summary": version.summary, "saw": version.revision} | more


def draft(document: Document) -> Version:
    """Return the draft as it stands."""
    return document.versions.get(status="draft")


def photo(name: str = "bild.png") -> SimpleUploadedFile:
    """Return a small picture."""
    out = BytesIO()
    Image.new("RGB", (8, 8), "navy").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def test_who_writes_sees_the_text_in_both_shapes(
    desk: str, people: SimpleNamespace, sign_in: Any
) -> None:
    page = sign_in(people.pia).get(desk).content.decode()
    assert "Kontrollera dosetten.</textarea>" in page
    assert "&lt;p&gt;Kontrollera dosetten.&lt;/p&gt;</textarea>" in page
    assert 'name="plain"' in page
    assert "Språkhjälp" in page


def test_who_does_not_write_finds_no_desk(desk: str, people: SimpleNamespace, sign_in: Any) -> None:
    for name in ("frank", "maj", "gun", "nils"):
        assert sign_in(getattr(people, name)).get(desk).status_code == 404
        assert sign_in(getattr(people, name)).post(desk, {}, **DATA).status_code == 404


def test_the_editor_sends_html_and_the_field_lines(
    desk: str, document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    client = sign_in(people.pia)
    client.post(desk, sent(draft(document), body="<h1>Vem</h1><p onclick='x'>Du</p>"))
    assert draft(document).body == "<h2>Vem</h2><p>Du</p>"
    client.post(desk, sent(draft(document), plain="## Vem\r\n\r\n- Du\r\n- Jag"))
    assert draft(document).body == "<h2>Vem</h2><ul><li>Du</li><li>Jag</li></ul>"
    assert draft(document).plain == "Vem\nDu\nJag"


def test_what_was_removed_is_told(
    desk: str, document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    body = "<p>Du</p><script>x()</script><img src='http://127.0.0.1/x.png'>"
    answer = sign_in(people.pia).post(desk, sent(draft(document), body=body), follow=True)
    page = answer.content.decode()
    assert "Ett program i texten togs bort." in page
    assert "En bild från ett annat ställe togs bort" in page


def test_autosave_says_when_it_is_saved_and_what_it_knows(
    desk: str, document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    client = sign_in(people.pia)
    before = draft(document)
    answer = client.post(desk, sent(before, body="<p>Ny.</p>"), **DATA)
    assert answer.status_code == 200
    assert answer.json()["revision"] == before.revision + 1
    assert answer.json()["saved"].startswith("Sparat kl. ")
    again = client.post(desk, sent(before, body="<p>Ny.</p>"), **DATA)
    assert again.json()["revision"] == before.revision + 1
    assert document.versions.get().story.filter(verb="write").count() == 1


def test_a_stale_page_loses_nothing_and_shows_both(
    desk: str, document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    client = sign_in(people.pia)
    opened = draft(document)
    client.post(desk, sent(opened, body="<p>Kontrollera dosetten två gånger.</p>"))
    late = sent(opened, body="<p>Kontrollera dosetten noga.</p>", title="Dosetter")
    told = client.post(desk, late, **DATA)
    assert told.status_code == 409
    assert "Båda texterna visas" in told.json()["fault"]
    answer = client.post(desk, late)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "två gånger" in page
    assert "Kontrollera dosetten noga.</textarea>" in page
    assert "Dosetter" in page
    stored = draft(document)
    assert f'name="saw" value="{stored.revision}"' in page
    client.post(desk, late | {"saw": stored.revision})
    assert draft(document).body == "<p>Kontrollera dosetten noga.</p>"


def test_somebody_else_holds_the_pen_until_it_is_taken_over(
    desk: str, document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    sign_in(people.pia).get(desk)
    client = sign_in(people.berit)
    answer = client.get(desk, follow=True)
    assert answer.redirect_chain == [(f"/dokument/{document.number}/utkast/", 302)]
    assert "redigerar sedan" in answer.content.decode()
    text = sent(draft(document), body="<p>Berits text.</p>")
    refused = client.post(desk, text)
    assert refused.status_code == 409
    assert "Berits text.</textarea>" in refused.content.decode()
    assert client.post(desk, text, **DATA).status_code == 409
    client.post(desk, text | {"take_over": "1"})
    version = draft(document)
    assert version.body == "<p>Berits text.</p>"
    assert version.editing_by == people.berit
    assert version.story.filter(verb="take_over").count() == 1
    assert sign_in(people.pia).post(desk, text, **DATA).status_code == 409


def test_a_text_without_title_is_kept_on_the_page(
    desk: str, document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    answer = sign_in(people.pia).post(desk, sent(draft(document), title="", plain="Min text"))
    assert answer.status_code == 422
    assert "Min text</textarea>" in answer.content.decode()
    told = sign_in(people.pia).post(desk, sent(draft(document), title=""), **DATA)
    assert told.status_code == 422
    assert told.json()["fault"]


def test_a_text_far_too_long_is_refused_with_a_sentence(
    desk: str, document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    answer = sign_in(people.pia).post(desk, sent(draft(document), body="a" * 1_000_001), **DATA)
    assert answer.status_code == 422
    assert draft(document).body == "<p>Kontrollera dosetten.</p>"


def test_what_is_adopted_has_no_desk(
    desk: str, document: Document, people: SimpleNamespace, adopted: Any, sign_in: Any
) -> None:
    adopted(document.versions.get())
    assert sign_in(people.pia).get(desk).status_code == 404
    assert sign_in(people.pia).post(desk, {}, **DATA).status_code == 404


def test_signed_out_while_writing_the_text_waits(
    desk: str, document: Document, people: SimpleNamespace, client: Any
) -> None:
    answer = client.post(desk, sent(draft(document), body="<p>Skrivet.</p>"), **DATA)
    assert answer.status_code in {302, 401, 403}
    client.logout()


# --- Language help -------------------------------------------------------------------------------


def test_the_language_help_measures_what_is_sent_and_stores_nothing(
    document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    address = reverse("documents:language", args=[document.number])
    text = "Medarbetaren ska erhålla stöd. " * 30
    page = sign_in(people.pia).post(address, sent(draft(document), body=f"<p>{text}</p>"))
    assert "du ska" in page.content.decode()
    assert "LIX" in page.content.decode()
    assert draft(document).body == "<p>Kontrollera dosetten.</p>"
    assert sign_in(people.frank).post(address, {}).status_code == 404
    assert sign_in(people.pia).get(address).status_code == 405


def test_the_figures_are_stored_with_the_version(
    document: Document, people: SimpleNamespace
) -> None:
    text = "Den som har dagpass kontrollerar att allt är som förr. " * 10
    version = draft(document)
    version.save_text(by=people.pia, body=f"<p>{text}</p>")
    assert (version.lix, version.words, version.long_sentences) == (30, 100, 0)


# --- Pictures ------------------------------------------------------------------------------------


def test_a_picture_needs_words_and_stands_in_the_text(
    desk: str, document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    address = reverse("documents:picture", args=[document.number])
    client = sign_in(people.pia)
    assert client.post(address, {"file": photo()}, **DATA).status_code == 422
    assert client.post(address, {"file": photo(), "alt": "bild.png"}, **DATA).status_code == 422
    answer = client.post(address, {"file": photo(), "alt": "En dosett"}, **DATA)
    src = answer.json()["src"]
    assert draft(document).attachments.get().name == "En dosett.png"
    body = f'<p><img src="{src}" alt="En dosett"></p>'
    client.post(desk, sent(draft(document), body=body))
    assert draft(document).body == body
    assert sign_in(people.frank).get(src).status_code == 404


def test_a_file_that_is_no_picture_is_refused(
    document: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    address = reverse("documents:picture", args=[document.number])
    lie = SimpleUploadedFile("bild.png", b"<script>alert(1)</script>", "image/png")
    answer = sign_in(people.pia).post(address, {"file": lie, "alt": "En dosett"})
    assert answer.status_code == 422
    assert not draft(document).attachments.exists()
    pia = sign_in(people.pia)
    ok = pia.post(address, {"file": photo(), "alt": "En dosett"}, follow=True)
    assert "![En dosett](/filer/" in ok.content.decode()


def test_a_picture_of_another_document_does_not_get_in(
    desk: str, document: Document, people: SimpleNamespace, units: SimpleNamespace, sign_in: Any
) -> None:
    other = Document.begin(
        by=people.pia, title="Annat", unit=units.home_care, document_type=document.document_type
    )
    address = reverse("documents:picture", args=[other.number])
    client = sign_in(people.pia)
    src = client.post(address, {"file": photo(), "alt": "Hemlig"}, **DATA).json()["src"]
    client.post(desk, sent(draft(document), body=f'<p>Se <img src="{src}" alt="x"></p>'))
    assert draft(document).body == "<p>Se</p>"


# --- What changed --------------------------------------------------------------------------------


def test_what_changed_between_two_versions(
    document: Document, people: SimpleNamespace, adopted: Callable[..., Version], sign_in: Any
) -> None:
    adopted(document.versions.get())
    second = written(document, people.pia)
    address = reverse("documents:compare", args=[document.number, "1.0..2.0"])
    page = sign_in(people.pia).get(address).content.decode()
    assert "Kontrollera dosetten." in page
    assert "<ins>" in page
    assert "<del>" in page
    assert sign_in(people.maj).get(address).status_code == 404  # the draft is not hers to see
    adopted(second)
    assert sign_in(people.maj).get(address).status_code == 200
    assert sign_in(people.frank).get(address).status_code == 404
    chosen = reverse("documents:compare_any", args=[document.number])
    answer = sign_in(people.maj).get(chosen, {"fran": "1.0", "till": "2.0"})
    assert answer.url == address
    for odd in ("1.0", "1.0..", "..", "1.0..9.9", "a..b"):
        bad = reverse("documents:compare", args=[document.number, odd])
        assert sign_in(people.maj).get(bad).status_code == 404


def test_the_reviewer_meets_what_changed_first(
    document: Document, people: SimpleNamespace, adopted: Callable[..., Version], sign_in: Any
) -> None:
    adopted(document.versions.get())
    second = written(document, people.pia)
    second.send_to_review(
        by=people.pia, reviewers=[(people.maj, None)], in_order=False, quorum=None
    )
    page = sign_in(people.maj).get(f"/dokument/{document.number}/utkast/").content.decode()
    assert "<ins>" in page


def test_the_reader_has_contents_and_meanings(
    document: Document, people: SimpleNamespace, adopted: Callable[..., Version], sign_in: Any
) -> None:
    version = draft(document)
    body = "".join(f"<h2>Del {n}</h2><p>Rapportera avvikelsen.</p>" for n in range(4))
    version.save_text(by=people.pia, body=body)
    adopted(version)
    page = sign_in(people.maj).get(document.get_absolute_url()).content.decode()
    assert '<a href="#avsnitt-del-2">Del 2</a>' in page
    assert page.count('popovertarget="ord-1">avvikelsen</button>') == 1
    assert "Något blev inte som det skulle" in page
