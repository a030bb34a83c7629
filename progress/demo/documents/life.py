"""Life of a document: its versions from draft to wherever they have come, held in memory.

Each step does what the verb of the same name does and asks the verb's own line from which state
it may be taken and by whose duty, so that whatever the demo shows could have been done.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import timezone

from documents.models import Audience, Document, DocumentType, Review, Status, Version, Writer
from progress.demo.documents.texts import Edition, Manuscript
from progress.demo.stage import Stage
from qms.history.models import Event
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.workdays import add_months
from qms.records.workflow import difference

_NIGHT = timedelta(minutes=5)  # past midnight, when the night's task turns the day


class DocumentLife:
    """One document, what hangs on it, and the clock of its story."""

    def __init__(
        self, stage: Stage, told: Manuscript, kind: DocumentType, number: str, owner: User
    ) -> None:
        self.stage, self.told, self.kind, self.owner = stage, told, kind, owner
        self.unit: Unit = stage.cast.units[told.unit]
        self.versions: list[Version] = []
        self.writers: dict[int, list[User]] = {}
        self.last_at: datetime
        self.document = Document(
            number=number,
            unit=self.unit,
            document_type=kind,
            owner=owner,
            openness=told.openness,
            source=told.source[0],
            source_url=told.source[1],
        )
        stage.shelf.give_id(self.document)

    # --- Who ----------------------------------------------------------------------------------

    @cached_property
    def may_write(self) -> list[User]:
        """Those who may begin a document here, the nearest first."""
        return self.stage.cast.holders(Duty.WRITE_DOCUMENTS, self.unit)

    @cached_property
    def may_adopt(self) -> list[User]:
        """Those whose decision it is, the nearest first."""
        return self.stage.cast.holders(self.kind.adopting_duty, self.unit)

    def writer(self, author: User) -> User:
        """Return who writes the next version: the author, the owner, or the nearest who may.

        The first version is begun by duty; from then on its owner may write as well.
        """
        able = [author, self.owner] if self.versions else []
        able = [p for p in able if p in self.may_write or p == self.owner]
        by_duty = [p for p in (author, self.owner, *self._leaving_one_to_adopt) if p.is_active]
        found = [*able, *(p for p in by_duty if p in self.may_write)]
        return next(p for p in found if self._somebody_else_adopts(p))

    @property
    def _leaving_one_to_adopt(self) -> list[User]:
        return sorted(self.may_write, key=lambda p: p in self.may_adopt)

    def _somebody_else_adopts(self, person: User) -> bool:
        return person.is_active and any(p != person for p in self.may_adopt)

    def adopter(self, version: Version) -> User:
        """Return who adopts a version: the nearest who may and has not written in it."""
        return next(p for p in self.may_adopt if p not in self.writers[version.pk])

    def reviewers(self, version: Version, asked: Sequence[User]) -> list[User]:
        """Return those of `asked` who may review: they have not written, and may read it."""
        here = self.unit.authority
        return [
            person
            for person in asked
            if person not in self.writers[version.pk]
            and (self.told.openness == "group" or here in person.authorities)
        ]

    # --- Steps --------------------------------------------------------------------------------

    @contextmanager
    def does(
        self, version: Version, verb: str, by: User | None, at: datetime, note: str = ""
    ) -> Iterator[dict[str, Any]]:
        """Tell the event of a verb; its body is what the caller does inside.

        Yields what is told beside the row's own fields. Raises ValueError when the verb's own
        line would refuse the state, or the clock instead of a person.
        """
        move = Version.moves()[verb]
        if version.status not in move.sources or (by is None) != move.by_clock:
            raise ValueError(f"{verb} by {by} from {version.status} of {version}")
        before = version.snapshot()
        beside: dict[str, Any] = {}
        yield beside
        if move.target is not None:
            version.status = move.target
        changes = difference(before, version.snapshot()) | beside
        self._tell(version, verb, by, at, note=note, changes=changes)

    def _tell(
        self, subject: Document | Version, verb: str, by: User | None, at: datetime, **more: Any
    ) -> None:
        self.last_at = at
        self._keep(subject.next_event(verb, by=by, at=at, **more))

    def _keep(self, row: models.Model) -> None:
        self.stage.shelf.add(row)

    def begin(self, edition: Edition, body: str, by: User, at: datetime) -> Version:
        """Begin a version; the first one begins the document too."""
        document = self.document
        if not self.versions:
            document.created_at, document.created_by = at, by
            self._tell(document, "begin", by, at)
            self.stage.shelf.add(document)
        major, minor = self._next(edition)
        version = Version(
            document=document,
            unit=self.unit,
            unit_name=self.unit.name,
            created_at=at,
            created_by=by,
            number=f"{document.number}/{major}.{minor}",
            major=major,
            minor=minor,
            is_meaningful=not edition.minor,
            title=edition.title,
            summary=edition.summary,
            body=body,
            news=edition.news,
        )
        self._keep(version)
        self.versions.append(version)
        self._wrote(version, by, at)
        version.measure()
        self._tell(version, "begin", by, at)
        return version

    def _next(self, edition: Edition) -> tuple[int, int]:
        if not self.versions:
            return 1, 0
        last = self.versions[-1]
        return (last.major, last.minor + 1) if edition.minor else (last.major + 1, 0)

    def _wrote(self, version: Version, by: User, at: datetime) -> None:
        written = self.writers.setdefault(version.pk, [])
        if by not in written:
            written.append(by)
            self._keep(Writer(version=version, person=by, since=at))

    def set_audience(self, rows: Sequence[Audience], by: User | None, at: datetime) -> None:
        """Say who is to read it."""
        for row in rows:
            self._keep(row)
        changes = {"audience": [[], sorted(map(str, rows))]}
        event = self.document.next_event("set_audience", by=by, at=at, changes=changes)
        self._keep(event)

    def write(self, version: Version, by: User, at: datetime) -> None:
        """Write in the text, with the pen in the hand."""
        self._wrote(version, by, at)
        version.revision += 1
        version.editing_by, version.editing_since = by, at
        self._tell(version, "write", by, at)

    def send_to_review(
        self, version: Version, by: User, at: datetime, reviewers: Sequence[User]
    ) -> list[Review]:
        """Ask the reviewers; return their turns."""
        with self.does(version, "send_to_review", by, at) as beside:
            version.round += 1
            version.editing_by = version.editing_since = None
            turns = [
                Review(version=version, round=version.round, order=place, reviewer=person)
                for place, person in enumerate(reviewers, start=1)
            ]
            for turn in turns:
                self._keep(turn)
            beside["reviewers"] = [None, [person.name for person in reviewers]]
        return turns

    def approve(self, version: Version, turn: Review, at: datetime, comment: str = "") -> None:
        """Say that the text is right."""
        with self.does(version, "approve", turn.reviewer, at, comment):
            self._answer(turn, Review.Answer.APPROVED, turn.reviewer, at, comment)

    def ask_for_change(
        self, version: Version, turns: Sequence[Review], turn: Review, at: datetime, comment: str
    ) -> None:
        """Send it back to the authors; who has not answered need not."""
        with self.does(version, "ask_for_change", turn.reviewer, at, comment):
            self._answer(turn, Review.Answer.CHANGE, turn.reviewer, at, comment)
            for other in turns:
                if not other.answer:
                    self._answer(other, Review.Answer.NOT_NEEDED, turn.reviewer, at)

    def _answer(self, turn: Review, answer: str, by: User, at: datetime, comment: str = "") -> None:
        turn.answer, turn.comment = answer, comment
        turn.answered_by, turn.answered_at = by, at

    def finish_review(self, version: Version, at: datetime) -> None:
        """Let it wait for its adoption."""
        with self.does(version, "finish_review", None, at):
            pass

    def adopt(
        self, version: Version, edition: Edition, at: datetime, valid_from: date, review_on: date
    ) -> None:
        """Decide that it applies from a day; what applied before stops to apply that day."""
        document, before = self.document, self.document.review_on
        by = self.adopter(version)
        with self.does(version, "adopt", by, at) as beside:
            version.valid_from, version.adopted_by = valid_from, by
            version.adopted_on = timezone.localdate(at, timezone.get_default_timezone())
            version.hard_text_reason = edition.hard_text_reason if version.is_hard else ""
            for standing in self.versions:
                if standing is not version and standing.status in ("adopted", "in_force"):
                    standing.ended_on = valid_from
            document.first_valid_on = document.first_valid_on or valid_from
            document.review_on = review_on
            beside |= {"review_on": [before, review_on], "sha256": [None, version.digest]}

    def enter_force(self, version: Version, at: datetime) -> None:
        """Let the status say what the dates say; what applied before is superseded."""
        assert version.valid_from
        night = self.stage.almanac.moment(version.valid_from, datetime.min.time()) + _NIGHT
        at = max(at, night)
        with self.does(version, "enter_force", None, at):
            for old in self.versions:
                ended = old.ended_on and old.ended_on <= version.valid_from
                if old.status == Status.IN_FORCE and ended:
                    with self.does(old, "supersede", None, at):
                        pass

    def reviewed_unchanged(self, version: Version, at: datetime, review_on: date) -> None:
        """Say that it still is right, and when it is looked through next."""
        by = self.owner if self.owner.is_active else self.may_adopt[0]
        with self.does(version, "reviewed_unchanged", by, at) as beside:
            beside["review_on"] = [self.document.review_on, review_on]
            self.document.review_on = review_on

    def withdraw(
        self, version: Version, at: datetime, reason: str, replaced_by: Document | None
    ) -> None:
        """Let it apply no more, and say why and what applies instead."""
        with self.does(version, "withdraw", self.may_adopt[0], at, reason) as beside:
            day = timezone.localdate(at, timezone.get_default_timezone())
            version.withdrawn_on = version.ended_on = day
            version.withdrawal_reason = reason
            self.document.review_on = None
            if replaced_by:
                self.document.replaced_by = replaced_by
                beside["replaced_by"] = [None, replaced_by.number]

    def usual_review(self, day: date) -> date:
        """Return the day of the next review by the rule of its kind, or its own."""
        return add_months(day, self.told.months or self.kind.review_months)

    def facts(self, documents: dict[str, Document], clauses: dict[str, Any]) -> None:
        """Set what it belongs with; every document of the demo must have its id."""
        told = self.told
        applies = told.applies_to or (told.unit,)
        self._many(Document.applies_to, unit_id=[self.stage.cast.units[c].pk for c in applies])
        found = sorted({clauses[number].pk for number in told.clauses if number in clauses})
        self._many(Document.clauses, clause_id=found)
        links = {key for edition in told.editions for key in edition.links} - {told.key}
        to = sorted({documents[key].pk for key in links} - {self.document.pk})
        self._link(to)
        if told.supplements:
            self.document.supplements = documents[told.supplements]

    def _many(self, relation: Any, **ids: list[int]) -> None:
        [(name, values)] = ids.items()
        for value in values:
            self._keep(relation.through(document_id=self.document.pk, **{name: value}))

    def _link(self, to: Sequence[int]) -> None:
        for pk in to:
            row = Document.related.through(from_document_id=self.document.pk, to_document_id=pk)
            self._keep(row)


ORDER = (
    Document,
    Document.applies_to.through,
    Document.clauses.through,
    Document.related.through,
    Audience,
    Version,
    Writer,
    Review,
    Event,
)
