"""The cast and the stage: real PostgreSQL, real Valkey, a small group with two authorities.

Anna reports, Bo is her unit manager, Berit the area manager above him, Cecilia coordinates
quality, David audits from a company, Eva heads the administration, Ines investigates, Frank
belongs elsewhere and must see nothing, Gun is the external auditor, Nils has no appointment.
"""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pgtrigger
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import TransactionTestCase
from django.utils import translation

from qms.organization.models import User
from tests.group import found_cast, found_units

_teardown = TransactionTestCase._fixture_teardown


def _flush_with_guards_off(self: TransactionTestCase) -> None:
    """Tests that commit are cleaned with TRUNCATE, which the guards rightly refuse."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
    try:
        _teardown(self)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("set session_replication_role = origin")


TransactionTestCase._fixture_teardown = _flush_with_guards_off  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _calm(settings: Any) -> Iterator[None]:
    """Each test begins in Swedish, with an empty cache and quick passwords."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    translation.activate("sv")
    yield
    translation.deactivate()


@pytest.fixture
def base(db: None) -> None:
    """The rows every installation has: standards, grades, categories, rules."""
    call_command("load_base", verbosity=0)


@pytest.fixture
def units(db: None) -> SimpleNamespace:
    """A group with a social board (two home care sites), a school board and a company."""
    return found_units()


@pytest.fixture
def cast(units: SimpleNamespace) -> SimpleNamespace:
    """The people of every story, in their roles."""
    return found_cast(units)


@pytest.fixture
def sign_in(client: Any) -> Callable[[User], Any]:
    """Return the test client, signed in as somebody."""

    def _sign_in(user: User) -> Any:
        client.force_login(user)
        return client

    return _sign_in


__all__ = ["pgtrigger"]
