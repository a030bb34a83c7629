"""Words of our own are explained where they first stand in a text.

Each explained word is a button that opens its meaning (the popover of HTML itself): it works by
keyboard, by touch and without script, and a screen reader says that there is more to hear. The
text that was adopted is not changed: this is done when it is shown.
"""

import re
from functools import cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from qms.requirements.glossary import meanings

MOST = 12  # in one text; more would be a text of dots
_ENDINGS = r"(?:n|en|et|t|er|ar|or|erna|arna|orna|na|ns|ens|ets|s)?"
_PIECE = re.compile(r"<[^>]*>|[^<]+")
_LEFT_ALONE = frozenset({"a", "h2", "h3", "h4", "th", "caption"})


@cache
def _pattern() -> re.Pattern[str]:
    words = sorted(meanings(), key=len, reverse=True)
    stems = "|".join(
        re.escape(word.removesuffix("a")) + "a?" if word.endswith("a") else re.escape(word)
        for word in words
    )
    return re.compile(rf"(?<![\w-])(?P<word>{stems}){_ENDINGS}(?![\w-])", re.IGNORECASE)


class _Explaining:
    """One text while its words are found."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}
        self.within: list[str] = []

    def piece(self, match: re.Match[str]) -> str:
        """Return a tag as it is, and words with the first of each kind as a button."""
        piece = match[0]
        if not piece.startswith("<"):
            return piece if self.within else _pattern().sub(self.word, piece)
        tag = piece.strip("</>").split(" ")[0]
        if tag in _LEFT_ALONE:
            if piece.startswith("</"):
                self.within.pop()
            else:
                self.within.append(tag)
        return piece

    def word(self, match: re.Match[str]) -> str:
        """Return a word as a button, if it is the first of its kind."""
        word = match["word"].lower()
        word = word if word in meanings() else f"{word}a"
        if word in self.found or word not in meanings() or len(self.found) >= MOST:
            return match[0]
        self.found[word] = f"ord-{len(self.found) + 1}"
        return (
            f'<button type="button" class="term" popovertarget="{self.found[word]}">'
            f"{match[0]}</button>"
        )


def explained(html: str) -> SafeString:
    """Return a cleaned text with its first words of each kind explained.

    Args:
        html: a cleaned text, perhaps with ids on its headings.
    """
    text = _Explaining()
    shown = _PIECE.sub(text.piece, html)
    said = "".join(
        f'<div popover id="{name}" class="term-meaning"><p><b>{escape(word)}</b></p>'
        f"<p>{escape(meanings()[word])}</p></div>"
        for word, name in text.found.items()
    )
    return mark_safe(shown + said)  # cleaned when it was stored; what is added here is escaped
