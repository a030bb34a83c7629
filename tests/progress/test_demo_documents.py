"""The demo group's documents: texts worth reading, and lives that the verbs could have lived."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone

from documents.markup import cleaned
from documents.models import (
    ChangeRequest,
    Document,
    DocumentType,
    Reading,
    Review,
    Status,
    Version,
)
from documents.models.asking import asked_of, people_asked
from progress.demo.almanac import Almanac
from progress.demo.cast import Cast
from progress.demo.documents import add_documents
from progress.demo.documents.texts import manuscripts
from progress.demo.organisation import appoint_people, found_units
from progress.demo.stage import Stage
from qms.history.models import Event
from qms.history.verify import faults
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.at_hand import kept

pytestmark = pytest.mark.django_db
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
_NUMBERS = re.compile(r"\b0\d{1,3}-\d[\d\u00a0 ]{4,}")


@pytest.fixture(scope="module", autouse=True)
def stage(django_db_setup: None, django_db_blocker: Any) -> Iterator[Stage]:
    """The documents of the demo group, put on the shelf once for all these tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEVELOPMENT=True, PASSWORD_HASHERS=HASHERS), kept():
            call_command("load_base", verbosity=0)
            today = timezone.localdate()
            units = found_units()
            stage = Stage(Cast(units, appoint_people(units, today)), Almanac(today), 9001)
            add_documents(stage)
        yield stage
        transaction.set_rollback(True)


def versions() -> Any:
    return Version.objects.select_related("document__document_type", "unit", "adopted_by")


# --- The texts -----------------------------------------------------------------------------------


def test_there_is_a_library_of_every_kind() -> None:
    assert 200 <= Document.objects.count() <= 250
    counts = Counter(Document.objects.values_list("document_type__code", flat=True))
    assert set(counts) == set(DocumentType.objects.values_list("code", flat=True))
    assert min(counts.values()) >= 5
    assert len(manuscripts()) >= 70
    assert len({version.title for version in versions().filter(status="in_force")}) > 200


def test_a_text_is_stored_as_cleaning_leaves_it() -> None:
    for version in versions():
        assert cleaned(version.body) == version.body, version
        assert len(version.summary.split("\n")) == 3, version
        assert "{" not in version.title + version.summary + version.plain, version


def test_most_are_easy_some_are_hard_and_somebody_said_why() -> None:
    in_force = [v for v in versions().filter(status="in_force") if v.lix is not None]
    easy = [v for v in in_force if v.lix <= v.document.document_type.lix_green]
    hard = [v for v in in_force if v.is_hard]
    assert len(easy) > len(in_force) * 0.8
    assert 3 <= len(hard) <= 12
    assert all(version.hard_text_reason for version in hard)
    assert any(v.lix > v.document.document_type.lix_green and not v.is_hard for v in in_force)


def test_nobody_is_named_and_every_telephone_number_is_kept_for_fiction() -> None:
    names = {user.last_name for user in User.objects.all()} - {"Berg", "Ek", "Sjö"}
    for version in versions():
        words = set(re.findall(r"\w+", f"{version.plain} {version.summary}"))
        assert not words & names, version
        for number in _NUMBERS.findall(version.plain):
            assert number.startswith("070-174\u00a006\u00a0"), number


def test_links_lead_to_documents_that_are_there() -> None:
    numbers = set(Document.objects.values_list("number", flat=True))
    for version in versions():
        for number in re.findall(r'href="/dokument/([^/"]+)/"', version.body):
            assert number in numbers, version
        assert "dok:" not in version.body, version
    assert Document.related.through.objects.count() > 300


def test_each_version_says_something_else_than_the_one_before() -> None:
    for document in Document.objects.prefetch_related("versions"):
        found = sorted(document.versions.all(), key=lambda v: (v.major, v.minor))
        assert all(new.body != old.body for old, new in pairwise(found)), document
        assert all(version.news for version in found), document
        assert len(found) <= 6


# --- Every row could have been made by the verbs -------------------------------------------------


