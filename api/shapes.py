"""The shapes of deviations and actions: what one reader sees of each, as the pages show it."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from nonconformities.models import Action, Nonconformity
from nonconformities.promise import Promise
from nonconformities.story import CaseStory
from qms.organization.models import User
from qms.records.models import Access


class Named(Schema):
    """Something with a code and a name."""

    code: str
    name: str


class Row(Schema):
    """What every list says of a record. `access` is how much of it the asker sees."""

    number: str
    access: str = Field(description="full, own (the asker's own report) or masked")
    status: str
    state: str = Field(description="where it stands, in words")
    heading: str
    unit: Named
    unit_name_then: str
    responsible: str | None
    due_on: date | None
    days_late: int
    seen: int = Field(description="how many events there are; send it with a verb")
    url: str


class DeviationRow(Row):
    """A deviation in a list. Who sees only the own report is not told how it is assessed."""

    kind: str
    category: Named | None
    severity: int | None
    likelihood: int | None
    score: int | None
    is_secret: bool
    reported_at: datetime
    closed_at: datetime | None


class ActionRow(Row):
    """An action in a list."""

    kind: str
    deviation: str
    round: int
    done_by: str | None
    verified_by: str | None


class File(Schema):
    """A file on a record, and where it is fetched."""

    uid: str
    name: str
    media_type: str
    size: int
    added_at: datetime
    url: str


class CauseOut(Schema):
    """A cause. `because_of` is the id of the why before it; the root is what actions hang on."""

    id: int
    round: int
    method: str
    branch: str
    text: str
    because_of: int | None
    is_root: bool
    withdrawn: str | None


class Check(Schema):
    """Did it help? The answer of one round."""

    round: int
    outcome: str
    evidence: str
    checked_by: str
    checked_at: datetime
    routine_changed: bool
    risks_updated: bool
    group_told: bool


class ActionOut(ActionRow):
    """An action. The texts are null for who sees it masked."""

    description: str | None = None
    cause: str | None = None
    criterion: str | None = None
    effect_on: date | None = None
    evidence: str | None = None
    result: str | None = None
    attachments: list[File] = []


class DeviationOut(DeviationRow):
    """A deviation. What the asker may not read is null, and `text` says so."""

    text: str
    in_words: str | None = None
    happened_at: datetime | None = None
    place: str | None = None
    urgency: str | None = None
    correction: str | None = None
    answer: str | None = None
    lesson: str | None = None
    reported_by: str | None = None
    person_informed: str | None = None
    investigator: str | None = None
    plan: str | None = None
    extent: str | None = None
    round: int | None = None
    is_repeated: bool | None = None
    has_protected_details: bool | None = None
    requirements: list[str] = []
    causes: list[CauseOut] = []
    actions: list[ActionRow] = []
    effect_checks: list[Check] = []
    attachments: list[File] = []


def _row(record: Any, user: User, state: str) -> dict[str, Any]:
    is_answered_for = record.is_open and record.responsible is not None
    return {
        "number": record.number,
        "access": record.access,
        "status": record.status,
        "state": state,
        "heading": record.heading_for(user),
        "unit": {"code": record.unit.code, "name": record.unit.name},
        "unit_name_then": record.unit_name,
        "responsible": record.responsible.name if is_answered_for else None,
        "due_on": record.due_on,
        "days_late": record.days_late,
        "seen": record.event_count,
        "url": record.get_absolute_url(),
        "kind": record.kind,
    }


def case_row(case: Nonconformity, user: User, state: str) -> dict[str, Any]:
    """Return a deviation as a list shows it to `user`."""
    is_told = case.access != Access.OWN
    category = case.category if is_told else None
    return _row(case, user, state) | {
        "category": {"code": category.code, "name": category.name} if category else None,
        "severity": case.severity if is_told else None,
        "likelihood": case.likelihood if is_told else None,
        "score": case.score if is_told else None,
        "is_secret": case.is_secret,
        "reported_at": case.reported_at,
        "closed_at": case.closed_at,
    }


def case_whole(story: CaseStory) -> dict[str, Any]:
    """Return a deviation as its page shows it to the story's reader."""
    case, user = story.case, story.user
    told = case_row(case, user, story.state["word"]) | {"text": case.text_for(user)}
    if story.is_masked:
        return told
    names = ("happened_at", "place", "correction", "answer", "lesson")
    told |= {name: getattr(case, name) for name in names}
    told |= {"attachments": [file_told(each) for each in story.files]}
    return told | (_in_full(story) if story.is_full else {"in_words": story.in_words})


def _in_full(story: CaseStory) -> dict[str, Any]:
    case, user = story.case, story.user
    names = ("urgency", "person_informed", "plan", "extent", "round")
    told = {name: getattr(case, name) for name in names}
    told |= {
        "reported_by": case.reporter_for(user),
        "investigator": case.investigator.name if case.investigator else None,
        "is_repeated": story.is_repeated,
        "has_protected_details": case.has_protected,
        "requirements": [f"{c.edition.slug}/{c.number}" for c in case.requirements.all()],
    }
    if not story.has_begun:
        return told
    return told | {
        "causes": [_cause(cause) for cause in case.causes.all()],
        "actions": [_of_case(action, case, user) for action in case.actions.all()],
        "effect_checks": [_check(check) for check in case.effect_checks.all()],
    }


def _cause(cause: Any) -> dict[str, Any]:
    names = ("round", "method", "branch", "text", "is_root")
    return {name: getattr(cause, name) for name in names} | {
        "id": cause.pk,
        "because_of": cause.because_of_id,
        "withdrawn": cause.withdrawn_reason if cause.withdrawn_at else None,
    }


def _check(check: Any) -> dict[str, Any]:
    names = ("round", "outcome", "evidence", "checked_at", "routine_changed", "risks_updated",
             "group_told")  # fmt: skip
    told = {name: getattr(check, name) for name in names}
    return told | {"checked_by": check.checked_by.name}


def _of_case(action: Action, case: Nonconformity, user: User) -> dict[str, Any]:
    """Return an action beside its case: who reads the case in full reads that."""
    action.nonconformity, action.access = case, Access.FULL
    return action_row(action, user)


def action_row(action: Action, user: User) -> dict[str, Any]:
    """Return an action as a list shows it to `user`."""
    return _row(action, user, action.state["word"]) | {
        "responsible": action.responsible.name if action.responsible else None,
        "deviation": action.nonconformity.number,
        "round": action.round,
        "done_by": action.done_by.name if action.done_by else None,
        "verified_by": action.verified_by.name if action.verified_by else None,
    }


def action_whole(promise: Promise) -> dict[str, Any]:
    """Return an action as its page shows it to the promise's reader."""
    action = promise.action
    told = action_row(action, promise.user)
    if not promise.is_full:
        return told
    names = ("description", "criterion", "effect_on", "evidence", "result")
    told |= {name: getattr(action, name) for name in names}
    cause = action.cause.text if action.cause else None
    return told | {"cause": cause, "attachments": [file_told(each) for each in promise.files]}


def file_told(file: Any) -> dict[str, Any]:
    """Return a file as it is told of."""
    names = ("name", "media_type", "size", "added_at")
    told = {name: getattr(file, name) for name in names}
    return told | {"uid": str(file.uid), "url": f"/api/v1/attachments/{file.uid}"}
