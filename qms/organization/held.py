"""Keeps what somebody typed while the session ended, until the same person is back.

Forms carry the signed id of the person they were drawn for. Without it, or when someone else
signs in on the same tablet, nothing is shown.
"""

from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

AUTHOR_FIELD = "author"
_SALT = "takt.held"
_SESSION_KEY = "held"
_NEVER_KEPT = {"csrfmiddlewaretoken", AUTHOR_FIELD, "password"}
_MOST = 200_000  # characters; more than any form asks for


def author_token(user: Any) -> str:
    """Return the signed id that a form drawn for `user` carries."""
    return signing.dumps(user.pk, salt=_SALT)


def hold(request: HttpRequest) -> None:
    """Keep the posted fields in the anonymous session; files are not kept."""
    fields = {k: v for k, v in request.POST.lists() if k not in _NEVER_KEPT}
    if sum(len(value) for values in fields.values() for value in values) > _MOST:
        return
    try:
        author = signing.loads(request.POST.get(AUTHOR_FIELD, ""), salt=_SALT, max_age=60 * 60 * 24)
    except signing.BadSignature:
        return
    request.session[_SESSION_KEY] = {
        "path": request.path,
        "author": author,
        "fields": fields,
    }


def take_held(request: HttpRequest) -> QueryDict | None:
    """Return what this person had typed on this page before the session ended, once."""
    kept = request.session.get(_SESSION_KEY)
    if not kept or kept["path"] != request.path or kept["author"] != request.user.pk:
        return None
    del request.session[_SESSION_KEY]
    data = QueryDict(mutable=True)
    for name, values in kept["fields"].items():
        data.setlist(name, values)
    return data
