"""Deviations through the API: the same lists, the same masks, the same verbs as the pages."""

import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nonconformities.models import Category, Nonconformity
from tests.api.conftest import Program, key_of
from tests.planted import a_category, action_at, case_at

TEXT = {"description": "Fel dos i dosetten.", "unit": "SOF-HT-01", "urgency": "no"}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any, base: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def anna(cast: SimpleNamespace) -> Program:
    """A program with Anna's key."""
    return Program(cast.anna)


@pytest.fixture
def bo(cast: SimpleNamespace) -> Program:
    """A program with Bo's key."""
    return Program(cast.bo)


@pytest.fixture
def reported(cast: SimpleNamespace, units: SimpleNamespace) -> Nonconformity:
    """A report that waits to be assessed."""
    case = Nonconformity.objects.create(
        unit=units.north, reported_by=cast.anna, description="Fel dos i dosetten."
    )
    case.report(by=cast.anna)
    return case


def grading(**more: Any) -> dict[str, Any]:
    """Return what an assessment answers."""
    return {
        "title": "Fel dos", "severity": 2, "likelihood": 3, "category": _category().pk,
        "is_secret": False, "requirements": [], "person_informed": "nobody",
    } | more  # fmt: skip


def _category() -> Any:
    category = a_category()
    category.parent = Category.objects.exclude(pk=category.pk).first()
    category.save()
    return category


# --- Lists ---------------------------------------------------------------------------------------


def test_the_list_has_the_filters_of_the_page(
    bo: Program, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    one = case_at("reported", units.north, cast.anna, due_on="2026-01-02")
    two = case_at("investigating", units.north, cast.anna, severity=4, likelihood=4)
    gone = case_at("closed", units.north, cast.anna)
    case_at("reported", units.school, cast.frank)
    numbers = lambda query: {  # noqa: E731
        row["number"] for row in bo.get(f"/deviations{query}")["deviations"]
    }
    assert numbers("") == {one.number, two.number}
    assert numbers("?vy=alla") == {one.number, two.number, gone.number}
    assert numbers("?vy=sena") == {one.number}
    assert numbers("?steg=investigating") == {two.number}
    assert numbers("?allvar=serious") == {two.number}
    assert numbers("?enhet=SOF-HT-01&sok=dosetten") == {one.number, two.number}
    assert numbers("?fran=2099-01-01") == set()


@pytest.mark.parametrize(
    "wrong",
    ["vy=hemliga", "sortera=alfabet", "steg=klar", "enhet=BUF", "fran=i går", "efter=x",
     "antal=101", "kategori=finns-inte", "efter=2026-01-01T00:00:00_1"],
)  # fmt: skip
def test_a_filter_that_is_not_understood_is_refused_not_overlooked(bo: Program, wrong: str) -> None:
    errors = bo.get(f"/deviations?{wrong}", 422)["errors"]
    assert list(errors) == [wrong.partition("=")[0]]


@pytest.mark.parametrize("sort", ["dag", "nyast"])
def test_pages_follow_one_another_without_gaps(
    bo: Program, cast: SimpleNamespace, units: SimpleNamespace, sort: str
) -> None:
    days = [None, "2026-01-02", "2026-01-02", "2026-03-01", None, "2026-02-01", "2026-01-02"]
    cases = [case_at("reported", units.north, cast.anna, due_on=day) for day in days]
    seen, address = [], f"/deviations?vy=alla&sortera={sort}&antal=2"
    while address:
        page = bo.get(address)
        assert page["count"] == len(cases)
        seen += [row["number"] for row in page["deviations"]]
        address = (page["next"] or "").partition("/api/v1")[2]
    assert sorted(seen) == sorted(case.number for case in cases)


def test_a_list_asks_few_questions_and_no_more_for_more_rows(
    bo: Program, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    def asked(path: str) -> int:
        bo.get(path)
        with CaptureQueriesContext(connection) as queries:
            bo.get(path)
        return len(queries)

    counts: dict[str, list[int]] = {}
    for rows in (5, 45):
        for _row in range(rows):
            case = case_at("action", units.north, cast.anna, responsible=cast.bo)
            action_at("planned", case, cast.bo)
        for path in ("/deviations?antal=100", "/actions?antal=100", "/deviations?vy=alla&sok=dos"):
            counts.setdefault(path, []).append(asked(path))
    assert all(few == many <= 10 for few, many in counts.values()), counts


# --- One deviation -------------------------------------------------------------------------------


def test_full_own_and_masked_see_what_the_page_shows(
    reported: Nonconformity, cast: SimpleNamespace
) -> None:
    full = Program(cast.bo).get(f"/deviations/{reported.number}")
    assert (full["access"], full["text"]) == ("full", "Fel dos i dosetten.")
    assert full["reported_by"] == "Anna Berg"
    own = Program(cast.anna).get(f"/deviations/{reported.number}")
    assert (own["access"], own["reported_by"]) == ("own", None)
    assert own["in_words"]
    masked = Program(cast.cecilia).get(f"/deviations/{reported.number}")
    assert masked["access"] == "masked"
    assert "Fel dos" not in str(masked)
    for outsider in (cast.frank, cast.nils, cast.adam):
        Program(outsider).get(f"/deviations/{reported.number}", 404)
        Program(outsider).get(f"/deviations/{reported.number}/moves", 404)


def test_a_draft_is_nobodys_but_its_form(anna: Program, cast: SimpleNamespace, units: Any) -> None:
    Nonconformity.objects.create(unit=units.north, reported_by=cast.anna, description="Utkast")
    assert anna.get("/deviations?vy=alla")["deviations"] == []
    anna.get("/deviations/None", 404)


def test_times_have_a_zone(bo: Program, reported: Nonconformity) -> None:
    at = bo.get(f"/deviations/{reported.number}/events")["events"][0]["at"]
    assert at.endswith("Z") or "+" in at


# --- Reporting -----------------------------------------------------------------------------------


def test_a_report_is_sent_once_however_often(anna: Program) -> None:
    uid = str(uuid.uuid4())
    first = anna.post("/deviations", TEXT | {"uid": uid}, 201)
    again = anna.post("/deviations", TEXT | {"uid": uid})
    assert first == again
    case = Nonconformity.objects.get()
    assert (case.channel, case.number) == ("api", first["number"])
    other = TEXT | {"uid": uid, "description": "Något annat."}
    assert case.number in anna.post("/deviations", other, 409)["detail"]


def test_a_key_instead_of_a_uid_does_the_same(anna: Program) -> None:
    key = {"Idempotency-Key": "abc"}
    first = anna.post("/deviations", TEXT, 201, **key)
    assert anna.post("/deviations", TEXT, **key) == first


def test_a_uid_of_somebody_else_tells_nothing(
    anna: Program, reported: Nonconformity, cast: Any
) -> None:
    body = TEXT | {"uid": str(reported.uid)}
    answer = Program(cast.bo).post("/deviations", body, 409)
    assert reported.number not in str(answer)


def test_details_about_a_person_are_asked_about(anna: Program) -> None:
    body = TEXT | {"description": "Ring 070-123 45 67."}
    answer = anna.post("/deviations", body, 422)
    assert answer["findings"] == [{"kind": "telefonnummer", "text": "070-123 45 67"}]
    assert not Nonconformity.objects.exists()
    anna.post("/deviations", body | {"send_anyway": True}, 201)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "description"),
        (TEXT | {"unit": "FINNS-INTE"}, "unit"),
        (TEXT | {"description": "å" * 20_001}, "description"),
        (TEXT | {"description": "Fel\x00"}, "description"),
        (TEXT | {"urgency": "mycket"}, "urgency"),
        (TEXT | {"happened_at": "2099-01-01T10:00"}, "happened_at"),
        (TEXT | {"uid": "inget"}, "uid"),
        (TEXT | {"beskrivning": "felstavat"}, "beskrivning"),
        (TEXT | {"place": {"x": 1}}, "place"),
    ],
)
def test_wrong_answers_are_said_by_name(anna: Program, body: Any, field: str) -> None:
    assert field in anna.post("/deviations", body, 422)["errors"]
    assert not Nonconformity.objects.exists()


