"""What can be made easier in a text, one finding for each place, with what to do.

Only what a machine can tell without guessing much. The passive is counted where "ska", "kan",
"bör", "måste" or "får" is followed by a verb in -as or -es, or "blir" by a participle: there it is
nearly always a passive that hides who acts. Other -s forms are left alone, for only a person can
tell "finns" from "görs". So it is given as sentences to look at, never as a share.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.markup.blocks import Block, Listing, Paragraph, Quote, Title, words_of
from documents.plain.words import paragraphs_in

if TYPE_CHECKING:
    from documents.plain.measure import Readability

LONGEST_SENTENCE = 28  # words
MEAN_SENTENCE = 18  # words
LONG_WORDS = 28  # per cent
LONGEST_PARAGRAPH = 6 * 68  # letters: six lines of the reading page
BETWEEN_HEADINGS = 200  # words; a heading about every 150, with room for a paragraph to end

_DEPONENT = (  # verbs that end in -s and hide nobody
    "finnas hoppas andas minnas lyckas trivas kännas synas hjälpas träffas mötas vistas åldras "
    "kräkas fattas saknas skämmas misslyckas låtsas tyckas svettas behövas"
)
_PASSIVE = re.compile(
    r"\b(?:ska|skall|kan|bör|måste|får|behöver)\s+(?:\w+\s+){0,3}?(?P<verb>\w{3,}[ae]s)\b"
    r"|\bbl(?:ir|ev|i|ivit)\s+\w{3,}(?:ade?|at|dd|da)\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?<![\w-])[A-ZÅÄÖ]{2,6}(?![\w-])")
_EVERYBODY_KNOWS = (
    "EU IT TV PC SMS MMS PDF ISO OK LIX QR ID VD HR USB WC AB FN OBS II III IV VI VII VIII IX XI"
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: what and what to do, and the words where it stands."""

    kind: str
    text: str
    where: str = ""


def findings(text: "Readability") -> Iterator[Finding]:
    """Yield what can be made easier in a text, the most telling first."""
    yield from _long_sentences(text)
    yield from _on_the_whole(text)
    yield from _hidden_actors(text)
    yield from _unexplained(text)
    yield from _long_paragraphs(text.blocks)
    yield from _missing_headings(text.blocks)


def _long_sentences(text: "Readability") -> Iterator[Finding]:
    for sentence in text.long_sentences:
        words = len(sentence.words)
        yield Finding(
            "sentence",
            _("%(count)s words in one sentence. Split it.") % {"count": words},
            sentence.text,
        )


def _on_the_whole(text: "Readability") -> Iterator[Finding]:
    if text.lix is None:
        return
    if text.sentence_length > MEAN_SENTENCE:
        mean = round(text.sentence_length)
        said = _("The sentences have %(count)s words on average. Aim for at most %(most)s.")
        yield Finding("mean", said % {"count": mean, "most": MEAN_SENTENCE})
    if text.long_share > LONG_WORDS:
        said = _(
            "%(share)s of a hundred words are long (more than six letters). Look for shorter ones."
        )
        yield Finding("long_words", said % {"share": round(text.long_share)})


def _hidden_actors(text: "Readability") -> Iterator[Finding]:
    for sentence in text.sentences:
        for found in _PASSIVE.finditer(sentence.text):
            if (found["verb"] or "").lower() not in _DEPONENT.split():
                said = _("“%(words)s”: say who does it.") % {"words": found[0]}
                yield Finding("passive", said, sentence.text)
                break


def _unexplained(text: "Readability") -> Iterator[Finding]:
    """Yield abbreviations that are not explained where they first stand."""
    seen = set(_EVERYBODY_KNOWS.split()) | {word.upper() for word in text.known}
    for sentence in text.sentences:
        if sentence.text.isupper():
            continue
        for found in _CAPITALS.finditer(sentence.text):
            if found[0] in seen:
                continue
            seen.add(found[0])
            before, after = sentence.text[: found.start()], sentence.text[found.end() :]
            if not before.rstrip().endswith("(") and not re.match(r"\s*[(,]", after):
                said = _("%(letters)s: write out what it means the first time.")
                yield Finding("abbreviation", said % {"letters": found[0]}, sentence.text)


def _long_paragraphs(blocks: tuple[Block, ...]) -> Iterator[Finding]:
    for block in blocks:
        for line in paragraphs_in(block) if isinstance(block, Paragraph | Quote | Listing) else ():
            words = words_of(line)
            if len(words) > LONGEST_PARAGRAPH:
                said = _("This paragraph is longer than six lines. Split it, or make it a list.")
                yield Finding("paragraph", said, words)


def _missing_headings(blocks: tuple[Block, ...]) -> Iterator[Finding]:
    """Yield stretches of text without a heading. A text short enough needs none."""
    count, first = 0, ""
    for block in (*blocks, Title(2, ())):
        if isinstance(block, Title):
            if count > BETWEEN_HEADINGS:
                said = ngettext(
                    "%(count)s word without a heading. A heading for about every 150 words helps "
                    "the reader to find the place.",
                    "%(count)s words without a heading. A heading for about every 150 words helps "
                    "the reader to find the place.",
                    count,
                )
                yield Finding("heading", said % {"count": count}, first)
            count, first = 0, ""
        for line in paragraphs_in(block):
            first = first or words_of(line)
            count += len(words_of(line).split())
