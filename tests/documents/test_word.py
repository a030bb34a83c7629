"""Word files in and out: what was written is kept, what could harm is refused in a sentence."""

import io
import uuid
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError

from documents.markup import cleaned
from documents.word import Head, read_docx, write_docx
from tests.documents.word_files import (
    ALT,
    bomb,
    photo,
    renamed,
    repacked,
    routine,
    saved,
    with_change,
)


def read(content: bytes) -> Any:
    return read_docx(io.BytesIO(content), "rutin.docx")


def test_a_routine_from_word_keeps_its_structure() -> None:
    found = read(saved(routine()))
    assert found.title == "Nycklar på nätterna"
    assert "<h2>Före passet</h2>" in found.html
    assert "<h3>Om nyckeln är borta</h3>" in found.html
    assert "<ul><li>Hämta nyckeln</li><li>Skriv upp dig</li></ul>" in found.html
    assert "<ol><li>Ring jour-telefonen</li><li>Vänta på svar</li></ol>" in found.html
    assert '<th scope="col">Tid</th>' in found.html
    assert "<td>Nattchefen</td>" in found.html
    assert found.html.endswith("<p>Frågor? Fråga närmaste chef.</p>")


def test_a_picture_comes_along_with_its_description() -> None:
    found = read(saved(routine()))
    (image,) = found.images
    assert (image.alt, image.media_type) == (ALT, "image/png")
    assert image.content == photo()
    assert f'<img src="{image.src}" alt="{ALT}">' in found.html
    assert not found.warnings


def test_swedish_names_of_styles_are_understood() -> None:
    file = docx.Document()
    for name in ("Rubrik 1", "Rubrik 2", "Punktlista"):
        file.styles.add_style(name, 1)
    file.styles.add_style("Liststycke", 1)
    file.add_paragraph("Ansvar", style="Rubrik 1")
    file.add_paragraph("Chefen", style="Rubrik 2")
    file.add_paragraph("Låser dörren", style="Punktlista")
    file.add_paragraph("Vanlig text", style="Liststycke")
    found = read(saved(file))
    assert found.html == (
        "<h2>Ansvar</h2><h3>Chefen</h3><ul><li>Låser dörren</li></ul><p>Vanlig text</p>"
    )
    assert not found.warnings


def test_an_unknown_style_is_said_by_name() -> None:
    file = docx.Document()
    file.styles.add_style("Kommunens ruta", 1)
    file.add_paragraph("Text", style="Kommunens ruta")
    found = read(saved(file))
    assert "Kommunens ruta" in " ".join(found.warnings)


def test_headings_begin_below_the_title_and_skip_no_level() -> None:
    file = docx.Document()
    for level in (2, 4, 2):
        file.add_heading(f"Nivå {level}", level)
        file.add_paragraph("Text")
    assert "<h2>Nivå 2</h2><p>Text</p><h3>Nivå 4</h3>" in read(saved(file)).html


def test_tracked_changes_are_taken_as_accepted_and_said() -> None:
    found = read(saved(with_change(routine())))
    assert "Tillagt." in found.html
    assert "Struket." not in found.html
    assert "ändringar" in " ".join(found.warnings)


def test_a_page_header_is_said_to_be_left_out() -> None:
    file = routine()
    file.sections[0].header.paragraphs[0].text = "Hemlig logotyp"
    found = read(saved(file))
    assert "Hemlig logotyp" not in found.html
    assert len(found.warnings) == 1


def test_a_drawing_that_no_browser_shows_is_said() -> None:
    content = renamed(saved(routine()), "[Content_Types].xml", b"image/png", b"image/x-emf")
    found = read(content)
    assert not found.images
    assert "<img" not in found.html
    assert "PNG" in " ".join(found.warnings)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (lambda whole: b"", "skadad"),
        (lambda whole: b"PK\x03\x04 nonsense", "skadad"),
        (lambda whole: whole[: len(whole) // 2], "skadad"),
        (lambda whole: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "lösenord"),
        (lambda whole: repacked(whole, {}, word__vbaProject_bin=b"x"), "makron"),
        (
            lambda whole: renamed(
                whole,
                "[Content_Types].xml",
                b"openxmlformats-officedocument.wordprocessingml.document.main+xml",
                b"ms-word.document.macroEnabled.main+xml",
            ),
            "makron",
        ),
        (lambda whole: bomb(), "lång"),
        (
            lambda whole: repacked(
                whole, {"word/document.xml": lambda x: b'<!DOCTYPE a [<!ENTITY b "c">]>' + x}
            ),
            "skadad",
        ),
        (lambda whole: repacked(whole, {"word/document.xml": lambda x: x[:300]}), "skadad"),
    ],
)
def test_what_cannot_be_opened_is_said(content: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says) as refusal:
        read(content(saved(routine())))
    assert "rutin.docx" in refusal.value.message


