"""Problems: every answer that is not what was asked for has one shape (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as WrongParameters

from qms.records.refusals import Refused

MEDIA_TYPE = "application/problem+json"


class Problem(Schema):
    """Why it could not be done; `detail` is a sentence in the asker's language."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] | None = None
    missing: list[str] | None = None
    findings: list[dict[str, str]] | None = None
    events: list[dict[str, Any]] | None = None


class Stopped(Exception):
    """Ends the call with a problem."""

    def __init__(self, status: int, detail: str, **more: Any) -> None:
        self.status, self.detail, self.more = status, detail, more
        super().__init__(detail)


def problem(status: int, detail: str, **more: Any) -> HttpResponse:
    """Return the answer for a problem."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    body |= {"detail": detail} | {name: value for name, value in more.items() if value}
    ascii_only = {"ensure_ascii": False}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params=ascii_only)


def wrong_answers(errors: dict[str, list[str]]) -> Stopped:
    """Return the refusal of answers, with the sentences beside the questions they concern."""
    return Stopped(422, _("Some answers need to be mended. See “errors”."), errors=errors)


def faults_of(error: ValidationError) -> dict[str, list[str]]:
    """Return the model's own objections by field; what concerns the whole stands under ""."""
    if hasattr(error, "error_dict"):
        return {"" if name == "__all__" else name: e for name, e in error.message_dict.items()}
    return {"": error.messages}


def register(api: NinjaAPI) -> None:
    """Let every refusal of the house become a problem."""
    for kind, answer in _ANSWERS.items():
        api.add_exception_handler(kind, answer)


# --- One answer for each kind of refusal ---------------------------------------------------------


def _stopped(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status, error.detail, **error.more)


def _unknown(request: HttpRequest, error: Any) -> HttpResponse:
    answer = problem(401, _("Send a key that works, or sign in first."))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


def _asked_wrong(request: HttpRequest, error: Any) -> HttpResponse:
    errors: dict[str, list[str]] = {}
    for each in error.errors:
        name = ".".join(str(part) for part in each["loc"][1:])
        errors.setdefault(name, []).append(each["msg"])
    return _stopped(request, wrong_answers(errors))


def _by_ninja(request: HttpRequest, error: Any) -> HttpResponse:
    says = {
        400: _("What was sent could not be read as JSON."),
        403: _("The request lacks the token against forged requests (CSRF)."),
        429: _("Too many calls. Wait a little; the header Retry-After says how long."),
    }
    return problem(error.status_code, says.get(error.status_code, str(error)))


def _not_there(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(404, _("There is nothing here that you may see."))


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(error.status, str(error))


def _not_yours(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(403, str(error) or _("You may not do this."))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    return _stopped(request, wrong_answers(faults_of(error)))


def _too_big(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(413, _("That is more than one call may send."))


def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(400, _("The request could not be read."))


def _fault_of_ours(request: HttpRequest, error: Any) -> HttpResponse:
    raise error


_ANSWERS: dict[type[Exception], Any] = {
    Stopped: _stopped,
    AuthenticationError: _unknown,
    WrongParameters: _asked_wrong,
    HttpError: _by_ninja,
    Http404: _not_there,
    Refused: _refused,
    PermissionDenied: _not_yours,
    ValidationError: _invalid,
    RequestDataTooBig: _too_big,
    MultiPartParserError: _broken,
    SuspiciousOperation: _broken,
    Exception: _fault_of_ours,
}


def declared(*statuses: int) -> dict[int, Any]:
    """Return the problems an operation may answer with, for its description."""
    return dict.fromkeys(sorted({401, 429, *statuses}), Problem)