def test_every_road_is_taken(stage: Stage) -> None:
    counts = Counter(versions().values_list("status", flat=True))
    assert set(counts) == {str(status) for status in Status} - {"discarded"}
    assert all(version.phase == version.status for version in versions())
    assert {"change", "approved", "not_needed"} <= set(
        Review.objects.values_list("answer", flat=True)
    )
    replaced = Document.objects.filter(replaced_by__isnull=False)
    assert replaced.count() == 2
    assert all(document.replaced_by.valid_version for document in replaced)


def test_whoever_wrote_neither_reviewed_nor_adopted() -> None:
    for version in versions().prefetch_related("writers", "reviews"):
        wrote = {writer.person_id for writer in version.writers.all()}
        assert wrote, version
        assert version.adopted_by_id not in wrote, version
        assert not wrote & {review.reviewer_id for review in version.reviews.all()}, version
        if by := version.adopted_by:
            assert by.may(version.document.document_type.adopting_duty, version.unit_id), version


def test_a_writer_may_write_and_an_owner_works_here_or_has_left() -> None:
    orphans = 0
    for document in Document.objects.select_related("owner", "unit"):
        first = document.versions.get(major=1, minor=0)
        begun_by = first.writers.order_by("pk")[0].person
        assert begun_by.may(Duty.WRITE_DOCUMENTS, document.unit_id), document
        orphans += not document.has_working_owner
        assert document.has_working_owner or not document.owner.is_active, document
    assert 3 <= orphans <= 10


def test_rows_are_valid_in_the_eyes_of_the_model() -> None:
    for document in Document.objects.all():
        document.full_clean()
    for version in versions().order_by("pk")[::5]:
        version.full_clean()
        assert version.status not in ("adopted", "in_force") or version.adopted_on


def test_stories_go_forward_and_their_chains_hold(stage: Stage) -> None:
    assert list(faults()) == []
    told: dict[tuple[int, int], list[Any]] = {}
    kinds = ("begin", "write", "adopt", "enter_force", "supersede", "approve", "withdraw")
    for event in Event.objects.filter(verb__in=kinds).order_by("content_type", "object_id", "seq"):
        told.setdefault((event.content_type_id, event.object_id), []).append(event.at)
        assert event.at < stage.almanac.now
    assert all(a <= b for times in told.values() for a, b in pairwise(times))


def test_reviews_have_passed_and_are_coming(stage: Stage) -> None:
    days = [d.review_on for d in Document.objects.all() if d.review_on]
    today = stage.almanac.today
    assert 8 <= sum(day < today for day in days) <= 40
    assert sum(0 <= (day - today).days <= 90 for day in days) >= 10


def test_anna_reads_what_is_open_and_frank_no_draft() -> None:
    anna, frank = (User.objects.get(username=name) for name in ("anna", "frank"))
    assert Version.objects.readable_to(anna).count() > 100
    assert not Version.objects.visible_to(frank).before_adoption().exists()


def test_most_have_read_and_some_have_not(stage: Stage) -> None:
    anna = stage.cast.people["anna"]
    asks = asked_of(anna)
    assert {ask.is_read for ask in asks} == {True, False}
    number = "Avvikelser: rapportera, utreda och lära"
    version = versions().get(title=number, status="in_force")
    asked = people_asked(version.document_id)[None]
    have = version.readings.live().count()
    assert len(asked) * 0.5 < have < len(asked)
    for reading in Reading.objects.select_related("version"):
        assert reading.version.valid_from <= reading.read_at.date(), reading
        assert reading.read_at < stage.almanac.now


def test_suggestions_wait_were_taken_up_or_were_answered_with_a_reason(stage: Stage) -> None:
    counts = Counter(ChangeRequest.objects.values_list("status", flat=True))
    assert min(counts["asked"], counts["accepted"], counts["declined"]) >= 4
    for each in ChangeRequest.objects.exclude(status="asked"):
        assert each.answer
        assert each.asked_by_id != each.answered_by_id
        assert (each.taken_up_in is not None) == (each.status == "accepted")
    assert ChangeRequest.objects.awaiting(stage.cast.people["bo"]).exists()


def test_a_second_run_adds_nothing(stage: Stage) -> None:
    before = Event.objects.count(), Version.objects.count()
    assert add_documents(stage) == 0
    assert (Event.objects.count(), Version.objects.count()) == before
