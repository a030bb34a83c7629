"""What one sends in: nothing of it is lost, and nothing is sent twice."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from nonconformities.models import Nonconformity
from nonconformities.views import reports
from qms.history.verify import faults
from qms.records.files import check
from qms.records.refusals import WrongStatus
from tests.nonconformities.test_list import many

URL = "/rapportera/"


@pytest.fixture
def words(units: SimpleNamespace, base: None) -> dict[str, Any]:
    """What Anna writes; a telephone number is among it."""
    return {
        "uid": str(uuid.uuid4()), "description": "Ring 070-123 45 67", "unit": units.north.pk,
        "urgency": "no",
    }  # fmt: skip


def note(name: str = "a.txt", text: bytes = b"bevis") -> SimpleUploadedFile:
    """Return a file to send."""
    return SimpleUploadedFile(name, text)


@pytest.mark.parametrize("button", ["send_anyway", "redact"])
def test_a_photo_survives_the_warning_about_personal_details(
    at: Any, cast: SimpleNamespace, words: dict[str, Any], button: str
) -> None:
    asked = at(cast.anna).post(URL, **words, files=note())
    assert asked.status_code == 422
    assert asked.context["personal"]
    assert "a.txt" in asked.content.decode()
    draft = Nonconformity.objects.get()
    assert draft.status == "draft"
    answer = at(cast.anna).post(URL, **words, **{button: "on"})
    if button == "redact":
        assert answer.status_code == 200
        assert "a.txt" in answer.content.decode()
        clean = answer.context["form"].data.dict()
        assert "070" not in clean["description"]
        answer = at(cast.anna).post(URL, **{k: v for k, v in clean.items() if k != "redact"})
    assert answer.status_code == 302
    sent = Nonconformity.objects.get()
    assert (sent.status, [file.name for file in sent.attachments.all()]) == ("reported", ["a.txt"])


def test_the_page_of_the_warning_sent_anew_adds_no_second_photo(
    at: Any, cast: SimpleNamespace, words: dict[str, Any]
) -> None:
    for _n in range(2):
        at(cast.anna).post(URL, **words, files=note())
    assert Nonconformity.objects.get().attachments.count() == 1
    at(cast.anna).post(URL, **words, files=note("b.txt", b"mer"))
    assert Nonconformity.objects.get().attachments.count() == 2


def test_the_photo_of_a_draft_is_shown_on_its_page(
    at: Any, cast: SimpleNamespace, words: dict[str, Any]
) -> None:
    kept = at(cast.anna).post(URL, **words, files=note(), save="1")
    page = at(cast.anna).get(kept.url)
    assert "a.txt" in page.content.decode()
    assert at(cast.anna).get(Nonconformity.objects.get().attachments.get().get_absolute_url())


def test_a_report_that_comes_back_says_which_files_to_choose_again(
    at: Any, cast: SimpleNamespace, words: dict[str, Any]
) -> None:
    page = at(cast.anna).post(URL, **(words | {"urgency": ""}), files=note("larm.txt"))
    assert page.status_code == 422
    assert "larm.txt" in str(page.context["form"].errors["files"])
    at(cast.anna).post(URL, **words, send_anyway="on")
    other = words | {"description": "Något annat"}
    twice = at(cast.anna).post(URL, **other, files=note("larm.txt"))
    assert twice.status_code == 409
    assert "larm.txt" in str(twice.context["form"].errors["files"])


def test_a_draft_that_was_read_before_a_photo_came_does_not_break_the_story(
    cast: SimpleNamespace, words: dict[str, Any]
) -> None:
    draft = Nonconformity.objects.create(
        unit_id=words["unit"], description="x", reported_by=cast.anna
    )
    stale = Nonconformity.objects.get(pk=draft.pk)
    draft.attach(by=cast.anna, files=[check(note())])
    form = reports.ReportForm(words | {"uid": str(draft.uid)}, user=cast.anna)
    assert form.is_valid()
    reports.send(form, cast.anna, stale, keep=True)
    stale.refresh_from_db()
    assert (stale.event_count, stale.description) == (1, words["description"])
    reports.send(form, cast.anna, stale, keep=False)
    with pytest.raises(WrongStatus):
        reports.send(form, cast.anna, draft, keep=True)
    assert list(faults()) == []


def test_a_draft_moved_to_another_unit_bears_that_units_name(
    at: Any, cast: SimpleNamespace, units: SimpleNamespace, words: dict[str, Any]
) -> None:
    kept = at(cast.anna).post(URL, **words, save="1")
    at(cast.anna).post(kept.url, **(words | {"unit": units.south.pk}), save="1")
    assert Nonconformity.objects.get().unit_name == units.south.name


def test_all_ones_reports_are_reached_in_pages(
    at: Any, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    many(30, units.north, cast.anna)
    first = at(cast.anna).get("/mina-rapporter/")
    assert "sida=2" in first.content.decode()
    second = at(cast.anna).get("/mina-rapporter/?sida=2")
    assert len(first.context["cases"]) + len(second.context["cases"]) == 30


def test_a_sent_comment_is_told_apart_from_one_being_written(
    case: Nonconformity, at: Any, cast: SimpleNamespace
) -> None:
    page = at(cast.anna).get(case.get_absolute_url())
    assert 'data-round="0"' in page.content.decode()
    url = f"{case.get_absolute_url()}kommentera/"
    words = {"text": "Tack för svaret", "seen": case.event_count}
    for _n in range(2):
        assert at(cast.anna).post(url, **words).status_code == 302
    page = at(cast.anna).get(case.get_absolute_url())
    assert 'data-round="1"' in page.content.decode()
    assert page.content.decode().count("Tack för svaret") == 1
