"""Keeps what somebody typed while the session ended, until the same person is back.

Forms carry the signed id of the person they were drawn for. Without it, or when someone else
signs in on the same tablet, nothing is shown. What is kept is encrypted, for sessions stand in
the database and in the cache; protected details are not kept at all.
"""

import json
from typing import Any

from django.core import signing
from django.http import HttpRequest, QueryDict

from qms.organization.ciphers import KeyMissing, seal, unseal
from qms.organization.duties import Duty

AUTHOR_FIELD = "author"
_SALT = "takt.held"
_SESSION_KEY = "held"
_NEVER_KEPT = {"csrfmiddlewaretoken", AUTHOR_FIELD, "password", "contact"}
_MOST = 200_000  # characters; more than any form asks for


def author_token(user: Any) -> str:
    """Return the signed id that a form drawn for `user` carries."""
    return signing.dumps(user.pk, salt=_SALT)


def is_protected(request: HttpRequest) -> bool:
    """Return True when the form belongs to a verb for those who may read protected details."""
    known = request.resolver_match.kwargs if request.resolver_match else {}
    if "model" not in known or "address" not in known:
        return False
    if getattr(known["model"], "SEALED", False):
        return True
    verb = known["model"].move_at(known["address"])
    return verb is not None and verb.duty == Duty.READ_PROTECTED


def hold(request: HttpRequest) -> None:
    """Keep the posted fields in the anonymous session, encrypted; files are not kept."""
    fields = {k: v for k, v in request.POST.lists() if k not in _NEVER_KEPT}
    if is_protected(request):
        return
    if sum(len(value) for values in fields.values() for value in values) > _MOST:
        return
    try:
        author = signing.loads(request.POST.get(AUTHOR_FIELD, ""), salt=_SALT, max_age=60 * 60 * 24)
        sealed = seal(json.dumps(fields)).decode()
    except (signing.BadSignature, KeyMissing):
        return
    request.session[_SESSION_KEY] = {"path": request.path, "author": author, "sealed": sealed}


def take_held(request: HttpRequest) -> QueryDict | None:
    """Return what this person had typed on this page before the session ended, once."""
    kept = request.session.get(_SESSION_KEY)
    if not kept or kept["path"] != request.path or kept["author"] != request.user.pk:
        return None
    del request.session[_SESSION_KEY]
    try:
        fields = json.loads(unseal(kept.get("sealed", "").encode()))
    except KeyMissing:
        return None
    data = QueryDict(mutable=True)
    for name, values in fields.items():
        data.setlist(name, values)
    return data
