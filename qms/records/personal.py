"""Finds what points at a person in free text: identity numbers, telephone numbers, e-mail.

A deviation is about what happened, not about whom it happened to (GDPR, art. 5.1 c and 87). The
finding is a question to the writer, never a refusal: a number may look like one and be another.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

# Every repetition has a limit: 100,000 characters are read in a few milliseconds.
_GAP = r"[ \u00a0\u202f]"
_DASH = r"[-‐‑–]"
_BEFORE = r"(?<![0-9A-Za-zÅÄÖåäö])(?<![0-9][-./])"
_AFTER = r"(?![0-9A-Za-zÅÄÖåäö])(?![-./][0-9])"
_IDENTITY = re.compile(
    rf"{_BEFORE}(?P<century>18|19|20)?(?P<year>[0-9]{{2}})(?P<month>[0-9]{{2}})(?P<day>[0-9]{{2}})"
    rf"{_GAP}?(?:{_DASH}|\+)?{_GAP}?(?P<last>[0-9]{{4}}){_AFTER}"
)
_PHONES = (
    # +46 70-123 45 67, 0046 (0)70 …
    rf"(?:\+|00)46{_GAP}?{_DASH}?{_GAP}?(?:\(0\){_GAP}?)?[1-9](?:(?:{_GAP}|{_DASH})?[0-9]){{6,8}}",
    # Mobile: ten digits, however they are grouped
    rf"07[02369](?:(?:{_GAP}|{_DASH})?[0-9]){{7}}",
    # Stockholm, with a dash or in one piece
    rf"08(?:{_GAP}?{_DASH}{_GAP}?[1-9](?:{_GAP}?[0-9]){{6,7}}|[1-9][0-9]{{6,7}})",
    # Everywhere else the dash after the area code is what tells it from another number
    rf"0[1-69][0-9]{{1,2}}{_GAP}?{_DASH}{_GAP}?[1-9](?:{_GAP}?[0-9]){{4,7}}",
)
_PHONE = re.compile(rf"(?<![0-9A-Za-z+])(?<![0-9][-./])(?:{'|'.join(_PHONES)}){_AFTER}")
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[A-Za-z0-9ÅÄÖåäö-]{1,63}(?:\.[A-Za-zÅÄÖåäö0-9-]{2,63}){1,4}"
)
_OLDEST = 1880


class Kind(models.TextChoices):
    """What a finding is."""

    IDENTITY = "identity", gettext_lazy("identity number")
    PHONE = "phone", gettext_lazy("telephone number")
    EMAIL = "email", gettext_lazy("e-mail address")


@dataclass(frozen=True)
class Finding:
    """Something that points at a person: text[start:end]."""

    kind: Kind
    start: int
    end: int


def findings(text: str) -> list[Finding]:
    """Return what in the text points at a person, in reading order, without overlaps."""
    found: list[Finding] = []
    taken = bytearray(len(text))
    for finding in _candidates(text):
        if not any(taken[finding.start : finding.end]):
            taken[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
            found.append(finding)
    return sorted(found, key=lambda finding: finding.start)


def redact(text: str) -> str:
    """Return the text with every finding replaced by a word that says what was there."""
    while found := findings(text):
        pieces, kept_until = [], 0
        for finding in found:
            pieces += [text[kept_until : finding.start], _mark(finding.kind)]
            kept_until = finding.end
        text = "".join([*pieces, text[kept_until:]])
    return text


def warning(found: Iterable[Finding]) -> str:
    """Return the question to the writer about what was found; "" when nothing was."""
    kinds = [finding.kind for finding in found]
    if not kinds:
        return ""
    if len(set(kinds)) > 1:
        return _("This looks like details about a person. Remove them unless they are needed.")
    if kinds[0] == Kind.IDENTITY:
        return ngettext(
            "This looks like an identity number. Remove it unless it is needed.",
            "These look like identity numbers. Remove them unless they are needed.",
            len(kinds),
        )
    if kinds[0] == Kind.PHONE:
        return ngettext(
            "This looks like a telephone number. Remove it unless it is needed.",
            "These look like telephone numbers. Remove them unless they are needed.",
            len(kinds),
        )
    return ngettext(
        "This looks like an e-mail address. Remove it unless it is needed.",
        "These look like e-mail addresses. Remove them unless they are needed.",
        len(kinds),
    )


def _mark(kind: Kind) -> str:
    return {
        Kind.IDENTITY: _("[identity number removed]"),
        Kind.PHONE: _("[telephone number removed]"),
        Kind.EMAIL: _("[e-mail address removed]"),
    }[kind]


def _candidates(text: str) -> Iterator[Finding]:
    for match in _IDENTITY.finditer(text):
        if _is_identity_number(match):
            yield Finding(Kind.IDENTITY, *match.span())
    for match in _PHONE.finditer(text):
        yield Finding(Kind.PHONE, *match.span())
    for match in _EMAIL.finditer(text):
        yield Finding(Kind.EMAIL, *match.span())


def _is_identity_number(match: re.Match[str]) -> bool:
    """Return True for a day that has been and a last digit that fits.

    In a coordination number, given to who is not registered in Sweden, 60 is added to the day.
    """
    digits = match["year"] + match["month"] + match["day"] + match["last"]
    day = int(match["day"])
    day = day - 60 if day > 60 else day
    centuries = [match["century"]] if match["century"] else ["19", "20"]
    years = [int(century + match["year"]) for century in centuries]
    is_day = any(_has_been(year, int(match["month"]), day) for year in years)
    return is_day and _luhn(digits) == 0


def _has_been(year: int, month: int, day: int) -> bool:
    try:
        return date(_OLDEST, 1, 1) <= date(year, month, day) <= date.today()
    except ValueError:
        return False


def _luhn(digits: str) -> int:
    """Return the rest modulo ten: 0 when the last digit fits the others."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10