def test_what_is_no_json_or_of_another_kind_is_refused(anna: Program) -> None:
    send = anna.client.post
    for body in (b"{", b"[1]", b'"x"', b'{"description": "\\ud800"}', b"[" * 100_000):
        assert send("/api/v1/deviations", body, "application/json").status_code == 400
    assert send("/api/v1/deviations", b"<x/>", "text/xml").status_code == 415
    assert send("/api/v1/deviations", b"--x", "multipart/form-data; boundary=x").status_code < 500
    big = b'{"description": "' + b"x" * 6_000_000 + b'"}'
    assert send("/api/v1/deviations", big, "application/json").status_code == 413


def test_a_report_with_a_file(anna: Program) -> None:
    photo = SimpleUploadedFile("lapp.txt", b"Dosen var fel.")
    sent = anna.send("/deviations", TEXT | {"files": photo}, 201)
    (file,) = anna.get(f"/deviations/{sent['number']}")["attachments"]
    answer = anna.client.get(file["url"])
    assert b"".join(answer.streaming_content) == b"Dosen var fel."


# --- Verbs ---------------------------------------------------------------------------------------


def test_the_moves_say_what_may_be_done_and_ask_their_questions(
    bo: Program, reported: Nonconformity
) -> None:
    offered = bo.get(f"/deviations/{reported.number}/moves")
    moves = {move["verb"]: move for move in offered["moves"]}
    assert {"assess", "dismiss", "comment", "attach"} <= set(moves)
    assert moves["assess"]["leads_to"] == "assessed"
    severity = next(q for q in moves["assess"]["questions"] if q["name"] == "severity")
    assert [choice["value"] for choice in severity["choices"]] == ["1", "2", "3", "4"]
    assert severity["required"]


