"""Two requests at the very same moment, each with a connection of its own."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from nonconformities.models import Nonconformity
from tests.group import found_cast, found_units
from tests.journeys.steps import TOLD


@pytest.fixture
def committed(transactional_db: None) -> SimpleNamespace:
    """The cast, in the database for every connection to see."""
    return found_cast(found_units())


def _at_once(ask: Any, clients: list[Client]) -> list[Any]:
    """Let every client ask at the same time."""

    def one(client: Client) -> Any:
        try:
            return ask(client)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as pool:
        return list(pool.map(one, clients))


def _signed_in(person: Any, count: int) -> list[Client]:
    clients = [Client(raise_request_exception=False) for _n in range(count)]
    for client in clients:
        client.force_login(person)
    return clients


def test_eight_clicks_at_once_send_one_report(committed: SimpleNamespace) -> None:
    unit = committed.anna.appointments.get().unit_id
    report = {
        "uid": "5f1c3a52-6d8e-4a49-9a53-9b3a3c6cf001", "description": TOLD, "unit": unit,
        "urgency": "no",
    }  # fmt: skip
    answers = _at_once(lambda c: c.post("/rapportera/", report), _signed_in(committed.anna, 8))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.url for answer in answers}) == 1
    case = Nonconformity.objects.get()
    assert (case.status, case.event_count) == ("reported", 1)


def test_eight_reports_at_once_get_eight_numbers_without_gaps(committed: SimpleNamespace) -> None:
    unit = committed.anna.appointments.get().unit_id
    report = {"description": TOLD, "unit": unit, "urgency": "no"}
    _at_once(lambda c: c.post("/rapportera/", report), _signed_in(committed.anna, 8))
    numbers = sorted(Nonconformity.objects.values_list("number", flat=True))
    assert [number[-4:] for number in numbers] == [f"{n:04d}" for n in range(1, 9)]


def test_two_managers_dismiss_at_once_and_one_is_told(committed: SimpleNamespace) -> None:
    case = Nonconformity.objects.create(
        unit=committed.bo.appointments.get().unit, description=TOLD, reported_by=committed.anna
    )
    case.report(by=committed.anna)
    clients = _signed_in(committed.bo, 1) + _signed_in(committed.berit, 1)
    sent = {"reason": "Ingen avvikelse.", "seen": "1"}
    address = f"/avvikelser/{case.number}/avskriv/"
    answers = _at_once(lambda c: c.post(address, sent), clients)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    case.refresh_from_db()
    assert (case.status, case.event_count) == ("dismissed", 2)
