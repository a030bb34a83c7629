"""Programs that ask, with a key or with somebody's session."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from qms.organization.models import Token, User


def key_of(user: User, **more: Any) -> str:
    """Return a new key of somebody that works for a month and may change things."""
    facts = {
        "name": "Testet", "expires_on": timezone.localdate() + timedelta(days=30),
        "is_read_only": False, "uid": uuid.uuid4(),
    }  # fmt: skip
    return Token.create(by=user, **(facts | more))[1]


class Program:
    """Another program with somebody's key; it has no cookies and does not follow redirects."""

    def __init__(self, user: User | None = None, key: str = "", **headers: str) -> None:
        key = key or (key_of(user) if user else "")
        bearer = {"Authorization": f"Bearer {key}"} if key else {}
        self.client = Client(enforce_csrf_checks=True, headers=bearer | headers)

    def get(self, path: str, status: int = 200, **headers: str) -> Any:
        """Return what the API answers, after a look at the status."""
        answer = self.client.get(f"/api/v1{path}", headers=headers or None)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return _read(answer)

    def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        """Send JSON and return what the API answers."""
        answer = self.client.post(
            f"/api/v1{path}", json.dumps({} if body is None else body), "application/json",
            headers=headers or None,
        )  # fmt: skip
        assert answer.status_code == status, answer.content.decode()[:2000]
        return _read(answer)

    def send(self, path: str, fields: Any, status: int = 200, **headers: str) -> Any:
        """Send a form with files and return what the API answers."""
        answer = self.client.post(f"/api/v1{path}", fields, headers=headers or None)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return _read(answer)


def _read(answer: Any) -> Any:
    kind = "application/problem+json" if answer.status_code >= 400 else "application/json"
    assert answer.headers["Content-Type"].startswith(kind), answer.headers["Content-Type"]
    return answer.json()


@pytest.fixture
def program() -> type[Program]:
    """Return how to let a program ask: program(cast.bo).get("/units")."""
    return Program
