"""What comes in from outside is cleaned, and what was taken out is told."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import nh3
from django.utils.translation import ngettext

from documents.markup.addresses import own_picture, safe_link
from documents.markup.blocks import as_html
from documents.markup.reading import SCHEMES, blocks, sift

_PROGRAM = re.compile(r"<\s*(?:script|svg|math|template|noscript)\b", re.IGNORECASE)
_EMBEDDED = re.compile(
    r"<\s*(?:iframe|object|embed|applet|form|input|button|video|audio|link|meta|base)\b",
    re.IGNORECASE,
)
_STRUCK = re.compile(r"<\s*(?:del|s|strike)(?=[\s>])", re.IGNORECASE)
_KEPT = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
_WRITTEN = (
    "h2 h3 h4 p br ul ol li table caption thead tbody tr th td strong em sup sub a img "
    "blockquote hr"
)


@dataclass(frozen=True, slots=True)
class Removed:
    """One kind of thing that was taken out, and how many."""

    kind: str
    count: int

    def __str__(self) -> str:
        return _sentence(self.kind, self.count)


@dataclass(frozen=True, slots=True)
class Washed:
    """A clean text and what was taken out of it."""

    html: str
    removed: tuple[Removed, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """What was taken out, in words."""
        return [str(one) for one in self.removed]


def cleaned(html: str, pictures: Collection[str] | None = None) -> str:
    """Return `html` as a text of ours: safe, and written the same way each time.

    Args:
        html: what somebody sent.
        pictures: the addresses of the pictures that may stand in it; None means any file of ours.
    """
    return washed(html, pictures).html


def washed(html: str, pictures: Collection[str] | None = None) -> Washed:
    """Return `html` cleaned, with what was taken out.

    Args:
        html: what somebody sent.
        pictures: the addresses of the pictures that may stand in it; None means any file of ours.
    """
    taken: Counter[str] = Counter()

    def watch(tag: str, name: str, value: str) -> str | None:
        return _seen(tag, name, value, pictures, taken)

    html = html.replace("\x00", "")
    sifted = sift(html, watch)
    taken["program"] += len(_PROGRAM.findall(html))
    taken["embedded"] += len(_EMBEDDED.findall(html))
    taken["struck"] += len(_STRUCK.findall(html))
    removed = tuple(Removed(kind, count) for kind, count in sorted(taken.items()) if count)
    return Washed(_once_more(as_html(blocks(sifted))), removed)


def _seen(
    tag: str, name: str, value: str, pictures: Collection[str] | None, taken: Counter[str]
) -> str | None:
    """Return the value of an attribute if it may stand, else note what it was."""
    if name.startswith("on"):
        taken["program"] += 1
        return None
    if name == "href":
        taken["address"] += 0 if safe_link(value) or not value.strip() else 1
        return safe_link(value) or None
    if name == "src":
        src = own_picture(value)
        if src and (pictures is None or src in pictures):
            return src
        taken["picture"] += 1
        return None
    return value


def _once_more(html: str) -> str:
    """The text was written from blocks; should that ever fail, this still lets nothing through."""
    return nh3.clean(
        html,
        tags=set(_WRITTEN.split()),
        attributes=_KEPT,
        link_rel=None,
        url_schemes=SCHEMES & {"http", "https", "mailto"},
    )


def _sentence(kind: str, count: int) -> str:
    """Return what was taken out, in words."""
    said = {
        "program": ngettext(
            "A program in the text was removed.",
            "%(count)s programs in the text were removed.",
            count,
        ),
        "embedded": ngettext(
            "Something embedded (a film, a form, another page) was removed.",
            "%(count)s embedded things (films, forms, other pages) were removed.",
            count,
        ),
        "struck": ngettext(
            "Text that was struck out was removed.",
            "%(count)s pieces of text that were struck out were removed.",
            count,
        ),
        "address": ngettext(
            "A link that leads neither to the web, to an e-mail address nor to a page here was "
            "removed. Its words remain.",
            "%(count)s links that lead neither to the web, to an e-mail address nor to a page here "
            "were removed. Their words remain.",
            count,
        ),
        "picture": ngettext(
            "A picture from elsewhere was removed. Upload it here instead.",
            "%(count)s pictures from elsewhere were removed. Upload them here instead.",
            count,
        ),
    }
    return said[kind] % {"count": count}
