"""A Word file becomes a text of ours: headings, lists, tables, pictures; fonts stay behind."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.markup import washed
from documents.word.opening import look_into

# Word keeps the English names of its own styles and translates the ids; other programs, and files
# that have been through several, translate both. "Title" is no heading: the document has its own.
_LEVELS = {
    1: ("Rubrik 1", "Överskrift 1", "Kapitelrubrik"),
    2: ("Rubrik 2", "Överskrift 2", "Avsnittsrubrik"),
    3: ("Rubrik 3", "Överskrift 3"),
    4: ("Rubrik 4", "Överskrift 4"),
    5: ("Rubrik 5",),
    6: ("Rubrik 6",),
}
_IDS = {level: (f"Rubrik{level}", f"Heading{level}") for level in _LEVELS}
_TITLES = ("Title", "Rubrik", "Titel", "Dokumentrubrik")
_POINTS = ("Punktlista", "List Bullet", "Punktlista 1", "Punkter")
_NUMBERED = ("Numrerad lista", "List Number", "Numrerad", "Nummerlista")
_PLAIN = (
    "Liststycke", "List Paragraph", "Brödtext", "Body Text", "Text Body", "Standard", "Normal",
    "Normal (Web)", "Normal (webb)", "No Spacing", "Inget avstånd", "Ingetavstnd", "Default",
    "Beskrivning", "Caption", "Subtitle", "Underrubrik", "Tabelltext", "Table Contents",
    "header", "footer", "Sidhuvud", "Sidfot", "Table Heading", "Default Paragraph Font",
)  # fmt: skip
_QUOTES = ("Quote", "Citat", "Intense Quote", "Starkt citat", "Quotations")
_BOLD, _ITALIC = ("Strong", "Stark", "Fetstil"), ("Emphasis", "Betoning", "Kursiv")
_PICTURES = {
    "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp",
    "image/jpg": "jpg",
}  # fmt: skip
_MOST_PICTURES, _MOST_BYTES = 100, 60 * 2**20
_UNKNOWN_STYLE = re.compile(r"Unrecogni[sz]ed (?:paragraph|run) style: '?(.*?)'? \(Style ID")
_TITLE = re.compile(r"^\s*<p class=\"takt-title\">(.*?)</p>", re.DOTALL)
_HEADING = re.compile(r"<(/?)h([1-6])>")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Image:
    """A picture in a Word file, to be stored as an attachment with this id."""

    uid: uuid.UUID
    name: str
    alt: str
    media_type: str
    content: bytes

    @property
    def src(self) -> str:
        """The address it has in the text."""
        return f"/filer/{self.uid}/"


@dataclass(frozen=True)
class ReadDocx:
    """What came out of a Word file: a cleaned text, what is worth knowing, and its pictures."""

    html: str
    warnings: list[str]
    images: list[Image]
    title: str = ""


@dataclass
class _Pictures:
    """Takes the pictures out of a file, one at a time."""

    of: uuid.UUID
    found: list[Image] = field(default_factory=list)
    unreadable: int = 0
    size: int = 0

    def take(self, image: Any) -> list[Any]:
        """Return the element that stands for a picture; none for one that no browser shows."""
        from mammoth import html

        ending = _PICTURES.get(image.content_type or "")
        content = b""
        if ending and len(self.found) < _MOST_PICTURES:
            try:
                with image.open() as opened:
                    content = opened.read()
            except Exception:  # whatever a missing or linked picture makes of it
                content = b""
        if not content or self.size + len(content) > _MOST_BYTES:
            self.unreadable += 1
            return []
        self.size += len(content)
        alt = " ".join((image.alt_text or "").split())[:300]
        name = f"{_('picture')}-{len(self.found) + 1}.{ending}"
        uid = uuid.uuid5(self.of, str(len(self.found)))
        kept = Image(uid, name, alt, str(image.content_type), content)
        self.found.append(kept)
        return [html.element("img", {"src": kept.src, "alt": alt})]


def read_docx(file: Any, name: str = "", of: uuid.UUID | None = None) -> ReadDocx:
    """Return the text of a Word file, cleaned, with its pictures beside it.

    Args:
        file: the file, open for reading.
        name: what it is called in the sentences about it.
        of: an id; the pictures of the file have the same addresses each time it is read with it.

    Raises ValidationError, with a sentence that says how to mend it, when it cannot be read.
    """
    import mammoth

    name = name or _("The file")
    opened, pictures = look_into(file, name), _Pictures(of or uuid.uuid4())
    try:
        result = mammoth.convert_to_html(
            opened.file, style_map=_STYLES, convert_image=pictures.take,
            external_file_access=False, include_embedded_style_map=False,
        )  # fmt: skip
    except Exception as fault:  # whatever a damaged file makes of it
        raise ValidationError(
            _("“%(name)s” is damaged. Open it in Word, save it anew as docx and choose that.")
            % {"name": name}
        ) from fault
    html, title = _without_title(result.value)
    text = washed(_shifted(html), [image.src for image in pictures.found])
    if not text.html:
        raise ValidationError(
            _("There is no text in “%(name)s”. Is it a scanned page? Then keep it as a file.")
            % {"name": name}
        )
    images = [image for image in pictures.found if image.src in text.html]
    warnings = [*opened.warnings, *_told(result.messages), *text.sentences]
    return ReadDocx(text.html, [*warnings, *_about(images, pictures.unreadable)], images, title)


def _without_title(html: str) -> tuple[str, str]:
    """Return the text and the title that stood first in it."""
    if found := _TITLE.match(html):
        html = html[found.end() :]
        return html, " ".join(_TAG.sub("", found[1]).split())
    return html, ""


def _shifted(html: str) -> str:
    """Return the text with its highest heading as the second: the first is the document's title."""
    levels = {int(level) for _end, level in _HEADING.findall(html)}
    if not levels:
        return html
    places = {level: min(4, number + 2) for number, level in enumerate(sorted(levels))}
    return _HEADING.sub(lambda found: f"<{found[1]}h{places[int(found[2])]}>", html)


