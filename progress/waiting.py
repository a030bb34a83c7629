"""What waits for a person, and where the person's units stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonconformities.models import Action, Nonconformity
from nonconformities.steps import main_move
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records import lists
from qms.records.latest import capped_count
from qms.records.templatetags.takt import thousands

MOST_COUNTED = 200  # more than anybody can do; the rest is found in the lists


@dataclass(frozen=True)
class Task:
    """One thing to do: verb first, then what, where and by when."""

    title: str
    meta: str
    url: str
    due_on: date | None
    look: str
    word: str

    @property
    def order(self) -> date:
        """Late first, then by day; without a day last."""
        return self.due_on or date.max


def waiting_for(user: User) -> list[Task]:
    """Return what waits for `user`: cases to take further, actions to do and to verify."""
    tasks = [*_cases(user), *_actions(user), *_verifications(user)]
    return sorted(tasks, key=lambda task: task.order)


def _cases(user: User) -> Iterator[Task]:
    cases = Nonconformity.objects.visible_to(user).awaiting(user).with_access(user).for_page()
    for case in cases.order_by("due_on")[:MOST_COUNTED]:
        move = main_move(case)
        yield _task(case, str(move.label) if move else _("Follow"), case.heading_for(user))


def _actions(user: User) -> Iterator[Task]:
    mine = Action.objects.for_page().open().filter(responsible=user)
    for action in mine.exclude(status=Action.Status.DONE).order_by("due_on")[:MOST_COUNTED]:
        yield _task(action, _("Do"), action.heading)


def _verifications(user: User) -> Iterator[Task]:
    units = user.units_for(Duty.HANDLE_NONCONFORMITIES)
    if not units:
        return
    done = Action.objects.for_page().filter(status=Action.Status.DONE, unit__any=units.ids)
    done = done.filter(nonconformity__responsible=user).exclude(responsible=user)
    for action in done.exclude(done_by=user).order_by("due_on")[:MOST_COUNTED]:
        yield _task(action, _("Verify"), action.heading)


def _task(record: Any, verb: str, heading: str) -> Task:
    look, word = _when(record.due_on)
    return Task(
        title=f"{verb}: {heading}",
        meta=f"{record.number} · {record.unit}",
        url=record.get_absolute_url(),
        due_on=record.due_on,
        look=look,
        word=word,
    )


def _when(day: date | None) -> tuple[str, str]:
    """Return the look and the words of a last day."""
    if day is None:
        return "new", _("No last day")
    left = (day - timezone.localdate()).days
    if left < 0:
        return "late", ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
    if left == 0:
        return "soon", _("Today")
    if left == 1:
        return "soon", _("Tomorrow")
    return "new", date_format(day, "D j F")


def _number_of(records: Any) -> str:
    """Return how many there are, counted no further than a list counts."""
    count = capped_count(records, lists.MOST_COUNTED)
    if count > lists.MOST_COUNTED:
        return _("more than %(count)s") % {"count": thousands(lists.MOST_COUNTED)}
    return thousands(count)


class Overview:
    """Where the units one follows stand: open, late and awaiting effect."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def is_shown(self) -> bool:
        """True for whoever follows deviations of some unit."""
        return bool(self.user.units_for(Duty.READ_RECORDS) or self.user.units_for(Duty.OVERSEE))

    @cached_property
    def _open(self) -> Any:
        return Nonconformity.objects.visible_to(self.user).reported().open()

    @cached_property
    def open(self) -> str:
        """How many are open."""
        return _number_of(self._open)

    @cached_property
    def late(self) -> str:
        """How many are past their last day."""
        return _number_of(self._open.overdue())

    @cached_property
    def awaiting_effect(self) -> str:
        """How many wait for the effect check."""
        return _number_of(self._open.filter(status=Nonconformity.Status.EFFECT_CHECK))

    @cached_property
    def latest_late(self) -> list[Nonconformity]:
        """The cases most late that somebody else answers for."""
        late = self._open.overdue().exclude(responsible=self.user)
        return list(late.with_access(self.user).for_page().order_by("due_on")[:5])
