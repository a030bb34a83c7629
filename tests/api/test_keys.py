"""Keys for other programs: shown once, never more than the person, and ended at any time."""

import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from qms.history import verify
from qms.organization.models import Token
from tests.api.conftest import Program, key_of

PAGE = "/jag/nycklar/"


@pytest.fixture
def anna(cast: SimpleNamespace, client: Client) -> Client:
    """Anna, signed in."""
    client.force_login(cast.anna)
    return client


def make(client: Client, **answers: Any) -> Any:
    """Fill in the form as it stands on the page, and send it."""
    form = client.get(PAGE).context["form"]
    held = {name: form[name].value() for name in ("uid", "expires_on")}
    return client.post(PAGE, held | {"name": "Kalkylbladet"} | answers)


def test_a_key_is_shown_once_and_only_its_hash_is_kept(anna: Client) -> None:
    assert make(anna).url == PAGE
    page = anna.get(PAGE)
    key = page.context["key"]
    assert key.startswith("takt_")
    assert key in page.content.decode()
    assert key not in anna.get(PAGE).content.decode()
    token = Token.objects.get()
    assert token.digest == Token.digest_of(key)
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(t)::text from organization_token t")
        assert key not in cursor.fetchone()[0]
        cursor.execute("select string_agg(session_data, '') from django_session")
        assert key not in cursor.fetchone()[0]


def test_two_clicks_make_one_key(anna: Client) -> None:
    answers = {
        "uid": uuid.uuid4(), "name": "Kalkylbladet", "expires_on": timezone.localdate(),
    }  # fmt: skip
    assert [anna.post(PAGE, answers).status_code for _click in range(2)] == [302, 302]
    assert Token.objects.count() == 1
    assert anna.get(PAGE).context["key"]


def test_a_wrong_day_is_said_beside_the_question(anna: Client) -> None:
    far = timezone.localdate() + timedelta(days=400)
    answer = make(anna, expires_on=far.isoformat())
    assert answer.status_code == 422
    assert "expires_on" in answer.context["form"].errors
    assert not Token.objects.exists()


def test_making_and_ending_a_key_are_told(anna: Client, cast: SimpleNamespace) -> None:
    make(anna)
    token = Token.objects.get()
    anna.post(f"{PAGE}{token.pk}/aterkalla/")
    anna.post(f"{PAGE}{token.pk}/aterkalla/")
    assert [event.verb for event in token.story] == ["create", "revoke"]
    assert list(verify.faults()) == []


def test_nobody_ends_the_key_of_another(anna: Client, cast: SimpleNamespace) -> None:
    key_of(cast.bo)
    token = Token.objects.get()
    assert anna.post(f"{PAGE}{token.pk}/aterkalla/").status_code == 404
    assert Token.objects.working().exists()


def test_one_has_at_most_twenty_keys(cast: SimpleNamespace) -> None:
    for _number in range(20):
        key_of(cast.anna)
    with pytest.raises(ValidationError):
        key_of(cast.anna)


def test_without_a_key_that_works_the_api_answers_401(cast: SimpleNamespace) -> None:
    for key in ("", "takt_fel", "takt_å", "fel", key_of(cast.bo) + "x"):
        answer = Program(key=key).client.get("/api/v1/units")
        assert (answer.status_code, answer.json()["status"]) == (401, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_ends_when_revoked_when_its_last_day_has_passed_and_with_the_person(
    cast: SimpleNamespace,
) -> None:
    key = key_of(cast.bo)
    program, token = Program(key=key), Token.objects.get()
    program.get("/units")
    Token.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
    program.get("/units", 401)
    Token.objects.update(expires_on=timezone.localdate())
    program.get("/units")
    cast.bo.is_active = False
    cast.bo.save()
    program.get("/units", 401)
    cast.bo.is_active = True
    cast.bo.save()
    token.revoke(by=cast.bo)
    program.get("/units", 401)


def test_a_wrong_key_is_wrong_also_for_who_is_signed_in(anna: Client) -> None:
    assert anna.get("/api/v1/units").status_code == 200
    headers = {"Authorization": "Bearer takt_fel"}
    assert anna.get("/api/v1/units", headers=headers).status_code == 401


def test_the_last_use_is_written_down_now_and_then(cast: SimpleNamespace) -> None:
    program = Program(cast.bo)
    program.get("/units")
    first = Token.objects.get().last_used_at
    assert first
    with CaptureQueriesContext(connection) as queries:
        program.get("/units")
    assert not [q for q in queries if q["sql"].startswith("UPDATE")]
    assert Token.objects.get().last_used_at == first


def test_too_many_calls_are_asked_to_wait(cast: SimpleNamespace, settings: Any) -> None:
    settings.API_CALLS_A_MINUTE = 3
    program = Program(cast.bo)
    for _number in range(3):
        program.get("/units")
    answer = program.client.get("/api/v1/units")
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    Program(cast.bo).get("/units")  # another key has its own pace


def test_the_language_is_what_the_program_asks_for_or_the_persons_own(
    cast: SimpleNamespace,
) -> None:
    program = Program(cast.bo)
    swedish = program.get("/units/FINNS-INTE", 404)["detail"]
    assert "Här finns inget" in swedish
    english = program.get("/units/FINNS-INTE", 404, **{"Accept-Language": "en"})["detail"]
    assert english == "There is nothing here that you may see."
    cast.bo.language = "en"
    cast.bo.save()
    assert program.get("/units/FINNS-INTE", 404)["detail"] == english
    again = program.get("/units/FINNS-INTE", 404, **{"Accept-Language": "sv-SE,sv;q=0.9"})
    assert again["detail"] == swedish


def test_an_address_that_is_not_there_is_a_problem_too(cast: SimpleNamespace) -> None:
    Program(cast.bo).get("/finns/inte", 404)
    Program().get("/finns/inte", 404)


def test_the_description_and_the_page_about_it(anna: Client) -> None:
    described = anna.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path, calls in described["paths"].items():
        for call in calls.values():
            assert call["security"] == [{"Key": []}, {"Session": []}], path
            assert "application/problem+json" in call["responses"]["401"]["content"]
    page = anna.get("/api/").content.decode()
    assert "/api/v1/openapi.json" in page
    assert "/jag/nycklar/" in page
