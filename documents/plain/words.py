"""What counts as a word and as a sentence. The same rules everywhere, so that figures compare.

- A word is a row of letters; a hyphen, an apostrophe or a colon between letters joins
  (e-tjänst, EU:s). Figures are not words. A number with its signs (10.42, 2026-11-22) is nothing.
- A long word has more than six letters, hyphens not counted.
- A sentence ends with . ! ? : followed by a blank, and where a paragraph or a point of a list ends.
  A line break within a paragraph ends none. Something without a word is no sentence.
- The full stop of an abbreviation (t.ex., bl.a., kl., nr) or an initial (A. Nord) ends none, and
  an abbreviation is one word.
- Not counted: headings, tables, addresses of web and mail, numbers, and what stands under a heading
  that says it is a list of references.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.markup.blocks import (
    Block,
    Inline,
    Listing,
    Paragraph,
    Picture,
    Quote,
    Title,
    words_of,
)

LONG = 6  # letters; a word with more of them is long (Björnsson 1968)

_ABBREVIATIONS = (
    "t.ex. bl.a. m.m. m.fl. dvs. d.v.s. kl. kap. nr. ca. s.k. o.s.v. osv. etc. f.d. fr.o.m. "
    "t.o.m. p.g.a. pga. resp. tel. jfr. ev. inkl. exkl. obs. d.y. e.d. e.dyl. f.n. f.ö. i.o.m. "
    "m.a.o. m.h.a. m.h.t. o.d. o.dyl. s.a.s. t.f. t.v. u.a. enl. exv. forts. mom. ordf. sid. "
    "sekr. st. tf. tfn. ändr. avs. dr. prof. jan. feb. febr. apr. aug. sept. okt. nov. dec. bet. "
    "prop. mg. ml. kr. ssk. usk. m.v."
)
_SHORT = sorted({re.escape(a) for a in _ABBREVIATIONS.split()}, key=len, reverse=True)
# "t. ex." is written too, and the sign must not be the end of a longer word ("akut." is not "ut.").
_ABBREVIATED = re.compile(rf"(?<![\w.])(?:{'|'.join(_SHORT)})(?!\w)", re.IGNORECASE)
_SPACED = re.compile(
    r"(?<!\w)(t|bl|m|s|f|d|o|e|p|fr|u)\. ?(?=(?:ex|a|m|fl|k|d|v|g|o|s|dyl)\.)", re.I
)
_INITIAL = re.compile(r"(?<![\w.])([A-ZÅÄÖ])\.(?= ?[A-ZÅÄÖ])")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>]*[\w/]|(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}\.(?:se|nu|com|org|net|eu|info)"
    r"(?:/[\w/.-]*)?(?!\w)"
)
_NUMBER = re.compile(r"(?<!\w)[+-]?\d+(?:[.,:/\u2013\u00a0 -]?\d+)*(?!\w)")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’:][^\W\d_]+)*")
_END = re.compile(r"(?<=[.!?:])[\"”’»)\]]*(?:\s+|$)")
_KEPT_STOP = "\u2024"  # a full stop that ends nothing, while we look for those that do
_REFERENCES = re.compile(
    r"(?:referenser?|källor|källförteckning|litteratur(?:förteckning)?|lagar och källor|läs mer)"
    r"\W*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it stands, and its words. `block` is the number of the paragraph or point."""

    text: str
    words: tuple[str, ...]
    block: int = 0


def is_long(word: str) -> bool:
    """True for a word with more than six letters; the signs that join do not count."""
    return len(word) > LONG and len(word) - sum(map(word.count, "-'’:")) > LONG


def words_in(text: str) -> tuple[str, ...]:
    """Return the words of a text."""
    bare = _NUMBER.sub(" ", _ADDRESS.sub(" ", text))
    if "." not in bare[:-1]:
        return tuple(_WORD.findall(bare))
    short = _ABBREVIATED.sub(lambda found: found[0].replace(".", ""), _SPACED.sub(r"\1.", bare))
    return tuple(_WORD.findall(short))


def sentences_in(text: str, block: int = 0) -> Iterator[Sentence]:
    """Yield the sentences of one paragraph or one point of a list.

    Args:
        text: the words of the paragraph.
        block: its number in the text.
    """
    held = _ADDRESS.sub(_hold, text.replace("\n", " "))
    held = _ABBREVIATED.sub(_hold, _SPACED.sub(r"\1.", held))
    held = _NUMBER.sub(_hold, _INITIAL.sub(_hold, held))
    for part in _END.split(held):
        said = part.replace(_KEPT_STOP, ".").strip()
        if words := words_in(said):
            yield Sentence(said, words, block)


def _hold(found: re.Match[str]) -> str:
    return found[0].replace(".", _KEPT_STOP)


def running(blocks: Sequence[Block]) -> Iterator[Block]:
    """Yield the blocks that count: no references; headings and tables are for the caller."""
    skipped = 0
    for block in blocks:
        if isinstance(block, Title):
            if skipped and block.level > skipped:
                continue
            skipped = block.level if _REFERENCES.fullmatch(words_of(block.inline)) else 0
        if not skipped:
            yield block


def paragraphs_in(block: Block) -> Iterator[Inline]:
    """Yield each paragraph and point of a block; headings and tables hold none."""
    match block:
        case Paragraph(inline=inline):
            yield tuple(part for part in inline if not isinstance(part, Picture))
        case Listing(points=points):
            for point in points:
                yield from (line for part in point for line in paragraphs_in(part))
        case Quote(blocks=parts):
            yield from (line for part in parts for line in paragraphs_in(part))
