"""HTML is read into blocks, whatever made it: the editor, Word, mammoth or a browser's clipboard.

nh3 reads it first, as a browser would, and drops what is not structure. What remains is walked
once. Word's empty paragraphs, boxes and paragraphs that only look like lists become what they
mean. A tangle deeper than anybody writes becomes its words.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from html import unescape

import nh3
from lxml import etree

from documents.markup.addresses import own_picture, safe_link
from documents.markup.blocks import (
    Block,
    Inline,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Rule,
    Run,
    Title,
)
from documents.markup.lines import split_lines, tidy_text, without_mark
from documents.markup.shaping import lists_from_signs
from documents.markup.tables import read_table

DEEPEST = 60  # elements within each other; a table in a list in a quote is about ten
_MARK_OF = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "sup": "sup", "sub": "sub"}
_HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 4, "h6": 4}
_OF_WORDS = (
    "p div section article main header footer aside nav address center pre dl dt dd figure "
    "figcaption fieldset details summary caption thead tbody tr td th li"
)
_OTHERS = "a img br hr ul ol li table caption thead tbody tfoot tr td th blockquote"
_BLOCKS = frozenset(_OF_WORDS.split())
STRUCK = frozenset({"del", "s", "strike"})
_TAGS = frozenset({*_MARK_OF, *_HEADINGS, *_BLOCKS, *STRUCK, *_OTHERS.split()})
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
# Seen by the filter, so that it can tell what was there; none of them is written.
SCHEMES = {"http", "https", "mailto", "javascript", "vbscript", "data", "file", "ftp", "cid"}

_TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")

Watch = Callable[[str, str, str], str | None]
Marks = frozenset[str]


def sift(html: str, watch: Watch | None = None) -> str:
    """Return `html` with nothing but structure in it; `watch` sees each attribute."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags={"script", "style", "title", "template", "noscript", "svg", "math"},
        attributes=_ATTRIBUTES,
        attribute_filter=watch,
        generic_attribute_prefixes={"on"} if watch else None,
        link_rel=None,
        url_schemes=SCHEMES,
    )


def blocks(html: str) -> tuple[Block, ...]:
    """Return the blocks of `html`.

    Args:
        html: any HTML, also broken; what is no structure is left out.
    """
    sifted = sift(html)
    if not sifted.strip():
        return ()
    if _depth(sifted) > DEEPEST:
        lines = [tidy_text(line).strip() for line in unescape(_TAG.sub("\n", sifted)).split("\n")]
        return tuple(Paragraph((Run(line),)) for line in lines if line)
    root = etree.fromstring(f"<div>{sifted}</div>", etree.HTMLParser(huge_tree=True)).find(".//div")
    return read_blocks(root)


def _depth(sifted: str) -> int:
    """Return how deep the elements lie. Asked before lxml, which leaves out what lies too deep."""
    deepest = depth = 0
    for found in _TAG.finditer(sifted):
        if found[2] not in ("br", "img", "hr"):
            depth += -1 if found[1] else 1
            deepest = max(deepest, depth)
    return deepest


@dataclass
class _Flow:
    """What has been read so far of one block's insides."""

    done: list[Block] = field(default_factory=list)
    line: list[Run | Picture] = field(default_factory=list)

    def flush(self) -> None:
        """End the paragraph being read."""
        self.done += [Paragraph(line) for line in split_lines(self.line)]
        self.line = []

    def add(self, *blocks: Block) -> None:
        """Put whole blocks after what has been read."""
        self.flush()
        self.done += blocks


def read_blocks(element: etree._Element) -> tuple[Block, ...]:
    """Return what stands within `element` as blocks."""
    flow = _Flow()
    _walk(element, flow, frozenset(), "")
    flow.flush()
    return lists_from_signs(flow.done)


def _walk(element: etree._Element, flow: _Flow, marks: Marks, href: str) -> None:
    """Read the words and elements within `element` into `flow`."""
    keeps_breaks = element.tag == "pre"
    _say(element.text, flow, marks, href, keeps_breaks)
    for child in element:
        if isinstance(child.tag, str) and child.tag not in STRUCK:
            _element(child, flow, marks, href)
        _say(child.tail, flow, marks, href, keeps_breaks)


def _say(text: str | None, flow: _Flow, marks: Marks, href: str, keeps_breaks: bool) -> None:
    for number, line in enumerate((text or "").split("\n") if keeps_breaks else [text or ""]):
        if number:
            flow.line.append(Run("\n"))
        if line:
            flow.line.append(Run(tidy_text(line), marks, href))


def _element(child: etree._Element, flow: _Flow, marks: Marks, href: str) -> None:
    tag = child.tag
    if mark := _MARK_OF.get(tag):
        _walk(child, flow, marks | {mark}, href)
    elif tag == "a":
        _walk(child, flow, marks, safe_link(child.get("href", "")) or href)
    elif tag == "br":
        flow.line.append(Run("\n"))
    elif tag == "img":
        if src := own_picture(child.get("src", "")):
            flow.line.append(Picture(src, tidy_text(child.get("alt", "")).strip(), href, marks))
    elif tag in _BLOCKS:
        flow.flush()
        _walk(child, flow, marks, href)
        flow.flush()
    else:
        flow.add(*_whole(child))


def _whole(child: etree._Element) -> tuple[Block, ...]:
    """Return an element that is a block of its own."""
    if child.tag in _HEADINGS:
        return tuple(_as_title(block, _HEADINGS[child.tag]) for block in read_blocks(child))
    if child.tag in ("ul", "ol"):
        points = tuple(_points(child))
        start = _number(child.get("start"), most=999)
        return (Listing(child.tag == "ol", points, start),) if points else ()
    if child.tag == "table":
        return read_table(child, read_blocks)
    if child.tag == "blockquote":
        inside = read_blocks(child)
        return (Quote(inside),) if inside else ()
    return (Rule(),) if child.tag == "hr" else read_blocks(child)


def _as_title(block: Block, level: int) -> Block:
    """A heading is one line of words; it is bold by being a heading."""
    if not isinstance(block, Paragraph):
        return block
    line: Inline = tuple(
        replace(part, text=part.text.replace("\n", " ")) if isinstance(part, Run) else part
        for part in block.inline
    )
    return Title(level, without_mark(line, "strong"))


def _points(listing: etree._Element) -> Iterator[tuple[Block, ...]]:
    """Yield the points of a list; a list directly in a list belongs to the point before it."""
    waiting: tuple[Block, ...] = ()
    for child in listing:
        if child.tag == "li":
            if waiting:
                yield waiting
            waiting = read_blocks(child)
        elif isinstance(child.tag, str):
            waiting += _whole(child)
    if waiting:
        yield waiting


def _number(said: str | None, *, most: int) -> int:
    return int(said) if said and re.fullmatch(r"[1-9][0-9]{0,2}", said) and int(said) <= most else 1
