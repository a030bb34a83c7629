"""Numbers: none twice, none missing, however many ask at once and however many give up."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from qms.records.models import NumberSeries

ASKING = 40


class ChangedMyMind(Exception):
    """Somebody took a number and did not go through with it."""


def take(gives_up: bool) -> str | None:
    """Take a number in a transaction of its own; give it back when told to."""
    try:
        with transaction.atomic():
            number = NumberSeries.take("AVV", 2026)
            if gives_up:
                raise ChangedMyMind
            return number
    except ChangedMyMind:
        return None
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_get_numbers_without_gaps_or_doubles() -> None:
    asks = [n % 4 == 0 for n in range(ASKING)]
    random.Random(2026).shuffle(asks)
    with ThreadPoolExecutor(ASKING) as people:
        numbers = sorted(filter(None, people.map(take, asks)))
    expected = ASKING - sum(asks)
    assert numbers == [f"AVV-2026-{n:04d}" for n in range(1, expected + 1)]


def test_every_series_and_year_counts_for_itself(db: None) -> None:
    assert NumberSeries.take("AVV", 2026) == "AVV-2026-0001"
    assert NumberSeries.take("AVV", 2027) == "AVV-2027-0001"
    assert NumberSeries.take("ATG", 2026) == "ATG-2026-0001"
    assert NumberSeries.take("AVV", 2026) == "AVV-2026-0002"
    assert NumberSeries.take("DOK") == "DOK-0001"


def test_the_ten_thousandth_has_five_figures(db: None) -> None:
    NumberSeries.objects.create(prefix="AVV", year=2026, last=9999)
    assert NumberSeries.take("AVV", 2026) == "AVV-2026-10000"
