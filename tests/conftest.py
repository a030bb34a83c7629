"""The cast and the stage: real PostgreSQL, real Valkey, a small group with two authorities.

Anna reports, Bo is her unit manager, Berit the area manager above him, Cecilia coordinates
quality, David audits from a company, Eva heads the administration, Ines investigates, Frank
belongs elsewhere and must see nothing, Gun is the external auditor, Nils has no appointment.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pgtrigger
import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import TransactionTestCase
from django.utils import timezone, translation

from qms.organization.duties import Role
from qms.organization.models import Unit, User

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

    def unit(code: str, parent: Unit | None, kind: str, authority: str, **more: str) -> Unit:
        name = more.pop("name", code)
        return Unit.found(
            by=None, parent=parent, code=code, name=name, kind=kind, authority=authority, **more
        )

    group = unit("VK", None, "group", "", name="Koncernen")
    social = unit(
        "SOF", group, "administration", "SN", name="Socialförvaltningen",
        secrecy_area="social", service="care",
    )  # fmt: skip
    care = {"authority": "SN", "secrecy_area": "social", "service": "care"}
    home_care = unit("SOF-HT", social, "department", name="Hemtjänst", **care)
    north = unit("SOF-HT-01", home_care, "site", name="Hemtjänst Norr", **care)
    south = unit("SOF-HT-02", home_care, "site", name="Hemtjänst Söder", **care)
    school = unit(
        "BUF", group, "administration", "BUN", name="Barn och utbildning",
        secrecy_area="school", service="school",
    )  # fmt: skip
    company = unit("VMEAB", group, "company", "VMEAB", name="Energibolaget", service="energy")
    water = unit("VMEAB-VA", company, "department", "VMEAB", name="Vatten", service="water")
    return SimpleNamespace(
        group=group, social=social, home_care=home_care, north=north, south=south, school=school,
        company=company, water=water,
    )  # fmt: skip


@pytest.fixture
def cast(units: SimpleNamespace) -> SimpleNamespace:
    """The people of every story, in their roles."""
    week = timezone.localdate() + timedelta(days=7)

    def person(username: str, last_name: str, *roles: tuple[Unit, str]) -> User:
        user = User.objects.create_user(
            username, f"{username}@example.org", "takt-test-2026",
            first_name=username.capitalize(), last_name=last_name,
        )  # fmt: skip
        for unit, role in roles:
            until = week if role == Role.EXTERNAL_AUDITOR else None
            unit.appoint(user, role, by=None, until=until)
        return user

    return SimpleNamespace(
        anna=person("anna", "Berg", (units.north, Role.STAFF)),
        bo=person("bo", "Ek", (units.north, Role.UNIT_MANAGER)),
        berit=person("berit", "Ask", (units.home_care, Role.AREA_MANAGER)),
        cecilia=person("cecilia", "Nord", (units.group, Role.QUALITY_COORDINATOR)),
        david=person("david", "Holm", (units.company, Role.INTERNAL_AUDITOR)),
        eva=person("eva", "Lund", (units.social, Role.EXECUTIVE)),
        ines=person("ines", "Falk", (units.social, Role.INVESTIGATOR)),
        frank=person("frank", "Sjö", (units.school, Role.UNIT_MANAGER)),
        gun=person("gun", "Ström", (units.group, Role.EXTERNAL_AUDITOR)),
        adam=person("adam", "Vik", (units.group, Role.ADMINISTRATOR)),
        nils=person("nils", "Utan"),
    )  # fmt: skip


@pytest.fixture
def sign_in(client: Any) -> Callable[[User], Any]:
    """Return the test client, signed in as somebody."""

    def _sign_in(user: User) -> Any:
        client.force_login(user)
        return client

    return _sign_in


__all__ = ["pgtrigger"]
