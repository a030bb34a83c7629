"""What must be in place before a case crosses a border between units, and whose decision it is."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nonconformities.models.crossing import names_of
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Rule
from qms.records.workflow import Bar, Need

if TYPE_CHECKING:
    from nonconformities.models.nonconformity import Nonconformity


# --- Hand-over -----------------------------------------------------------------------------------


def asked_unit(case: "Nonconformity") -> Iterable[int]:
    """Return the unit that a waiting hand-over was put to: there the duty is asked for."""
    return (case.waiting.to_unit_id,) if case.waiting else ()


def ruling(case: "Nonconformity") -> tuple[Duty, ...]:
    """Return whose duty it is to rule: within one authority also the manager over both units.

    Who may say which unit answers for what, may say which of them keeps a case.
    """
    if any(row.crosses for row in case.passed):
        return (Duty.ORGANIZE,)
    return (Duty.ORGANIZE, Duty.DECIDE_SERIOUS)


def _rules_elsewhere(case: "Nonconformity", user: User) -> bool:
    """True for whoever follows only one of the units, or none."""
    units = {case.unit_id} | {row.to_unit_id for row in case.passed}
    units |= {row.from_unit_id for row in case.passed}
    duties = (Duty.OVERSEE, Duty.DECIDE_SERIOUS)
    return not all(any(user.may(duty, unit) for duty in duties) for unit in units)


def _bounced(case: "Nonconformity") -> bool:
    return len(case.passed) >= Rule.value_of(Rule.Code.HANDOVER_MOST)


def _waits_for(case: "Nonconformity") -> str:
    name = case.waiting.to_name if case.waiting else ""
    return _("%s has been asked to take over. Wait for the answer, or take it back.") % name


def _bounced_enough(case: "Nonconformity") -> str:
    return _(
        "It has been handed over %(times)d times. Now the quality coordinator decides who keeps it."
    ) % {"times": len(case.passed)}


NOT_WAITING = Need(_waits_for, lambda case: case.waiting is None, mend="withdraw_handover")
WAITING = Need(
    gettext_lazy("No hand-over waits for an answer: it is answered or taken back."),
    lambda case: case.waiting is not None,
)
MAY_BOUNCE = Need(_bounced_enough, lambda case: not _bounced(case), mend="rule_handover")
HAS_BOUNCED = Need(gettext_lazy("It has not been handed over to and fro yet."), _bounced)
RELEASED_BEFORE = Need(
    gettext_lazy("No text has been let out to another authority in an earlier hand-over."),
    lambda case: any(row.crosses for row in case.passed),
)
WITHIN = Bar(
    gettext_lazy("The case comes from another authority. Take it over with the text let out."),
    lambda case, user: case.waiting is not None and case.waiting.crosses,
)
ACROSS = Bar(
    gettext_lazy("The case comes from your own authority. Take it over as it is."),
    lambda case, user: case.waiting is not None and not case.waiting.crosses,
)
OVER_BOTH = Bar(
    gettext_lazy("You follow only one of the units. It takes somebody who follows them all."),
    _rules_elsewhere,
)


# --- Share ---------------------------------------------------------------------------------------


def unit_asked_to_share(case: "Nonconformity") -> Iterable[int]:
    """Return the units that have been asked to take a part and have not answered."""
    return [row.to_unit_id for row in case.shared if row.is_waiting]


def sharing_units(case: "Nonconformity") -> Iterable[int]:
    """Return the units that have a part in the case beside its own unit."""
    return [row.to_unit_id for row in case.parted]


def _not_ready(case: "Nonconformity") -> str:
    rows = [row for row in case.shared if not row.ready_at]
    return _("%s is not ready with its part.") % names_of(rows)


NOT_SHARED = Need(
    gettext_lazy("The case is shared with another unit. End that first."),
    lambda case: not case.shared,
    mend="end_share",
)
PARTS_READY = Need(
    _not_ready, lambda case: all(row.ready_at for row in case.shared), unsaid_when_met=True
)
SHARED = Need(gettext_lazy("The case is not shared with any unit."), lambda case: bool(case.shared))
