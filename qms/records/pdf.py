"""Draws PDF files from our own templates: archival, tagged, and the same bytes every time.

The only module that knows WeasyPrint, which is heavy and needs Pango from the operating system:
it is imported when a PDF is drawn, in a worker, and never in the web process.
"""

import hashlib
import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from PIL import ImageFile

from qms.records.refusals import Refused

FAMILY = "Source Sans 3"
_HERE = "https://takt.invalid/"  # what templates' addresses stand on; no machine has that name
_NO_FONTS = Path(__file__).with_name("no-fonts.conf")
_BOX = "\N{WHITE SQUARE}"
_UNDRAWN = {ord(sign) for sign in "\t\n\r\u00ad\u200b\u2028\u2029"}


@dataclass(frozen=True)
class Attached:
    """A file that goes inside the PDF: an archive keeps the data beside the page."""

    name: str
    content: bytes
    description: str
    relation: str = "Data"


def render(
    template: str,
    context: dict[str, Any],
    *,
    title: str,
    language: str = "sv",
    created: datetime,
    identifier: str,
    attachments: Iterable[Attached] = (),
) -> bytes:
    """Draw a template as a PDF: PDF/A-3a, tagged, with the claim of PDF/UA-1.

    `template` extends pdf/base.html and is drawn in `language`. `title` is the document's name.
    The same context, `created` and `identifier` give the same bytes, so that a stored hash means
    something: give the time of issue, never the time of drawing.

    Pictures are named `/static/…` (ours) or `/media/<name in the store>`; nothing else can be
    reached, neither the network nor other files. A drawing stands as inline SVG with literal
    colours (no classes, no var()) and a `<title>` first inside it, which is read aloud; a picture
    has `alt`. A QR code: `{{ code }}` from `qms.records.qr.qr_code(address, label=…)`, in
    something with a width. Sheets of one's own: `static/css/pdf/….css`, linked in the block head
    as `<link rel="stylesheet" href="static/css/pdf/….css">`.

    Raises Refused with a sentence when the server lacks Pango; LookupError when the template
    names something that may not be read, has a picture without words, or another font than ours
    came in.
    """
    html = _html(template, context, title, language, created)
    with _surroundings(created):
        return _drawn(_weasyprint(), html, created, identifier, attachments)


def _drawn(
    weasyprint: Any, html: str, created: datetime, identifier: str, attachments: Iterable[Attached]
) -> bytes:
    from weasyprint.text.fonts import FontConfiguration

    fonts, fetch = FontConfiguration(), _Fetcher()
    sheet = weasyprint.CSS(string=_font_faces(), url_fetcher=fetch, font_config=fonts)
    page = weasyprint.HTML(string=html, base_url=_HERE, url_fetcher=fetch)
    drawn: bytes = page.write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        finisher=_finish,
        pdf_variant="pdf/a-3a",
        pdf_tags=True,
        pdf_identifier=hashlib.sha256(identifier.encode()).digest()[:16],
        attachments=[_attachment(weasyprint, one, created) for one in attachments],
    )
    if fetch.refused:
        raise LookupError(f"may not be read: {', '.join(fetch.refused)}")
    return drawn


def _html(
    template: str, context: dict[str, Any], title: str, language: str, created: datetime
) -> str:
    """Return the page as HTML in which every sign can be drawn."""
    at = timezone.localtime(created).replace(microsecond=0)
    with translation.override(language):
        about = {"title": title, "language": language, "created": at}
        html: str = render_to_string(template, {**context, **about})
        lacking = {ord(sign) for sign in set(html)} - _drawable() - _UNDRAWN
        if not lacking:
            return html
        note = _("Signs that this typeface lacks stand as %(box)s.") % {"box": _BOX}
    html = html.translate(dict.fromkeys(lacking, _BOX))
    return html.replace("</body>", format_html('<p class="meta">{}</p></body>', note))


# --- What the drawing may read -------------------------------------------------------------------


