"""Another system that never finishes its answer is given up as one that gives none."""

from types import SimpleNamespace
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from qms.records.models import Delivery
from qms.records.tasks import send_delivery
from tests.planted import case_at, webhook


def test_a_system_that_drips_its_answer_is_given_up_like_one_that_is_silent(
    cast: SimpleNamespace, units: SimpleNamespace, base: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = webhook(units.social, cast.cecilia)
    case_at("reported", units.north, cast.anna).dismiss(by=cast.bo, reason="Ingen avvikelse.")

    def drip(*_args: Any) -> int:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr("qms.records.calling.post", drip)
    waiting = Delivery.objects.filter(webhook=hook).latest("pk")
    assert send_delivery(waiting.pk) is False
    waiting.refresh_from_db()
    assert (waiting.fault, waiting.tries) == ("silent", 1)
