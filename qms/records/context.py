"""What base.html needs on every page."""

from typing import Any

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the places this person may open."""
    return {"navigation": []}
