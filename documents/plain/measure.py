"""LIX (Björnsson 1968): words per sentence + long words per hundred words.

`words.py` says what counts. A text under a hundred words gets no figure: one long name would
decide it. Beside LIX stands *adjusted* LIX, in which names and the words we have agreed on
(hemtjänst, vårdnadshavare, avvikelse) are not long: everybody who reads them knows them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from documents.markup.blocks import Block, words_of
from documents.markup.reading import blocks as blocks_of
from documents.plain import advice
from documents.plain.swaps import Swap, swaps_in
from documents.plain.words import Sentence, is_long, paragraphs_in, running, sentences_in

FEWEST = 100  # words; below it the figure says more of chance than of the text
_FORMS = "n en an et t s r er ar or ns ens ets rna erna arna orna rnas ernas arnas na a"
_ENDINGS = tuple(_FORMS.split())


@dataclass(frozen=True)
class Readability:
    """How hard a text is to read."""

    sentences: tuple[Sentence, ...]
    known: frozenset[str]
    blocks: tuple[Block, ...]

    @cached_property
    def words(self) -> int:
        """How many words."""
        return sum(len(sentence.words) for sentence in self.sentences)

    @cached_property
    def long_words(self) -> int:
        """How many words of more than six letters."""
        return sum(is_long(word) for sentence in self.sentences for word in sentence.words)

    @property
    def long_share(self) -> float:
        """Long words per hundred words."""
        return 100 * self.long_words / self.words if self.words else 0.0

    @property
    def sentence_length(self) -> float:
        """Words per sentence."""
        return self.words / len(self.sentences) if self.sentences else 0.0

    @cached_property
    def lix(self) -> int | None:
        """LIX, or None for a text under a hundred words."""
        return self._lix(self.long_words)

    @cached_property
    def adjusted_lix(self) -> int | None:
        """LIX with names and agreed words as short ones, or None under a hundred words."""
        return self._lix(self.long_words - sum(map(self._known_in, self.sentences)))

    def _lix(self, long_words: int) -> int | None:
        if self.words < FEWEST:
            return None
        return round(self.sentence_length + 100 * long_words / self.words)

    def _known_in(self, sentence: Sentence) -> int:
        """Return how many long words of a sentence are names or agreed words."""
        return sum(
            is_long(word) and ((number > 0 and word[0].isupper()) or self._is_known(word.lower()))
            for number, word in enumerate(sentence.words)
        )

    def _is_known(self, word: str) -> bool:
        """True for an agreed word, also in another form: avvikelsen, avvikelserna."""
        return word in self.known or any(
            word.endswith(ending) and word.removesuffix(ending) in self.known for ending in _ENDINGS
        )

    @property
    def band(self) -> str:
        """The figure in words, "" when there is none."""
        return band(self.lix) if self.lix is not None else ""

    @cached_property
    def long_sentences(self) -> tuple[Sentence, ...]:
        """Sentences of more than 28 words, the longest first."""
        found = [s for s in self.sentences if len(s.words) > advice.LONGEST_SENTENCE]
        return tuple(sorted(found, key=lambda sentence: -len(sentence.words)))

    @cached_property
    def swaps(self) -> tuple[Swap, ...]:
        """Heavy words with what may stand instead."""
        return swaps_in("\n".join(sentence.text for sentence in self.sentences))

    @cached_property
    def findings(self) -> tuple[advice.Finding, ...]:
        """What can be made easier, in words."""
        return tuple(advice.findings(self))


def readability(html: str, known: Collection[str] = ()) -> Readability:
    """Measure a text.

    Args:
        html: a cleaned text.
        known: words that everybody who reads it knows, in their plain form.
    """
    return of_blocks(blocks_of(html), known)


def of_blocks(blocks: Sequence[Block], known: Collection[str] = ()) -> Readability:
    """Measure a text that has been read into blocks."""
    counted = tuple(running(blocks))
    paragraphs = (words_of(line) for block in counted for line in paragraphs_in(block))
    sentences = tuple(
        sentence
        for number, paragraph in enumerate(paragraphs)
        for sentence in sentences_in(paragraph, number)
    )
    return Readability(sentences, frozenset(word.lower() for word in known), counted)


def band(lix: int) -> str:
    """Return what a LIX figure means, in words."""
    if lix < 30:
        return _("very easy")
    if lix < 40:
        return _("easy")
    if lix < 50:
        return _("like a newspaper")
    return _("hard") if lix <= 60 else _("very hard")