class _Fetcher:
    """What WeasyPrint asks for each address: it gives our own files and notes all else."""

    _fail_on_errors = False  # WeasyPrint 70 looks at it when something was refused

    def __init__(self) -> None:
        self.refused: list[str] = []

    def __call__(self, url: str, *_args: Any, **_kwargs: Any) -> Any:
        from weasyprint.urls import URLFetcherResponse

        try:
            content = _content(url)
        except (LookupError, OSError, SuspiciousFileOperation):
            self.refused.append(url)
            raise
        kind = guess_type(url)[0] or "application/octet-stream"
        return URLFetcherResponse(url, content, {"Content-Type": kind})


def _content(url: str) -> bytes:
    """Return one of our static, stored or font files. Raises LookupError for all else."""
    for path in _font_files():
        if url == path.as_uri():
            return path.read_bytes()
    parts = urlsplit(url)
    kind, _slash, name = unquote(parts.path).removeprefix("/").partition("/")
    if f"{parts.scheme}://{parts.netloc}/" == _HERE and name:
        if kind == "static" and (found := finders.find(name)):
            return Path(found).read_bytes()
        if kind == "media" and default_storage.exists(name):
            with default_storage.open(name) as stored:
                content: bytes = stored.read()
            return content
    raise LookupError(url)


# --- The typeface --------------------------------------------------------------------------------


@cache
def _font_files() -> tuple[Path, Path]:
    """Return the upright and the slanted font file of the wheel."""
    import fontpkg_source_sans_3

    folder = Path(fontpkg_source_sans_3.__file__).parent / "files"
    return folder / "SourceSans3[wght].ttf", folder / "SourceSans3-Italic[wght].ttf"


def _font_faces() -> str:
    styles = zip(("normal", "italic"), _font_files(), strict=True)
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-style: {style};'
        f' src: url("{path.as_uri()}") }}'
        for style, path in styles
    )


@cache
def _drawable() -> frozenset[int]:
    """Return the signs the typeface has."""
    from fontTools.ttLib import TTFont

    with TTFont(_font_files()[0]) as font:
        return frozenset(font.getBestCmap())


@contextmanager
def _surroundings(created: datetime) -> Iterator[None]:
    """Let fontconfig see no font of the system, and the fonts' files carry the time of issue.

    A sign that is missing would else bring a font of the system in unseen, and the cut-down
    fonts inside the file would differ from one second to the next.
    """
    ours = {
        "FONTCONFIG_FILE": str(_NO_FONTS),
        "SOURCE_DATE_EPOCH": str(int(created.timestamp())),
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _weasyprint() -> Any:
    """Return the library. Raises Refused with a sentence when Pango is not installed."""
    try:
        import weasyprint
    except OSError as fault:
        raise Refused(
            _(
                "This server cannot draw PDF files: the library Pango is missing. Whoever runs "
                "Takt installs it with: %(command)s"
            )
            % {"command": "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"}
        ) from fault
    # It lets every picture in the process be read half; an upload that is damaged is refused.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint


# --- What the file says of itself ----------------------------------------------------------------

_CLAIM = """
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Which part of ISO 14289 the file follows</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
</rdf:RDF>"""


def _finish(document: Any, pdf: Any) -> None:
    """Claim PDF/UA-1 beside PDF/A-3a in the one block of metadata; hold the fonts to ours."""
    import pydyf

    (metadata,) = [
        each
        for each in pdf.objects
        if isinstance(each, pydyf.Stream) and each.extra.get("Type") == "/Metadata"
    ]
    metadata.stream = [part.replace(b"</rdf:RDF>", _CLAIM.encode()) for part in metadata.stream]
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    if any(_is_mute(each) for each in pdf.objects):
        raise LookupError("a picture has no words: give it alt, or <title> first inside the SVG")
    foreign = {font.family for font in document.fonts.values()} - {FAMILY}
    if foreign:
        raise LookupError(f"other fonts got in: {', '.join(sorted(foreign))}")


def _is_mute(tag: Any) -> bool:
    return isinstance(tag, dict) and tag.get("S") == "/Figure" and "Alt" not in tag


def _attachment(weasyprint: Any, one: Attached, created: datetime) -> Any:
    at = created.astimezone(UTC)
    return weasyprint.Attachment(
        string=one.content, name=one.name, description=one.description,
        created=at, modified=at, relationship=one.relation,
    )  # fmt: skip
