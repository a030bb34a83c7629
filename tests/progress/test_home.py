"""Home: what waits, and where the units stand, however many there are."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import gettext

from progress.waiting import Overview
from qms.records import lists
from tests.nonconformities.test_list import many


def test_home_counts_no_further_than_a_list_does(
    client: Client, cast: SimpleNamespace, units: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(4, units.north, cast.anna)
    overview: Any = Overview(cast.bo)
    assert (overview.open, overview.late, overview.awaiting_effect) == ("4", "0", "0")
    monkeypatch.setattr(lists, "MOST_COUNTED", 3)
    capped = gettext("more than %(count)s") % {"count": 3}
    assert Overview(cast.bo).open == capped
    client.force_login(cast.bo)
    assert capped in client.get("/").content.decode()
