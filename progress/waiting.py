"""What waits for a person, and where the person's units stand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonconformities.escalation import lifted_to, reasons_for
from nonconformities.models import (
    Action,
    ExtentAnswer,
    Handover,
    Lesson,
    Nonconformity,
    Share,
    Track,
)
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
    is_first: bool = False  # somebody is, or may be, harmed

    @property
    def order(self) -> tuple[bool, date]:
        """Who may be harmed first, then late ones, then by day; without a day last."""
        return not self.is_first, self.due_on or date.max


def waiting_for(user: User) -> list[Task]:
    """Return what waits for `user`: what to take further, to do, to verify, and what is lifted."""
    cases = list(_cases(user))
    held = {case.pk for case, _task in cases}
    tasks = [task for _case, task in cases]
    tasks += [*_tracks(user), *_actions(user), *_verifications(user), *_questions(user)]
    tasks += [*_unheld(user, held), *_lifted(user, held), *_wishes(user)]
    tasks += _spread(user)
    return sorted(tasks, key=lambda task: task.order)


def _cases(user: User) -> Iterator[tuple[Nonconformity, Task]]:
    found = Nonconformity.objects.visible_to(user).awaiting(user).with_access(user).for_page()
    asked = Handover.objects.waiting().filter(nonconformity=OuterRef("pk")).values("to_name")[:1]
    cases = found.annotate(waits_for_unit=Subquery(asked))
    for case in cases.order_by("due_on")[:MOST_COUNTED]:
        move = main_move(case)
        verb = str(move.label) if move else _("Follow")
        if asked_of := getattr(case, "waits_for_unit", None):
            verb = _("Waits for %s") % asked_of
        yield case, _task(case, verb, case.heading_for(user), *_marks(case, user))


def _marks(case: Nonconformity, user: User) -> Iterator[str]:
    """Yield what is added to a case that waits: who is harmed, for whom one stands in."""
    if case.is_harmful:
        yield str(case.get_urgency_display())
    if case.responsible and case.responsible_id != user.pk:
        yield _("you stand in for %s") % case.responsible.name


def _tracks(user: User) -> Iterator[Task]:
    """Yield the examinations by law; their clocks say how long there is left."""
    for track in Track.objects.awaiting(user).for_page().order_by("due_on")[:MOST_COUNTED]:
        task = _task(track, _("Examine"), track.heading)
        if clock := track.next_clock:
            look = "late" if clock.is_late else "soon"
            task = replace(task, look=look, word=f"{clock}: {clock.left}")
        yield task


def _unheld(user: User, held: set[int]) -> Iterator[Task]:
    """Yield the cases whose responsible person has left, for who leads there."""
    cases = Nonconformity.objects.visible_to(user).unheld_for(user).exclude(pk__in=held)
    for case in cases.with_access(user).for_page().order_by("due_on")[:MOST_COUNTED]:
        held.add(case.pk)
        yield _task(case, _("Choose who takes over"), case.heading_for(user))


def _lifted(user: User, held: set[int]) -> Iterator[Task]:
    """Yield what is lifted to `user`, with the reasons; what waits for `user` stands already."""
    if not user.units_for(Duty.HANDLE_NONCONFORMITIES):
        return
    found = Nonconformity.objects.visible_to(user).filter(lifted_to(user)).exclude(pk__in=held)
    cases = list(found.with_access(user).for_page().order_by("due_on")[:MOST_COUNTED])
    reasons = reasons_for(user, cases) if cases else {}
    for case in cases:
        why = [str(reason.label) for reason in reasons[case.pk]]
        yield _task(case, _("Lifted to you"), case.heading_for(user), *why)


def _actions(user: User) -> Iterator[Task]:
    mine = Action.objects.for_page().open().filter(responsible=user)
    for action in mine.exclude(status=Action.Status.DONE).order_by("due_on")[:MOST_COUNTED]:
        yield _task(action, _("Do"), action.heading)


def _verifications(user: User) -> Iterator[Task]:
    units = user.units_for(Duty.HANDLE_NONCONFORMITIES)
    if not units:
        return
    done = Action.objects.for_page().filter(status=Action.Status.DONE, unit__any=units.ids)
    shared = Share.objects.live().filter(responsible=user, to_unit=OuterRef("unit"))
    part = Exists(shared.filter(nonconformity=OuterRef("nonconformity")))
    mine = Q(nonconformity__responsible=user, nonconformity__unit=F("unit")) | part
    done = done.filter(mine).exclude(responsible=user)
    for action in done.exclude(done_by=user).order_by("due_on")[:MOST_COUNTED]:
        yield _task(action, _("Verify"), action.heading)


def _questions(user: User) -> Iterator[Task]:
    """Yield what other units ask of the user's, and the parts the user's unit has taken on.

    When the day to answer has passed, everybody who may answer is shown the question.
    """
    if not user.units_for(Duty.HANDLE_NONCONFORMITIES):
        return
    here = Q(responsible__in=[user.pk, *(principal for principal, _units in user.principals)])
    late = Q(due_on__lt=timezone.localdate())
    for model, verb in ((Handover, _("Take over?")), (Share, _("Take a part?"))):
        asked = model.objects.waiting().asked_of(user).filter(here | late)
        for row in asked.select_related("nonconformity")[:MOST_COUNTED]:
            yield _asked(row, verb, row.due_on)
    parts = Share.objects.live().asked_of(user).filter(here, ready_at=None)
    for row in parts.select_related("nonconformity")[:MOST_COUNTED]:
        if row.nonconformity.is_open:
            yield _asked(row, _("Do your part:"), None)


def _asked(row: Handover | Share, verb: str, due_on: date | None) -> Task:
    """Return a question as a task; of the case only its number stands here."""
    case = row.nonconformity
    look, word = _when(due_on)
    return Task(
        title=_("%(verb)s A case from %(unit)s") % {"verb": verb, "unit": row.from_name},
        meta=f"{case.number} · {row.to_name}", url=case.get_absolute_url(), due_on=due_on,
        look=look, word=word,
    )  # fmt: skip


def _wishes(user: User) -> Iterator[Task]:
    """Yield the ended cases whose reporter is not satisfied: somebody decides if they open."""
    if not user.units_for(Duty.DECIDE_SERIOUS):
        return
    wishes = Nonconformity.objects.visible_to(user).asking_to_reopen(user).with_access(user)
    for case in wishes.for_page().order_by("-closed_at")[:MOST_COUNTED]:
        yield _task(case, _("Decide if it opens again"), case.heading_for(user))


def _spread(user: User) -> Iterator[Task]:
    """Yield what other units ask: can it exist with you?"""
    asked = ExtentAnswer.objects.awaiting(user).for_page()
    for answer in asked.order_by("due_on")[:MOST_COUNTED]:
        yield _task(answer, _("Answer"), _("Can it exist with you? %s") % answer.heading)


def _task(record: Any, verb: str, heading: str, *marks: str) -> Task:
    look, word = _when(record.due_on)
    return Task(
        title=f"{verb}: {heading}",
        meta=" · ".join([str(record.number), str(record.unit), *marks]),
        url=record.get_absolute_url(),
        due_on=record.due_on,
        look=look,
        word=word,
        is_first=getattr(record, "is_acute", False),
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


def lessons_for(user: User) -> list[Lesson]:
    """Return the latest lessons of others with the same kind of service."""
    return list(Lesson.objects.from_others(user).for_page()[:2])


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
