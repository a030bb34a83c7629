"""A PDF of ours: archival, tagged, the same twice, with our typeface only and no way out."""

import io
import re
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.template import engines

from qms.records import pdf
from qms.records.qr import qr_code
from qms.records.refusals import Refused

AT = datetime(2026, 11, 24, 9, 42, tzinfo=UTC)
PAGE = """{% extends "pdf/base.html" %}{% block content %}<h1>Å, ä och ö</h1>
<p>BODY</p>
<table><thead><tr><th scope="col">Nummer</th><th scope="col">Rad</th></tr></thead>
<tbody>{% for n in "123456789"|make_list %}<tr><th scope="row">{{ n }}</th><td>rad {{ n }}</td></tr>
{% endfor %}</tbody></table>{{ more }}{% endblock %}"""


@pytest.fixture
def draw(monkeypatch: Any) -> Any:
    """Return a function that draws a page with some HTML in it."""

    def _draw(body: str = "", **more: Any) -> bytes:
        page = engines["django"].from_string(PAGE.replace("BODY", body))
        monkeypatch.setattr(pdf, "render_to_string", lambda _name, about: page.render(about))
        context = {"number": "AVV-2026-0142", "more": more.pop("html", "")}
        facts: dict[str, Any] = {"title": "Prov på papper", "created": AT, "identifier": "prov"}
        return pdf.render("prov.html", context, **facts | more)

    return _draw


def words(content: bytes) -> str:
    """Return the text of a PDF as a person reads it."""
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    )
    return done.stdout.decode()


def opened(content: bytes) -> pikepdf.Pdf:
    """Return a PDF for a look inside."""
    return pikepdf.open(io.BytesIO(content))


def dictionaries(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield what the dictionaries of a PDF hold, as words."""
    with opened(content) as inside:
        for one in inside.objects:
            if isinstance(one, pikepdf.Dictionary):
                yield {name: str(value) for name, value in one.items() if _is_plain(value)}


def _is_plain(value: Any) -> bool:
    return not isinstance(value, pikepdf.Dictionary | pikepdf.Array | pikepdf.Stream)


def fonts(content: bytes) -> list[dict[str, str]]:
    """Return the description of every font in a PDF."""
    return [one for one in dictionaries(content) if "/FontName" in one]


def structure(content: bytes, kind: str) -> list[dict[str, str]]:
    """Return the tags of one kind."""
    return [one for one in dictionaries(content) if one.get("/S") == kind]


def test_it_holds_what_an_archive_and_a_screen_reader_ask_for(draw: Any) -> None:
    content = draw(html=qr_code("https://takt.example/r/x/", label="Rapportera här"))
    inside = opened(content)
    root = inside.Root
    assert str(root.Lang) == "sv"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert "/StructTreeRoot" in root
    assert "/OutputIntents" in root
    assert not {"/OpenAction", "/AA", "/JavaScript"} & set(root.keys())
    said = root.Metadata.read_bytes().decode()
    assert 'pdfaid:part="3" pdfaid:conformance="A"' in said
    assert "<pdfuaid:part>1</pdfuaid:part>" in said
    assert said.count("<rdf:RDF") == 1
    assert str(inside.docinfo["/Title"]) == "Prov på papper"
    assert [one["/Alt"] for one in structure(content, "/Figure")] == ["Rapportera här"]
    assert len(structure(content, "/TH")) == 11
    assert structure(content, "/H1")


def test_every_font_is_ours_and_inside_the_file(draw: Any) -> None:
    found = fonts(draw("<b>fet</b> <i>kursiv</i>"))
    assert found
    for font in found:
        assert re.match(r"/[A-Z]{6}\+Source-Sans-3", font["/FontName"])


def test_a_wrong_name_of_a_font_brings_no_other_in(draw: Any) -> None:
    found = fonts(draw('<span style="font-family: DejaVu Sans, monospace">annat</span>'))
    assert {font["/FontFamily"] for font in found} == {pdf.FAMILY}


def test_the_same_page_is_the_same_bytes(draw: Any) -> None:
    note = pdf.Attached("data.json", b"{}", "Uppgifterna")
    first = draw("Text", attachments=[note])
    assert draw("Text", attachments=[note]) == first
    assert draw("Annan text", attachments=[note]) != first
    with opened(first) as inside:
        assert inside.attachments["data.json"].get_file().read_bytes() == b"{}"


def test_head_and_foot_are_in_the_language(draw: Any) -> None:
    assert re.search(r"Prov på papper\s+AVV-2026-0142", words(draw()))
    assert "Sida 1 av 1" in words(draw())
    assert "Page 1 of 1" in words(draw(language="en"))


def test_swedish_words_are_hyphenated(draw: Any) -> None:
    narrow = '<span style="display:block; width:25mm">läkemedelshanteringsrutinerna</span>'
    assert re.search("läkemedelshan\u2010", words(draw(narrow)))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/x.png",
        "file:///etc/passwd",
        "/etc/passwd",
        "/static/../qms/settings.py",
        "/static/%2e%2e/qms/settings.py",
        "/media/../../takt",
        "//127.0.0.1/x.png",
        "ftp://127.0.0.1/x",
        "static/css/finns-inte.css",
        "https://takt.invalid.example/static/css/pdf/pdf.css",
    ],
)
def test_nothing_but_our_own_files_can_be_read(address: str, draw: Any, monkeypatch: Any) -> None:
    def no_network(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("the network was tried")

    monkeypatch.setattr(socket, "create_connection", no_network)
    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    for html in (
        f'<img src="{address}" alt="x">',
        f'<svg><title>x</title><image href="{address}" width="9" height="9"/></svg>',
        f'<span style="background: url({address})">x</span>',
        f'<link rel="stylesheet" href="{address}">',
    ):
        with pytest.raises(LookupError, match="may not be read"):
            draw(html)


def test_a_stored_picture_may_stand_in_it(draw: Any, settings: Any, tmp_path: Path) -> None:
    from PIL import Image

    settings.MEDIA_ROOT = tmp_path
    Image.new("RGB", (40, 30), "#864").save(tmp_path / "foto", "JPEG")
    assert (
        structure(draw('<img src="/media/foto" alt="En dosett">'), "/Figure")[0]["/Alt"]
        == "En dosett"
    )


def test_signs_the_typeface_lacks_are_boxes_and_it_says_so(draw: Any) -> None:
    text = words(draw("Rullstol 🦽 och مرحبا"))
    assert "Rullstol □ och □□□□□" in text
    assert "Tecken som typsnittet saknar står som □" in text
    assert "typsnittet" not in words(draw("Zażółć gęślą jaźń, Ελλάδα, Привет"))


def test_a_picture_without_words_is_not_drawn(draw: Any, settings: Any) -> None:
    for mute in ('<svg width="9" height="9"><rect width="9" height="9"/></svg>',):
        with pytest.raises(LookupError, match="has no words"):
            draw(mute)
    assert "&lt;b&gt;" in qr_code("https://takt.example/", label="<b>")


def test_what_somebody_wrote_is_text_and_nothing_else(draw: Any) -> None:
    assert '<img src="http://x/">' in words(draw(html='<img src="http://x/">'))


def test_a_server_without_pango_says_what_to_install(draw: Any, monkeypatch: Any) -> None:
    import builtins

    real = builtins.__import__

    def fails(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libgobject-2.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", fails)
    with pytest.raises(Refused, match="apt-get install libpango"):
        draw()
