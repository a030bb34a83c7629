"""A document from draft to withdrawal: each step, and what applies on each day."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.models import Document, Version
from documents.tasks import turn_the_day
from qms.records.refusals import Missing, NotAllowed, WrongStatus
from tests.documents.conftest import DAY, written

pytestmark = pytest.mark.django_db
Adopted = Callable[..., Version]


def test_a_document_has_a_number_and_a_first_draft(document: Document) -> None:
    draft = document.versions.get()
    assert document.number == "DOK-0001"
    assert (draft.number, draft.status, draft.title) == ("DOK-0001/1.0", "draft", "Dosett")
    assert [event.verb for event in draft.story] == ["begin", "write"]


def test_from_draft_to_in_force(document: Document, adopted: Adopted) -> None:
    version = adopted(document.versions.get())
    document.refresh_from_db()
    assert version.status == "in_force"
    assert document.valid_version == version
    assert document.review_on > timezone.localdate() + 700 * DAY
    told = [event.verb for event in version.story]
    assert told[-5:] == ["send_to_review", "approve", "finish_review", "adopt", "enter_force"]
    assert version.story.get(verb="adopt").changes["sha256"] == [None, version.digest]


def test_what_applies_is_told_by_the_days_when_the_task_is_missed(
    document: Document, adopted: Adopted, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    first = adopted(document.versions.get())
    second = adopted(written(document, people.pia), today + 3 * DAY)
    assert (second.status, document.valid_version) == ("adopted", first)
    assert document.valid_on(today + 2 * DAY) == first
    assert document.valid_on(today + 3 * DAY) == second
    monkeypatch.setattr(timezone, "localdate", lambda *_at: today + 5 * DAY)
    first.refresh_from_db()
    assert document.valid_version == second  # nobody has run anything
    assert (first.status, first.phase, second.phase) == ("in_force", "superseded", "in_force")
    assert turn_the_day() == 1
    assert turn_the_day() == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("superseded", "in_force")


def test_an_author_does_not_adopt(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    draft = document.versions.get()
    draft.stop_editing(by=people.pia)
    draft.save_text(by=people.berit, body="<p>Mer.</p>")
    with pytest.raises(NotAllowed, match="Någon annan fastställer"):
        adopted(draft)


def test_it_does_not_apply_before_it_is_adopted(document: Document, adopted: Adopted) -> None:
    with pytest.raises(ValidationError) as caught:
        adopted(document.versions.get(), timezone.localdate() - DAY)
    assert "valid_from" in caught.value.message_dict


def test_a_withdrawn_version_that_never_began_leaves_the_one_before(
    document: Document, adopted: Adopted, people: SimpleNamespace
) -> None:
    first = adopted(document.versions.get())
    second = adopted(written(document, people.pia), timezone.localdate() + 3 * DAY)
    second.withdraw(by=people.berit, reason="Fel bilaga")
    first.refresh_from_db()
    assert first.ended_on is None
    assert document.valid_on(timezone.localdate() + 9 * DAY) == first
    assert document.versions.was_in_force().count() == 1


def test_one_draft_at_a_time(document: Document, people: SimpleNamespace) -> None:
    with pytest.raises(WrongStatus):
        document.new_version(by=people.pia)


def test_a_draft_without_text_is_not_sent(document: Document, people: SimpleNamespace) -> None:
    draft = document.versions.get()
    draft.save_text(by=people.pia, body="", summary="")
    with pytest.raises(Missing):
        draft.send_to_review(
            by=people.pia, reviewers=[(people.maj, None)], in_order=False, quorum=None
        )
