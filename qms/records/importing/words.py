"""Words of lists from elsewhere: made alike, compared, and what a heading is without chance."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

REASON = "att rätta"  # the heading of what mending.py adds, in any language
_EARLIER = "att rätta / to mend"  # what it was in files sent out before
_NOTHING = {"", "-", "--", "–", "—", "?", "??", "n/a", "na", "ingen", "okänd", "okänt", "saknas"}
_SHORT = {
    "fsk": "förskolan", "försk": "förskolan", "htj": "hemtjänst", "hemtj": "hemtjänst",
    "säbo": "särskilt boende", "grsk": "grundskola", "gr": "grundskola", "gy": "gymnasium",
    "va": "vatten avlopp", "ifo": "individ familjeomsorg", "hsv": "hälso sjukvård",
    "lss": "funktionsstöd lss", "rtj": "räddningstjänst", "räddningstj": "räddningstjänst",
    "kf": "kommunfullmäktige", "ks": "kommunstyrelsen", "bo": "bostads",
}  # fmt: skip
_FILLING = {"och", "för", "i", "på", "av", "den", "the", "of", "and", "enheten", "enhet", "ab"}
_ENDINGS = re.compile(r"(?:ernas|arnas|erna|arna|orna|ens|ets|en|et|an|n|s|a)$")


@lru_cache(maxsize=20_000)
def alike(text: str) -> str:
    """Return a text without what differs by chance: case, spaces, signs at the ends."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(text.split()).strip(" .,;:!*\"'”“´`")


def is_nothing(text: str) -> bool:
    """Return True for a cell that says nothing: a dash, a question mark, "okänd"."""
    return alike(text) in _NOTHING or not re.search(r"\w", text)


def tokens(text: str) -> list[str]:
    """Return the words that tell a name from another, abbreviations written out."""
    found = re.findall(r"\w+", alike(text))
    whole = " ".join(_SHORT.get(word, word) for word in found).split()
    return [word for word in whole if word not in _FILLING] or found


def likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0 to 1: words in common, endings and slips allowed."""
    short, long = sorted((tokens(one), tokens(other)), key=len)
    if not short:
        return 0.0
    met = [max(_same_word(word, each) for each in long) for word in short]
    part = sum(met) / len(met)
    cover = sum(len(word) for word in short) / max(1, sum(len(word) for word in long))
    whole = SequenceMatcher(None, alike(one), alike(other)).ratio()
    return max(whole, part * (0.75 + 0.25 * min(1.0, cover)))


def _same_word(one: str, other: str) -> float:
    if one == other:
        return 1.0
    stem, trunk = _ENDINGS.sub("", one), _ENDINGS.sub("", other)
    if len(stem) > 2 and stem == trunk:
        return 0.97
    if min(len(stem), len(trunk)) > 3 and (stem in trunk or trunk in stem):
        return 0.85
    matcher = SequenceMatcher(None, one, other)
    ratio = matcher.ratio() if matcher.real_quick_ratio() > 0.8 else 0.0
    return ratio if ratio > 0.8 else 0.0


def heading_of(text: str) -> str:
    """Return a heading without what differs by chance."""
    return " ".join(re.findall(r"[\wåäö]+", alike(text).replace("_", " ")))


def is_reason(name: str) -> bool:
    """Return True for the column that mending.py added to a file sent again."""
    return heading_of(name) in {heading_of(REASON), heading_of(_EARLIER)}
