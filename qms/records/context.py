"""What base.html needs on every page: the places this person may open, and a signed author."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import lazystr

from qms.organization.held import author_token
from qms.organization.models import Unit
from qms.organization.navigation import destinations


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the rail's places and what else every page of a signed-in person needs."""
    user = getattr(request, "user", None)
    whistleblowing = settings.WHISTLEBLOWING_URL
    if user is None or not user.is_authenticated:
        return {"navigation": [], "can_report": False, "whistleblowing": whistleblowing}
    return {
        "whistleblowing": whistleblowing,
        "navigation": [place.drawn(request.path) for place in destinations(user)],
        "can_report": not user.only_looks_on,
        "group_name": cache.get_or_set("group_name", _group_name, 300),
        "author_token": lazystr(author_token(user)),
    }


def _group_name() -> str:
    return Unit.objects.filter(parent=None).values_list("name", flat=True).first() or ""
