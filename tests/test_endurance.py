"""The web process is killed while eight people report: all is stored, nothing twice, no gaps."""

import random
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from nonconformities.models import Nonconformity
from qms.history.models import Event
from qms.history.verify import faults
from tests.site import site

REPORTS, CLIENTS, KILLS = 200, 8, 3
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(scope="module")
def running(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[SimpleNamespace]:
    """A site of our own, whose web process may be killed."""
    with site(django_db_blocker, tmp_path_factory.mktemp("endurance")) as found:
        yield found


class Phone:
    """A client that tries again until its report has a receipt, as a person does."""

    def __init__(self, port: int, session: str, unit: int) -> None:
        self.port, self.session, self.unit = port, session, unit
        self.tries = 0

    def send(self, number: int) -> str:
        """Send one report, with the same id each time; return the address of its receipt."""
        token = "a" * 32
        told = {"uid": uuid4(), "unit": self.unit, "description": f"Händelse {number}"}
        body = urlencode({"csrfmiddlewaretoken": token, "urgency": "no"} | told)
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.tries += 1
            if receipt := self._once(body, headers):
                return receipt
            time.sleep(random.uniform(0.02, 0.2))
        raise AssertionError(f"report {number} was never taken in")

    def _once(self, body: str, headers: dict[str, str]) -> str:
        web = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            web.request("POST", "/rapportera/", body, headers)
            answer = web.getresponse()
            answer.read()
        except (OSError, HTTPException):
            return ""
        finally:
            web.close()
        assert answer.status in {302, 500, 502, 503}, answer.status
        return answer.headers["Location"] or "" if answer.status == 302 else ""


def _kill_now_and_then(web: Any, stop: threading.Event) -> int:
    """Kill the web process a few times while reports come in."""
    for kills in range(KILLS):
        if stop.wait(1.2):
            return kills
        web.kill()
        web.start()
    return KILLS


def test_two_hundred_reports_survive_that_the_web_is_killed(
    running: SimpleNamespace,
) -> None:
    session, unit = running.sessions["anna"], running.units.north.pk
    phones = [Phone(running.web.port, session, unit) for _n in range(CLIENTS)]
    stop = threading.Event()
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        killing = pool.submit(_kill_now_and_then, running.web, stop)
        sent = [pool.submit(phones[n % CLIENTS].send, n) for n in range(REPORTS)]
        receipts = [each.result() for each in sent]
        stop.set()
        kills = killing.result()
    assert kills >= 1
    assert sum(phone.tries for phone in phones) > REPORTS  # some were cut off and tried again
    assert len(set(receipts)) == REPORTS
    assert all(re.fullmatch(r"/kvitto/[2-9A-Z]{4}-[2-9A-Z]{4}/", each) for each in receipts)
    rows = list(Nonconformity.objects.values_list("description", "status", "number"))
    assert sorted(row[0] for row in rows) == sorted(f"Händelse {n}" for n in range(REPORTS))
    assert {status for _text, status, _number in rows} == {"reported"}
    assert sorted(int(number[-4:]) for _t, _s, number in rows) == [*range(1, REPORTS + 1)]
    assert Event.objects.filter(verb="report").count() == REPORTS
    assert list(faults()) == []
