"""Records in every place of the group, with a secret word planted in every text.

North is home care, under the social board. The company's cases lie outside its secrecy; one of
them is marked secret. The school is another authority's. The draft is Anna's. The hidden one was
reported by somebody who asked to be known to the coordinator only.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from nonconformities.models import Action, Category, Lesson, Nonconformity, Obligation, Route, Track
from nonconformities.models.examiners import owner_of
from qms.organization.ciphers import seal
from qms.organization.duties import Role
from qms.organization.models import Unit, User
from qms.organization.models.change import rename
from qms.records.models import Attachment, IssuedFile, NumberSeries, SavedView, Webhook, Work
from tests.group import person
from tests.planted_borders import BORDERS, Borderland
from tests.planted_documents import DOCUMENTS, plant_documents
from tests.planted_places import BORNE, borne_case, spots_of

PLACES = ("north", "company", "secret", "school")
VARIANTS = ("full", "masked", "management")
MAIN_LINE = ("draft", "reported", "assessed", "investigating", "action", "effect_check", "closed")

# Who reads what. Everybody else may not meet the words anywhere.
LINE = {
    "north": {"bo", "berit", "eva", "ines"},
    "company": {"david", "cecilia"},
    "secret": set[str](),
    "school": {"frank", "rut"},  # she has an action in it
    "borne": {"bo", "berit", "eva", "ines"},  # and whoever holds its receipt code
    "draft": {"anna"},
    "own": {"bo"},  # what somebody saved or asked for is that person's alone
}
APART: dict[str, set[str]] = {
    # Only on the page that opens after the reading has been logged.
    "protected": set(), "track": set(), "track_source": set(),
    "reporter": {"cecilia"},
    "shared_view": {"anna", "bo"},  # those who work in home care north
}  # fmt: skip
EVERYBODY = {
    "anna", "bo", "berit", "cecilia", "david", "eva", "ines", "frank", "gun", "adam", "nils",
    "rut", "standin", "leaver",
}  # fmt: skip
# The school and south were asked; the school answered. A lesson is written for the whole group.
OUTWARD = {
    "question": {"frank", "standin"}, "reply": {"frank"}, "card": EVERYBODY, "done": EVERYBODY,
}  # fmt: skip
OWN_WORDS = {
    "description", "title", "correction", "place", "answer", "own_file", "told", "query",
    "response",
}  # fmt: skip


def word(place: str, field: str) -> str:
    """Return the secret word of one text, which stands nowhere else."""
    return f"q{place}{field}q".replace("_", "")


def readers(place: str, field: str) -> set[str]:
    """Return who of the cast may meet a word."""
    if place in BORDERS:
        return BORDERS[place][field]
    if place in DOCUMENTS:
        return DOCUMENTS[place][field]
    if field in APART:
        return APART[field]
    if field in OUTWARD:
        return OUTWARD[field] | LINE[place]
    own = {"anna"} if place == "north" and field in OWN_WORDS else set()
    return LINE[place] | own


def attachment(name: str) -> Attachment:
    """Return a small text file as an attachment that has been checked."""
    content = ContentFile(b"text", name=name)
    return Attachment(file=content, name=name, media_type="text/plain", size=4, sha256="0" * 64)


def case_at(status: str, unit: Unit, reporter: User | None, **facts: Any) -> Nonconformity:
    """Return a deviation placed in a state without its story, for tests of one verb."""
    now = timezone.now()
    sent: dict[str, Any] = {"number": NumberSeries.take("AVV", now.year), "reported_at": now}
    if status in MAIN_LINE[2:]:
        sent |= {"severity": 2, "likelihood": 3, "category": a_category()}
    facts = {"description": "Fel dos i dosetten.", "reported_by": reporter} | sent | facts
    return Nonconformity.objects.create(status=status, unit=unit, **facts)


def action_at(status: str, case: Nonconformity, responsible: User, **facts: Any) -> Action:
    """Return an action placed in a state without its story."""
    today = timezone.localdate()
    facts = {"description": "Ny checklista", "kind": "correction"} | facts
    return Action.objects.create(
        status=status, nonconformity=case, unit=case.unit, round=case.round,
        number=NumberSeries.take("ATG", today.year), responsible=responsible, due_on=today,
        first_due_on=today, **facts,
    )  # fmt: skip


def track_at(status: str, case: Nonconformity, **facts: Any) -> Track:
    """Return an examination by law placed in a state, without its story and its clocks."""
    now = timezone.now()
    law = Obligation.objects.get(code="lex-sarah")
    facts = {"because": "person", "known_at": now} | facts
    return Track.objects.create(
        status=status, nonconformity=case, unit=case.unit, obligation=law,
        responsible=owner_of(case.unit, law),
        number=NumberSeries.take("PRV", now.year), **facts,
    )  # fmt: skip


def a_category() -> Category:
    """Return the category of every planted case."""
    words = {"name_sv": "Läkemedel", "name_en": "Medicine"}
    return Category.objects.get_or_create(code="planted-medicine", defaults=words)[0]


class Planting:
    """Plants one whole case in one place, by its verbs, with a word in every text."""

    def __init__(
        self, place: str, unit: Unit, reporter: User, manager: User, doer: User, **asks: Any
    ) -> None:
        self.place, self.unit, self.asks = place, unit, asks
        self.reporter, self.manager, self.doer = reporter, manager, doer

    def word(self, field: str) -> str:
        """Return this place's word for a text."""
        return word(self.place, field)

    def reported(self, **facts: Any) -> Nonconformity:
        """Return the case as the reporter sent it."""
        case = Nonconformity.objects.create(
            unit=self.unit, reported_by=self.reporter, description=self.word("description"),
            correction=self.word("correction"), place=self.word("place"), **facts,
        )  # fmt: skip
        case.attach(by=self.reporter, files=[attachment(f"{self.word('own_file')}.txt")])
        case.report(by=self.reporter)
        return case

    def whole(self) -> Nonconformity:
        """Return the case after its first round, waiting for the effect."""
        case, by = self.reported(), self.manager
        case.assess(
            by=by, title=self.word("title"), severity=2, likelihood=3, category=a_category(),
            is_secret=self.place == "secret",
        )  # fmt: skip
        case.start_investigation(by=by, investigator=by, plan=self.word("plan"))
        case.add_cause(by=by, method="whys", texts=[self.word("why"), self.word("cause")])
        case.answer_extent(by=by, extent=self.word("extent"))
        if self.asks:
            self.ask(case, **self.asks)
        self.action(case)
        case.comment(by=by, text=self.word("comment"))
        case.comment(by=by, text=self.word("told"), to_reporter=True)
        case.ask_reporter(by=by, question=self.word("query"))
        case.answer_question(by=self.reporter, text=self.word("response"))
        case.attach(by=by, files=[attachment(f"{self.word('file')}.txt")])
        case.protect_details(by=by, details=self.word("protected"))
        self.track(case)
        case.refresh_from_db()
        return case

    def track(self, case: Nonconformity) -> None:
        """Examine it under a law: what is written is for who has logged the reading of it."""
        track = track_at("examined", case, because="answer")
        track.write_entry(
            by=self.manager, field="what", text=self.word("track"),
            source=self.word("track_source"),
            is_judgement=False, noted_on=timezone.localdate(),
        )  # fmt: skip

    def ask(self, case: Nonconformity, *, units: list[Unit], by: User) -> None:
        """Ask the units; the first answers, and the others are not waited for."""
        case.ask_others(by=self.manager, units=units, text=self.word("question"), ground="none")
        answer = case.extent_questions.get().answers.get(unit=units[0])
        answer.answer(by=by, verdict="no", reason=self.word("reply"))
        case.pass_answers(by=self.manager, reason=self.word("passed"))
        Lesson.share(case, by=self.manager, text=self.word("card"), done=self.word("done"))

    def action(self, case: Nonconformity) -> None:
        """Plan, decide and do what is to be done."""
        today, by = timezone.localdate(), self.manager
        case.plan_action(
            by=by, kind="corrective", description=self.word("action"), responsible=self.doer,
            cause=case.causes.roots().get(), due_on=today, criterion=self.word("criterion"),
            effect_on=today + timedelta(days=30),
        )  # fmt: skip
        case.decide_actions(by=by, note=self.word("decision"))
        action = case.actions.get()
        action.attach(by=self.doer, files=[attachment(f"{self.word('evidence_file')}.txt")])
        action.complete(by=self.doer, evidence=self.word("evidence"))
        action.verify(by=by, result=self.word("result"))


