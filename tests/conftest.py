"""The cast and the stage: real PostgreSQL, real Valkey, a small group with two authorities.

Anna reports, Bo is her unit manager, Berit the area manager above him, Cecilia coordinates
quality, David audits from a company, Eva heads the administration, Ines investigates, Frank
belongs elsewhere and must see nothing, Gun is the external auditor, Nils has no appointment.
"""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase
from django.utils import translation

from qms.organization.models import User
from tests import stage


def _emptied(self: TransactionTestCase) -> None:
    """Tests that commit are cleaned up after; what the migrations made has the same numbers."""
    stage.empty()


TransactionTestCase._fixture_teardown = _emptied  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The database of the tests, and the stage that is laid out in it."""
    with django_db_blocker.unblock():
        stage.build()


@pytest.fixture(autouse=True)
def _calm(settings: Any) -> Iterator[None]:
    """Each test begins in Swedish, with an empty cache and quick passwords."""
    settings.PASSWORD_HASHERS = stage.QUICK
    cache.clear()
    translation.activate("sv")
    yield
    translation.deactivate()


@pytest.fixture
def base(db: None) -> None:
    """The rows every installation has: standards, grades, categories, rules."""
    stage.lay("base")


@pytest.fixture
def _group(db: None, request: pytest.FixtureRequest) -> SimpleNamespace:
    """The units, with the cast in them where the test asks for it."""
    return stage.lay("cast" if "cast" in request.fixturenames else "units")


@pytest.fixture
def units(_group: SimpleNamespace) -> SimpleNamespace:
    """A group with a social board (two home care sites), a school board and a company."""
    return _group.units


@pytest.fixture
def cast(_group: SimpleNamespace) -> SimpleNamespace:
    """The people of every story, in their roles."""
    return _group.cast


@pytest.fixture
def sign_in(client: Any) -> Callable[[User], Any]:
    """Return the test client, signed in as somebody."""

    def _sign_in(user: User) -> Any:
        client.force_login(user)
        return client

    return _sign_in
