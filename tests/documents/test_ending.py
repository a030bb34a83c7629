"""Adoption, review without change and withdrawal: days, decisions, replacements, refusals."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from documents.models import Document, DocumentType, Version
from documents.tasks import turn_the_day
from qms.organization.models import Unit
from qms.records.refusals import Missing, NotAllowed, WrongStatus
from tests.documents.conftest import DAY, written

pytestmark = pytest.mark.django_db
Adopted = Callable[..., Version]


def another(people: SimpleNamespace, unit: Unit, title: str = "Annat") -> Document:
    """Return another routine of home care, with its draft written."""
    kind = DocumentType.objects.get(code="rutin")
    made = Document.begin(by=people.pia, title=title, unit=unit, document_type=kind)
    made.versions.get().save_text(by=people.pia, summary="Kort.", body="<p>Text.</p>")
    return made


def test_a_policy_asks_who_decided_and_where_it_stands(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    document.amend(by=people.pia, document_type=DocumentType.objects.get(code="policy"))
    draft = document.versions.get()
    with pytest.raises(NotAllowed):
        adopted(draft)  # an area manager adopts routines only
    draft.refresh_from_db()
    document.unit.appoint(people.maj, "registrar", by=None)
    people.siv.forget_duties()
    document.unit.appoint(people.siv, "registrar", by=None)
    people.siv.forget_duties()
    with pytest.raises(ValidationError) as caught:
        draft.adopt(by=people.siv, valid_from=timezone.localdate())
    assert set(caught.value.message_dict) == {
        "decision_body", "decision_paragraph", "decision_number",
    }  # fmt: skip
    draft.refresh_from_db()
    draft.adopt(
        by=people.siv, valid_from=timezone.localdate(), decision_body="Socialnämnden",
        decision_paragraph="§ 12", decision_number="SN 2026/12",
    )  # fmt: skip
    assert draft.decision_paragraph == "§ 12"


def test_a_hard_text_is_adopted_with_a_reason_only(
    document: Document, adopted: Adopted, people: SimpleNamespace
) -> None:
    draft = document.versions.get()
    hard = "Verksamhetsutvecklingsansvariga dokumentationsskyldigheter. " * 60
    draft.save_text(by=people.pia, body=f"<p>{hard}</p>")
    assert draft.is_hard
    with pytest.raises(ValidationError) as caught:
        adopted(draft)
    assert set(caught.value.message_dict) == {"hard_text_reason"}
    draft.refresh_from_db()
    draft.adopt(by=people.berit, valid_from=timezone.localdate(), hard_text_reason="Lagtext")
    assert draft.hard_text_reason == "Lagtext"


def test_a_second_adopted_version_waits_for_the_first(
    document: Document, adopted: Adopted, people: SimpleNamespace
) -> None:
    adopted(document.versions.get())
    adopted(written(document, people.pia), timezone.localdate() + 5 * DAY)
    with pytest.raises(Missing, match="väntar på att börja gälla"):
        adopted(written(document, people.pia))


def test_after_many_missed_nights_versions_follow_each_other(
    document: Document, adopted: Adopted, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    first = adopted(document.versions.get(), today + DAY)
    monkeypatch.setattr(timezone, "localdate", lambda *_at: today + 3 * DAY)
    assert document.valid_version == first  # by its day; its status says adopted
    second = adopted(written(document, people.pia), today + 5 * DAY)
    first.refresh_from_db()
    assert (first.status, first.ended_on) == ("in_force", today + 5 * DAY)
    monkeypatch.setattr(timezone, "localdate", lambda *_at: today + 9 * DAY)
    assert document.valid_version == second
    assert [document.valid_on(today + n * DAY) for n in (0, 1, 4, 5)] == [
        None, first, first, second,
    ]  # fmt: skip
    assert turn_the_day() == 1


def test_looked_through_and_left_as_it_is(
    document: Document, adopted: Adopted, people: SimpleNamespace
) -> None:
    version = adopted(document.versions.get())
    later = timezone.localdate() + 300 * DAY
    version.reviewed_unchanged(by=people.pia, review_on=later)  # she owns it
    document.refresh_from_db()
    assert (document.review_on, document.versions.count()) == (later, 1)
    with pytest.raises(ValidationError):
        version.reviewed_unchanged(by=people.pia, review_on=timezone.localdate())
    with pytest.raises(NotAllowed):
        version.reviewed_unchanged(by=people.maj, review_on=later)


def test_a_draft_is_not_looked_through(document: Document, people: SimpleNamespace) -> None:
    with pytest.raises(WrongStatus):
        document.versions.get().reviewed_unchanged(
            by=people.pia, review_on=timezone.localdate() + DAY
        )


def test_withdrawn_with_a_replacement(
    document: Document, adopted: Adopted, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    version = adopted(document.versions.get())
    other = another(people, units.home_care)
    with pytest.raises(ValidationError, match="gäller inte i dag"):
        version.withdraw(by=people.berit, reason="Slås ihop", replaced_by=other)
    version.refresh_from_db()
    adopted(other.versions.get())
    version.withdraw(by=people.berit, reason="Slås ihop", replaced_by=other)
    document.refresh_from_db()
    assert (document.valid_version, document.replaced_by, document.review_on) == (None, other, None)
    assert document.versions.was_in_force().get() == version  # it can still be read


def test_two_documents_do_not_replace_each_other(
    document: Document, adopted: Adopted, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    other = another(people, units.home_care)
    version, second = adopted(document.versions.get()), adopted(other.versions.get())
    version.withdraw(by=people.berit, reason="Slås ihop", replaced_by=other)
    document.refresh_from_db()
    with pytest.raises(ValidationError, match="peka på varandra"):
        second.withdraw(by=people.berit, reason="Tvärtom", replaced_by=document)
    second.refresh_from_db()
    with pytest.raises(ValidationError):
        second.withdraw(by=people.berit, reason="Sig själv", replaced_by=other)


def test_a_discarded_draft_gives_its_number_back(
    document: Document, adopted: Adopted, people: SimpleNamespace
) -> None:
    adopted(document.versions.get())
    draft = written(document, people.pia)
    draft.discard(by=people.pia, reason="Behövs inte")
    assert not Version.objects.visible_to(people.pia).filter(pk=draft.pk).exists()
    assert written(document, people.pia).number == f"{document.number}/2.0"


def test_a_minor_version_is_a_small_step(
    document: Document, adopted: Adopted, people: SimpleNamespace
) -> None:
    adopted(document.versions.get())
    small = written(document, people.pia, is_minor=True)
    assert (small.label, small.is_meaningful) == ("1.1", False)
