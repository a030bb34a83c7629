"""Which cases are like this one: found by words and by what they are about (10.2.1 b 3).

Words are compared only in what the reader may read: what one may not read, one may not find, not
even by writing a case of one's own and seeing what it is like. What is seen masked is found by its
category, which the mask shows.
"""

from functools import cached_property
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db import connection
from django.db.models import Case as Choice
from django.db.models import Exists, F, FloatField, Func, OuterRef, Q, TextField, Value, When

from nonconformities.holding import has_any
from nonconformities.models import Lesson, Nonconformity
from qms.organization.models import User
from qms.records import at_hand

MOST_OFFERED = 20
MOST_SHOWN = 5
_MOST_WORDS = 12
_MOST_BY_WORDS, _MOST_BY_KIND = 400, 200
_ROWS_MET = 2_000  # how many rows the chosen words may be expected to meet, however large the table
_SHARED = 3  # words in common that make two texts alike
_ONE_WORD = 0.0607  # what ts_rank gives for one word of one
_SHARES = """
select most_common_elems::text::text[], most_common_elem_freqs,
       (select greatest(reltuples, 0) from pg_class where oid = %s::regclass)
from pg_stats where tablename = %s and attname = 'search'
"""


class Lexemes(Func):
    """The stems of a search vector, as a list."""

    function = "tsvector_to_array"
    output_field = ArrayField(TextField())


def joinable(case: Nonconformity, user: User) -> Any:
    """Return the open cases of the same authority that `user` reads and may join with this one.

    Those of the same kind or the same unit, the latest first.
    """
    alike = Q(unit=case.unit_id)
    if case.category_id:
        alike |= Q(category=case.category_id)
    found = Nonconformity.objects.readable_to(user).filter(Nonconformity.full_access(user), alike)
    found = found.filter(unit__authority=case.unit.authority).reported().open()
    return found.exclude(pk=case.pk).for_page().order_by("-reported_at", "-pk")


class Similar:
    """What is like one case, for one reader who reads that case in full."""

    def __init__(self, case: Nonconformity, user: User) -> None:
        self.case, self.user = case, user

    @cached_property
    def cases(self) -> list[Nonconformity]:
        """The most alike, first; each with access and has_lesson. One query."""
        found = self._alike(Nonconformity.objects.founded())
        return list(found[:MOST_SHOWN])

    @cached_property
    def duplicates(self) -> list[Nonconformity]:
        """Those that may be the very same event: open, in the same authority, and readable."""
        here = (
            Nonconformity.objects.founded()
            .open()
            .filter(Nonconformity.full_access(self.user), unit__authority=self.case.unit.authority)
        )
        return list(self._alike(here)[:MOST_SHOWN])

    @cached_property
    def lessons(self) -> list[Lesson]:
        """What others have learnt about the same kind of thing: these cross every border."""
        if not self.case.category_id or not has_any(self.case, "lessons_alike"):
            return []
        found = Lesson.objects.published().filter(category=self.case.category_id)
        return list(found.exclude(nonconformity=self.case.pk).for_page().order_by("-pk")[:3])

    @property
    def count(self) -> int:
        """How many there are to show."""
        return len(self.cases) + len(self.lessons)

    # --- How they are found ---------------------------------------------------------------------

    @cached_property
    def _words(self) -> list[str]:
        """The rarest words of the case, few enough to meet a bounded number of rows."""
        own = getattr(self.case, "lexemes", None)
        if own is None:
            stored = Nonconformity.objects.filter(pk=self.case.pk).annotate(w=Lexemes(F("search")))
            own = stored.values_list("w", flat=True).first() or []
        return rarest([word for word in own if len(word) > 2])

    @cached_property
    def _query(self) -> SearchQuery | None:
        quoted = ["'" + word.replace("\\", "").replace("'", "''") + "'" for word in self._words]
        text = " | ".join(quoted)
        return SearchQuery(text, config="simple", search_type="raw") if text else None

    def _alike(self, among: Any) -> Any:
        """Return those of `among` that the reader may see and that are like the case."""
        seen = among.visible_to(self.user).exclude(pk=self.case.pk)
        ids = self._ids(seen)
        if ids is None:
            return Nonconformity.objects.none()
        found = Nonconformity.objects.filter(pk__among=ids).with_access(self.user).for_page()
        lessons = Lesson.objects.published().filter(nonconformity=OuterRef("pk"))
        found = found.annotate(alikeness=self._alikeness, has_lesson=Exists(lessons))
        enough = Q(alikeness__gte=self._enough)
        return found.filter(enough).order_by("-alikeness", "-reported_at")

    def _ids(self, seen: Any) -> Any:
        """Return the ids of the few that may be alike, by words and by kind; None when none can."""
        found = []
        if self._query:
            readable = Nonconformity.full_access(self.user) | Nonconformity.own(self.user)
            by_words = seen.filter(readable, search=self._query).order_by()
            found.append(by_words.values("pk")[:_MOST_BY_WORDS])
        if self.case.category_id:
            by_kind = seen.filter(category=self.case.category_id).order_by("-reported_at")
            found.append(by_kind.values("pk")[:_MOST_BY_KIND])
        if not found:
            return None
        return found[0].union(*found[1:]) if len(found) > 1 else found[0]

    @property
    def _enough(self) -> float:
        """Enough words in common, or the same category."""
        many = max(1, len(self._words))
        return min(_SHARED, many) * _ONE_WORD / many - 0.001

    @property
    def _alikeness(self) -> Any:
        """Words in common, where they may be read, and more for the same category and service."""
        readable = Nonconformity.full_access(self.user) | Nonconformity.own(self.user)
        words: Any = Value(0.0)
        if self._query:
            rank = SearchRank(F("search"), self._query)
            words = _worth(readable, rank)
        kind = Q(category=self.case.category_id or 0)
        service = self.case.unit.service
        return (
            words
            + _worth(kind, Value(0.1))
            + _worth(kind & Q(unit__service=service or "–"), Value(0.02))
        )


def _worth(condition: Q, value: Any) -> Any:
    return Choice(When(condition, then=value), default=Value(0.0), output_field=FloatField())


def rarest(words: list[str]) -> list[str]:
    """Return the rarest of the words, as many as meet a bounded number of rows in all."""
    shares, rows = at_hand.fetch("word_shares", _shares, 3600)
    chosen: list[str] = []
    met = 0.0
    for word in sorted(words, key=lambda word: (shares.get(word, 0.0), -len(word), word)):
        met += shares.get(word, 0.0) * rows
        if met > _ROWS_MET and rows > _ROWS_MET * 2:
            break
        chosen.append(word)
    return chosen[:_MOST_WORDS]


def _shares() -> tuple[dict[str, float], float]:
    """Return how large a share of the cases each common word stands in, as last analysed."""
    table = Nonconformity._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(_SHARES, [table, table])
        row = cursor.fetchone()
    if not row or not row[0]:
        return {}, row[2] if row else 0.0
    return dict(zip(row[0], row[1], strict=False)), row[2]
