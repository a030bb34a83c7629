"""The floor: a bare view that draws the same rows from one query, without any middleware.

Nothing that Django renders can be faster; what our pages cost is told as times this.
"""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import override_settings
from django.urls import path

from nonconformities.models import Nonconformity

ROWS = 25
_TEMPLATE = Engine().from_string(
    "<!doctype html><html lang=sv><title>Avvikelser</title><table>{% for row in rows %}<tr>"
    '<td><a href="/avvikelser/{{ row.number }}/">{{ row.number }}</a><td>{{ row.title }}'
    "<td>{{ row.unit.name }}<td>{{ row.status }}<td>{{ row.due_on }}"
    "<td>{{ row.responsible.last_name }}<td>{{ row.reported_at }}</tr>{% endfor %}</table></html>"
)
shown: list[int] = []  # the ids of the rows to draw; set by the measurement


def rows(request: HttpRequest) -> HttpResponse:
    """Draw the rows."""
    found = (
        Nonconformity.objects.filter(pk__in=shown)
        .select_related("unit", "responsible")
        .only("number", "title", "unit__name", "status", "due_on", "responsible__last_name",
              "reported_at")
        .order_by("-reported_at", "-pk")[:ROWS]
    )  # fmt: skip
    return HttpResponse(_TEMPLATE.render(Context({"rows": found})))


urlpatterns = [path("floor/", rows)]


class Floor(WSGIHandler):
    """A handler with no middleware and one address."""

    def resolve_request(self, request: Any) -> Any:
        """Look only among the addresses of this file."""
        request.urlconf = __name__
        return super().resolve_request(request)


def floor() -> Floor:
    """Return the handler."""
    with override_settings(MIDDLEWARE=[]):
        return Floor()
