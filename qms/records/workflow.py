"""The verb is the transition: one decorator holds when, by whom and to what a record moves.

    @transition(Status.REPORTED, to=Status.ASSESSED, duty=Duty.HANDLE_NONCONFORMITIES, ...)
    def assess(self, *, by, severity, likelihood): ...

From the same lines come the buttons, the stepper, the diagrams in docs/, the API, the tests that
every state can be reached and left, and the trigger that refuses a jump by raw SQL.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.history.models import Event
from qms.history.triggers import StatusGuard
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.constraints import said_of
from qms.records.refusals import AlreadyDone, Changed, Missing, NotAllowed, Refused, WrongStatus

if TYPE_CHECKING:
    from qms.records.models import Record


@dataclass(frozen=True)
class Bearer:
    """Whoever holds the receipt code of one record: no account, no name, no duty."""

    record_id: int
    pk: None = None
    name: str = ""


Actor = User | Bearer
Text = Any  # a lazy translation or a str
DutyOf = Duty | Callable[[Any], tuple[Duty, ...]] | None
UnitsOf = Callable[[Any], Iterable[int]] | None


@dataclass(frozen=True)
class Need:
    """What must be in place before a verb, said so that a person can mend it."""

    sentence: Text  # or a function of the record that returns one
    met: Callable[[Any], bool]
    mend: str = ""  # the verb that supplies it
    unsaid_when_met: bool = False  # its sentence is about what is missing, and nothing else

    def says(self, record: "Record") -> str:
        """Return the sentence for this very record."""
        return str(self.sentence(record) if callable(self.sentence) else self.sentence)


@dataclass(frozen=True)
class Bar:
    """Who may not do a verb although the duty is held (four eyes), and the sentence for it."""

    sentence: Text
    hits: Callable[[Any, User], bool]


@dataclass(frozen=True)
class Move:
    """One verb of a record: from where, to where, by whom, and its words."""

    name: str
    sources: tuple[str, ...]
    target: str | None  # None: the status stays
    label: Text
    told: Text  # the sentence of the timeline, with %(actor)s
    address: str  # the verb in the page's address
    duty: DutyOf = None
    at: UnitsOf = None  # the units on which the duty is asked for; None: the record's own
    person: tuple[str, ...] = ()  # fields naming people who may do it without the duty
    needs: tuple[Need, ...] = ()
    bars: tuple[Bar, ...] = ()
    by_code: bool = False  # whoever holds the receipt code of a report without a name may do it
    by_clock: bool = False  # the system does it, no person and no button
    quiet: bool = False  # several may happen at once without being in each other's way
    main: bool = False  # the step that carries the record forward

    def duties_for(self, record: "Record") -> tuple[Duty, ...]:
        """Return the duties of which one is asked for on this very record."""
        if self.duty is None:
            return ()
        return (self.duty,) if isinstance(self.duty, Duty) else self.duty(record)

    def units_for(self, record: "Record") -> Iterable[int]:
        """Return the ids of the units on one of which the duty is asked for."""
        return (record.unit_id,) if self.at is None else self.at(record)


Verb = TypeVar("Verb", bound=Callable[..., Any])


def transition(
    *sources: str,
    to: str | None = None,
    label: Text,
    told: Text,
    address: str,
    duty: DutyOf = None,
    at: UnitsOf = None,
    person: str | Iterable[str] = (),
    needs: Iterable[Need] = (),
    bars: Iterable[Bar] = (),
    by_code: bool = False,
    by_clock: bool = False,
    quiet: bool = False,
    main: bool = False,
) -> Callable[[Verb], Verb]:
    """Make a method the only door between two states.

    The method takes `by` (the person who acts, None for the clock) and returns the note its event
    carries, or None. The caller may add `key`, the request's fingerprint, and `seen`, how many
    events the page knew of.

    Raises Refused, in one of its kinds, and ValidationError when the record would not be valid.
    Everything is undone then.
    """

    def decorate(method: Verb) -> Verb:
        move = Move(
            name=method.__name__,
            sources=tuple(str(s) for s in sources),
            target=str(to) if to is not None else None,
            label=label,
            told=told,
            address=address,
            duty=duty,
            at=at,
            person=(person,) if isinstance(person, str) else tuple(person),
            needs=tuple(needs),
            bars=tuple(bars),
            by_code=by_code,
            by_clock=by_clock,
            quiet=quiet,
            main=main,
        )

        @wraps(method)
        def verb(
            self: "Record",
            *,
            by: Actor | None,
            key: str | None = None,
            seen: int | None = None,
            **answers: Any,
        ) -> Event:
            try:
                with transaction.atomic():
                    self.lock()
                    _refuse_repeats(self, move, key, seen)
                    if refusal := self.refusal(by, move):
                        raise refusal
                    before = self.snapshot()
                    note = method(self, by=by, **answers)
                    if move.target is not None:
                        self.status = move.target
                    changes = difference(before, self.snapshot()) | self.also_changed
                    # What stood there before has been checked before: only the new is looked up.
                    self.full_clean(exclude=self.unchanged(changes))
                    event = self.tell(move.name, by=by, note=note or "", changes=changes, key=key)
                    self.save()
                    self.after(move, by=account_of(by))
            except IntegrityError as fault:
                if said := said_of(self, fault):
                    raise said from fault
                raise
            return event

        verb.move = move  # type: ignore[attr-defined]
        return verb  # type: ignore[return-value]

    return decorate


def _refuse_repeats(record: "Record", move: Move, key: str | None, seen: int | None) -> None:
    """Tell a double click, and a page that has grown old, from a fresh request."""
    if key and Event.objects.filter(key=key).exists():
        raise AlreadyDone(_("This is already done."))
    if seen is None or move.quiet or seen >= record.event_count:
        return
    if record.status not in move.sources:
        return  # too late whatever was written: the refusal says so, and invites to nothing
    since = record.story.filter(seq__gt=seen)
    quiet = {name for name, other in record.moves().items() if other.quiet}
    if loud := [event for event in since if event.verb not in quiet]:
        raise Changed(loud)


def account_of(actor: Actor | None) -> User | None:
    """Return who acts, as a row may name them: a person with an account, or nobody."""
    return actor if isinstance(actor, User) else None


def refusal(record: "Record", user: Actor | None, move: Move) -> Refused | None:
    """Return why `user` may not do `move` on `record` now, or None when it may be done."""
    if user is None and not move.by_clock:
        return NotAllowed(_("Only a person can do this."))
    if user is not None and not is_entrusted(record, user, move):
        return NotAllowed(_not_entrusted(record, move))
    if record.status not in move.sources:
        return WrongStatus(
            _("This cannot be done now: the status is “%(status)s”. Read what happened.")
            % {"status": record.get_status_display()}
        )
    if isinstance(user, User):
        for bar in move.bars:
            if bar.hits(record, user):
                return NotAllowed(str(bar.sentence))
    if unmet := [need for need in move.needs if not need.met(record)]:
        return Missing(record, unmet)
    return None


def _not_entrusted(record: "Record", move: Move) -> str:
    """Return who may do it instead, in the words of the duty."""
    if duties := move.duties_for(record):
        what = _(" or ").join(str(duty.label) for duty in duties)
        return _("You may not do this. It takes somebody who may %s.") % what
    return _("You may not do this. It takes somebody who has a part in it.")


def is_entrusted(record: "Record", user: Actor, move: Move) -> bool:
    """Return True when the duty, or being one of the named people, opens the verb to `user`."""
    if isinstance(user, Bearer):
        return move.by_code and user.record_id == record.pk
    if move.by_clock:
        return False
    if any(record.has_part(user, name) for name in move.person):
        return True
    if duties := move.duties_for(record):
        return any(user.may(duty, unit) for unit in move.units_for(record) for duty in duties)
    return not move.person and record.is_visible_to(user)


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """Return {field: [old, new]} for the fields that differ."""
    return {name: [before[name], after[name]] for name in after if before[name] != after[name]}


def guard_status(model: type[models.Model]) -> type[models.Model]:
    """Class decorator: let the database refuse every change of status that no verb makes."""
    pairs = sorted(
        {
            (source, move.target)
            for move in model.moves().values()  # type: ignore[attr-defined]
            for source in move.sources
            if move.target is not None and move.target != source
        }
    )
    pgtrigger.register(StatusGuard(name="status_guard", pairs=pairs))(model)
    return model


@dataclass
class Step:
    """What stands on the record's page about one verb."""

    move: Move
    unmet: list[Need] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        """True when nothing is missing."""
        return not self.unmet


NOTHING_MISSING = gettext_lazy("Everything is in place. You can go on.")
__all__ = [
    "NOTHING_MISSING",
    "Actor",
    "Bar",
    "Bearer",
    "Move",
    "Need",
    "Step",
    "ValidationError",
    "guard_status",
    "is_entrusted",
    "refusal",
    "transition",
]
