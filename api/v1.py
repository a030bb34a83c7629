"""Version 1 of the API: its rooms, its door and its description."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from api import actions, deviations, documents, problems, requirements, units
from api.auth import Key, Pace, Session


class Takt(NinjaAPI):
    """The API; its description says that problems have a media type of their own."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the description of every call."""
        schema = super().get_openapi_schema(path_prefix=f"{reverse('api:about')}v1/")
        for path in schema["paths"].values():
            for operation in path.values():
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        content[problems.MEDIA_TYPE] = content.pop("application/json")
        return schema


api = Takt(
    title="Takt",
    version="1",
    description=(
        "Documents, deviations, actions, units and requirements, as the pages show them: the same "
        "filters, the same rights, the same verbs."
    ),
    urls_namespace="v1",
    docs_url=None,
    openapi_url=None,
    auth=[Key(), Session()],
    throttle=[Pace()],
)
problems.register(api)
for room in (units, requirements, documents, deviations, actions):
    api.add_router("", room.router)


@api.get("/openapi.json", include_in_schema=False, url_name="openapi")
def openapi(request: HttpRequest) -> HttpResponse:
    """Answer with the description of the API (OpenAPI 3.1)."""
    return api.create_response(request, api.get_openapi_schema(), status=200)