ROUND_ONE = (
    "description", "correction", "place", "own_file", "title", "plan", "why", "cause", "extent",
    "action", "criterion", "decision", "evidence", "evidence_file", "result", "comment", "told",
    "query", "response",
    "file", "protected", "track", "track_source",
)  # fmt: skip
OLD_REGISTER = ("old_description", "old_cause", "old_rest")
WORDS = [
    *itertools.product(["borne"], BORNE),
    *itertools.product(PLACES, ROUND_ONE),
    ("draft", "description"), ("draft", "place"), ("hidden", "reporter"),
    ("north", "shared_view"), *itertools.product(["own"], ["view", "asked", "work", "work_file"]),
    *itertools.product(["north"], ["question", "reply", "passed", "card", "done"]),
    *itertools.product(["north"], OLD_REGISTER),
    *((place, field) for place, fields in BORDERS.items() for field in fields),
    *((place, field) for place, fields in DOCUMENTS.items() for field in fields),
]  # fmt: skip


def webhook(unit: Unit, owner: User, address: str = "https://system.example.org/takt") -> Webhook:
    """Return another system that is told of a unit."""
    sealed = seal("taktwh_hemligt")
    return Webhook.objects.create(
        name="Diariet", address=address, unit=unit, owner=owner, sealed=sealed
    )


