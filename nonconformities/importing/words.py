"""Words of old registers: made alike, compared, and what the usual ones mean."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from nonconformities.models.nonconformity import Nonconformity
from nonconformities.models.status import Status

EMPTY = ""  # what an empty cell is called among the names of a column
AUTO = "auto"  # closed when there is a closing day, else open
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

_GRADES = {
    1: "låg obetydlig försumbar ringa liten ingen low negligible none trivial",
    2: "mindre måttlig medel medelhög begränsad lindrig medium moderate minor",
    3: "hög betydande stor allvarligt kännbar high significant major",
    4: "allvarlig kritisk katastrofal extrem severe critical catastrophic serious",
}
_STATES = {
    Status.CLOSED: "avslutad avslutat avslutade klar klart klara stängd stängt färdig åtgärdad "
    "åtgärdat slutförd arkiverad löst closed done resolved completed finished",
    Status.DISMISSED: "avskriven avskrivet makulerad avvisad felaktig dismissed rejected cancelled",
    Status.REPORTED: "öppen öppet pågår pågående utreds utredning ny nytt inkommen väntar vilande "
    "registrerad mottagen påbörjad open new ongoing progress pending registered started",
}
_KINDS = {
    Nonconformity.Kind.DEVIATION: "avvikelse fel brist händelse deviation nonconformity",
    Nonconformity.Kind.COMPLAINT: "klagomål synpunkt synpunkter reklamation complaint opinion",
    Nonconformity.Kind.NEAR_MISS: "tillbud olycka incident olycksfall",
    Nonconformity.Kind.RISK: "risk riskobservation",
    Nonconformity.Kind.IDEA: "förslag förbättringsförslag förbättring idé suggestion improvement",
    Nonconformity.Kind.AUDIT: "revision revisionsavvikelse audit finding",
}


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


def grade_meant(text: str) -> int | None:
    """Return which of the four steps a word probably means."""
    said = set(re.findall(r"\w+", alike(text)))
    if found := re.match(r"[1-4](?!\d)", alike(text)):
        return int(found[0])
    if "mycket" in said:
        return 4 if said & {"hög", "allvarlig", "stor"} else 1 if said & {"låg", "liten"} else None
    return _meant(said, _GRADES)


def status_meant(text: str) -> str:
    """Return the state a word probably means; the empty cell follows the closing day."""
    said = set(re.findall(r"\w+", alike(text)))
    if not said:
        return AUTO
    if "ej" in said or "inte" in said or "not" in said:
        closed = _meant(said, {Status.CLOSED: _STATES[Status.CLOSED]})
        return str(Status.REPORTED) if closed else str(Status.DISMISSED)
    return str(_meant(said, _STATES) or "")


def kind_meant(text: str) -> str:
    """Return the kind of report a word probably means."""
    return str(_meant(set(re.findall(r"\w+", alike(text))), _KINDS) or "")


def _meant(said: Iterable[str], meanings: dict[Any, str]) -> Any:
    for meaning, words in meanings.items():
        if set(said) & set(words.split()):
            return meaning
    return None
