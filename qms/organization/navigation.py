"""Destination: a place of the rail. Each app offers its own, so no layer names those above it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse

from qms.organization.models import User


@dataclass(frozen=True)
class Destination:
    """One place of the rail. order: from the top; lower: below the line; key: after g."""

    order: int
    name: Any
    view: str
    icon: str
    key: str
    lower: bool = False

    def drawn(self, path: str) -> dict[str, Any]:
        """Return what base.html draws, marked when `path` lies there."""
        url = reverse(self.view)
        current = path == url if url == "/" else path.startswith(url)
        return {
            "name": self.name, "url": url, "icon": self.icon, "key": self.key,
            "lower": self.lower, "current": current,
        }  # fmt: skip


def destinations(user: User) -> Iterator[Destination]:
    """Yield the places `user` may open, from the top of the rail."""
    offered = (
        place
        for config in apps.get_app_configs()
        if hasattr(config, "destinations")
        for place in config.destinations(user)
    )
    yield from sorted(offered, key=lambda place: (place.lower, place.order))
