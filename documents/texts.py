"""The words of a file, for search: never more than can be searched, never longer than it may take.

A file that cannot be read is no fault of the page it stands on: what was found is told as a state
(`Text.state`), and the file can still be fetched and opened by a person.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from lxml import etree

from qms.records import packages
from qms.records.files import DOCX, ODT, PDF, XLSX

MOST_SIGNS = 400_000  # about 150 pages; what stands after that is not searched
_MOST_PAGES = 2000
_MOST_PART = 60 * 2**20
_SECONDS = 60.0
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_HYPHEN = re.compile(r"(?<=[a-zåäöé])[-\u00ad\u2010]\n(?=[a-zåäöé])")
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\u00ad\u200b\u2060\ufeff\ud800-\udfff]")
_BLANKS = re.compile(r"[ \t\u00a0]+")


class State(models.TextChoices):
    """What came of reading a file."""

    WAITING = "waiting", _("The file's text is being read for search.")
    FOUND = "found", _("The file's text can be searched.")
    PART = "part", _("The file is long: the first part of its text can be searched.")
    NONE = (
        "none",
        _(
            "No text was found in the file. It is probably scanned: its words cannot be searched "
            "or read aloud."
        ),
    )
    UNREADABLE = (
        "unreadable",
        _(
            "The file's text could not be read: it is damaged or has a password. Open it, save it "
            "anew and upload that."
        ),
    )


class Text(NamedTuple):
    """The words of a file, and what came of reading it."""

    words: str
    state: State


class _TooMuch(Exception):
    """The bound of time or size is reached."""


class _Pot:
    """Gathers text up to the bounds."""

    def __init__(self, seconds: float) -> None:
        self.lines: list[str] = []
        self.room, self.ends = MOST_SIGNS, monotonic() + seconds

    def put(self, line: str) -> None:
        """Add a line. Raises _TooMuch when there is no more room, or time."""
        if line := _BLANKS.sub(" ", line[: self.room]).strip():
            self.lines.append(line)
            self.room -= len(line) + 1
        if self.room <= 0 or monotonic() > self.ends:
            raise _TooMuch

    def text(self) -> str:
        """Return what has been gathered; words that were divided at a line's end are whole."""
        whole = _HYPHEN.sub("", "\n".join(self.lines))
        return _UNSEEN.sub("", whole)[:MOST_SIGNS]


def text_of(file: Any, kind: str, *, seconds: float = _SECONDS) -> Text:
    """Return the words of a file. Never raises: a damaged file has none.

    Args:
        file: the file, open for reading.
        kind: its media type, as `qms.records.files` found it.
        seconds: how long it may take; a page that hangs is stopped by the task's own limit.
    """
    pot = _Pot(seconds)
    state = State.FOUND
    try:
        for line in _READERS[kind](file):
            pot.put(line)
    except _TooMuch:
        state = State.PART
    except Exception:  # whatever a damaged file makes of the libraries; also the task's time limit
        state = State.PART if pot.lines else State.UNREADABLE
    words = pot.text()
    if not words and state != State.UNREADABLE:
        state = State.NONE
    return Text(words, state)


def _pdf(file: Any) -> Iterator[str]:
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it says quotes the file
    file.seek(0)
    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        raise packages.Locked
    for number in range(min(len(reader.pages), _MOST_PAGES)):
        yield from reader.pages[number].extract_text().split("\n")
        yield ""  # a page without words takes time too


def _docx(file: Any) -> Iterator[str]:
    with packages.opened(file) as package:
        names = package.namelist()
        parts = ["word/document.xml", "word/footnotes.xml", "word/endnotes.xml"]
        for part in parts:
            if part in names:
                yield from _paragraphs(package.open(part), f"{_W}p", _word_text)


def _odt(file: Any) -> Iterator[str]:
    with packages.opened(file) as package:
        content = package.open("content.xml")
        yield from _paragraphs(content, (f"{_TEXT}p", f"{_TEXT}h"), _whole_text)


def _paragraphs(
    part: Any, tags: str | tuple[str, ...], words: Callable[[Any], str]
) -> Iterator[str]:
    """Yield the words of each paragraph; what has been read is not kept."""
    found = etree.iterparse(
        part, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
    )
    for _event, element in found:
        yield words(element)
        element.clear(keep_tail=True)


def _word_text(line: Any) -> str:
    pieces = []
    for each in line.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}noBreakHyphen"):
        pieces.append(each.text or "" if each.tag == f"{_W}t" else " ")
    return "".join(pieces)


def _whole_text(line: Any) -> str:
    pieces = []
    for each in line.iter():
        if each.tag in (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break"):
            pieces.append(" ")
        pieces.append(each.text or "")
        if each is not line:
            pieces.append(each.tail or "")
    return "".join(pieces)


def _xlsx(file: Any) -> Iterator[str]:
    import openpyxl

    with packages.opened(file) as package:
        if any(part.file_size > _MOST_PART for part in package.infolist()):
            raise packages.TooLarge
    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    for sheet in book.worksheets:
        yield str(sheet.title)
        for row in sheet.iter_rows(values_only=True):
            yield " ".join(str(cell) for cell in row if cell is not None)


_READERS: dict[str, Callable[[Any], Iterable[str]]] = {
    PDF: _pdf, DOCX: _docx, ODT: _odt, XLSX: _xlsx,
}  # fmt: skip
KINDS = tuple(_READERS)  # the kinds of files a document may be
