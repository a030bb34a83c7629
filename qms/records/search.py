"""Search: what one writes becomes a query that meets Swedish endings, a number goes straight there.

The Swedish stemmer leaves the definite forms of neuter words alone (dokumentet, mötet, ärendet do
not meet their base form), so the ending is cut here, on the side of the question.
"""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat, Left, Right
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from qms.organization.models import User
from qms.records.models import Record
from qms.requirements.models import Clause

Rows = TypeVar("Rows", bound=models.QuerySet)

MOST_SIGNS, _MOST_WORDS, _MOST_LETTERS = 200, 10, 40
_ENDING = re.compile(r"(?<=\w{3})(?:ets|et|ens|en|nas|na)$")
# nyckel and nycklar, fönster and fönstret: a vowel that falls out between two consonants.
_WITH_VOWEL = re.compile(r"(\w+[bcdfgkmpstv])e([lrn])$")
_WITHOUT_VOWEL = re.compile(r"(\w+[bcdfgkmpstv])([lrn])(?:ar|arna|er|erna|en|et|arnas|ernas)?s?$")
# Everyday words beside those of the standard, and the other way round.
_SYNONYMS = (
    {"avvikelse", "fel", "brist", "nonconformity"},
    {"orsak", "grundorsak", "cause"},
    {"åtgärd", "korrigering", "action"},
    {"rutin", "dokument", "instruktion"},
    {"leverantör", "inköp"},
    {"revision", "internrevision", "audit"},
    {"lärdom", "lesson"},
    {"läkemedel", "medicin"},
    {"tillbud", "incident"},
    {"klagomål", "synpunkt"},
)
_OF_A_YEAR = re.compile(r"(?:([a-zåäö]{2,4})[\s-]*)?(20\d\d)[\s/-]+(\d{1,6})", re.I)
_WITHOUT_YEAR = re.compile(r"([a-zåäö]{2,4})-(\d{4,6})", re.I)
_BARE = "AVV"  # a number said without its prefix is a deviation's: "2026-142"
_CLAUSE = re.compile(r"\d{1,2}(?:\.\d{1,2})+|\d{1,2}:\d{1,2}|\d{1,2}\s*kap\.?\s*\d{1,2}\s*§?")
# Signs that no keyboard writes: where ts_headline put them, a hit begins and ends.
_BEGIN, _END = "\x02", "\x03"
_MOST_READ = 20_000  # signs of a text that a hit is looked for in, to be shown
_END_SIGNS, _COMPARED = 200, 60  # of a text and an excerpt, to see whether the text goes on


def searched_models() -> Iterator[Any]:
    """Yield every kind of record that has a stored search vector."""
    for model in record_models():
        if any(field.name == "search" for field in model._meta.concrete_fields):
            yield model


def record_models() -> Iterator[Any]:
    """Yield every kind of record."""
    for model in apps.get_models():
        if issubclass(model, Record):
            yield model


def full_number(text: str) -> str | None:
    """Return the number somebody means: 2026-142 and avv 2026-0142 are AVV-2026-0142; else None."""
    text = text.strip()
    if match := _OF_A_YEAR.fullmatch(text):
        prefix, year, last = match.groups()
        return f"{(prefix or _BARE).upper()}-{year}-{last.lstrip('0').zfill(4)}"
    if match := _WITHOUT_YEAR.fullmatch(text):
        return f"{match[1].upper()}-{match[2]}"
    return None


def record_numbered(user: User, text: str) -> Any:
    """Return the record whose number `text` is, when it exists for `user`."""
    if number := full_number(text):
        series = number.partition("-")[0]
        for model in (m for m in record_models() if m.SERIES in {"", series}):
            if found := model.objects.visible_to(user).filter(number=number).first():
                return found
    for model in record_models():
        if (elsewhere := numbered(model, text)) is not None:
            found = model.objects.readable_to(user).filter(elsewhere)[:2]
            if len(found) == 1:
                return found[0]
    return None


def numbered(model: Any, text: str) -> models.Q | None:
    """Return which records bore this number in an older register; only what has a figure may."""
    return model.numbered_elsewhere(text.strip()) if re.search(r"\d", text) else None


def clause_numbered(text: str) -> Clause | None:
    """Return the requirement with exactly this number, in the newest edition that has it."""
    if not _CLAUSE.fullmatch(text):
        return None
    newest = models.F("edition__published_on").desc(nulls_last=True)
    clauses = Clause.objects.for_page().numbered(text)
    return clauses.order_by("-edition__standard__kind", newest).first()


def tsquery(text: str) -> str:
    """Return what was written as PostgreSQL asks for it; "" when no word is left.

    Every word must be there, in any ending, or one that means the same.
    """
    return " & ".join(f"({' | '.join(_forms(word))})" for word in words(text))


def words(text: str) -> list[str]:
    """Return the words asked for; single letters and what goes beyond ten words are left out."""
    found = re.findall(r"\w+", text.lower())
    return [word[:_MOST_LETTERS] for word in found if len(word) > 1][:_MOST_WORDS]


