"""Life: one deviation from report to wherever it has come by the demo's day, held in memory.

Each step does what the verb of the same name does and asks the verb's own line who may do it and
from which state; only the queries are left out, so that a hundred thousand lives can be told.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from nonconformities.models import Action, Cause, EffectCheck, Nonconformity, ProtectedDetails
from progress.demo.stage import Stage
from progress.demo.stories import Story, phrases
from qms.history.models import Event
from qms.organization.models import Unit, User
from qms.records.models import Comment, Record, Rule
from qms.records.workdays import add_working_days
from qms.records.workflow import difference, is_entrusted

BRANCHES = {branch.value for branch in Cause.Branch}


class Today(Exception):
    """The life has come to the demo's day: what remains has not happened yet."""


class Life:
    """One deviation, what hangs on it, and the clock of its story."""

    def __init__(
        self, stage: Stage, story: Story, unit: Unit, at: datetime, rng: random.Random
    ) -> None:
        self.stage, self.story, self.unit, self.at, self.rng = stage, story, unit, at, rng
        self.rows: list[models.Model] = []
        self.events: list[Event] = []
        self.case: Nonconformity = self._draft()
        self.actions: list[Action] = []
        self.roots: list[Cause] = []

    # --- The clock --------------------------------------------------------------------------

    @property
    def day(self) -> date:
        """The day it is in this life."""
        return timezone.localdate(self.at, timezone.get_default_timezone())

    def until(self, at: datetime) -> None:
        """Let time pass until an instant.

        Raises Today when that lies ahead of the demo's day.
        """
        at = max(at, self.at + timedelta(minutes=self.rng.randrange(2, 9)))
        if at >= self.stage.almanac.now:
            raise Today
        self.at = at

    def wait(self, days: float, spread: float = 0.5) -> None:
        """Let about so many days pass; now and then something is left lying."""
        days *= self.rng.lognormvariate(0, spread)
        if self.rng.random() < 0.035:
            days = days * self.rng.uniform(3, 7) + 3
        at = self.at + timedelta(days=days)
        almanac = self.stage.almanac
        if almanac.stands_still(at.date()) and self.rng.random() < 0.7:
            at = almanac.moment(almanac.still_until, at.timetz()) + timedelta(days=days / 3)
        self.until(almanac.at_work(at, self.rng))

    def say(self, about: str) -> Any:
        """Return one of the phrases for an occasion."""
        return self.rng.choice(phrases()[about])

    @contextmanager
    def does(self, record: Record, verb: str, by: User | None, note: str = "") -> Iterator[None]:
        """Tell the event of a verb; its body is what the caller does inside.

        Raises ValueError when the verb's own line would refuse the state or the person.
        """
        move = type(record).moves()[verb]
        entrusted = by is None or verb == "comment" or is_entrusted(record, by, move)
        if record.status not in move.sources or not entrusted or (by is None) != move.by_clock:
            raise ValueError(f"{verb} by {by} from {record.status} on {self.unit.code}")
        before = record.snapshot()
        yield
        if move.target is not None:
            record.status = move.target
        changes = difference(before, record.snapshot())
        self.tell(record, verb, by, note, changes)

    def tell(
        self,
        record: Record,
        verb: str,
        by: User | None,
        note: str = "",
        changes: dict[str, Any] | None = None,
    ) -> None:
        """Add an event to a record's story."""
        event = record.next_event(verb, by=by, note=note, changes=changes, at=self.at)
        self.events.append(event)

    def keep(self, row: models.Model) -> None:
        """Keep a row, which gets its id."""
        self.stage.shelf.give_id(row)
        self.rows.append(row)

    # --- Report and assessment --------------------------------------------------------------

    def _draft(self) -> Nonconformity:
        rng, story = self.rng, self.story
        reporter = rng.choice(self.stage.cast.staff(self.unit))
        case = Nonconformity(
            unit=self.unit,
            unit_name=self.unit.name,
            uid=self.stage.new_uid(rng),
            receipt_code=self.stage.new_receipt_code(),
            description=rng.choice(story.texts),
            place=rng.choice(story.place) if rng.random() < 0.7 else "",
            correction=rng.choice(story.corrections) if rng.random() < 0.75 else "",
            happened_at=self.at - timedelta(minutes=int(rng.lognormvariate(4.5, 1.4))),
            created_at=self.at - timedelta(seconds=rng.randrange(35, 300)),
            created_by=reporter,
            reported_by=reporter,
            hides_reporter=rng.random() < 0.07,
        )
        self.keep(case)
        return case

    def report(self) -> None:
        """Send the report."""
        case = self.case
        worst = max(self.story.severity)
        if self.rng.random() < 0.08 * worst:
            risky = self.rng.random() < 0.85
            case.urgency = Nonconformity.Urgency.RISK if risky else Nonconformity.Urgency.HARM
        with self.does(case, "report", case.reported_by):
            case.reported_at = self.at
            case.number = self.stage.number("AVV", self.day.year)
            case.responsible = self.stage.manager(self.unit)
            case.promise(add_working_days(self.day, self.stage.rule(Rule.Code.ASSESS_DAYS)))

    def assess(self, by: User, severity: int, likelihood: int) -> None:
        """Say how serious it is and what it is about."""
        case, rng = self.case, self.rng
        with self.does(case, "assess", by):
            case.title = rng.choice(self.story.titles)
            case.severity, case.likelihood, case.assessed_at = severity, likelihood, self.at
            case.category = self.stage.categories[self.story.category]
            case.person_informed = rng.choices(["yes", "not_yet", "nobody"], [5, 1, 4])[0]
            sensitive = self.unit.secrecy_area in {"social", "health", "school_health"}
            case.is_secret = sensitive and rng.random() < (0.25 if severity >= 3 else 0.06)
            days = self.stage.rule(Rule.Code.INVESTIGATE_DAYS)
            reported = timezone.localdate(case.reported_at, timezone.get_default_timezone())
            day = max(add_working_days(reported, days), self.day)
            case.due_on = case.first_due_on = day
        for clause in self.stage.clauses_of(self.story):
            link = Nonconformity.requirements.through(nonconformity_id=case.pk, clause_id=clause.pk)
            self.keep(link)

    def reassess(self, by: User) -> None:
        """Correct how likely it is."""
        with self.does(self.case, "reassess", by, self.say("reassess")):
            self.case.likelihood = min(4, (self.case.likelihood or 1) + 1)

    def dismiss(self, by: User) -> None:
        """Say that it is no deviation."""
        with self.does(self.case, "dismiss", by, self.story.dismiss_reason):
            self.case.answer, self.case.assessed_at = self.story.dismiss_reason, self.at
            self._end()

    def close_as_corrected(self, by: User) -> None:
        """Close a small one."""
        case, reason = self.case, self.say("reason_corrected")
        with self.does(case, "close_as_corrected", by, reason):
            case.correction = case.correction or self.rng.choice(self.story.corrections)
            case.answer = self.say("answer_corrected")
            case.lesson = self.story.lesson if self.rng.random() < 0.3 else ""
            self._end()

    def _end(self) -> None:
        self.case.closed_at, self.case.due_on = self.at, None

    def _clock(self, rule: Rule.Code) -> None:
        days = timedelta(days=self.stage.rule(rule))
        self.case.due_on = self.case.first_due_on = self.day + days

    # --- Investigation ----------------------------------------------------------------------

    def start_investigation(self, by: User, investigator: User) -> None:
        """Let somebody find out why."""
        plan = self.say("plan") if self.rng.random() < 0.7 else ""
        with self.does(self.case, "start_investigation", by, plan):
            self.case.investigator, self.case.plan = investigator, plan
            self.case.responsible = investigator
            self._clock(Rule.Code.DECIDE_DAYS)

    def add_cause(self, by: User, cause: dict[str, Any]) -> None:
        """Write down a cause: a chain of whys, a branch of the fishbone or a free text."""
        texts = cause.get("chain") or [cause["text"]]
        method = {"why": "whys"}.get(cause["kind"], cause["kind"])
        branch = cause["category"] if method == "fishbone" else ""
        with self.does(self.case, "add_cause", by, texts[-1]):
            because_of = None
            for place, text in enumerate(texts, start=1):
                because_of = Cause(
                    nonconformity=self.case,
                    round=self.case.round,
                    method=method,
                    branch=branch if branch in BRANCHES else "",
                    text=text,
                    because_of=because_of,
                    is_root=place == len(texts),
                    added_by=by,
                    added_at=self.at,
                )
                self.keep(because_of)
            self.roots.append(because_of)

    def answer_extent(self, by: User) -> None:
        """Say where else it may exist."""
        with self.does(self.case, "answer_extent", by, self.story.similar):
            self.case.extent = self.story.similar

    def plan_action(
        self,
        by: User,
        promise: dict[str, Any],
        responsible: User,
        due_on: date,
        effect_on: date,
    ) -> Action:
        """Plan what to do about the latest cause."""
        corrective = promise["kind"] == "corrective"
        action = Action(
            unit=self.unit,
            unit_name=self.unit.name,
            nonconformity=self.case,
            round=self.case.round,
            kind=promise["kind"],
            cause=self.roots[-1] if corrective else None,
            description=promise["text"],
            responsible=responsible,
            due_on=due_on,
            first_due_on=due_on,
            criterion=f"{promise['criterion']} {promise['measure']}" if corrective else "",
            effect_on=effect_on if corrective else None,
            created_by=by,
            created_at=self.at,
            number=self.stage.number("ATG", self.day.year),
        )
        self.keep(action)
        with self.does(self.case, "plan_action", by, str(action)):
            self.tell(action, "plan", by, action.description)
        self.actions.append(action)
        return action

    def live_actions(self) -> list[Action]:
        """Return the actions of this round that are not cancelled."""
        now = self.case.round
        return [a for a in self.actions if a.round == now and a.status != "cancelled"]

    def decide_actions(self, by: User) -> None:
        """Decide on the planned actions."""
        with self.does(self.case, "decide_actions", by, self.say("decide")):
            self.case.responsible = by
            day = max(action.due_on for action in self.live_actions())
            self.case.due_on = self.case.first_due_on = day

    # --- Actions ----------------------------------------------------------------------------

    def begin(self, action: Action) -> None:
        """Begin to work."""
        with self.does(action, "begin", action.responsible):
            pass

    def complete(self, action: Action, evidence: str) -> None:
        """Say that it is done; the case goes on when it was the last."""
        with self.does(action, "complete", action.responsible, evidence):
            action.evidence, action.done_by, action.done_at = evidence, action.responsible, self.at
        self._after_action()

    def verify(self, action: Action, by: User) -> None:
        """Check that it was done."""
        result = self.say("verify")
        with self.does(action, "verify", by, result):
            action.result, action.verified_by = result, by

    def send_back(self, action: Action, by: User) -> None:
        """Say that it is not done yet."""
        with self.does(action, "send_back", by, self.say("send_back")):
            action.done_by = action.done_at = None

    def postpone(self, action: Action, by: User, due_on: date) -> None:
        """Set a new last day."""
        with self.does(action, "postpone", by, self.say("new_date_reasons")):
            action.promise(due_on)
            if action.effect_on and action.effect_on < due_on:
                action.effect_on = due_on

    def cancel(self, action: Action, by: User) -> None:
        """Decide not to do it; another action remains."""
        with self.does(action, "cancel", by, self.say("cancel_reasons")):
            pass
        self._after_action()

    def _after_action(self) -> None:
        undone = {Action.Status.PLANNED, Action.Status.IN_PROGRESS}
        if self.case.status == "action" and not any(
            a.status in undone for a in self.live_actions()
        ):
            with self.does(self.case, "finish_actions", None):
                day = self.effect_on() or self.day
                self.case.due_on = self.case.first_due_on = day

    def effect_on(self) -> date | None:
        """Return the day from which the effect is checked."""
        return max((a.effect_on for a in self.live_actions() if a.effect_on), default=None)

    # --- Effect -----------------------------------------------------------------------------

    def _check(self, by: User, outcome: str, evidence: str) -> None:
        rng = self.rng
        helped = outcome != EffectCheck.Outcome.NO
        check = EffectCheck(
            nonconformity=self.case,
            round=self.case.round,
            outcome=outcome,
            evidence=evidence,
            routine_changed=helped and rng.random() < 0.6,
            risks_updated=helped and rng.random() < 0.3,
            group_told=helped and rng.random() < 0.8,
            checked_by=by,
            checked_at=self.at,
        )
        self.keep(check)

    def approve_effect(self, by: User, outcome: str) -> None:
        """Close because it helped."""
        case, story = self.case, self.story
        evidence = story.effect_yes if outcome == "yes" else story.effect_partly
        with self.does(case, "approve_effect", by, evidence):
            self._check(by, outcome, evidence)
            case.lesson, case.answer = story.lesson, story.answer
            self._end()

    def reject_effect(self, by: User) -> None:
        """Begin a new round."""
        with self.does(self.case, "reject_effect", by, self.story.effect_no):
            self._check(by, EffectCheck.Outcome.NO, self.story.effect_no)
            self._new_round()

    def reopen(self, by: User) -> None:
        """Open a closed case again."""
        case = self.case
        with self.does(case, "reopen", by, self.say("reopen_reasons")):
            case.closed_at = None
            case.investigator = case.investigator or by
            case.responsible = case.investigator
            self._new_round()

    def _new_round(self) -> None:
        self.case.round += 1
        self.case.extent = ""
        self._clock(Rule.Code.DECIDE_DAYS)

    # --- Beside -----------------------------------------------------------------------------

    def comment(self, by: User, text: str, to_reporter: bool = False) -> None:
        """Write a comment."""
        shown = to_reporter or by.pk == self.case.reported_by_id
        with self.does(self.case, "comment", by, text):
            self.keep(
                Comment(
                    content_type=self.stage.kind,
                    object_id=self.case.pk,
                    text=text,
                    to_reporter=shown,
                    written_by=by,
                    written_at=self.at,
                )
            )

    def protect_details(self, by: User) -> None:
        """Keep what points at a person apart."""
        with self.does(self.case, "protect_details", by):
            details = ProtectedDetails(nonconformity=self.case, written_at=self.at)
            details.text = self.story.protected
            self.keep(details)

    def assign(self, by: User, responsible: User) -> None:
        """Let somebody else answer for the next step."""
        with self.does(self.case, "assign", by, self.say("assign")):
            self.case.responsible = responsible
