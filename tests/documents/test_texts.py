"""The words of files, for search: of every kind that a document may be, and never a crash."""

import io
import zipfile
from typing import Any
from unittest import mock

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from documents import texts
from documents.texts import State, text_of
from qms.records.files import DOCX, ODT, PDF, XLSX
from tests.documents.word_files import bomb, routine, saved

_PAGE = """<html lang="sv"><h1>Läkemedel å ä ö</h1><p>Låsta skåp och rena bänkar.</p>
<table><tr><th>Tid</th></tr><tr><td>Kvällspass</td></tr></table></html>"""


def pdf(html: str = _PAGE) -> bytes:
    """A real PDF."""
    from weasyprint import HTML  # noqa: TID251, a file as somebody else makes it

    return bytes(HTML(string=html).write_pdf())


def odt(*lines: str) -> bytes:
    """An OpenDocument text with these paragraphs."""
    out = io.BytesIO()
    space = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    body = "".join(f"<text:p>{line}</text:p>" for line in lines)
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("mimetype", ODT)
        package.writestr("content.xml", f"<office {space}>{body}</office>")
    return out.getvalue()


def xlsx() -> bytes:
    """A workbook with two sheets."""
    book = openpyxl.Workbook()
    book.active.append(["Rum", "Städning"])
    book.create_sheet("Förråd").append(["Källaren", 12])
    return saved(book)


def words(content: bytes, kind: str) -> Any:
    return text_of(io.BytesIO(content), kind)


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        (pdf(), PDF, ["Läkemedel å ä ö", "Låsta skåp", "Kvällspass"]),
        (saved(routine()), DOCX, ["Nycklar på nätterna", "Nattchefen", "Vänta på svar"]),
        (
            odt("Rutin för <text:span>larm</text:span>", "Ring först"),
            ODT,
            ["Rutin för larm", "Ring"],
        ),
        (xlsx(), XLSX, ["Städning", "Förråd", "Källaren 12"]),
    ],
)
def test_the_words_of_a_file_are_found(content: bytes, kind: str, says: list[str]) -> None:
    found = words(content, kind)
    assert found.state == State.FOUND
    for each in says:
        assert each in found.words


def test_a_word_divided_at_the_end_of_a_line_is_whole() -> None:
    narrow = '<html lang="sv"><p style="width:6em;hyphens:manual">läke&shy;medels&shy;hantering</p>'
    assert "läkemedelshantering" in words(pdf(narrow), PDF).words


def test_a_scanned_page_is_said_to_have_no_text() -> None:
    blank = PdfWriter()
    blank.add_blank_page(200, 200)
    found = words(saved_pdf(blank), PDF)
    assert found == ("", State.NONE)
    assert "inskannad" in str(found.state.label)


def saved_pdf(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_with_a_password_is_said_to_be_unreadable() -> None:
    locked = PdfWriter(clone_from=io.BytesIO(pdf()))
    locked.encrypt("hemligt", algorithm="RC4-128")
    assert words(saved_pdf(locked), PDF) == ("", State.UNREADABLE)


@pytest.mark.parametrize("kind", texts.KINDS)
@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"PK\x03\x04", b"x" * 5000])
def test_a_damaged_file_never_crashes(content: bytes, kind: str) -> None:
    assert words(content, kind).words == ""


def test_a_bomb_is_not_unpacked() -> None:
    assert words(bomb(), DOCX) == ("", State.UNREADABLE)


def test_a_long_file_is_read_in_part() -> None:
    with mock.patch.object(texts, "MOST_SIGNS", 30):
        found = words(saved(routine()), DOCX)
    assert found.state == State.PART
    assert 0 < len(found.words) <= 30


def test_a_file_that_takes_too_long_is_left_where_it_was() -> None:
    found = text_of(io.BytesIO(saved(routine())), DOCX, seconds=-1)
    assert found.state == State.PART


@given(st.binary(min_size=1, max_size=200), st.integers(0, 3000))
@hypothesis_settings(deadline=None, max_examples=40)
def test_any_damage_gives_words_or_none(noise: bytes, at: int) -> None:
    for whole, kind in ((_PDF, PDF), (_ODT, ODT), (_XLSX, XLSX)):
        assert isinstance(words(whole[:at] + noise + whole[at + len(noise) :], kind).words, str)


_PDF, _ODT, _XLSX = pdf(), odt("Rutin"), xlsx()