def test_a_verb_is_done_with_its_answers(bo: Program, reported: Nonconformity) -> None:
    done = bo.post(f"/deviations/{reported.number}/moves/assess", grading())
    assert (done["status"], done["event"]["verb"]) == ("assessed", "assess")
    reported.refresh_from_db()
    assert (reported.status, reported.severity) == ("assessed", 2)


def test_wrong_answers_missing_needs_and_wrong_people(
    bo: Program, reported: Nonconformity, cast: SimpleNamespace
) -> None:
    path = f"/deviations/{reported.number}/moves"
    errors = bo.post(f"{path}/assess", grading(severity=9, category=""), 422)["errors"]
    assert set(errors) == {"severity", "category"}
    assert bo.post(f"{path}/assess", grading(fel=1), 422)["errors"].keys() == {"fel"}
    assert bo.post(f"{path}/reopen", {"reason": "x"}, 403)["detail"]
    assert bo.post(f"{path}/close_as_corrected", {}, 409)["events"]
    assert Program(cast.cecilia).post(f"{path}/assess", grading(), 403)
    Program(cast.frank).post(f"{path}/assess", grading(), 404)
    bo.post(f"{path}/finns_inte", {}, 404)
    bo.post(f"{path}/finish_actions", {}, 404)
    bo.post(f"{path}/assess", grading())
    bo.post(f"{path}/start_investigation", {"investigator": cast.bo.pk})
    missing = bo.post(f"{path}/decide_actions", {}, 409)["missing"]
    assert len(missing) == 3


def test_the_same_key_twice_is_answered_alike_and_done_once(
    bo: Program, reported: Nonconformity
) -> None:
    path = f"/deviations/{reported.number}/moves"
    key = {"Idempotency-Key": "en-gang"}
    first = bo.post(f"{path}/assess", grading(), **key)
    assert bo.post(f"{path}/assess", grading(), **key) == first
    assert reported.story.filter(verb="assess").count() == 1
    for _twice in range(2):  # without a key two comments are two
        bo.post(f"/deviations/{reported.number}/comments", {"text": "Hej"})
    assert len(bo.get(f"/deviations/{reported.number}/comments")["comments"]) == 2


def test_what_others_did_since_is_told(
    bo: Program, reported: Nonconformity, cast: SimpleNamespace
) -> None:
    seen = bo.get(f"/deviations/{reported.number}")["seen"]
    reported.assign(by=cast.eva, responsible=cast.eva)
    answer = bo.post(f"/deviations/{reported.number}/moves/assess", grading(seen=seen), 409)
    assert "Eva Lund" in answer["detail"]
    assert [event["seq"] for event in answer["events"]] == [2]
    bo.post(f"/deviations/{reported.number}/moves/assess", grading(seen=2))


def test_a_key_that_only_reads_changes_nothing(reported: Nonconformity, cast: Any) -> None:
    program = Program(key=key_of(cast.bo, is_read_only=True))
    program.get(f"/deviations/{reported.number}")
    program.post(f"/deviations/{reported.number}/comments", {"text": "Hej"}, 403)
    program.post("/deviations", TEXT, 403)
    assert reported.comments.count() == 0


def test_a_session_needs_the_token_against_forged_requests(
    reported: Nonconformity, cast: SimpleNamespace
) -> None:
    program = Program()
    program.client.force_login(cast.bo)
    path = f"/deviations/{reported.number}/comments"
    program.get(path)
    program.post(path, {"text": "Hej"}, 403)
    page = program.client.get("/jag/nycklar/")
    program.post(path, {"text": "Hej"}, **{"X-CSRFToken": page.cookies["csrftoken"].value})


def test_actions_are_read_and_done(bo: Program, cast: SimpleNamespace, units: Any) -> None:
    case = case_at("action", units.north, cast.anna)
    action = action_at("planned", case, cast.anna)
    anna = Program(cast.anna)
    assert anna.get(f"/actions/{action.number}")["description"] == "Ny checklista"
    masked = Program(cast.cecilia).get(f"/actions/{action.number}")
    assert (masked["access"], masked["description"]) == ("masked", None)
    verbs = {m["verb"] for m in anna.get(f"/actions/{action.number}/moves")["moves"]}
    assert {"begin", "complete"} <= verbs
    anna.post(f"/actions/{action.number}/moves/complete", {"evidence": "Den hänger där."})
    assert anna.post(f"/actions/{action.number}/moves/verify", {"result": "x"}, 403)
    bo.post(f"/actions/{action.number}/moves/verify", {"result": "Jag såg den."})
    listed = bo.get("/actions?vy=alla")["actions"]
    assert [(row["number"], row["status"]) for row in listed] == [(action.number, "verified")]
    assert bo.get(f"/actions/{action.number}/events")["events"][0]["verb"] == "verify"
    bo.get("/actions?vy=hemliga", 422)
    assert timezone.now() - timedelta(days=1) < case.reported_at
