"""Loads the rows every installation begins with. Safe to run again."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from nonconformities.models import Category, Grade, Obligation

_DATA = Path(__file__).parent / "data"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


@transaction.atomic
def load() -> None:
    """Add the rows that are missing. Words the municipality changed are kept."""
    for row in _rows("grades.csv"):
        words = {k: row[k] for k in ("name_sv", "name_en", "guidance_sv", "guidance_en")}
        Grade.objects.get_or_create(axis=row["axis"], value=int(row["value"]), defaults=words)
    known = {category.code: category for category in Category.objects.all()}
    for row in _rows("categories.csv"):
        if row["code"] in known:
            continue
        services = [part for part in row["service_kinds"].split(",") if part]
        known[row["code"]] = Category.objects.create(
            code=row["code"],
            parent=known.get(row["parent"]),
            services=services,
            name_sv=row["sv"],
            name_en=row["en"],
        )
    for row in json.loads((_DATA / "obligations.json").read_text(encoding="utf-8")):
        Obligation.objects.get_or_create(code=row["code"], defaults=row)
