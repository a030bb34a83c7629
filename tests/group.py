"""The stage and the cast: a small group with three authorities, and the people of every story."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from qms.organization.duties import Role
from qms.organization.models import Unit, User

PASSWORD = "takt-test-2026"


def found_units() -> SimpleNamespace:
    """Return a group with a social board (two home care sites), a school board and a company."""

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


def person(username: str, last_name: str, *roles: tuple[Unit, str]) -> User:
    """Return somebody who can sign in, in some roles on some units."""
    week = timezone.localdate() + timedelta(days=7)
    user = User.objects.create_user(
        username, f"{username}@example.org", PASSWORD,
        first_name=username.capitalize(), last_name=last_name,
    )  # fmt: skip
    for unit, role in roles:
        until = week if role == Role.EXTERNAL_AUDITOR else None
        unit.appoint(user, role, by=None, until=until)
    return user


def found_cast(units: SimpleNamespace) -> SimpleNamespace:
    """Return the people of every story, in their roles."""
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