def plant(units: SimpleNamespace, cast: SimpleNamespace) -> SimpleNamespace:
    """Plant a case in every place; returns them by the names of their places."""
    from tests.importing.planted import imported  # it stands on what is above

    extra = {
        "maj": person("maj", "Lind", (units.north, Role.STAFF)),
        "karl": person("karl", "Dahl", (units.water, Role.STAFF)),
        "viveka": person("viveka", "Rask", (units.company, Role.UNIT_MANAGER)),
        "rut": person("rut", "Alm", (units.school, Role.STAFF)),
    }
    hidden = person("gomd", word("hidden", "reporter"))
    company = ("karl", "viveka", "karl")
    people = {
        "north": (units.north, cast.anna, cast.bo, extra["maj"]),
        "company": (units.water, *map(extra.get, company)),
        "secret": (units.water, *map(extra.get, company)),
        "school": (units.school, extra["rut"], cast.frank, extra["rut"]),
    }
    hook = webhook(units.group, cast.cecilia)  # it hears of everything below
    asks = {"north": {"units": [units.school, units.south], "by": cast.frank}}
    planted = {
        place: Planting(place, *who, **asks.get(place, {})).whole() for place, who in people.items()
    }
    draft = Nonconformity.objects.create(
        unit=units.north, reported_by=cast.anna, description=word("draft", "description"),
        place=word("draft", "place"),
    )  # fmt: skip
    shy = Planting("north", units.north, hidden, cast.bo, cast.bo).reported(hides_reporter=True)
    shy.comment(by=hidden, text=word("north", "comment"))
    old, waiting = imported(units.north, cast.cecilia)
    later = timezone.localdate() + timedelta(days=30)
    rename(units.south, by=None, name="Hemtjänst Sydost", on=later, reason="Nytt område")
    change = units.south.changes.get()
    route = Route.decide(
        by=None, unit=units.south, handler_role="area_manager", reason="Ingen chef där",
        valid_from=timezone.localdate(),
    )  # fmt: skip
    work = Work.objects.create(
        asked_by=cast.bo, heading=word("own", "work"), status=Work.Status.DONE, language="sv",
        file=ContentFile(word("own", "work_file").encode(), name="x"), file_name="rapport.txt",
        media_type="text/plain",
    )  # fmt: skip
    kept = (
        ("view", "north", "shared_view", units.north, "vy=sena"),
        ("own_view", "own", "view", None, f"vy=alla&sok={word('own', 'asked')}"),
    )
    views = {
        name: SavedView.keep(
            by=cast.bo, listing="avvikelser", query=query, name=word(place, field), unit=unit
        )
        for name, place, field, unit, query in kept
    }
    issued = {each: _issued(planted["north"], cast.bo, each).uid for each in VARIANTS}
    borders = Borderland(units, cast, extra, word, a_category()).planted()
    spots = spots_of(units.north)
    borne = borne_case(spots.kitchen, cast.bo, word, attachment)
    return SimpleNamespace(
        **planted, draft=draft, hidden=shy, change=change, route=route, work=work, issued=issued,
        webhook=hook, **extra, **views, old=old, waiting=waiting,
        spots=spots, borne=borne, borders=borders,
        documents=plant_documents(units, cast, extra["maj"], word),
    )  # fmt: skip


def _issued(case: Nonconformity, by: User, variant: str) -> IssuedFile:
    """Return a report of the case, drawn as a worker draws it."""
    event = case.issue_report(by=by, variant=variant)
    return case.issued.get(sha256=event.changes["issued"][1])


@contextmanager
def kept_apart(blocker: Any) -> Iterator[None]:
    """Let a module seed the database once: everything is rolled back when the module is done."""
    from django.db import transaction

    with blocker.unblock(), transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)
