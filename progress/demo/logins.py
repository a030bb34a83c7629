"""Whom to sign in as, to see the demo from many sides."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from qms.organization.duties import Role
from qms.organization.models import Appointment

# A dozen who together show every kind of home.
NAMES = (
    "anna", "bo", "hanna", "eva", "ines", "cecilia",
    "karin", "per", "david", "frank", "gun", "adam",
)  # fmt: skip


@dataclass(frozen=True)
class Login:
    """One invented person to sign in as."""

    name: str
    username: str
    role: str
    unit: str


def demo_logins() -> list[Login]:
    """Return the demo's people with their roles; nobody unless DEBUG is on."""
    if not settings.DEVELOPMENT:
        return []
    rows = Appointment.objects.current().filter(user__username__in=NAMES)
    first: dict[str, Login] = {}
    for row in rows.select_related("user", "unit").order_by("pk"):
        login = Login(row.user.name, row.user.username, str(Role(row.role).label), row.unit.name)
        first.setdefault(row.user.username, login)
    return [first[name] for name in NAMES if name in first]


def for_sign_in(request: HttpRequest) -> dict[str, Any]:
    """Give templates `demo_logins`, a callable, so that only the sign-in page asks for them."""
    return {"demo_logins": demo_logins}
