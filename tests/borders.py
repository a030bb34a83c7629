"""Questions between units, placed without their story, for tests of one verb."""

from types import SimpleNamespace
from typing import Any

from django.utils import timezone

from nonconformities.models import Handover, Nonconformity, Share
from qms.organization.models import Unit

_HAND_OVER = {"accept_handover", "accept_across", "decline_handover", "withdraw_handover"}
_ASKED_TO_SHARE = {"accept_share", "decline_share", "end_share"}
_PARTS = {"write_part", "add_part_cause", "plan_part_action", "finish_part"}


def question(model: Any, case: Nonconformity, to: Unit, **facts: Any) -> Any:
    """Return a hand-over or a share as it waits for its answer, or is answered."""
    crosses = not case.unit.same_authority(to)
    start = {"text": "Utlämnad text.", "reason": "Hör till er.", "asked_by": case.reported_by}
    facts = start | facts
    return model.objects.create(
        nonconformity=case, from_unit=case.unit, from_name=case.unit.name, to_unit=to,
        to_name=to.name, crosses=crosses, ground="masked" if crosses else "",
        due_on=timezone.localdate(), **facts,
    )  # fmt: skip


def at_a_border(verb: str, case: Nonconformity, units: SimpleNamespace) -> None:
    """Put a case at the border that a verb starts from: its neighbour, or the school across."""
    near = units.company if case.unit == units.water else units.home_care
    far = verb in {"accept_across", "rule_across"}
    if verb in _HAND_OVER:
        question(Handover, case, units.school if far else near)
    if verb in {"rule_handover", "rule_across"}:
        for _time in range(2):
            question(Handover, case, units.school if far else near, answer="declined")
    if verb in _ASKED_TO_SHARE:
        question(Share, case, near, task="Se över.")
    if verb in _PARTS:
        question(Share, case, near, task="Se över.", answer="accepted")
