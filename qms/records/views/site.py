"""Pages of the site itself: language, help, health, and a form without its token."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from qms.organization.held import AUTHOR_FIELD
from qms.records.pages import render_page

_NOT_WRITTEN = {"csrfmiddlewaretoken", AUTHOR_FIELD, "uid", "seen", "next"}


@login_not_required
def health(request: HttpRequest) -> HttpResponse:
    """Answer "ok" when the database and the cache do."""
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    cache.set("health", 1, 5)
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


@login_not_required
def page(request: HttpRequest, template: str) -> HttpResponse:
    """Show a page of words: help, accessibility."""
    return render_page(request, template)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Change the language, for this browser and for the person, and go back."""
    language = request.POST.get("language", "")
    after = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(after, allowed_hosts={request.get_host()}):
        after = "/"
    response = redirect(after)
    if language in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=31_536_000,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        if request.user.is_authenticated:
            request.user.language = language
            request.user.save(update_fields=["language"])
    return response


@csrf_exempt
@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old, and say how to send it again."""
    return render_page(request, "403_csrf.html", status=403, answers=_answers(request))


def _answers(request: HttpRequest) -> list[str]:
    """Return what the person wrote, so that it can be copied. Never a password, a key or a code.

    What people write has a blank in it; what a page carries for itself has none.
    """
    return [
        value
        for name, values in request.POST.lists()
        for value in map(str, values)
        if name not in _NOT_WRITTEN and "password" not in name and len(value.split()) > 1
    ]


def components(request: HttpRequest) -> HttpResponse:
    """Show every component with invented content; in development only."""
    from qms.records.samples import samples

    return render_page(request, "pages/components.html", **samples())
