"""The pages of documents over HTTP: the whole way, what is refused, and what nobody else meets."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from documents.models import Document, DocumentType, Version
from tests.documents.conftest import DAY, written

pytestmark = pytest.mark.django_db
Adopted = Callable[..., Version]


@pytest.fixture
def at(client: Any) -> Any:
    """Return the client signed in as somebody."""

    def _at(user: Any) -> Any:
        client.force_login(user)
        return client

    return _at


def move(version: Version, verb: str) -> str:
    """Return the address of a verb's page."""
    return f"/dokument/{version.document.number}/v/{version.label}/{verb}/"


def test_the_whole_way_by_forms(
    at: Any, people: SimpleNamespace, units: SimpleNamespace, routine: DocumentType
) -> None:
    pia = at(people.pia)
    answers = {
        "title": "Dosett", "document_type": routine.pk, "unit": units.home_care.code,
        "openness": "authority",
    }  # fmt: skip
    if pia.post("/dokument/ny/", answers).status_code == 422:
        answers["unit"] = units.home_care.pk
    made = pia.post("/dokument/ny/", answers)
    again = pia.post("/dokument/ny/", answers)  # a double click is one document
    assert (made.url, again.url) == ("/dokument/DOK-0001/utkast/",) * 2
    draft = Version.objects.get()
    assert pia.get(move(draft, "granskning")).status_code == 422  # no text yet: said on the page
    draft.save_text(by=people.pia, summary="Kort.", body="<p>Text.</p>")
    sent = pia.post(
        move(draft, "granskning"),
        {"reviewer_1": people.maj.pk, "deputy_1": people.siv.pk, "in_order": "all"},
    )
    assert sent.status_code == 302
    assert "Dosett" in at(people.maj).get("/").content.decode()
    assert at(people.maj).post(move(draft, "godkann"), {}).status_code == 302
    berit = at(people.berit)
    assert "Fastställ: Dosett" in berit.get("/").content.decode()
    refused = berit.post(move(draft, "faststall"), {"valid_from": str(timezone.localdate() - DAY)})
    assert refused.status_code == 422
    assert "innan den är fastställd" in refused.content.decode()
    done = berit.post(move(draft, "faststall"), {"valid_from": str(timezone.localdate())})
    assert done.status_code == 302
    page = at(people.anna).get("/dokument/DOK-0001/").content.decode()
    assert "Det här gäller nu" in page
    assert at(people.frank).get("/dokument/DOK-0001/").status_code == 404


