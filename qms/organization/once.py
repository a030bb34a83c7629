"""Shows something once: what is made in one request and read in the next, and never again.

A key is shown after a redirect, so that to load the page anew makes no second one. Sessions stand
in the database and in the cache, so what waits there is encrypted.
"""

from django.http import HttpRequest

from qms.organization.ciphers import KeyMissing, seal, unseal

_SESSION_KEY = "once"


def keep_once(request: HttpRequest, what: str, text: str) -> None:
    """Keep a text for the next page that takes it. Raises KeyMissing without a usable key."""
    request.session[_SESSION_KEY] = {"what": what, "sealed": seal(text).decode()}


def take_once(request: HttpRequest, what: str) -> str:
    """Return the text that was kept under a name, and forget it; "" when there is none."""
    kept = request.session.get(_SESSION_KEY)
    if not kept or kept["what"] != what:
        return ""
    del request.session[_SESSION_KEY]
    try:
        return unseal(kept["sealed"].encode())
    except KeyMissing:
        return ""
