"""The text of a version made ready for paper: its pictures, links and tables."""

import re
from html import escape
from urllib.parse import quote

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from documents.markup import with_ids
from documents.models import Version
from documents.models.pictures import pictures_of
from qms.records.models import Attachment

BROAD, WIDE = 9, 6  # columns: from here a page of its own on its side, or smaller letters

_PICTURE = re.compile(r'<img src="([^"]*)"(?: alt="([^"]*)")?[^>]*>')
_LINK = re.compile(r'<a href="(/[^"]*)"')
_TABLE = re.compile(r"<table>(.*?)</table>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd](?P<about>[^>]*)>")
_SPAN = re.compile(r'colspan="(\d+)"')
_HEADING = re.compile(r"(</?h)([2-4])")


def body_on_paper(version: Version, *, before: str = "", lower: int = 0) -> SafeString:
    """Return the text of a version as a template of a PDF may hold it.

    Args:
        version: whose text, cleaned when it was stored.
        before: put first in the id of each heading, where two texts stand in one file.
        lower: how many steps its headings stand below what they say.
    """
    stored = {one.get_absolute_url(): one for one in pictures_of(version)}
    html = with_ids(version.body).replace(' id="', f' id="{before}')
    html = html.replace('href="#', f'href="#{before}')
    html = _PICTURE.sub(lambda match: _picture(match, stored), html)
    html = _LINK.sub(lambda match: f'<a href="{settings.SITE_URL}{match[1]}"', html)
    html = _TABLE.sub(_table, html)
    if lower:
        html = _HEADING.sub(lambda match: f"{match[1]}{min(int(match[2]) + lower, 6)}", html)
    return mark_safe(html)  # cleaned when it was stored; what is added here is ours


def _picture(match: re.Match[str], stored: dict[str, Attachment]) -> str:
    """Return a picture from the store, or what it showed in words when its file is gone."""
    said = match[2] or ""
    picture = stored.get(match[1])
    if picture is None or not picture.file.storage.exists(picture.file.name):
        missing = escape(_("Picture that is missing"))
        return f"<em>[{missing}: {said}]</em>"
    alt = said.strip() or escape(picture.name)
    return f'<img src="/media/{quote(picture.file.name)}" alt="{alt}">'


def _table(match: re.Match[str]) -> str:
    """Return a table with room for its columns."""
    columns = max((_columns(row[1]) for row in _ROW.finditer(match[1])), default=0)
    name = "broad" if columns >= BROAD else "wide" if columns >= WIDE else ""
    return f'<table class="{name}">{match[1]}</table>' if name else match[0]


def _columns(row: str) -> int:
    spans = (_SPAN.search(cell["about"]) for cell in _CELL.finditer(row))
    return sum(int(span[1]) if span else 1 for span in spans)
