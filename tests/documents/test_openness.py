"""Who sees a document and its versions: what is in force by openness, drafts by part in them."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from documents.models import Document, Version
from qms.organization.duties import Role
from qms.organization.models import User
from tests.documents.conftest import DAY, written

pytestmark = pytest.mark.django_db
Adopted = Callable[..., Version]
APPOINTED = {
    "anna", "bo", "berit", "cecilia", "david", "eva", "ines", "frank", "gun", "adam", "pia",
    "maj", "siv",
}  # fmt: skip
SOCIAL = {"anna", "bo", "berit", "eva", "ines", "pia", "maj", "siv"}
KEEPERS = {"pia", "berit", "eva"}


def seeing(rows: Any, people: SimpleNamespace) -> set[str]:
    """Return for whom one of the rows exists, as the rule stands for each today."""
    fresh = {name: User.objects.get(pk=user.pk) for name, user in vars(people).items()}
    return {name for name, user in fresh.items() if rows.visible_to(user).exists()}


def test_a_draft_is_for_those_who_write_and_adopt_it(
    document: Document, people: SimpleNamespace
) -> None:
    assert seeing(Document.objects, people) == KEEPERS
    assert seeing(Version.objects, people) == KEEPERS


def test_a_reviewer_sees_the_draft_while_it_is_asked_about(
    document: Document, people: SimpleNamespace
) -> None:
    draft = document.versions.get()
    draft.send_to_review(
        by=people.pia, reviewers=[(people.maj, people.siv)], in_order=False, quorum=None
    )
    assert seeing(Version.objects, people) == KEEPERS | {"maj", "siv"}
    draft.return_to_draft(by=people.pia, reason="Mer att skriva")
    draft.send_to_review(by=people.pia, reviewers=[(people.bo, None)], in_order=False, quorum=None)
    assert seeing(Version.objects, people) == KEEPERS | {"bo"}


@pytest.mark.parametrize(
    ("openness", "wanted"),
    [
        ("group", APPOINTED),
        ("authority", SOCIAL),
        # Who works above the unit reads by duty, or not: Ines examines cases of the whole board.
        ("unit", KEEPERS | {"anna", "bo", "maj", "siv", "ines"}),
    ],
)
def test_what_is_in_force_is_for_those_it_is_open_to(
    openness: str, wanted: set[str], document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    document.amend(by=people.berit, openness=openness)
    version = adopted(document.versions.get())
    assert seeing(Document.objects, people) == wanted
    assert seeing(Version.objects.filter(pk=version.pk), people) == wanted
    draft = written(document, people.pia)
    assert seeing(Version.objects.filter(pk=draft.pk), people) == KEEPERS
    assert seeing(Document.objects, people) == wanted


def test_it_is_for_the_units_it_applies_to(
    document: Document, people: SimpleNamespace, units: SimpleNamespace, adopted: Adopted
) -> None:
    document.amend(by=people.pia, openness="unit", applies_to=[units.company])
    adopted(document.versions.get())
    seen = seeing(Document.objects, people)
    assert "david" in seen
    assert "frank" not in seen


def test_what_is_adopted_for_a_later_day_is_not_read_before_it(
    document: Document, people: SimpleNamespace, adopted: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    adopted(document.versions.get(), today + DAY)
    assert seeing(Document.objects, people) == KEEPERS
    monkeypatch.setattr(timezone, "localdate", lambda *_at: today + DAY)
    assert seeing(Document.objects, people) == SOCIAL


def test_what_was_withdrawn_before_its_day_is_never_read(
    document: Document, people: SimpleNamespace, adopted: Adopted, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    version = adopted(document.versions.get(), today + DAY)
    version.withdraw(by=people.berit, reason="Fel")
    monkeypatch.setattr(timezone, "localdate", lambda *_at: today + 5 * DAY)
    assert seeing(Document.objects, people) == KEEPERS


def test_who_has_left_has_left_the_documents_too(
    document: Document, people: SimpleNamespace
) -> None:
    people.pia.appointments.get().dismiss(by=None)
    assert "pia" not in seeing(Document.objects, people)
    assert "pia" not in seeing(Version.objects, people)


def test_a_follower_knows_that_it_exists_and_no_more(
    document: Document, people: SimpleNamespace
) -> None:
    cecilia = people.cecilia
    assert Document.objects.followed_by(cecilia).get() == document
    assert not Document.objects.visible_to(cecilia).exists()
    assert not Document.objects.followed_by(people.david).exists()


def test_an_outsider_reads_only_what_is_open(
    document: Document, people: SimpleNamespace, units: SimpleNamespace, adopted: Adopted
) -> None:
    units.home_care.appoint(
        people.nils, Role.EXTERNAL_AUDITOR, by=None, until=timezone.localdate() + DAY
    )
    adopted(document.versions.get())  # open to its board
    assert "nils" not in seeing(Document.objects, people)


def test_a_search_meets_only_what_applies(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    readable = Version.objects.readable_to
    assert not readable(people.pia).exists()  # her own draft is not searched
    first = adopted(document.versions.get())
    second = adopted(written(document, people.pia))
    assert list(readable(people.anna)) == [second]
    assert first.pk != second.pk