def _forms(word: str) -> list[str]:
    forms = {word, _ENDING.sub("", word)}
    if match := _WITH_VOWEL.match(word):
        forms.add(f"{match[1]}{match[2]}")
    elif match := _WITHOUT_VOWEL.match(word):
        forms.add(f"{match[1]}e{match[2]}")
    for group in _SYNONYMS:
        if forms & group:
            forms |= group
    return [f"'{form}':*" for form in sorted(forms)]


def matching(queryset: Rows, text: str) -> Rows:
    """Return the records whose text or number fits what was written; all when nothing was.

    The caller narrows to `readable_to(user)` first: what one may not read, one may not find.
    """
    query = tsquery(text)
    if not query:
        return queryset
    fits = models.Q(search=SearchQuery(query, config="swedish", search_type="raw"))
    if number := full_number(text):
        fits |= models.Q(number=number)
    if (elsewhere := numbered(queryset.model, text)) is not None:
        fits |= elsewhere
    return queryset.filter(fits)


class TextSearch:
    """The hits of one kind of record for one person, with the words marked."""

    def __init__(self, model: Any, user: User, text: str) -> None:
        self.model, self.user, self.text = model, user, text

    @cached_property
    def found(self) -> Any:
        """Every record that fits and that the person may read."""
        if not words(self.text):
            return self.model.objects.none()
        return matching(self._readable, self.text)

    @cached_property
    def best(self) -> list[int] | None:
        """The ids of the best hits, of a kind that ranks them."""
        ranking = self.model.RANKING
        if ranking is None or not words(self.text):
            return None
        best: list[int] = ranking.best(self._readable, self.user, self.text)
        return best

    @property
    def meant(self) -> str:
        """What a misspelled word may be meant to be, from what the person may read, or ""."""
        ranking = self.model.RANKING
        return str(ranking.meant(self._readable, self.text)) if ranking else ""

    @property
    def _readable(self) -> Any:
        return self.model.objects.readable_to(self.user)

    def count(self, most: int) -> int:
        """Return how many there are, counted no further than `most`."""
        if self.best is not None:
            return min(len(self.best), most)
        return self.found.order_by()[:most].count()

    def rows(self, most: int) -> list[Any]:
        """Return the best or the latest, each with its words marked."""
        if self.best is None:
            return self.marked(self.found.order_by("-pk")[:most])
        return self.of(self.best[:most])

    def of(self, ids: list[int]) -> list[Any]:
        """Return the rows of some hits, in their order, each with its words marked."""
        if not ids:
            return []
        by_id = {row.pk: row for row in self.marked(self._readable.filter(pk__in=ids))}
        return [by_id[pk] for pk in ids if pk in by_id]

    def marked(self, found: Any) -> list[Any]:
        """Return the rows, each with `marked_heading` and `marked_text` (safe HTML)."""
        first, *rest = self._fields
        query = SearchQuery(tsquery(self.text), config="swedish", search_type="raw")
        signs: dict[str, Any] = {"config": "swedish", "start_sel": _BEGIN, "stop_sel": _END}
        whole = Left(_joined(rest), _MOST_READ)
        rows = list(
            found.with_access(self.user)
            .for_hits()
            .annotate(
                raw_heading=SearchHeadline(first, query, highlight_all=True, **signs),
                raw_text=SearchHeadline(whole, query, max_words=30, min_words=15, **signs),
                ends=Concat(Left(whole, _END_SIGNS), Value(_BEGIN), Right(whole, _END_SIGNS)),
            )
        )
        for row in rows:
            row.marked_heading = marked(row.raw_heading) or row.heading_for(self.user)
            row.marked_text = marked(_with_dots(row.raw_text, row.ends))
        return rows

    @cached_property
    def _fields(self) -> list[str]:
        """The fields whose words are searched; the first is the heading."""
        vector = self.model._meta.get_field("search").expression
        return [part.name for part in vector.flatten() if isinstance(part, models.F)]


def _joined(fields: list[str]) -> Any:
    pieces: list[Any] = []
    for field in fields:
        pieces += [models.F(field), Value(" \n")]
    return Concat(*pieces, output_field=models.TextField())


def _with_dots(excerpt: str, ends: str) -> str:
    """Return the excerpt with dots where the text goes on before or after it."""
    bare = " ".join(excerpt.replace(_BEGIN, "").replace(_END, "").split())
    start, _sep, end = (" ".join(part.split()) for part in ends.partition(_BEGIN))
    before = "" if not bare or start.startswith(bare[:_COMPARED]) else "… "
    return f"{before}{excerpt.strip()}{'' if end.endswith(bare[-_COMPARED:]) else ' …'}"


def marked(text: str) -> SafeString:
    """Return an excerpt as HTML: escaped, with the hits in <mark>. "" stays ""."""
    before, *hits = (text or "").split(_BEGIN)
    pairs = (hit.partition(_END)[::2] for hit in hits)
    return format_html("{}{}", before, format_html_join("", "<mark>{}</mark>{}", pairs))


__all__ = [
    "MOST_SIGNS",
    "TextSearch",
    "clause_numbered",
    "full_number",
    "marked",
    "matching",
    "numbered",
    "record_numbered",
    "searched_models",
    "tsquery",
    "words",
]
