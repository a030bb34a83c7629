"""Founds the group and appoints its people, through the same verbs as anybody else."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from qms.organization.duties import Role
from qms.organization.models import Unit, User

_FOLDER = Path(__file__).parent
_MAIL = "takt.example"  # a domain that can never receive mail (RFC 2606)
_OUTSIDE = {"HAMN"}  # partly owned: in the tree, outside the management system


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter=";")


def found_units() -> dict[str, Unit]:
    """Return every unit by its code, founding those that are missing.

    A name that ends with a star in the file is invented; the star is not part of it.
    """
    services = {row["code"]: row for row in _rows("services.csv")}
    units = {unit.code: unit for unit in Unit.objects.all()}
    for row in _rows("organisation.csv"):
        if row["code"] in units:
            continue
        service: dict[str, Any] = services.get(row["code"], {})
        units[row["code"]] = Unit.found(
            by=None,
            parent=units.get(row["parent"]),
            code=row["code"],
            name=row["name"].rstrip("*"),
            kind=row["kind"],
            authority=row["authority_or_legal_entity"],
            secrecy_area=row["secrecy_area"],
            service=service.get("service", ""),
            customer_word=service.get("customer_word", ""),
            headcount=int(row["demo_staff"]) or None,
            in_scope=row["code"] not in _OUTSIDE,
        )
    return {unit.code: unit for unit in Unit.objects.all()}


def appoint_people(units: dict[str, Unit], today: date) -> dict[str, User]:
    """Return every invented person by username; who is missing is added and appointed."""
    rows = list(_rows("people.csv"))
    people = _add_people(rows)
    held = {
        (user, unit, role)
        for user, unit, role in _held_roles()
        if user in people  # an installation may have people of its own
    }
    for number, row in enumerate(rows):
        key = (row["username"], row["unit_code"], row["role"])
        if key in held:
            continue
        visits = row["role"] == Role.EXTERNAL_AUDITOR
        units[row["unit_code"]].appoint(
            people[row["username"]],
            row["role"],
            by=None,
            since=today - timedelta(days=3 if visits else 1200 + number * 7),
            until=next_friday(today) if visits else None,
            substitute=people.get(row["substitute_username"]),
        )
    return people


def _add_people(rows: list[dict[str, str]]) -> dict[str, User]:
    people = {user.username: user for user in User.objects.all()}
    password = make_password(settings.DEMO_PASSWORD)  # once: it is slow on purpose
    for row in rows:
        if row["username"] not in people:
            people[row["username"]] = User.objects.create(
                username=row["username"],
                email=f"{row['username']}@{_MAIL}",
                first_name=row["first_name"],
                last_name=row["last_name"],
                title=row["title"],
                password=password,
            )
    return {row["username"]: people[row["username"]] for row in rows}


def _held_roles() -> Iterator[tuple[str, str, str]]:
    from qms.organization.models import Appointment

    yield from Appointment.objects.values_list("user__username", "unit__code", "role")


def next_friday(today: date) -> date:
    """Return the Friday of the coming week: visits end with a week."""
    return today + timedelta(days=(4 - today.weekday()) % 7 or 7)
