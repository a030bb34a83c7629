"""What holds for every request: a person must be signed in, and is met in the right language."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from qms.organization.held import hold, is_protected


class SignInMiddleware(LoginRequiredMiddleware):
    """Ask for sign-in on every page that does not say otherwise, and lose nothing that was typed.

    A form sent after the session ended is held until the same person has signed in again.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable, view_args: tuple, view_kwargs: dict
    ) -> Any:
        """Let the request through, or stop it; a sign that no text can hold names nothing."""
        if "\x00" in request.path:
            raise Http404
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """Hold what was typed and send the person to sign in."""
        if request.method == "POST" and is_protected(request):
            messages.warning(
                request,
                _(
                    "You had been signed out. Protected details are never kept: sign in and "
                    "write them again."
                ),
            )
        elif request.method == "POST":
            hold(request)
        return super().handle_no_permission(request, view_func)


class PersonalMiddleware:
    """Use the person's own language, and keep pages about people out of shared caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        if request.user.is_authenticated and request.user.language:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, no_store=True, private=True)
        return response
