"""Who asks: somebody with a session, or a program with that person's key; and how often."""

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja.errors import AuthenticationError
from ninja.security import HttpBearer, SessionAuth
from ninja.throttling import BaseThrottle

from api.problems import Stopped
from qms.organization.models import Token, User

_SAFE = {"GET", "HEAD", "OPTIONS"}


class Key(HttpBearer):
    """A personal key: it gives the person's own rights, and only to read if so decided.

    A key that does not work is an error also for somebody who is signed in.
    """

    def authenticate(self, request: HttpRequest, token: str) -> User:
        """Return the key's person and let the request be that person's."""
        found = Token.presented(token.strip())
        if found is None:
            raise AuthenticationError
        request.user = found.user
        _speak_to(request, found.user)
        if found.is_read_only and request.method not in _SAFE:
            raise Stopped(403, _("This key may only read. Make another one to change anything."))
        found.touch()
        request.key = found  # type: ignore[attr-defined]
        return found.user


def _speak_to(request: HttpRequest, user: User) -> None:
    """Use the language the program asks for, or else the person's own."""
    asked = parse_accept_lang_header(request.headers.get("Accept-Language", ""))
    known = {code for code, _name in settings.LANGUAGES}
    if any(code.partition("-")[0] in known for code, _weight in asked):
        return  # LocaleMiddleware has done it
    if user.language:
        translation.activate(user.language)


class Session(SessionAuth):
    """Somebody who is signed in; what changes anything needs the token against forged requests."""


class Pace(BaseThrottle):
    """So many calls a minute, counted for each key and for each person who is signed in."""

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the call; False when there have been too many this minute."""
        key: Any = getattr(request, "key", None)
        who = f"key-{key.pk}" if key else f"user-{request.user.pk}"
        name = f"api-pace-{who}-{int(time.time() // 60)}"
        cache.add(name, 0, 120)
        return cache.incr(name) <= settings.API_CALLS_A_MINUTE

    def wait(self) -> float:
        """Return how many seconds there are until the next minute."""
        return 60 - time.time() % 60