def test_an_old_version_says_that_it_applies_no_more(
    at: Any, document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    adopted(document.versions.get())
    adopted(written(document, people.pia))
    page = at(people.anna).get(f"/dokument/{document.number}/v/1.0/").content.decode()
    assert "Det här är version 1.0. Den gäller inte längre." in page
    assert "Till version 2.0" in page
    assert at(people.anna).get(f"/dokument/{document.number}/v/2.0/").status_code == 302


def test_readers_meet_neither_drafts_nor_what_was_said_in_reviews(
    at: Any, document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    adopted(document.versions.get())
    draft = written(document, people.pia)
    draft.save_text(by=people.pia, title="Hemlig rubrik")
    anna = at(people.anna)
    for address in ("/dokument/", f"/dokument/{document.number}/", "/dokument/?q=hemlig", "/"):
        page = anna.get(address).content.decode()
        assert "Hemlig rubrik" not in page
        assert "2.0" not in page
        assert "godkände" not in page
    for address in ("utkast/", "v/2.0/", "v/2.0/kasta/", "v/1.0/upphav/"):
        assert anna.get(f"/dokument/{document.number}/{address}").status_code == 404


def test_links_lead_only_to_documents_that_exist_for_the_reader(
    at: Any, document: Document, people: SimpleNamespace, units: SimpleNamespace,
    routine: DocumentType, adopted: Adopted,
) -> None:  # fmt: skip
    secret = Document.begin(
        by=None, title="Larmkoder", unit=units.south, document_type=routine, openness="unit"
    )
    document.amend(by=people.pia, related=[secret])
    adopted(document.versions.get())
    page = at(people.anna).get(f"/dokument/{document.number}/").content.decode()
    assert secret.number not in page
    facts = at(people.pia).get(f"/dokument/{document.number}/uppgifter/")
    assert facts.status_code == 200


def test_facts_are_changed_and_what_one_does_not_see_stays(
    at: Any, document: Document, people: SimpleNamespace, units: SimpleNamespace,
    routine: DocumentType,
) -> None:  # fmt: skip
    hidden = Document.begin(by=None, title="Annans", unit=units.school, document_type=routine)
    document.amend(by=None, related=[hidden])
    answers = {"owner": people.maj.pk, "openness": "unit", "related": "", "supplements": ""}
    sent = at(people.pia).post(f"/dokument/{document.number}/uppgifter/", answers)
    assert sent.status_code == 302
    document.refresh_from_db()
    assert (document.owner, document.openness) == (people.maj, "unit")
    assert list(document.related.all()) == [hidden]
    answers["related"] = hidden.number  # a number one cannot see is one that is not there
    refused = at(people.pia).post(f"/dokument/{document.number}/uppgifter/", answers)
    assert refused.status_code == 422


def test_a_writer_does_not_open_an_adopted_document_to_more_people(
    document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    from qms.records.refusals import NotAllowed

    adopted(document.versions.get())
    document.refresh_from_db()
    with pytest.raises(NotAllowed):
        document.amend(by=people.pia, openness="group")
    document.amend(by=people.berit, openness="group")


def test_many_are_looked_through_at_once(
    at: Any, document: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    adopted(document.versions.get(), review_on=timezone.localdate() + 10 * DAY)
    pia = at(people.pia)
    assert document.number in pia.get("/dokument/oversyn/").content.decode()
    ticked = {"documents": [document.number], "review_on": ""}
    assert pia.post("/dokument/oversyn/", ticked).status_code == 422  # not confirmed
    assert pia.post("/dokument/oversyn/", ticked | {"confirmed": "on"}).status_code == 302
    document.refresh_from_db()
    assert document.review_on > timezone.localdate() + 700 * DAY
    others = at(people.maj).post("/dokument/oversyn/", ticked | {"confirmed": "on"})
    assert others.status_code == 422  # it is not hers


def test_the_rules_of_a_kind_are_set_on_a_page(
    at: Any, people: SimpleNamespace, routine: DocumentType
) -> None:
    page = at(people.cecilia).get("/installningar/dokumenttyper/rutin/")
    form = page.context["form"]
    answers = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    answers = {name: value for name, value in answers.items() if value is not False}
    sent = at(people.cecilia).post(
        "/installningar/dokumenttyper/rutin/", answers | {"review_months": 6}
    )
    assert sent.status_code == 302
    routine.refresh_from_db()
    assert (routine.review_months, routine.story.last().verb) == (6, "amend")
    wrong = at(people.cecilia).post(
        "/installningar/dokumenttyper/rutin/", answers | {"lix_green": 70}
    )
    assert wrong.status_code == 422
    clash = at(people.cecilia).post(
        "/installningar/dokumenttyper/rutin/", answers | {"prefix": "AVV"}
    )
    assert clash.status_code == 422


def test_a_reviewer_from_elsewhere_reads_the_draft_and_not_what_is_closed_to_others(
    at: Any, document: Document, people: SimpleNamespace, units: SimpleNamespace, adopted: Adopted
) -> None:
    document.amend(by=people.berit, unit=units.south, openness="unit")
    first = document.versions.get()
    first.send_to_review(
        by=people.berit, reviewers=[(people.siv, None)], in_order=False, quorum=None
    )
    first.approve(by=people.siv)
    first.refresh_from_db()
    first.adopt(by=people.berit, valid_from=timezone.localdate())
    draft = written(document, people.berit)
    draft.send_to_review(
        by=people.berit, reviewers=[(people.maj, None)], in_order=False, quorum=None
    )
    maj = at(people.maj)
    assert "Ny text." in maj.get(f"/dokument/{document.number}/utkast/").content.decode()
    # She is shown what differs, since a change is reviewed beside what it changes, and no more.
    assert maj.get(f"/dokument/{document.number}/").url == f"/dokument/{document.number}/utkast/"
    assert maj.get(f"/dokument/{document.number}/v/1.0/").status_code == 404
