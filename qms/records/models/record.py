"""Record: what every quality record has, and the one rule for who may see it."""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qms.history.models import Event, Storied
from qms.organization.duties import Duty
from qms.organization.models import Appointment, Unit, User
from qms.records import line, workflow
from qms.records.lookups import Among, AnyOf
from qms.records.models.comment import Comment
from qms.records.models.webhook import Webhook
from qms.records.refusals import Refused

if TYPE_CHECKING:
    from qms.records.models.attachment import Attachment

__all__ = ["Access", "Among", "AnyOf", "Record", "RecordQuerySet"]


Part = tuple[Any, Any, str]  # who, as what, and how much that part sees


class Access(models.TextChoices):
    """How much of a record a person sees."""

    FULL = "full", gettext_lazy("everything")
    OWN = "own", gettext_lazy("your own report and its answer")
    MASKED = "masked", gettext_lazy("number, dates and status; the text is masked")


class RecordQuerySet(models.QuerySet):
    """The one rule for lists, details, counts, search, exports, mails, PDF and API."""

    def visible_to(self, user: User) -> Self:
        """Return the records that exist for `user`. What is not here is 404, everywhere."""
        overseen, read = user.units_for(Duty.OVERSEE), user.units_for(Duty.READ_RECORDS)
        if overseen.everything:
            seen = models.Q()
        else:
            seen = models.Q(unit__any=overseen.ids | read.ids)
            involved = self.model.involving(user)
            if involved is not None:  # asked for its truth, a queryset fetches every row
                seen |= models.Q(pk__among=involved)
        return self.filter(seen & self.model.out_of_draft(user))

    def readable_to(self, user: User) -> Self:
        """Return the records whose text `user` may read; search looks nowhere else."""
        return self.visible_to(user).filter(self.model.full_access(user) | self.model.own(user))

    def with_access(self, user: User) -> Self:
        """Add `access` to each record: everything, the own report, or masked."""
        return self.annotate(
            access=models.Case(
                models.When(self.model.full_access(user), then=models.Value(Access.FULL.value)),
                models.When(self.model.own(user), then=models.Value(Access.OWN.value)),
                default=models.Value(Access.MASKED.value),
            )
        )

    def for_hits(self) -> Self:
        """Return the rows with what a result of a search shows of them."""
        return self.select_related("unit").defer("search")

    def open(self) -> Self:
        """Return the records that are not at an end."""
        return self.exclude(status__in=self.model.ENDS)


