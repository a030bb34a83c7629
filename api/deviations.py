"""Deviations: list, read, report, comment, attach, and every verb."""

import uuid
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Header, Query, Router, Schema, Status

from api import lists
from api.moves import Done, Moves, Told, do, moves_of
from api.paging import way_on
from api.problems import Stopped, declared, wrong_answers
from api.questions import BODY, Answers, answers_in, faults_in, require_known
from api.shapes import DeviationOut, DeviationRow, case_row, case_whole
from nonconformities.forms import ReportForm
from nonconformities.models import Nonconformity
from nonconformities.story import CaseStory, cases_for_story
from nonconformities.views.reports import send
from qms.organization.models import Unit
from qms.organization.requests import SignedInRequest
from qms.records.refusals import WrongStatus
from qms.records.views.files import attachment as send_file

router = Router(tags=["deviations"])
_MOVES = declared(400, 403, 404, 409, 413, 415, 422)


class Deviations(lists.Counted):
    """A page of deviations."""

    deviations: list[DeviationRow]


class Comment(Schema):
    """A word about a case. A hidden reporter stands without a name."""

    by: str
    at: datetime
    text: str
    to_reporter: bool


class Comments(Schema):
    """All comments, or for who reported those meant for the reporter."""

    comments: list[Comment]


class Events(Schema):
    """The story, newest first; the great steps only, for who does not read everything."""

    events: list[Told]


class Receipt(Schema):
    """What was reported, and who reads it by when."""

    number: str
    uid: str
    receipt_code: str
    status: str
    responsible: str | None
    due_on: date | None
    url: str


def _story(request: SignedInRequest, number: str) -> CaseStory:
    """Return the case as the asker sees it, or 404."""
    found = get_object_or_404(cases_for_story(request.user).exclude(number=None), number=number)
    return CaseStory(found, request.user)


@router.get("/deviations", response={200: Deviations, **declared(422)}, url_name="deviations")
def list_deviations(request: SignedInRequest, asked: Query[lists.CaseQuery]) -> dict[str, Any]:
    """List the deviations that the asker sees. Without a view: the open ones, as on the page."""
    listing = lists.cases(request, asked.antal)
    rows = [case_row(row, request.user, row.step["word"]) for row in listing.rows]
    return {"deviations": rows, **lists.told(listing, way_on(request, listing.cursor))}


@router.get(
    "/deviations/{number}", response={200: DeviationOut, **declared(404, 422)}, url_name="deviation"
)
def read_deviation(request: SignedInRequest, number: str) -> dict[str, Any]:
    """Read one deviation: in full, as one's own report, or masked."""
    return case_whole(_story(request, number))


@router.get(
    "/deviations/{number}/events", response={200: Events, **declared(404, 422)},
    url_name="deviation_events",
)  # fmt: skip
def read_events(request: SignedInRequest, number: str) -> dict[str, Any]:
    """Read what has happened, as sentences."""
    return {"events": _story(request, number).events}


@router.get(
    "/deviations/{number}/comments", response={200: Comments, **declared(404, 422)},
    url_name="deviation_comments",
)  # fmt: skip
def read_comments(request: SignedInRequest, number: str) -> dict[str, Any]:
    """Read what has been said about the case."""
    story = _story(request, number)
    return {
        "comments": [
            {"by": c.by, "at": c.written_at, "text": c.text, "to_reporter": c.to_reporter}
            for c in ([] if story.is_masked else story.comments)
        ]
    }


@router.get(
    "/deviations/{number}/moves", response={200: Moves, **declared(404, 422)},
    url_name="deviation_moves",
)  # fmt: skip
def list_moves(request: SignedInRequest, number: str) -> dict[str, Any]:
    """List the verbs the asker may do now, with their questions and what they lack."""
    story = _story(request, number)
    return moves_of(story.case, request.user, story.steps)


@router.post(
    "/deviations/{number}/moves/{verb}", response={200: Done, **_MOVES},
    url_name="deviation_move", openapi_extra=BODY,
)  # fmt: skip
def move_deviation(
    request: SignedInRequest,
    number: str,
    verb: str,
    idempotency_key: str = Header("", max_length=200),
) -> dict[str, Any]:
    """Do a verb. Answer its questions by name, and send `seen` to be told of others' changes."""
    return do(request, _story(request, number).case, verb, idempotency_key)


