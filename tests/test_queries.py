"""Queries per page: few, and as many for twenty-five rows as for five."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from tests.group import found_cast, found_units
from tests.matrix import filled
from tests.planted import action_at, case_at, kept_apart, plant
from tests.planted_documents import document_at, version_at

FRAME = 3  # session, person, duties: every page of a signed-in person
BUDGETS = {  # beside the frame
    "/": 22,
    "/rapportera/": 4,
    "/dokument/": 6,
    "/dokument/?q=dosett": 7,
    "/dokument/?enhet=min&typ=rutin": 6,
    "/dokument/?q=dosettt": 7,
    "/dokument/{docnorth}/": 27,
    "/dokument/{docnorth}/utkast/": 16,
    "/dokument/{docnorth}/utkast/skriv/": 16,
    "/dokument/{docopen}/jamfor/1.0..2.0/": 6,
    "/dokument/{docopen}/v/1.0/": 15,
    "/dokument/mitt-arbete/": 8,
    "/dokument/att-se-over/?vy=oversyn": 8,
    "/dokument/oversyn/": 3,
    "/mina-rapporter/": 1,
    "/avvikelser/": 6,
    "/avvikelser/?vy=alla": 6,
    "/avvikelser/?vy=sena": 6,
    "/avvikelser/?vy=alla&sok=dos": 6,
    # Everything a case can hold: files, comments, reports issued, questions with answers,
    # examinations with clocks, lessons. What a case does not hold is not asked for.
    "/avvikelser/{north}/": 15,
    "/avvikelser/{hidden}/": 7,
    "/avvikelser/{north}/kommentera/": 6,
    "/avvikelser/{hidden}/bedom/": 11,
    "/atgarder/": 5,
    "/atgarder/?vy=alla": 5,
    "/atgarder/{north_action}/": 5,
    "/krav/": 3,
    "/krav/iso9001-2026/8.5.1/": 6,
    "/organisation/": 2,
    "/organisation/SOF-HT-01/": 10,
    # Two kinds of record with the count of one, requirements, units; documents ask where one
    # works, what one is asked to read, and for the few hits that are ranked.
    "/sok/?q=dos": 7,
    "/sok/?q=dosettt": 7,  # nothing fits: what was meant is asked for
    "/jag/": 2,
}
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stage(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[SimpleNamespace]:
    """The group with a case in every place."""
    files = override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("files"))
    with files, kept_apart(django_db_blocker):
        call_command("load_base", verbosity=0)
        units = found_units()
        cast = found_cast(units)
        yield SimpleNamespace(units=units, cast=cast, planted=plant(units, cast))


def _rows(stage: SimpleNamespace, count: int) -> None:
    """Add open and late cases, each with an action, that wait for Bo."""
    anna, bo = stage.cast.anna, stage.cast.bo
    for number in range(count):
        status = ("reported", "assessed", "investigating", "action", "effect_check")[number % 5]
        case = case_at(status, stage.units.north, anna, responsible=bo, due_on="2026-01-02")
        case.comment(by=bo, text="Tack")
        action_at("planned", case, bo)
        action_at("done", case, anna, done_by=anna)
    for _number in range(count):
        version_at("in_force", document_at(stage.units.north, owner=bo), anna, title="Dosett")


@pytest.fixture
def asked(stage: SimpleNamespace) -> Callable[[str], list[str]]:
    """Return the queries of a page for Bo, the second time it is asked for."""
    client = Client()
    client.force_login(stage.cast.bo)

    def _asked(address: str) -> list[str]:
        address = address.format(**filled(stage.planted))
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        return [query["sql"] for query in queries]

    return _asked


@pytest.mark.parametrize("address", BUDGETS)
def test_a_page_asks_few_questions_and_no_more_for_more_rows(
    address: str, stage: SimpleNamespace, asked: Callable[[str], list[str]]
) -> None:
    # Search counts its hits only when there are more than it shows, so it begins with more.
    _rows(stage, 15 if address.startswith("/sok/") else 5)
    few = asked(address)
    _rows(stage, 20)
    many = asked(address)
    assert len(many) == len(few), "\n".join(sorted(set(many) - set(few)))
    assert len(few) <= BUDGETS[address] + FRAME, "\n".join(few)
