"""Looks at a Word file before it is read: whether to open it, and what will not come along.

The text is mended on the way: Word says by a table's look, not by its rows, that the first row is
headings, and the reader after this one knows only of rows.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lxml import etree

from qms.records import packages
from qms.records.files import with_macros, with_password

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_BODY = "word/document.xml"
# What is held in memory many times over while it is read; 500 pages of text are about 6 MB.
_MOST_BODY, _MOST_TEXTS = 8 * 2**20, 40 * 2**20
_PLAIN_TABLES = {"", "TableNormal", "Normaltabell", "TableGrid", "Tabellrutnt", "Tabellrutnat"}
_HEAD = 2048
HEAD_MARK = "takt-document-head"  # what writing.py calls its own table of facts


@dataclass(frozen=True)
class Opened:
    """A Word file that may be read, and sentences about what does not come along."""

    file: BinaryIO
    warnings: list[str]


def look_into(file: Any, name: str) -> Opened:
    """Return a Word file made ready to be read.

    Args:
        file: the file, open for reading.
        name: what it is called in the sentences.

    Raises ValidationError when it is no Word file, is damaged, holds macros, has a password or is
    too large.
    """
    file.seek(0)
    if file.read(4) == packages.OLE:
        raise ValidationError(with_password(name))
    try:
        with packages.opened(file) as package:
            return _looked(package, name)
    except packages.Locked as fault:
        raise ValidationError(with_password(name)) from fault
    except packages.TooLarge as fault:
        raise ValidationError(_too_large(name)) from fault
    except packages.Damaged as fault:
        raise ValidationError(_damaged(name)) from fault


def _looked(package: zipfile.ZipFile, name: str) -> Opened:
    inside = set(package.namelist())
    if _BODY not in inside:
        raise ValidationError(
            _("“%(name)s” is not a Word file. Save it as docx and choose that.") % {"name": name}
        )
    if packages.holds_macros(package):
        raise ValidationError(with_macros(name))
    texts = [part for part in package.infolist() if part.filename.endswith((".xml", ".rels"))]
    if sum(part.file_size for part in texts) > _MOST_TEXTS:
        raise ValidationError(_too_large(name))
    if package.getinfo(_BODY).file_size > _MOST_BODY:
        raise ValidationError(_too_large(name))
    if any(_defines_words(package, part) for part in texts):
        raise ValidationError(_damaged(name))
    root = _root(package, _BODY)
    if root is None:
        raise ValidationError(_damaged(name))
    warnings = [*_left_out(package, root, inside)]
    _drop_repeated(root)
    _say_headings(root)
    return Opened(_packed_anew(package, etree.tostring(root)), warnings)


def _defines_words(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Return True for XML that defines words of its own, with which a few lines become gigabytes.

    No program for texts writes that.
    """
    with package.open(part) as opened:
        head = opened.read(_HEAD)
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head


