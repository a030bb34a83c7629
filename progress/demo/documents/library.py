"""Puts the demo's documents on the shelf: when each was written, reviewed and adopted, by whom."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.urls import reverse

from documents.markup import from_light
from documents.models import Document, DocumentType, Version
from progress.demo.documents.life import ORDER, DocumentLife
from progress.demo.documents.local import local_manuscripts
from progress.demo.documents.readers import name_audiences, read, suggest
from progress.demo.documents.texts import LEFT, Edition, Manuscript, manuscripts
from progress.demo.stage import Stage
from progress.demo.stories import phrases
from qms.organization.models import User
from qms.records.bulk import Shelf
from qms.records.models import NumberSeries
from qms.requirements.models import Clause

_WRITING = 45  # days from the first line to the adoption
_LEAST = timedelta(days=2)


def add_documents(stage: Stage) -> int:
    """Tell the life of every document of the demo; return how many. Adds nothing again."""
    if Document.objects.exists():
        return 0
    stage.shelf = Shelf(ORDER)
    told = sorted([*manuscripts(), *local_manuscripts()], key=lambda m: (-m.editions[0].ago, m.key))
    lives = _lives(stage, told)
    documents = {life.told.key: life.document for life in lives}
    addresses = {key: reverse("documents:detail", args=[d.number]) for key, d in documents.items()}
    clauses = {c.number: c for c in Clause.objects.order_by("-edition__slug")}
    for life in lives:
        _Telling(life, addresses, documents).tell()
        life.facts(documents, clauses)
    by_key = {life.told.key: life for life in lives}
    name_audiences(by_key)
    stage.shelf.store()
    read(stage, by_key)
    suggest(stage, by_key)
    return len(lives)


def _lives(stage: Stage, told: Sequence[Manuscript]) -> list[DocumentLife]:
    kinds = {kind.code: kind for kind in DocumentType.objects.all()}
    numbers = NumberSeries.take_many("DOK", 0, len(told))
    gone = _who_left()
    return [
        DocumentLife(
            stage, one, kinds[one.type], number,
            gone if one.owner == LEFT else stage.cast.people[one.owner],
        )
        for one, number in zip(told, numbers, strict=True)
    ]  # fmt: skip


def _who_left() -> User:
    """Return somebody who owned documents and no longer works here."""
    return User.objects.get_or_create(
        username="gunnel.havsmark",
        defaults={
            "first_name": "Gunnel",
            "last_name": "Havsmark",
            "title": "Tidigare enhetschef",
            "is_active": False,
        },
    )[0]


@dataclass
class _Telling:
    """One life as it is told: the days between which each version is written."""

    life: DocumentLife
    addresses: dict[str, str]
    documents: dict[str, Document]

    def __post_init__(self) -> None:
        self.stage, self.told = self.life.stage, self.life.told
        self.rng = random.Random(f"{self.stage.seed}:{self.told.key}")
        self.almanac = self.stage.almanac

    def tell(self) -> None:
        """Live every version, oldest first, and what came after the last one."""
        for edition in self.told.editions:
            self._live(edition)
        applies = [v for v in self.life.versions if v.status == "in_force"]
        for version in applies:
            self._look_through(version)
            if gone := self.told.withdrawn:
                by = self.documents.get(gone["by"])
                self.life.withdraw(version, self._day(gone["ago"]), gone["reason"], by)

    def _day(self, ago: int, at: time = time(9)) -> datetime:
        moment = self.almanac.moment(self.almanac.today - timedelta(days=ago), at)
        return min(self.almanac.at_work(moment, self.rng), self.almanac.now - timedelta(minutes=9))

    def _live(self, edition: Edition) -> None:
        end = self._day(edition.ago)
        begun = end - timedelta(days=self.rng.randrange(_WRITING // 2, _WRITING))
        if self.life.versions:
            begun = max(begun, self.life.last_at + _LEAST)
        points = _Points(self, begun, end, edition.state)
        author = self.stage.cast.people[self.told.author]
        writer = self.life.writer(author)
        version = self.life.begin(edition, self._body(edition), writer, points.at(0))
        self.life.write(version, writer, points.at(0.12))
        if edition.state == "draft":
            return
        asked = self._asked(version, author)
        if edition.state == "in_force" and self.rng.random() < 0.16:
            self._send_back(version, writer, asked, points)
        turns = self.life.send_to_review(version, writer, points.at(0.5), asked)
        answering = turns[:1] if edition.state == "review" else turns
        places = [0.6 + 0.3 * n / len(turns) for n in range(len(turns))]
        for turn, place in zip(answering, places, strict=False):
            self.life.approve(version, turn, points.at(place), self._comment("approve", 0.3))
        if edition.state == "review" and len(turns) > 1:
            return
        self.life.finish_review(version, points.at(0.91))
        if edition.state != "approved":
            self._adopt(version, edition, end)

    def _body(self, edition: Edition) -> str:
        return from_light(edition.linked(self.addresses))

    def _asked(self, version: Version, author: User) -> list[User]:
        """Return the reviewers: those of the head, and the author where somebody else wrote."""
        named = [self.stage.cast.people[name] for name in self.told.reviewers]
        asked = self.life.reviewers(version, list(dict.fromkeys([*named, author])))
        return asked or self.life.reviewers(version, self.life.may_adopt)[:1]

    def _comment(self, about: str, often: float = 1) -> str:
        return self.rng.choice(phrases()[f"document_{about}"]) if self.rng.random() < often else ""

    def _send_back(
        self, version: Version, writer: User, asked: list[User], points: "_Points"
    ) -> None:
        turns = self.life.send_to_review(version, writer, points.at(0.2), asked)
        self.life.ask_for_change(
            version, turns, self.rng.choice(turns), points.at(0.3), self._comment("change")
        )
        self.life.write(version, writer, points.at(0.36))

    def _adopt(self, version: Version, edition: Edition, at: datetime) -> None:
        day = at.date()
        wait = edition.wait if edition.wait is not None else self.rng.choice((0, 0, 7, 14))
        if edition.state == "in_force":
            wait = min(wait, (self.almanac.today - day).days)
        if self.life.kind.needs_decision_number:
            self._decide(version)
        valid_from = day + timedelta(days=wait)
        review_on = self.life.usual_review(valid_from)
        if self.told.review_in is not None and edition is self.told.editions[-1]:
            review_on = self.almanac.today + timedelta(days=self.told.review_in)
        self.life.adopt(version, edition, at, valid_from, review_on)
        if edition.state == "in_force":
            self.life.enter_force(version, at + timedelta(seconds=1))

    def _decide(self, version: Version) -> None:
        """Write down the decision, as the registrar has it."""
        newest = len(self.life.versions) == len(self.told.editions)
        paragraph, number = self.told.decision if newest else self._older_decision()
        version.decision_body = "Kommunfullmäktige"
        version.decision_paragraph, version.decision_number = paragraph, number

    def _older_decision(self) -> tuple[str, str]:
        return f"§ {self.rng.randrange(12, 190)}", f"KS 2022/{self.rng.randrange(40, 600):04d}"

    def _look_through(self, version: Version) -> None:
        """Look it through when its day came, again and again; some are left lying."""
        life, today = self.life, self.almanac.today
        while (due := life.document.review_on) and due < today:
            if self.told.review_in is not None or self.rng.random() < 0.3:
                return
            at = self._day((today - due).days + self.rng.randrange(0, 20))
            if at.date() >= today - timedelta(days=20):
                return
            life.reviewed_unchanged(version, at, life.usual_review(max(due, at.date())))


@dataclass
class _Points:
    """Instants between the first line of a version and its adoption, at office hours."""

    telling: _Telling
    begun: datetime
    end: datetime
    state: str

    def __post_init__(self) -> None:
        self.last = self.begun - timedelta(hours=1)

    def at(self, share: float) -> datetime:
        """Return an instant at a share of the way, later than the one before."""
        almanac, rng = self.telling.almanac, self.telling.rng
        wished = almanac.at_work(self.begun + (self.end - self.begun) * share, rng)
        latest = self.end - timedelta(minutes=round(300 * (1 - share)) + 1)
        self.last = max(min(wished, latest), self.last + timedelta(minutes=3))
        return self.last
