"""The pages of the site itself, and the small things each answer carries."""

import uuid
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from nonconformities.models import Category, Grade, Nonconformity
from qms.organization.held import author_token


def test_a_page_that_was_too_old_gives_back_what_was_written_and_nothing_else(
    cast: SimpleNamespace,
) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.bo)
    hidden = {"author": author_token(cast.bo), "uid": str(uuid.uuid4()), "seen": "17"}
    answers = {"text": "Hon föll.", "more": "Två ord", "password": "hemligt ord här"}
    page = browser.post("/rapportera/", {**hidden, **answers})
    text = page.content.decode()
    assert page.status_code == 403
    assert "Hon föll." in text
    assert "Två ord" in text
    assert "hemligt ord" not in text
    assert not [value for value in hidden.values() if len(value) > 2 and value in text]


@pytest.mark.parametrize("is_https", [True, False])
def test_the_cookie_of_the_language_is_as_guarded_as_the_session(
    client: Any, db: Any, settings: Any, is_https: bool
) -> None:
    settings.SESSION_COOKIE_SECURE = is_https
    cookie = client.post("/sprak/", {"language": "en"}).cookies["django_language"]
    assert bool(cookie["secure"]) is is_https


def test_a_hit_shows_the_swedish_day_on_which_it_was_reported(
    cast: SimpleNamespace, units: SimpleNamespace, base: None, client: Any
) -> None:
    case = Nonconformity.objects.create(
        unit=units.north, description="Fel i dosetten.", reported_by=cast.anna
    )
    case.report(by=cast.anna)
    Nonconformity.objects.filter(pk=case.pk).update(
        created_at=datetime(2025, 12, 24, 12, 0, tzinfo=UTC),
        reported_at=datetime(2026, 1, 1, 23, 30, tzinfo=UTC),
    )
    client.force_login(cast.bo)
    text = client.get("/sok/", {"q": "dosetten"}).content.decode()
    assert "2026-01-02" in text
    assert "2025-12-24" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("ask", [lambda: Grade.scale("severity"), Category.everything])
def test_new_words_are_seen_though_somebody_asked_before_they_were_stored_for_good(
    base: None, ask: Any, django_capture_on_commit_callbacks: Any
) -> None:
    row = ask()[0]
    row.name_sv = "Nytt ord"
    with django_capture_on_commit_callbacks(execute=True):
        row.save()
        for key in ("grades", "categories"):
            cache.set(key, [], 60)  # another process, which did not yet see the change
    assert "Nytt ord" in {each.name_sv for each in ask()}