def _told(messages: list[Any]) -> Iterator[str]:
    """Yield what mammoth says, in words for whoever wrote the text."""
    styles = dict.fromkeys(
        found[1] for message in messages if (found := _UNKNOWN_STYLE.search(message.message))
    )
    if styles:
        yield ngettext(
            "The style %(names)s is not known here: its text is ordinary text.",
            "The styles %(names)s are not known here: their text is ordinary text.",
            len(styles),
        ) % {"names": ", ".join(f"“{style}”"[:60] for style in list(styles)[:8])}


def _about(images: list[Image], unreadable: int) -> Iterator[str]:
    if unreadable:
        yield ngettext(
            "%(count)s picture could not be brought along (a drawing made in Word, or a picture "
            "that lies elsewhere). Save it as PNG or JPEG and add it here.",
            "%(count)s pictures could not be brought along (drawings made in Word, or pictures "
            "that lie elsewhere). Save them as PNG or JPEG and add them here.",
            unreadable,
        ) % {"count": unreadable}
    if bare := sum(1 for image in images if not image.alt):
        yield ngettext(
            "%(count)s picture has no description. Describe it, for those who cannot see it.",
            "%(count)s pictures have no description. Describe them, for those who cannot see them.",
            bare,
        ) % {"count": bare}


def _styles() -> str:
    """Return how Word's styles become elements, in mammoth's own words; the first that fits holds.

    A heading may be numbered and stays a heading. Any other paragraph with a number or a point is
    in a list, whatever its style is called.
    """
    lines = [f"p[style-name='{name}'] => p.takt-title:fresh" for name in _TITLES]
    for level, names in _LEVELS.items():
        words = (*names, f"Heading {level}", f"heading {level}")
        lines += [f"p[style-name='{name}'] => h{level}:fresh" for name in words]
        lines += [f"p.{code} => h{level}:fresh" for code in _IDS[level]]
    for depth in range(1, 6):
        above = "ul|ol > li > " * (depth - 1)
        lines.append(f"p:unordered-list({depth}) => {above}ul > li:fresh")
        lines.append(f"p:ordered-list({depth}) => {above}ol > li:fresh")
    for tag, names in (("ul", _POINTS), ("ol", _NUMBERED)):
        lines += [f"p[style-name='{name}'] => {tag} > li:fresh" for name in names]
    lines += [f"p[style-name='{name}'] => blockquote > p:fresh" for name in _QUOTES]
    lines += [f"r[style-name='{name}'] => strong" for name in _BOLD]
    lines += [f"r[style-name='{name}'] => em" for name in _ITALIC]
    return "\n".join([*lines, *(f"p[style-name='{name}'] => p:fresh" for name in _PLAIN)])


_STYLES = _styles()
