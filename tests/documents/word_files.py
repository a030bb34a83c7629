"""Word files as people send them, made for the tests."""

import io
import zipfile
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from PIL import Image

ALT = "Nyckelskåpet till vänster om dörren"


def photo(kind: str = "PNG", size: tuple[int, int] = (320, 200)) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "#286").save(out, kind)
    return out.getvalue()


def saved(file: Any) -> bytes:
    """The bytes of a file made with python-docx."""
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def routine() -> Any:
    """A routine with headings, lists, a table, a picture and å ä ö."""
    file = docx.Document()
    file.add_paragraph("Nycklar på nätterna", style="Title")
    file.add_paragraph("Så här gör vi när någon har låst sig ute.")
    file.add_heading("Före passet", 1)
    for point in ("Hämta nyckeln", "Skriv upp dig"):
        file.add_paragraph(point, style="List Bullet")
    file.add_heading("Om nyckeln är borta", 2)
    for point in ("Ring jour-\u00adtelefonen", "Vänta på svar"):
        file.add_paragraph(point, style="List Number")
    table = file.add_table(rows=2, cols=2, style="Light Grid Accent 1")
    for place, said in enumerate(("Tid", "Vem svarar", "22–07", "Nattchefen")):
        table.cell(place // 2, place % 2).text = said
    shape = file.add_picture(io.BytesIO(photo()), width=Cm(6))
    shape._inline.docPr.set("descr", ALT)
    file.add_paragraph("Frågor? Fråga närmaste chef.")
    return file


def renamed(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """The same package with some bytes of one part changed."""
    return repacked(content, {part: lambda found: found.replace(old, new)})


def repacked(content: bytes, changes: dict[str, Any], **added: bytes) -> bytes:
    """The same package with parts changed and others added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            found = before.read(name)
            after.writestr(name, changes[name](found) if name in changes else found)
        for name, said in added.items():
            after.writestr(name.replace("__", "/").replace("_bin", ".bin"), said)
    return out.getvalue()


def bomb(size: int = 600 * 2**20) -> bytes:
    """A Word file of some hundred kilobytes that becomes gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        with package.open("word/document.xml", "w", force_zip64=True) as part:
            for _piece in range(size // 2**20):
                part.write(bytes(2**20))
    return out.getvalue()


def with_change(file: Any) -> Any:
    """The same file with one word deleted and one added, both tracked."""
    line = file.add_paragraph("Kvar. ")
    for tag, text_tag, said in (("w:ins", "w:t", "Tillagt."), ("w:del", "w:delText", "Struket.")):
        change, run, text = OxmlElement(tag), OxmlElement("w:r"), OxmlElement(text_tag)
        change.set(qn("w:id"), "1")
        change.set(qn("w:author"), "Någon")
        text.text = said
        run.append(text)
        change.append(run)
        line._p.append(change)
    return file
