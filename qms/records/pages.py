"""How a page is answered: whole, or only the part htmx asked for; and nothing typed is lost."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from qms.organization.held import AUTHOR_FIELD, take_held

AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponse])
AnyForm = TypeVar("AnyForm", bound=BaseForm)
_NOT_ANSWERS = {"csrfmiddlewaretoken", AUTHOR_FIELD}


def render_page(
    request: HttpRequest,
    template: str,
    partial: str | None = None,
    *,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Answer with a page, or only its named partial when htmx asked for that.

    Always varies on HX-Request, so that no cache mixes up the two.
    """
    htmx = getattr(request, "htmx", None)
    name = f"{template}#{partial}" if partial and htmx and not htmx.boosted else template
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def unlisted(view: AnyView) -> AnyView:
    """Decorator for pages that stand open: kept by no cache, found by no search engine.

    The address may be the key to a report, so nothing of it is told to other sites. It is
    "same-origin" and not "no-referrer": with that, browsers hide from us too where a form comes
    from, and the check against forged forms would refuse every one of them.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return answer  # type: ignore[return-value]


def form_for(request: HttpRequest, form_class: type[AnyForm], **kwargs: Any) -> AnyForm:
    """Return the form with what was sent, with what was held while signed out, or fresh."""
    if request.method == "POST":
        return form_class(request.POST, request.FILES, **kwargs)
    if held := take_held(request):
        messages.info(request, _("You were signed out. What you wrote is still here: send again."))
        initial = kwargs.pop("initial", {})
        values = {name: held.getlist(name) for name in held}
        flat = {n: v if len(v) > 1 else v[0] for n, v in values.items() if v}
        return form_class(initial={**initial, **flat}, **kwargs)
    return form_class(**kwargs)


def fingerprint(request: HttpRequest) -> str:
    """Return what makes two sendings of one form the same: who, where and every answer."""
    answers = sorted(
        (name, value)
        for name, values in request.POST.lists()
        if name not in _NOT_ANSWERS
        for value in values
    )
    files = sorted(
        (file.name or "", file.size or 0) for _name, sent in request.FILES.lists() for file in sent
    )
    text = repr((request.user.pk, request.path, answers, files))
    return hashlib.sha256(text.encode()).hexdigest()
