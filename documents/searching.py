"""The best hits of a search among what applies, and the word that was meant when nothing fits.

A common word stands in nearly every text, and to rank them all means to read them all. So a few
are chosen first, each from an index: those with the word in the title, those that are opened most
where one works, and some of the rest. Only these are ranked; the time does not grow with the
table. Whoever wants every hit writes one more word, or asks the list by letter.
"""

import re
from difflib import SequenceMatcher
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.contrib.postgres.search import TrigramWordSimilarity as Similarity
from django.db import connection, models
from django.db.models import Case, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce, Ln

from documents.models.opening import Opening, a_year_back
from documents.models.spelling import Spelled, spelled
from qms.organization.alphabet import SvKey
from qms.organization.models import User
from qms.records.search import numbered, tsquery, words

EACH = 100  # of each way to a hit
MOST = 200  # hits that are shown; more words find the others
_TITLE, _USE = 1.0, 0.15  # beside the rank of the text, which lies between 0 and 1
_LEAST_ALIKE = 0.7
_NEAR = "0.3"
_TITLE_WORDS = SearchVector("title", config="swedish")  # as its index has it


def best(found: Any, user: User, text: str) -> list[int]:
    """Return the ids of the best hits among `found` (versions that `user` may read), best first.

    One query. At most `MOST`: so many mean that there may be more.
    """
    if not (asked := tsquery(text)):
        return []
    query = SearchQuery(asked, config="swedish", search_type="raw")
    chosen = _candidates(found, user, query, text)
    few = found.model.objects.filter(pk__among=chosen).alias(words_of_title=_TITLE_WORDS)
    rows = few.annotate(score=SearchRank(F("search"), query) + _in_title(query) + _use(user))
    return list(rows.order_by("-score", SvKey("title"), "pk").values_list("pk", flat=True)[:MOST])


def _candidates(found: Any, user: User, query: SearchQuery, text: str) -> Any:
    """Return the few versions that are ranked: from the title, by use, and by the text."""
    used = Opening.objects.filter(unit__any=user.workplaces, month__gte=a_year_back())
    often = used.values("document_id").annotate(n=Sum("count")).order_by("-n", "document_id")
    ways = [
        found.alias(words_of_title=_TITLE_WORDS).filter(words_of_title=query),
        found.filter(search=query),
    ]
    if user.workplaces:
        few = models.Subquery(often.values("document_id")[:EACH])
        ways.append(found.filter(search=query, document_id__in=few))
    if (number := numbered(found.model, text)) is not None:
        ways.append(found.filter(number))
    first, *rest = (way.order_by().values("pk")[:EACH] for way in ways)
    return first.union(*rest)


def _in_title(query: SearchQuery) -> Any:
    fits = Q(words_of_title=query)
    return Case(
        When(fits, then=Value(_TITLE)), default=Value(0.0), output_field=models.FloatField()
    )


def _use(user: User) -> Any:
    """Return what is added for how often it is opened where `user` works: little, by magnitude."""
    opened = Opening.objects.filter(
        document=OuterRef("document"), unit__any=user.workplaces, month__gte=a_year_back()
    )
    total = opened.order_by().values("document").annotate(n=Sum("count")).values("n")
    counted = Coalesce(Subquery(total), 0, output_field=models.IntegerField())
    return Ln(counted + 1.0, output_field=models.FloatField()) * Value(_USE)


def meant(found: Any, text: str) -> str:
    """Return what was meant, from words in titles of `found`; "" when nothing is alike.

    Only titles the reader may read are asked, so that a suggestion tells of nothing else.
    """
    asked = words(text)[:4]
    if not asked or any(any(sign.isdigit() for sign in word) for word in asked):
        return ""
    _be_lenient()
    alike = Q()
    for word in asked:
        alike |= Q(spelled_title__trigram_word_similar=spelled(word))
    near = Similarity(spelled(" ".join(asked)), "spelled_title")
    titles = found.alias(spelled_title=Spelled("title"), near=near).filter(alike)
    known = titles.order_by("-near", "pk").values_list("title", flat=True)[:20]
    there = {word for title in known for word in re.findall(r"\w+", title.lower())}
    guess = " ".join(_nearest(word, there) for word in asked)
    return "" if guess == " ".join(asked) else guess


def _be_lenient() -> None:
    """Let this connection count words as alike when a third of their beginnings is the same.

    PostgreSQL's own 0.6 does not know läkmedel in läkemedelshantering.
    """
    with connection.cursor() as cursor:
        cursor.execute("select set_config('pg_trgm.word_similarity_threshold', %s, false)", [_NEAR])


def _nearest(word: str, there: set[str]) -> str:
    """Return the word of a title that is most like `word`, or its beginning when it goes on."""
    if any(each.startswith(word) for each in there):
        return word

    def likeness(each: str) -> float:
        heads = {each, each[: len(word)], each[: len(word) + 1]}
        return max(SequenceMatcher(None, spelled(word), spelled(head)).ratio() for head in heads)

    best_word = max(sorted(there), key=likeness, default=word)
    return best_word if likeness(best_word) >= _LEAST_ALIKE else word