def test_a_file_without_text_is_kept_as_a_file_says_the_sentence() -> None:
    with pytest.raises(ValidationError, match="inskannad"):
        read(saved(docx.Document()))


def test_scripts_and_addresses_from_elsewhere_do_not_come_in() -> None:
    content = saved(routine())
    hostile = b"</w:t></w:r></w:p><w:p><w:r><w:t>&lt;script&gt;alert(1)&lt;/script&gt;"
    content = renamed(content, "word/document.xml", b"Fr\xc3\xa5gor?", hostile)
    found = read(content)
    assert "<script" not in found.html
    assert "&lt;script&gt;" in found.html


# --- Out ------------------------------------------------------------------------------------------

PICTURE = f"/filer/{uuid.UUID(int=7)}/"
TEXT = cleaned(
    "<h2>Ansvar å ä ö</h2><p>Vi <strong>låser</strong> <em>alltid</em>. "
    '<a href="https://exempel.se/lag">Lagen</a> H<sub>2</sub>O</p>'
    '<ol start="3"><li>Tre<ul><li>a</li><li>b</li></ul></li><li>Fyra</li></ol>'
    "<p>Sedan:</p><ol><li>Ett</li></ol>"
    "<h3>Tider</h3><table><caption>När</caption><thead><tr><th>Dag</th><th>Tid</th><th>Vem</th></tr>"
    '</thead><tbody><tr><td rowspan="2">Må</td><td colspan="2">hela dagen</td></tr>'
    "<tr><td>7</td><td>Bo</td></tr></tbody></table>"
    f'<p><img src="{PICTURE}" alt="Ett skåp"></p><blockquote><p>Citat</p></blockquote><hr>'
)
HEAD = Head(
    title="Låsta läkemedelsskåp", facts=[("Nummer", "DOK-0001"), ("Version", "2.0")],
    subject="DOK-0001", foot="DOK-0001 version 2.0", at=datetime(2026, 5, 4, 12, tzinfo=UTC),
)  # fmt: skip


def written(html: str = TEXT) -> bytes:
    return write_docx(HEAD, html, lambda src: photo("WEBP") if src == PICTURE else None)


def test_the_same_text_gives_the_same_bytes() -> None:
    assert written() == written()


def test_a_word_file_has_real_structure_and_says_its_language() -> None:
    file = docx.Document(io.BytesIO(written()))
    styles = {line.text: line.style.name for line in file.paragraphs}
    assert styles["Låsta läkemedelsskåp"] == "Title"
    assert styles["Ansvar å ä ö"] == "Heading 1"
    assert styles["Tider"] == "Heading 2"
    assert styles["Fyra"] == "List Number"
    facts = file.core_properties
    assert (facts.title, facts.language) == ("Låsta läkemedelsskåp", "sv-SE")
    head, table = file.tables
    assert head.cell(0, 1).text == "DOK-0001"
    assert table.rows[0]._tr.trPr.xpath("w:tblHeader")
    assert table.cell(1, 1).text == table.cell(1, 2).text == "hela dagen"
    with zipfile.ZipFile(io.BytesIO(written())) as package:
        body = package.read("word/document.xml").decode()
        assert 'descr="Ett skåp"' in body
        assert b'w:val="sv-SE"' in package.read("word/styles.xml")


def test_what_was_written_is_read_back_the_same() -> None:
    found = read(written())
    assert found.title == "Låsta läkemedelsskåp"
    assert "DOK-0001" not in found.html, "the head is the document's own, not its text"
    ours = TEXT.replace(PICTURE, found.images[0].src)
    kept = ours.replace("<caption>När</caption>", "").replace("<hr>", "")
    assert found.html.replace("<p>När</p>", "") == kept.replace(' start="3"', "")


def test_a_missing_picture_leaves_its_description() -> None:
    file = docx.Document(io.BytesIO(write_docx(HEAD, TEXT)))
    assert "[Ett skåp]" in [line.text for line in file.paragraphs]


def test_an_empty_text_is_a_file_with_a_head() -> None:
    assert docx.Document(io.BytesIO(written(""))).tables
