"""Reviewers: several or a quorum, at once or in order, deputies, answers, and who may not."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from documents.models import Document, Review, Version
from qms.records.refusals import AlreadyDone, NotAllowed, WrongStatus

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(document: Document) -> Version:
    """Pia's draft, ready to be sent."""
    return document.versions.get()


def sent(draft: Version, people: SimpleNamespace, *names: str, **more: Any) -> Version:
    """Return the draft after Pia has asked these people."""
    pairs = [(getattr(people, name), None) for name in names]
    asks = {"in_order": False, "quorum": None} | more
    draft.send_to_review(by=people.pia, reviewers=asks.pop("pairs", pairs), **asks)
    return draft


def test_all_must_approve(draft: Version, people: SimpleNamespace) -> None:
    sent(draft, people, "maj", "siv").approve(by=people.maj)
    assert draft.status == "review"
    draft.approve(by=people.siv)
    draft.refresh_from_db()
    assert draft.status == "approved"


def test_a_quorum_is_enough_and_the_rest_need_not(draft: Version, people: SimpleNamespace) -> None:
    sent(draft, people, "maj", "siv", "bo", quorum=2).approve(by=people.maj)
    draft.approve(by=people.bo)
    draft.refresh_from_db()
    assert draft.status == "approved"
    assert draft.reviews.get(reviewer=people.siv).answer == "not_needed"
    with pytest.raises(NotAllowed):
        draft.approve(by=people.siv)


def test_in_order_one_waits_for_the_other(draft: Version, people: SimpleNamespace) -> None:
    sent(draft, people, "maj", "siv", in_order=True)
    with pytest.raises(NotAllowed):
        draft.approve(by=people.siv)
    assert not Version.objects.awaiting_review_by(people.siv).exists()
    draft.approve(by=people.maj)
    assert Version.objects.awaiting_review_by(people.siv).get() == draft
    draft.approve(by=people.siv)
    draft.refresh_from_db()
    assert draft.status == "approved"


def test_a_deputy_answers_in_the_reviewers_stead(draft: Version, people: SimpleNamespace) -> None:
    sent(draft, people, pairs=[(people.maj, people.siv)]).approve(by=people.siv)
    turn = draft.reviews.get()
    assert (turn.reviewer, turn.answered_by, turn.answer) == (people.maj, people.siv, "approved")


def test_a_change_is_asked_for_and_a_new_round_begins(
    draft: Version, people: SimpleNamespace
) -> None:
    sent(draft, people, "maj", "siv").ask_for_change(by=people.maj, comment="Skriv hur ofta.")
    assert draft.status == "draft"
    assert draft.reviews.get(reviewer=people.siv).answer == "not_needed"
    draft.save_text(by=people.pia, body="<p>Varje morgon.</p>")
    sent(draft, people, "maj").approve(by=people.maj)
    draft.refresh_from_db()
    assert (draft.status, draft.round) == ("approved", 2)


def test_a_review_is_passed_on(draft: Version, people: SimpleNamespace) -> None:
    sent(draft, people, "maj").pass_on(by=people.maj, to=people.siv, comment="Du kan det här.")
    with pytest.raises(NotAllowed):
        draft.approve(by=people.maj)
    draft.approve(by=people.siv)
    draft.refresh_from_db()
    assert draft.status == "approved"


@pytest.mark.parametrize("name", ["pia", "frank", "gun", "nils"])
def test_who_cannot_review_is_not_asked(name: str, draft: Version, people: SimpleNamespace) -> None:
    with pytest.raises(ValidationError):
        sent(draft, people, name)
    draft.refresh_from_db()
    assert (draft.status, Review.objects.count()) == ("draft", 0)


def test_nobody_or_the_same_twice_is_no_review(draft: Version, people: SimpleNamespace) -> None:
    for names in ((), ("maj", "maj")):
        with pytest.raises(ValidationError):
            sent(draft, people, *names)
    with pytest.raises(ValidationError):
        sent(draft, people, "maj", quorum=2)


_TWICE: dict[str, Any] = {"key": "a" * 64}


def test_the_same_answer_twice_is_one(draft: Version, people: SimpleNamespace) -> None:
    sent(draft, people, "maj", "siv").approve(by=people.maj, **_TWICE)
    with pytest.raises(AlreadyDone):
        draft.approve(by=people.maj, **_TWICE)


def test_two_answer_without_being_in_each_others_way(
    draft: Version, people: SimpleNamespace
) -> None:
    seen: dict[str, Any] = {"seen": sent(draft, people, "maj", "siv").event_count}
    draft.approve(by=people.maj, **seen)
    draft.approve(by=people.siv, **seen)
    draft.refresh_from_db()
    assert draft.status == "approved"


def test_a_text_in_review_is_not_changed(draft: Version, people: SimpleNamespace) -> None:
    sent(draft, people, "maj")
    with pytest.raises(WrongStatus):
        draft.save_text(by=people.pia, body="<p>Smyg.</p>")
    draft.return_to_draft(by=people.pia, reason="Glömde en sak")
    draft.save_text(by=people.pia, body="<p>Öppet.</p>")
    assert draft.reviews.get().answer == "not_needed"
