"""Addresses of the API."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, path, re_path

from api import views
from api.v1 import api

app_name = "api"

_found, _app, _namespace = api.urls
_calls: list[Any]
# The API asks for its own key or session, and answers 401 where a page would send to sign in.
# Ninja's own root tells nothing and asks for nothing, so it is left out.
_calls = [each for each in _found if isinstance(each, URLPattern) and each.name != "api-root"]
for _call in _calls:
    login_not_required(_call.callback)

urlpatterns = [
    path("", views.about, name="about"),
    path("v1/", (_calls, _app, _namespace)),
    re_path(r"^v1(?:/.*)?$", views.nothing, name="nothing"),
]
