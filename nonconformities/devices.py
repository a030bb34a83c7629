"""Shared devices: a tablet at a place is known by a signed cookie; nobody is signed in on it."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from nonconformities.models import Place

_COOKIE = "takt_device"
_SALT = "takt.device"
_YEAR = 365 * 24 * 60 * 60


def is_device_of(request: HttpRequest, place: Place) -> bool:
    """Return True when the request comes from a device that was set up at this place."""
    if not place.is_shared_device:
        return False
    try:
        known = signing.loads(request.COOKIES.get(_COOKIE, ""), salt=_SALT, max_age=_YEAR)
    except signing.BadSignature:
        return False
    return bool(known == [place.pk, place.device_key])


def set_up(response: HttpResponse, place: Place) -> None:
    """Let the device that gets this answer be the one of the place."""
    response.set_cookie(
        _COOKIE,
        signing.dumps([place.pk, place.device_key], salt=_SALT),
        max_age=_YEAR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
