"""Loads standards, editions, clauses and their plain words from data/. Safe to run again.

What the municipality has changed is kept: a row that exists is never written over, and texts
and examples come only with a clause that is new. The standards' own texts are not in data/.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from qms.requirements.models import (
    SECTORS,
    Clause,
    ClauseChange,
    Crosswalk,
    Edition,
    Example,
    Standard,
    sort_key,
)

DATA = Path(__file__).parent / "data"
OLD, NEW = "iso9001-2015", "iso9001-2026"

# An edition's slug and a number lead to a clause.
Clauses = dict[tuple[str, str], Clause]


def read(name: str, delimiter: str = ";") -> list[dict[str, str]]:
    """Return the rows of a file in data/; `-` stands for nothing."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        return [{key: "" if cell == "-" else cell for key, cell in row.items()} for row in rows]


def load() -> None:
    """Add the standards, editions, clauses, changes and crosswalks that are missing.

    Everything or nothing is added. Nothing that exists is changed or removed.
    """
    with transaction.atomic():
        editions = _add_editions()
        clauses, added = _add_clauses(editions)
        _add_examples(added)
        _add_changes(clauses)
        _add_crosswalk(clauses)


def _add_editions() -> dict[str, Edition]:
    for row in read("standards.csv"):
        standard, _created = Standard.objects.get_or_create(
            code=row["standard"], defaults={"name": row["standard_name"], "kind": row["kind"]}
        )
        Edition.objects.get_or_create(
            slug=row["edition"],
            defaults={
                "standard": standard,
                "name": row["edition_name"],
                "published_on": row["published_on"] or None,
                "valid_until": row["valid_until"] or None,
                "source": row["source"],
            },
        )
    return {edition.slug: edition for edition in Edition.objects.all()}


def _add_clauses(editions: dict[str, Edition]) -> tuple[Clauses, list[Clause]]:
    """Return all clauses, and those that were added now."""
    known = _known_clauses()
    added = []
    for row in _clause_rows():
        edition = editions[row.pop("edition")]
        if (edition.slug, row["number"]) not in known:
            heading = row.pop("is_heading") == "1"
            key = sort_key(row["number"])
            added.append(Clause(edition=edition, is_heading=heading, sort_key=key, **row))
    Clause.objects.bulk_create(added)
    return (_known_clauses() if added else known), added


def _known_clauses() -> Clauses:
    return {
        (clause.edition.slug, clause.number): clause
        for clause in Clause.objects.select_related("edition")
    }


def _clause_rows() -> Iterator[dict[str, str]]:
    """Yield a row for every clause and heading of every edition."""
    plain = {row["clause"]: split(row["sv"])[0] for row in read("clauses_plain_sv.csv", "|")}
    names_2015 = {row["number"]: row for row in read("titles_2015.csv")}
    for row in read("headings.csv"):
        yield {"edition": OLD, "is_heading": "1", **row}
        yield {"edition": NEW, "is_heading": "1", **row}
    seen = set()
    for row in read("clauses.csv"):
        words = plain.get(row["c2026"], "")
        for slug, number in ((OLD, row["c2015"]), (NEW, row["c2026"])):
            # Two clauses of 2015 became one in 2026: the first row names it.
            if not number or (slug, number) in seen:
                continue
            seen.add((slug, number))
            name = {"title_en": row["title_en"], "title_sv": row["kort_sv"]}
            if slug == OLD:
                name |= names_2015.get(number, {})
            yield {"edition": slug, "is_heading": "", "plain_sv": words, **name, "number": number}
    yield from read("laws.csv")


def split(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the plain words, and the examples with the letter of their sector.

    >>> split("Vi svarar. [A] Folk får veta.")
    ('Vi svarar.', [('A', 'Folk får veta.')])
    """
    words, *rest = re.split(r"\s*\[([SOTA])\]\s*", text.strip())
    return words, list(zip(rest[::2], rest[1::2], strict=True))


def _add_examples(added: list[Clause]) -> None:
    """Give new clauses their examples; those of 2015 take them from the clause they became."""
    texts: dict[str, list[tuple[str, str]]] = {}
    for row in read("clauses_plain_sv.csv", "|"):
        texts[row["clause"]] = split(row["sv"])[1]
    for row in read("examples_sv.csv", "|"):
        texts[row["clause"]].append((row["sector"], row["sv"]))
    became = {row["c2015"]: row["c2026"] for row in read("clauses.csv")}
    examples = []
    for clause in added:
        if clause.is_heading or clause.edition.slug not in {OLD, NEW}:
            continue
        number = clause.number if clause.edition.slug == NEW else became[clause.number]
        for sector, text in texts.get(number, []):
            examples.append(Example(clause=clause, services=SECTORS[sector].services, text_sv=text))
    Example.objects.bulk_create(examples)


def _add_changes(clauses: Clauses) -> None:
    known = set(ClauseChange.objects.values_list("old_id", "new_id"))
    swedish = {(row["c2015"], row["c2026"]): row["what"] for row in read("changes_sv.csv")}
    missing = []
    for row in read("clauses.csv"):
        old, new = clauses.get((OLD, row["c2015"])), clauses.get((NEW, row["c2026"]))
        if (old and old.pk, new and new.pk) in known:
            continue
        missing.append(
            ClauseChange(
                old=old,
                new=new,
                kind=row["change"],
                what=row["what"],
                what_sv=swedish.get((row["c2015"], row["c2026"]), ""),
                confidence=row["conf"],
            )
        )
    ClauseChange.objects.bulk_create(missing)


def _add_crosswalk(clauses: Clauses) -> None:
    known = set(Crosswalk.objects.values_list("clause_id", "to_id"))
    pairs = [
        (clauses[row["edition"], row["number"]], clauses[NEW, row["to"]])
        for row in read("crosswalk.csv")
    ]
    Crosswalk.objects.bulk_create(
        Crosswalk(clause=clause, to=to) for clause, to in pairs if (clause.pk, to.pk) not in known
    )
