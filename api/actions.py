"""Actions: what has been promised; list, read, and every verb."""

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import Header, Query, Router

from api import lists
from api.deviations import Events
from api.moves import Done, Moves, do, moves_of
from api.paging import way_on
from api.problems import declared
from api.questions import BODY
from api.shapes import ActionOut, ActionRow, action_row, action_whole
from nonconformities.models import Action
from nonconformities.promise import Promise
from qms.organization.requests import SignedInRequest

router = Router(tags=["actions"])


class Actions(lists.Counted):
    """A page of actions."""

    actions: list[ActionRow]


def _promise(request: SignedInRequest, number: str) -> Promise:
    """Return the action as the asker sees it, or 404."""
    found = Action.objects.visible_to(request.user).with_access(request.user).for_page()
    found = found.select_related("done_by", "verified_by", "nonconformity__category")
    return Promise(get_object_or_404(found, number=number), request.user)


@router.get("/actions", response={200: Actions, **declared(422)}, url_name="actions")
def list_actions(request: SignedInRequest, asked: Query[lists.ActionQuery]) -> dict[str, Any]:
    """List the actions that the asker sees. Without a view: the asker's own, as on the page."""
    listing = lists.actions(request, asked.antal)
    rows = [action_row(row, request.user) for row in listing.rows]
    return {"actions": rows, **lists.told(listing, way_on(request, listing.cursor))}


@router.get("/actions/{number}", response={200: ActionOut, **declared(404, 422)}, url_name="action")
def read_action(request: SignedInRequest, number: str) -> dict[str, Any]:
    """Read one action; the texts only for who may read them."""
    return action_whole(_promise(request, number))


@router.get(
    "/actions/{number}/events", response={200: Events, **declared(404, 422)},
    url_name="action_events",
)  # fmt: skip
def read_action_events(request: SignedInRequest, number: str) -> dict[str, Any]:
    """Read what has happened, as sentences."""
    return {"events": _promise(request, number).events}


@router.get(
    "/actions/{number}/moves", response={200: Moves, **declared(404, 422)},
    url_name="action_moves",
)  # fmt: skip
def list_action_moves(request: SignedInRequest, number: str) -> dict[str, Any]:
    """List the verbs the asker may do now, with their questions and what they lack."""
    action = _promise(request, number).action
    return moves_of(action, request.user, list(action.steps_for(request.user)))


@router.post(
    "/actions/{number}/moves/{verb}",
    response={200: Done, **declared(400, 403, 404, 409, 413, 415, 422)},
    url_name="action_move", openapi_extra=BODY,
)  # fmt: skip
def move_action(
    request: SignedInRequest,
    number: str,
    verb: str,
    idempotency_key: str = Header("", max_length=200),
) -> dict[str, Any]:
    """Do a verb. Answer its questions by name, and send `seen` to be told of others' changes."""
    return do(request, _promise(request, number).action, verb, idempotency_key)