class Record(Storied):
    """A quality record: it belongs to one unit and moves only by its verbs.

    A concrete record sets `Status`, `ENDS` (where the road ends) and `STEPS` (the stepper).
    """

    if TYPE_CHECKING:  # what every concrete record brings
        status: Any
        objects: Any
        access: str  # set by with_access()
        _moves: ClassVar[dict[str, workflow.Move]]

        def get_status_display(self) -> str: ...

        def get_absolute_url(self) -> str: ...

    is_quality_record = True
    ENDS: ClassVar[tuple[str, ...]] = ()
    STEPS: ClassVar[tuple[tuple[str, Any], ...]] = ()
    LOOKS: ClassVar[dict[str, str]] = {}  # the look of each status (ux: seven in all)
    ALSO_TOLD: ClassVar[dict[str, Any]] = {}  # sentences of events that are no verb of this record
    SEALED: ClassVar[bool] = False  # only few may know that it exists: nothing outside is told
    SERIES: ClassVar[str] = ""  # what its numbers begin with, where no other kind's do
    # What other systems are told beside the great steps; None: nothing at all of this kind, which
    # is so until somebody has thought of who may know that such a record exists.
    ANNOUNCED: ClassVar[frozenset[str] | None] = None
    BESIDE: ClassVar[str] = ""  # the template of what stands beside a verb's questions
    UNTOLD: ClassVar[frozenset[str]] = frozenset()  # fields that never stand in an Event
    PARTS: ClassVar[dict[str, Any]] = {}  # parts of a person that are no field of the row, in words
    RANKING: ClassVar[Any] = None  # what ranks the hits of a search: see documents/searching.py
    LASTING: ClassVar[frozenset[str]] = frozenset()  # parts that outlive the appointment
    # Parts that a substitute takes on while the person is away.
    HELD: ClassVar[frozenset[str]] = frozenset({"responsible", "investigator"})

    number = models.CharField(
        gettext_lazy("number"), max_length=20, unique=True, null=True, editable=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=gettext_lazy("unit"))
    unit_name = models.CharField(
        gettext_lazy("the unit's name at the time"), max_length=150, editable=False
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    comments = GenericRelation(Comment)
    attachments = GenericRelation("records.Attachment")
    issued = GenericRelation("records.IssuedFile")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number or _("draft")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the record; the unit's name is kept as it was when the record was made."""
        if not self.unit_name:
            self.unit_name = self.unit.name
        super().save(*args, **kwargs)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check each field; a row that is in hand, just read, is not looked up once more."""
        super().clean_fields(exclude={*(exclude or ()), *self._in_hand()})

    def _in_hand(self) -> Iterator[str]:
        """Yield the relations whose very row was read from the database by whoever set it."""
        for field in self._meta.fields:
            if not (isinstance(field, models.ForeignKey) and field.is_cached(self)):
                continue
            held, pk = field.get_cached_value(self), getattr(self, field.attname)
            if held is not None and pk is not None and held.pk == pk and not held._state.adding:
                yield field.name

    # --- Who sees it --------------------------------------------------------------------------

    @classmethod
    def involving(cls, user: User) -> models.QuerySet | None:
        """Return the ids of the records in which `user` takes part as a person, or None."""
        return None

    @classmethod
    def out_of_draft(cls, user: User) -> models.Q:
        """Return what keeps a draft with its author."""
        return models.Q()

    @classmethod
    def full_access(cls, user: User) -> models.Q:
        """Return which records `user` may read in full."""
        read, open_ = user.units_for(Duty.READ_RECORDS), user.units_for(Duty.READ_OPEN)
        full = models.Q(unit__any=read.ids)
        if open_:
            full |= models.Q(unit__any=open_.ids, unit__secrecy_area="") & cls.not_secret()
        return full

    @classmethod
    def own(cls, user: User) -> models.Q:
        """Return which records are the user's own reports. None, unless the record says so."""
        return models.Q(pk__in=[])

    @classmethod
    def not_secret(cls) -> models.Q:
        """Return which records carry no secrecy mark of their own."""
        return models.Q()

    @classmethod
    def numbered_elsewhere(cls, text: str) -> models.Q | None:
        """Return which records bore this number before they came here, or None."""
        return None

    def has_part(self, user: User, name: str) -> bool:
        """Return True when `user` is named there, or stands in for who is, in the authority.

        Who has left the board or the company has left its cases too (secrecy act, 8:1).
        """
        named = getattr(self, f"{name}_id", None)
        if named is None:
            return False
        if named != user.pk:
            return name in self.HELD and line.stands_in(user, named, self.unit_id)
        return name in self.LASTING or self.unit.authority in user.authorities

    def still_here(self, parts: Sequence[Part]) -> list[Part]:
        """Return the parts whose person works in the record's authority, and who stands in."""
        people = {person.pk for person, _why, _access in parts if person}
        theirs = models.Q(user__in=people) | models.Q(substitute__in=people)
        there = Appointment.objects.current().filter(theirs, unit__authority=self.unit.authority)
        found = list(there.select_related("unit", "substitute"))
        working = {pk for each in found for pk in (each.user_id, each.substitute_id)}
        here = [part for part in parts if part[0] and part[0].pk in working]
        return here + self._standing_in(here, found)

    def _standing_in(self, parts: list[Part], found: list[Appointment]) -> list[Part]:
        """Return, for who is away, the part of the substitute: what line.stands_in says of one."""
        near = [each for each in found if each.substitute and self.unit_id in each.unit.own_reach]
        away = line.Absence.away({each.user_id for each in near}) if near else frozenset()
        why = _("Stands in for %s")
        return [
            (each.substitute, why % person.name, access)
            for person, _part, access in parts
            for each in near
            if each.user_id == person.pk and person.pk in away
        ]

    def require_colleague(self, person: User, field: str) -> None:
        """Raise ValidationError unless `person` works in the authority the record belongs to."""
        if self.unit.authority not in person.authorities:
            raise ValidationError(
                {field: _("Choose somebody who works in %s.") % (self.unit.authority or self.unit)}
            )

    def is_visible_to(self, user: User) -> bool:
        """Return True when the record exists for `user`."""
        return type(self).objects.visible_to(user).filter(pk=self.pk).exists()

    def access_of(self, user: User) -> str:
        """Return how much of this record `user` sees, by the rule of the queryset."""
        found = type(self).objects.visible_to(user).with_access(user).filter(pk=self.pk)
        return found.values_list("access", flat=True).first() or ""

    # --- What can be done ---------------------------------------------------------------------

    @classmethod
    def moves(cls) -> dict[str, workflow.Move]:
        """Return every verb of this kind of record, in the order of the process."""
        if "_moves" not in cls.__dict__:
            found: dict[str, workflow.Move] = {}
            for base in cls.__mro__:
                for name, value in vars(base).items():
                    if move := getattr(value, "move", None):
                        found[name] = move
            cls._moves = found
        return cls._moves

    @classmethod
    def move_at(cls, address: str) -> workflow.Move | None:
        """Return the verb whose page has this address."""
        return next((m for m in cls.moves().values() if m.address == address), None)

    def refusal(self, user: workflow.Actor | None, move: workflow.Move) -> Refused | None:
        """Return why `user` may not do `move` now, or None."""
        return workflow.refusal(self, user, move)

    def allows(self, user: User, verb: str) -> bool:
        """Return True when `user` may do the verb now: it draws the buttons and stops the verb."""
        return self.refusal(user, self.moves()[verb]) is None

    def steps_for(self, user: User) -> Iterator[workflow.Step]:
        """Yield the verbs open to `user` in this status, each with what it still lacks."""
        for move in self.moves().values():
            if self.status not in move.sources or move.by_clock:
                continue
            if not workflow.is_entrusted(self, user, move):
                continue
            if any(bar.hits(self, user) for bar in move.bars):
                continue
            yield workflow.Step(move, [need for need in move.needs if not need.met(self)])

    def after(self, move: workflow.Move, *, by: User | None) -> None:
        """Follow up a verb within its transaction; the record itself is saved."""

    @property
    def is_open(self) -> bool:
        """True until the road ends."""
        return self.status not in self.ENDS

    @property
    def unit_then_and_now(self) -> str:
        """The unit's name, with the one it had when the record was made if that was another."""
        if self.unit_name in {"", self.unit.name}:
            return self.unit.name
        return _("%(now)s (then %(then)s)") % {"now": self.unit.name, "then": self.unit_name}

    @property
    def state(self) -> dict[str, str]:
        """What the state label shows: the status, or that it is late."""
        days = getattr(self, "days_late", 0)
        if days:
            word = ngettext("%(days)d day late", "%(days)d days late", days) % {"days": days}
            return {"look": "late", "word": word}
        return {"look": self.LOOKS.get(self.status, "active"), "word": self.get_status_display()}

    @property
    def stepper(self) -> list[dict[str, str]]:
        """The steps of the road, each done, here or later."""
        codes = [str(code) for code, _label in self.STEPS]
        here = codes.index(self.status) if self.status in codes else 0
        at_end = self.status in self.ENDS
        return [
            {
                "label": label,
                "state": "done"
                if n < here or (at_end and n == here)
                else "here"
                if n == here
                else "later",
            }
            for n, (_code, label) in enumerate(self.STEPS)
        ]

    def parts(self) -> list[tuple[User | None, Any, str]]:
        """Return who takes part as a person: the person, the part in words, how much is seen.

        It says of one record what `involving`, `full_access` and `own` say of many.
        """
        return []

    def guests(self) -> Iterator[tuple[int, Any]]:
        """Yield the other units that see the record masked, and why, beside the record's own.

        Those who handle deviations there see it; it says of one record what `involving` says.
        """
        yield from ()

    @property
    def is_marked_secret(self) -> bool:
        """True when this very record is kept from those who only oversee; see `not_secret`."""
        return False

    def heading_for(self, user: User) -> str:
        """Return the record's heading as `user` may see it; a concrete record says more."""
        return str(self)

    def hidden_actor(self, user: User) -> int | None:
        """Return the id of a person whose name `user` may not see in the story, or None."""
        return None

    # --- Its story ----------------------------------------------------------------------------

    def tell(self, verb: str, *, by: Any, note: str = "", **more: Any) -> Event:
        """Add one event to the story, and let other systems that listen know of a great step."""
        event = super().tell(verb, by=by, note=note, **more)
        Webhook.announce(self, event)
        return event

    @cached_property
    def _told_fields(self) -> list[str]:
        hidden = {"event_count", "event_head", "id", *self.UNTOLD}
        return [
            field.attname
            for field in self._meta.concrete_fields
            if field.attname not in hidden and not field.generated
        ]

    def snapshot(self) -> dict[str, Any]:
        """Return the fields whose changes an Event tells."""
        return {name: getattr(self, name) for name in self._told_fields}

    def lock(self) -> None:
        """Re-read and hold the row; what a verb changes beside the row's own fields is told too."""
        # Its unit comes along: every verb asks where the record belongs.
        rows = type(self)._base_manager.select_related("unit").select_for_update(of=("self",))
        self.refresh_from_db(from_queryset=rows)
        self.also_changed: dict[str, Any] = {}

    def unchanged(self, changes: dict[str, Any]) -> set[str]:
        """Return the names of the fields that need no check: as before, or given by a series."""
        untouched = {field.name for field in self._meta.fields if field.attname not in changes}
        return untouched | {"number"}

    # --- Verbs every record has ---------------------------------------------------------------

    def _add_comment(self, *, by: workflow.Actor, text: str, to_reporter: bool = False) -> None:
        person = workflow.account_of(by)
        Comment.objects.create(record=self, text=text, to_reporter=to_reporter, written_by=person)

    def _add_files(self, files: "list[Attachment]", by: workflow.Actor | None) -> str:
        for attachment in files:
            attachment.record, attachment.added_by = self, workflow.account_of(by)
            attachment.save()
        return ", ".join(attachment.name for attachment in files)
