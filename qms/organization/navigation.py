"""Destination: a place one can go to. Each app offers its own, so no layer names those above it.

An AppConfig offers places of the rail with `destinations(user)`, and pages that belong under the
settings with `settings_pages(user)`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse

from qms.organization.models import User


@dataclass(frozen=True)
class Destination:
    """One place. order: from the top; lower: below the line; key: the letter after g."""

    order: int
    name: Any
    view: str
    icon: str = ""
    key: str = ""
    lower: bool = False
    meaning: Any = ""  # what is set there, in a sentence

    def drawn(self, path: str) -> dict[str, Any]:
        """Return what base.html draws, marked when `path` lies there."""
        url = reverse(self.view)
        current = path == url if url == "/" else path.startswith(url)
        return {
            "name": self.name, "url": url, "icon": self.icon, "key": self.key,
            "lower": self.lower, "current": current, "meaning": self.meaning,
        }  # fmt: skip


def destinations(user: User) -> Iterator[Destination]:
    """Yield the places of the rail that `user` may open, from the top."""
    yield from sorted(_offered("destinations", user), key=lambda place: (place.lower, place.order))


def settings_pages(user: User) -> Iterator[Destination]:
    """Yield the pages under the settings that `user` may open, from the top."""
    yield from sorted(_offered("settings_pages", user), key=lambda place: place.order)


def _offered(what: str, user: User) -> Iterator[Destination]:
    for config in apps.get_app_configs():
        if offer := getattr(config, what, None):
            yield from offer(user)
