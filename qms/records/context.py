"""What base.html needs on every page: the places this person may open, and a signed author."""

from collections.abc import Iterator
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazystr
from django.utils.translation import gettext as _

from qms.organization.duties import Duty
from qms.organization.held import author_token
from qms.organization.models import Unit, User


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Return the rail's places and what else every page of a signed-in person needs."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": [], "can_report": False}
    places = list(_places(user))
    path = request.path
    for place in places:
        place["current"] = (
            path == place["url"] if place["url"] == "/" else path.startswith(place["url"])
        )
    return {
        "navigation": places,
        "can_report": True,
        "group_name": cache.get_or_set("group_name", _group_name, 300),
        "author_token": lazystr(author_token(user)),
    }


def _group_name() -> str:
    return Unit.objects.filter(parent=None).values_list("name", flat=True).first() or ""


def _places(user: User) -> Iterator[dict[str, Any]]:
    follows = bool(user.units_for(Duty.READ_RECORDS) or user.units_for(Duty.OVERSEE))
    yield _place(_("Home"), "progress:home", "house", "h")
    if follows:
        yield _place(_("Deviations"), "nonconformities:index", "triangle-alert", "a")
    else:
        yield _place(_("My reports"), "nonconformities:mine", "message-square", "m")
    yield _place(_("Actions"), "nonconformities:actions", "list-checks", "t")
    if follows:
        yield _place(_("My reports"), "nonconformities:mine", "message-square", "m")
    yield _place(_("Requirements"), "requirements:index", "book-open-check", "k")
    yield _place(_("Organisation"), "organization:index", "network", "o", lower=True)
    if user.units_for(Duty.CONFIGURE).everything:
        yield _place(_("Settings"), "records:rules", "settings", "i", lower=True)


def _place(name: str, view: str, icon: str, key: str, lower: bool = False) -> dict[str, Any]:
    return {"name": name, "url": reverse(view), "icon": icon, "key": key, "lower": lower}
