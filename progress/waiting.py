"""What waits for a person, and where the person's units stand."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext as _

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
from nonconformities.ruling import for_ruling
from nonconformities.steps import main_move
from progress.documents import documents_waiting_for
from progress.task import Task, when
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records import lists
from qms.records.latest import capped_count
from qms.records.line import lying_with, stands_in
from qms.records.templatetags.takt import thousands

_ORDER = ("awaits", "ruled", "unheld", "lifted", "wishes", "undecided")
MOST_COUNTED = 200  # more than anybody can do; the rest is found in the lists


def waiting_for(user: User) -> list[Task]:
    """Return what waits for `user`: what to take further, to do, to verify, and what is lifted."""
    tasks = list(_cases(user))
    tasks += [*_tracks(user), *_actions(user), *_questions(user), *_spread(user)]
    tasks += documents_waiting_for(user)
    return sorted(tasks, key=lambda task: task.order)


def _reasons(user: User) -> Iterator[tuple[str, Any]]:
    """Yield each way a case may wait for `user`, the strongest first, and which cases those are."""
    seen = Nonconformity.objects.visible_to(user)
    yield "awaits", seen.awaiting(user)
    yield "unheld", seen.unheld_for(user)
    if user.units_for(Duty.ORGANIZE):
        yield "ruled", seen.filter(for_ruling(user))
    if user.units_for(Duty.HANDLE_NONCONFORMITIES):
        yield "lifted", seen.filter(lifted_to(user))
    if user.units_for(Duty.DECIDE_SERIOUS):
        yield "wishes", seen.asking_to_reopen(user)
    if user.units_for(Duty.CONFIGURE).everything:
        yield "undecided", seen.undecided_for(user)


def _cases(user: User) -> Iterator[Task]:
    """Yield a task for each case that waits, once: one query for which ones, one for the rows."""
    first, *rest = (
        found.order_by("due_on").values_list("pk", Value(reason))[:MOST_COUNTED]
        for reason, found in _reasons(user)
    )
    why: dict[int, set[str]] = {}
    for pk, reason in first.union(*rest):
        why.setdefault(pk, set()).add(reason)
    cases = _fetched(user, why) if why else []
    lifted = [case for case in cases if min(why[case.pk], key=_ORDER.index) == "lifted"]
    marks = reasons_for(user, lifted) if lifted else {}
    for case in cases:
        reason = min(why[case.pk], key=_ORDER.index)
        more = marks[case.pk] if reason == "lifted" else []
        said = _marks(case, user) if reason == "awaits" else (str(mark.label) for mark in more)
        yield _task(case, _verb(case, reason), case.heading_for(user), *said)
        if reason != "wishes" and "wishes" in why[case.pk]:
            yield _task(case, _verb(case, "wishes"), case.heading_for(user))


def _fetched(user: User, ids: Iterable[int]) -> list[Nonconformity]:
    """Return the cases as `user` sees them, by their last day."""
    asked = Handover.objects.waiting().filter(nonconformity=OuterRef("pk")).values("to_name")[:1]
    found = Nonconformity.objects.filter(pk__in=list(ids)).with_access(user).for_page()
    return list(found.annotate(waits_for_unit=Subquery(asked)).order_by("due_on"))


def _verb(case: Nonconformity, reason: str) -> str:
    """Return what is to be done with a case that waits for this reason."""
    if reason == "awaits":
        if asked_of := getattr(case, "waits_for_unit", None):
            return _("Waits for %s") % asked_of
        move = main_move(case)
        return str(move.label) if move else _("Follow")
    return {
        "ruled": _("Decide who keeps the case"),
        "unheld": _("Choose who takes over"),
        "lifted": _("Lifted to you"),
        "wishes": _("Decide if it opens again"),
        "undecided": _("Appoint who decides if it opens again"),
    }[reason]


def _marks(case: Nonconformity, user: User) -> Iterator[str]:
    """Yield what is added to a case that waits: who is harmed, for whom one stands in."""
    if case.is_harmful:
        yield str(case.get_urgency_display())
    yield from _standing_in(case, user)


def _standing_in(record: Any, user: User) -> Iterator[str]:
    """Yield for whom one stands in, when it lies with somebody else."""
    named = record.responsible
    if named and stands_in(user, named.pk, record.unit_id):
        yield _("you stand in for %s") % named.name


def _tracks(user: User) -> Iterator[Task]:
    """Yield the examinations by law; their clocks say how long there is left."""
    for track in Track.objects.awaiting(user).for_page().order_by("due_on")[:MOST_COUNTED]:
        task = _task(track, _("Examine"), track.heading)
        if clock := track.next_clock:
            look = "late" if clock.is_late else "soon"
            task = replace(task, look=look, word=f"{clock}: {clock.left}")
        yield task


def _actions(user: User) -> Iterator[Task]:
    """Yield what `user` has promised to do, and what others have done and `user` verifies."""
    promised = Action.objects.visible_to(user).for_page().undone().filter(lying_with(user))
    found = promised.order_by("due_on")[:MOST_COUNTED]
    if units := user.units_for(Duty.HANDLE_NONCONFORMITIES):
        found = found.union(_verifiable(user, units.ids).order_by("due_on")[:MOST_COUNTED])
    for action in found:
        verb = _("Verify") if action.status == Action.Status.DONE else _("Do")
        marks = _standing_in(action, user) if verb == _("Do") else ()
        yield _task(action, verb, action.heading, *marks)


def _verifiable(user: User, units: frozenset[int]) -> Any:
    """Return what others have done in the cases, or the parts, that `user` answers for."""
    done = Action.objects.for_page().filter(status=Action.Status.DONE, unit__any=units)
    shared = Share.objects.live().lying_with(user).filter(to_unit=OuterRef("unit"))
    part = Exists(shared.filter(nonconformity=OuterRef("nonconformity")))
    held = lying_with(user, "nonconformity__responsible", at="nonconformity__unit")
    mine = (held & Q(nonconformity__unit=F("unit"))) | part
    return done.filter(mine).exclude(responsible=user).exclude(done_by=user)


def _questions(user: User) -> Iterator[Task]:
    """Yield what other units ask of the user's, and the parts the user's unit has taken on.

    When the day to answer has passed, everybody who may answer is shown the question.
    """
    if not user.units_for(Duty.HANDLE_NONCONFORMITIES):
        return
    asked = Handover.objects.waiting()
    asked = asked.lying_with(user) | asked.overdue().asked_of(user)
    for row in asked.select_related("nonconformity")[:MOST_COUNTED]:
        yield _asked(row, _("Take over?"), row.due_on)
    waiting, mine = Share.objects.waiting(), Share.objects.live().filter(ready_at=None)
    found = waiting.lying_with(user) | waiting.overdue().asked_of(user) | mine.lying_with(user)
    for row in found.select_related("nonconformity")[: 2 * MOST_COUNTED]:
        if row.is_waiting:
            yield _asked(row, _("Take a part?"), row.due_on)
        elif row.nonconformity.is_open:
            yield _asked(row, _("Do your part:"), None)


def _asked(row: Handover | Share, verb: str, due_on: date | None) -> Task:
    """Return a question as a task; of the case only its number stands here."""
    case = row.nonconformity
    look, word = when(due_on)
    return Task(
        title=_("%(verb)s A case from %(unit)s") % {"verb": verb, "unit": row.from_name},
        meta=f"{case.number} · {row.to_name}", url=case.get_absolute_url(), due_on=due_on,
        look=look, word=word,
    )  # fmt: skip


def _spread(user: User) -> Iterator[Task]:
    """Yield what other units ask: can it exist with you?"""
    asked = ExtentAnswer.objects.awaiting(user).for_page()
    for answer in asked.order_by("due_on")[:MOST_COUNTED]:
        heading = _("Can it exist with you? %s") % answer.heading
        yield _task(answer, _("Answer"), heading, *_standing_in(answer, user))


def _task(record: Any, verb: str, heading: str, *marks: str) -> Task:
    look, word = when(record.due_on)
    return Task(
        title=f"{verb}: {heading}",
        meta=" · ".join([str(record.number), str(record.unit), *marks]),
        url=record.get_absolute_url(),
        due_on=record.due_on,
        look=look,
        word=word,
        is_first=getattr(record, "is_acute", False),
    )


def _number_of(count: int) -> str:
    """Return a count in words, which goes no further than a list counts."""
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
    def _counts(self) -> dict[str, int]:
        """The three counts: one query, or one each when there are more than a list counts."""
        late = Q(due_on__lt=timezone.localdate())
        checked = Q(status=Nonconformity.Status.EFFECT_CHECK)
        found = self._open.order_by()[: lists.MOST_COUNTED + 1].aggregate(
            open=Count("pk"),
            late=Count("pk", filter=late),
            awaiting_effect=Count("pk", filter=checked),
        )
        if found["open"] > lists.MOST_COUNTED:  # then the others are counted among some of them
            for name, those in (("late", late), ("awaiting_effect", checked)):
                found[name] = capped_count(self._open.filter(those), lists.MOST_COUNTED)
        return found

    @property
    def open(self) -> str:
        """How many are open."""
        return _number_of(self._counts["open"])

    @property
    def late(self) -> str:
        """How many are past their last day."""
        return _number_of(self._counts["late"])

    @property
    def awaiting_effect(self) -> str:
        """How many wait for the effect check."""
        return _number_of(self._counts["awaiting_effect"])

    @cached_property
    def latest_late(self) -> list[Nonconformity]:
        """The cases most late that somebody else answers for."""
        late = self._open.overdue().exclude(responsible=self.user)
        return list(late.with_access(self.user).for_page().order_by("due_on")[:5])
