"""The floor of the library: a bare view that draws 25 documents from one query."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.test import override_settings
from django.urls import path

from bench.shelves import floor_rows

_TEMPLATE = Engine().from_string(
    "<!doctype html><html lang=sv><title>Dokument</title><table>{% for row in rows %}<tr>"
    '<td><a href="/dokument/{{ row.document.number }}/">{{ row.title }}</a><td>{{ row.number }}'
    "<td>{{ row.unit.name }}<td>{{ row.status }}<td>{{ row.valid_from }}</tr>{% endfor %}</table>"
)


def rows(request: HttpRequest) -> HttpResponse:
    """Draw the rows."""
    return HttpResponse(_TEMPLATE.render(Context({"rows": floor_rows()})))


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