@router.post(
    "/deviations/{number}/comments",
    url_name="deviation_comments",
    response={200: Done, **_MOVES},
    openapi_extra=BODY,
)
def comment(
    request: SignedInRequest, number: str, idempotency_key: str = Header("", max_length=200)
) -> dict[str, Any]:
    """Say something about the case: the verb “comment”."""
    return do(request, _story(request, number).case, "comment", idempotency_key)


@router.post(
    "/deviations/{number}/attachments", response={200: Done, **_MOVES},
    url_name="deviation_attachments", openapi_extra=BODY,
)  # fmt: skip
def attach(
    request: SignedInRequest, number: str, idempotency_key: str = Header("", max_length=200)
) -> dict[str, Any]:
    """Attach photographs or documents, sent as `files`: the verb “attach”."""
    return do(request, _story(request, number).case, "attach", idempotency_key)


@router.get(
    "/attachments/{uid}", response={200: None, **declared(404, 422)}, url_name="attachment",
)  # fmt: skip
def fetch_attachment(request: SignedInRequest, uid: uuid.UUID) -> HttpResponseBase:
    """Fetch a file of a deviation or an action."""
    answer = send_file(request, uid)
    if answer.status_code != 200:
        raise Http404  # the row is there, the file is not
    return answer


# --- Reporting -----------------------------------------------------------------------------------


class ProgramsReportForm(ReportForm):
    """The report as another program sends it: it says which way it came."""

    @property
    def facts(self) -> dict[str, Any]:
        """What the record is made of."""
        return super().facts | {"channel": Nonconformity.Channel.API}


@router.post(
    "/deviations", url_name="deviations", openapi_extra=BODY,
    response={200: Receipt, 201: Receipt, **declared(400, 403, 409, 413, 415, 422)},
)  # fmt: skip
def report(
    request: SignedInRequest, idempotency_key: str = Header("", max_length=200)
) -> Status[dict[str, Any]]:
    """Report a deviation; `unit` is a code. The same `uid` or key sent twice is one report."""
    data, files = _with_unit(answers_in(request), request, idempotency_key)
    form = ProgramsReportForm(data, files, user=request.user)
    require_known(form, (data, files))
    if not form.is_valid():
        raise wrong_answers(faults_in(form))
    uid = form.cleaned_data["uid"]
    sent = request.user.reports.filter(uid=uid).first() if uid else None
    if sent and sent.status != "draft":
        return Status(200, _receipt(_same(sent, form)))
    if findings := form.personal_details:
        says = _("This looks like details about a person. Take them out, or send “send_anyway”.")
        raise Stopped(422, says, findings=findings)
    return Status(201, _receipt(_sent(request, form, sent)))


def _sent(request: SignedInRequest, form: ReportForm, draft: Nonconformity | None) -> Nonconformity:
    """Send the report; of two that come at the very same time one is the report."""
    try:
        return send(form, request.user, draft, keep=False)
    except (IntegrityError, WrongStatus) as fault:
        twin = request.user.reports.filter(uid=form.cleaned_data["uid"]).first()
        if twin is None:
            raise Stopped(409, _("The id of this report is taken. Choose another.")) from fault
        return _same(twin, form)


def _with_unit(answers: Answers, request: SignedInRequest, key: str) -> Answers:
    """Return the answers with the unit as the form knows it, and an id if only a key was sent."""
    data, files = answers[0].copy(), answers[1]
    if code := data.get("unit"):
        pk = Unit.objects.filter(code=code).values_list("pk", flat=True).first()
        data["unit"] = str(pk or 0)
    if key and not data.get("uid"):
        data["uid"] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{request.user.pk}:{key}"))
    return data, files


def _same(sent: Nonconformity, form: ReportForm) -> Nonconformity:
    """Return what was sent already. Raises Stopped when these are other words."""
    if sent.description == form.cleaned_data["description"]:
        return sent
    raise Stopped(409, _("This uid is of another report, sent as %s.") % sent.number)


def _receipt(case: Nonconformity) -> dict[str, Any]:
    names = ("number", "receipt_code", "status", "due_on")
    return {name: getattr(case, name) for name in names} | {
        "uid": str(case.uid),
        "responsible": case.responsible.name if case.responsible else None,
        "url": case.get_absolute_url(),
    }
