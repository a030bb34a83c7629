"""A reader finds a mistake: those who write answer, and nobody else learns a word of it."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.models import ChangeRequest, Document, ReaderCheck, Version
from documents.models.audience import set_audience
from qms.organization.models import User
from qms.records.refusals import NotAllowed, WrongStatus

pytestmark = pytest.mark.django_db
SECRET = "Dosen ska vara 5 mg"


@pytest.fixture
def valid(document: Document, adopted: Any) -> Version:
    """The routine of home care, in force."""
    version: Version = adopted(document.versions.get())
    return version


@pytest.fixture
def asked(valid: Version, people: SimpleNamespace) -> ChangeRequest:
    """Anna has found a mistake."""
    return ChangeRequest.suggest(valid.document, valid, by=people.anna, text=SECRET)


def _fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_from_the_page_to_the_answer(valid: Version, people: SimpleNamespace, sign_in: Any) -> None:
    url = valid.document.get_absolute_url()
    anna = sign_in(people.anna)
    assert f"{url}foresla/" in anna.get(url).content.decode()
    for _twice in range(2):  # a double click is one
        answer = anna.post(f"{url}foresla/", {"text": SECRET})
        assert answer.status_code == 302
    change = ChangeRequest.objects.get()
    assert change.number == f"AND-{timezone.localdate().year}-0001"
    pia = sign_in(people.pia)
    assert f"Svara på ett förslag om {valid.document.number}" in pia.get("/").content.decode()
    pia.post(f"{change.get_absolute_url()}ta-upp/", {"answer": "Tack, du har rätt."})
    change.refresh_from_db()
    assert change.taken_up_in == valid.document.open_version
    assert change.taken_up_in.label == "2.0"
    anna = sign_in(people.anna)
    assert change.get_absolute_url() in anna.get("/").content.decode()
    page = anna.get(change.get_absolute_url()).content.decode()
    assert "Tack, du har rätt." in page
    assert "/utkast/" not in page  # the draft is not hers to see
    assert change.number in anna.get(url).content.decode()
    assert "/utkast/" in sign_in(people.pia).get(change.get_absolute_url()).content.decode()


def test_nobody_else_meets_it(asked: ChangeRequest, people: SimpleNamespace, sign_in: Any) -> None:
    pages = ("/", "/dokument/forslag/", asked.document.get_absolute_url(), f"/sok/?q={SECRET}")
    for who in (people.maj, people.siv, people.frank, people.cecilia, people.gun, people.ines):
        client = sign_in(who)
        assert client.get(asked.get_absolute_url()).status_code == 404
        told = "".join(client.get(page).content.decode() for page in pages).replace(SECRET, "", 99)
        assert asked.number not in told, who
    for who in (people.anna, people.pia, people.bo, people.berit):
        seen = ChangeRequest.objects.visible_to(_fresh(who)).exists()
        assert seen == (who != people.bo)  # the routine is home care's, not north's


def test_an_answer_is_given_once_by_those_who_write(
    asked: ChangeRequest, people: SimpleNamespace
) -> None:
    with pytest.raises(NotAllowed):
        asked.decline(by=people.anna, answer="Nej")
    asked.decline(by=people.pia, answer="Doseringen står i bilagan.")
    with pytest.raises(WrongStatus):
        asked.accept(by=people.pia)
    assert asked.story.last().changes.get("answer") is None  # its text stands in no event


def test_what_is_in_review_takes_up_nothing_more(
    asked: ChangeRequest, people: SimpleNamespace
) -> None:
    draft = asked.document.new_version(by=people.pia)
    draft.save_text(by=people.pia, news="Nytt", body="<p>Ny.</p>")
    draft.send_to_review(by=people.pia, reviewers=[(people.maj, None)], in_order=False, quorum=None)
    with pytest.raises(ValidationError, match="granskning"):
        asked.accept(by=people.pia)
    asked.refresh_from_db()
    assert asked.status == "asked"


def test_a_personal_number_is_asked_about_once_and_nothing_is_lost(
    valid: Version, people: SimpleNamespace, sign_in: Any
) -> None:
    url = f"{valid.document.get_absolute_url()}foresla/"
    anna = sign_in(people.anna)
    text = "Det gällde 19121212-1212 i går"
    answer = anna.post(url, {"text": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "personnummer" in page
    assert text in page
    assert anna.post(url, {"text": text, "is_checked": "on"}).status_code == 302
    assert anna.post(url, {"text": ""}).status_code == 422
    assert anna.post(url, {"text": "x" * 4001}).status_code == 422


def test_who_loses_sight_of_the_document_keeps_the_answer_but_no_title(
    asked: ChangeRequest, people: SimpleNamespace, sign_in: Any
) -> None:
    people.anna.appointments.get().dismiss(by=None)
    page = sign_in(people.anna).get(asked.get_absolute_url())
    assert page.status_code == 200
    assert "Dosett" not in page.content.decode()


def test_a_suggestion_follows_its_document_to_another_unit(
    asked: ChangeRequest, units: SimpleNamespace
) -> None:
    asked.document.amend(by=None, unit=units.south)
    asked.refresh_from_db()
    assert asked.unit == units.south


def test_three_readers_are_asked_and_answer_once(
    valid: Version, people: SimpleNamespace, units: SimpleNamespace, sign_in: Any
) -> None:
    set_audience(valid.document, [("", units.home_care)], by=people.pia)
    with pytest.raises(ValidationError):
        valid.ask_readers(by=people.pia, readers=[people.frank])
    valid.ask_readers(by=people.pia, readers=[people.anna, people.siv])
    with pytest.raises(ValidationError):
        valid.ask_readers(by=people.pia, readers=[people.bo, people.maj])
    url = f"{valid.document.get_absolute_url()}v/1.0/fragor/"
    anna = sign_in(people.anna)
    assert url in anna.get("/").content.decode()
    assert anna.post(url, {"found": "", "first": ""}).status_code == 422
    said = {"found": "partly", "first": "Jag räknar dosen", "hard": "Rubriken"}
    assert anna.post(url, said).status_code == 302
    assert anna.get(url).status_code == 404
    assert url not in anna.get("/").content.decode()
    page = valid.document.get_absolute_url()
    assert "Jag räknar dosen" in sign_in(people.pia).get(page).content.decode()
    assert "Jag räknar dosen" not in sign_in(people.maj).get(page).content.decode()
    check = ReaderCheck.objects.get(person=people.anna)
    with pytest.raises(WrongStatus):
        check.answer(found="yes", first="x", hard="")
