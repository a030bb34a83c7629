"""Protected details: encrypted, never kept in a session, and a lost key is told in a sentence."""

from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.sessions.models import Session
from django.utils import timezone

from nonconformities.models import Nonconformity, ProtectedDetails
from qms.organization.held import author_token
from qms.organization.tasks import forget_old_sessions
from tests.group import PASSWORD

SECRET = "Elsa Andersson 19121212-1212"


def stored_sessions() -> str:
    """Return everything that stands in the sessions, as whoever reads the table sees it."""
    return " ".join(str(each.get_decoded()) for each in Session.objects.all())


def test_protected_details_sent_after_the_session_ended_are_not_kept(
    case: Nonconformity, cast: SimpleNamespace, client: Any
) -> None:
    answers = {"details": SECRET, "author": author_token(cast.bo)}
    page = client.post(f"/avvikelser/{case.number}/skyddade-uppgifter/", answers, follow=True)
    assert "Elsa" not in stored_sessions()
    assert "held" not in stored_sessions()
    assert page.redirect_chain
    assert [message.level_tag for message in page.context["messages"]] == ["warning"]


def test_what_is_held_until_sign_in_is_encrypted_and_comes_back(
    case: Nonconformity, cast: SimpleNamespace, client: Any
) -> None:
    address = f"/avvikelser/{case.number}/kommentera/"
    client.post(address, {"text": "Ring Elsa.", "author": author_token(cast.bo)})
    assert "held" in stored_sessions()
    assert "Elsa" not in stored_sessions()
    client.post("/logga-in/", {"login": "bo", "password": PASSWORD})
    assert "Ring Elsa." in client.get(address).content.decode()
    assert "held" not in stored_sessions()


def test_sessions_that_have_ended_are_removed_at_night(client: Any, cast: SimpleNamespace) -> None:
    client.force_login(cast.bo)
    Session.objects.update(expire_date=timezone.now())
    client.force_login(cast.anna)
    forget_old_sessions()
    assert Session.objects.count() == 1


@pytest.fixture
def written(case: Nonconformity, cast: SimpleNamespace) -> Nonconformity:
    """Bo has written protected details."""
    case.protect_details(by=cast.bo, details=SECRET)
    return case


def test_a_key_that_has_been_taken_away_gives_a_sentence(
    written: Nonconformity, cast: SimpleNamespace, at: Any, settings: Any
) -> None:
    settings.PROTECTED_KEYS = [Fernet.generate_key().decode()]
    written.open_protected(by=cast.bo, reason="Inför samtal.")
    page = at(cast.bo).get(f"/avvikelser/{written.number}/skyddat/")
    assert page.status_code == 200
    assert "PROTECTED_KEYS" in page.content.decode()


def test_a_new_first_key_still_reads_what_the_old_one_wrote(
    written: Nonconformity, settings: Any
) -> None:
    settings.PROTECTED_KEYS = [Fernet.generate_key().decode(), *settings.PROTECTED_KEYS]
    assert ProtectedDetails.objects.get().text.endswith(SECRET)


@pytest.mark.parametrize("keys", [[], ["not-a-key"]])
def test_without_a_usable_key_nothing_is_stored_and_the_text_stays_in_the_box(
    case: Nonconformity, cast: SimpleNamespace, at: Any, settings: Any, keys: list[str]
) -> None:
    settings.PROTECTED_KEYS = keys
    page = at(cast.bo).send(f"/avvikelser/{case.number}/skyddade-uppgifter/", details=SECRET)
    assert page.status_code == 422
    assert SECRET in page.content.decode()
    assert not ProtectedDetails.objects.exists()


def test_what_is_written_later_stands_beside_what_stood_there(
    case: Nonconformity, cast: SimpleNamespace
) -> None:
    case.protect_details(by=cast.bo, details=SECRET)
    case.protect_details(by=cast.ines, details="Mer om samma sak.")
    text = Nonconformity.objects.get(pk=case.pk).protected.text
    assert SECRET in text
    assert "Ines Falk\nMer om samma sak." in text
