"""What the stories about deviations begin with."""

from types import SimpleNamespace
from typing import Any

import pytest

from nonconformities.models import Category, Nonconformity


@pytest.fixture
def category(base: None) -> Category:
    """A category of care."""
    return Category.objects.get(code="LM-DOS")


@pytest.fixture
def case(cast: SimpleNamespace, units: SimpleNamespace, base: None) -> Nonconformity:
    """Anna has reported that a dose was wrong."""
    report = Nonconformity.objects.create(
        unit=units.north,
        description="Fel dos i dosetten.",
        correction="Ringde sjuksköterskan.",
        reported_by=cast.anna,
    )
    report.report(by=cast.anna)
    return report


class Browser:
    """Somebody at a web browser: opens verbs' pages and sends their forms."""

    def __init__(self, client: Any, user: Any) -> None:
        self.client, self.user = client, user

    def get(self, url: str, **more: Any) -> Any:
        """Open a page as this person."""
        self.client.force_login(self.user)
        return self.client.get(url, **more)

    def send(self, url: str, **answers: Any) -> Any:
        """Open a form, fill it in and send it, as a browser does: with what the page held."""
        page = self.get(url)
        if page.status_code != 200:
            return page
        form = page.context["form"]
        held = {}
        for field in form:
            value = field.value()
            if value not in (None, "", []):
                held[field.name] = value
        return self.post(url, **(held | answers))

    def post(self, url: str, **answers: Any) -> Any:
        """Send a form without opening it first."""
        self.client.force_login(self.user)
        return self.client.post(url, {k: v for k, v in answers.items() if v is not None})


@pytest.fixture
def at(client: Any) -> Any:
    """Return a browser with somebody at it: at(cast.bo).send(url, reason="…")."""
    return lambda user: Browser(client, user)