def _root(package: zipfile.ZipFile, part: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(package.read(part), parser)
    except etree.XMLSyntaxError:
        return None


def _left_out(package: zipfile.ZipFile, root: etree._Element, inside: set[str]) -> Iterator[str]:
    """Yield a sentence for each kind of thing that is not in the text that comes out."""
    if _count(root, "ins") + _count(root, "del") + _count(root, "moveFrom"):
        yield _(
            "The file holds tracked changes. They are taken as accepted: what was added is in the "
            "text, what was deleted is not."
        )
    if comments := _parts(package, inside, "word/comments.xml", "comment"):
        yield ngettext(
            "%(count)s comment in the margin is left out.",
            "%(count)s comments in the margin are left out.",
            comments,
        ) % {"count": comments}
    if any(_parts(package, inside, part, "t") for part in _edges(inside)):
        yield _("Page headers and footers are left out: the document's own head stands instead.")
    if any(text.startswith("TOC ") for text in _codes(root)):
        yield _("The table of contents is left out: it is made from the headings here.")
    drawn = sum(1 for each in root.iter() if str(each.tag).endswith(("}chart", "}relIds")))
    if drawn:
        yield ngettext(
            "%(count)s diagram made in Word is left out. Save it as a picture and add it.",
            "%(count)s diagrams made in Word are left out. Save them as pictures and add them.",
            drawn,
        ) % {"count": drawn}
    if forms := _count(root, "ffData") + _count(root, "sdtPr") - _count(root, "docPartObj"):
        yield ngettext(
            "%(count)s field to fill in has become text. Is this a form? Then keep it as a file.",
            "%(count)s fields to fill in have become text. Is this a form? Then keep it as a file.",
            forms,
        ) % {"count": forms}


def _edges(inside: set[str]) -> list[str]:
    return [part for part in inside if part.startswith(("word/header", "word/footer"))]


def _codes(root: etree._Element) -> Iterator[str]:
    """Yield what the fields of the text are told to show."""
    for each in root.iter(f"{{{_W}}}instrText"):
        yield (each.text or "").strip()
    for each in root.iter(f"{{{_W}}}fldSimple"):
        yield (each.get(f"{{{_W}}}instr") or "").strip()


def _parts(package: zipfile.ZipFile, inside: set[str], part: str, tag: str) -> int:
    root = _root(package, part) if part in inside else None
    if root is None:
        return 0
    texts = (each for each in root.iter(f"{{{_W}}}{tag}"))
    return sum(1 for each in texts if "".join(each.itertext()).strip())


def _count(root: etree._Element, tag: str) -> int:
    return sum(1 for _each in root.iter(f"{{{_W}}}{tag}"))


def _say_headings(root: etree._Element) -> None:
    """Mark the first row of tables whose style shows it as headings."""
    for table in root.iter(f"{{{_W}}}tbl"):
        row = table.find(f"{{{_W}}}tr")
        if row is None or not _shows_headings(table):
            continue
        facts = row.find(f"{{{_W}}}trPr")
        if facts is None:
            facts = etree.Element(f"{{{_W}}}trPr")
            row.insert(0, facts)
        if facts.find(f"{{{_W}}}tblHeader") is None:
            etree.SubElement(facts, f"{{{_W}}}tblHeader")


def _drop_repeated(root: etree._Element) -> None:
    """Drop what is made anew here: the list of contents, and the head of a file we wrote."""
    for said in list(root.iter(f"{{{_W}}}tblCaption")):
        if said.get(f"{{{_W}}}val") == HEAD_MARK:
            table = said.getparent().getparent()
            table.getparent().remove(table)
    for block in list(root.iter(f"{{{_W}}}sdt")):
        gallery = block.find(f"{{{_W}}}sdtPr/{{{_W}}}docPartObj/{{{_W}}}docPartGallery")
        if gallery is not None and "contents" in (gallery.get(f"{{{_W}}}val") or "").casefold():
            block.getparent().remove(block)
    for line in list(root.iter(f"{{{_W}}}p")):
        style = line.find(f"{{{_W}}}pPr/{{{_W}}}pStyle")
        name = (style.get(f"{{{_W}}}val") or "") if style is not None else ""
        if name.startswith(("TOC", "Innehll", "Innehall", "Contents")):
            line.getparent().remove(line)


def _shows_headings(table: etree._Element) -> bool:
    """Return True when the table has a style of its own that makes the first row stand out."""
    facts = table.find(f"{{{_W}}}tblPr")
    if facts is None or len(table.findall(f"{{{_W}}}tr")) < 2:
        return False
    style, look = facts.find(f"{{{_W}}}tblStyle"), facts.find(f"{{{_W}}}tblLook")
    if style is None or look is None or style.get(f"{{{_W}}}val") in _PLAIN_TABLES:
        return False
    if (said := look.get(f"{{{_W}}}firstRow")) is not None:
        return said in {"1", "true", "on"}
    bits = look.get(f"{{{_W}}}val") or "0"
    return bool(re.fullmatch(r"[0-9A-Fa-f]{1,8}", bits)) and bool(int(bits, 16) & 0x20)


def _packed_anew(package: zipfile.ZipFile, body: bytes) -> BinaryIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as anew:
        for part in package.infolist():
            content = body if part.filename == _BODY else package.read(part)
            anew.writestr(part.filename, content)
    file.seek(0)
    return file


def _too_large(name: str) -> str:
    return _(
        "“%(name)s” is too long to be opened in the editor. Divide it, or keep it as a file."
    ) % {"name": name}


def _damaged(name: str) -> str:
    return _("“%(name)s” is damaged. Open it in Word, save it anew as docx and choose that.") % {
        "name": name
    }
