"""The page that explains the API to people, and the answer where nothing is."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from api.problems import problem
from qms.records.pages import render_page


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Explain the API in words, without any script."""
    address = request.build_absolute_uri("/api/v1")
    return render_page(request, "api/about.html", address=address, pace=settings.API_CALLS_A_MINUTE)


@login_not_required
@csrf_exempt
def nothing(request: HttpRequest) -> HttpResponse:
    """Answer in the shape of the API where it has no such address."""
    return problem(404, _("The API has no such address. See %s.") % "/api/v1/openapi.json")
