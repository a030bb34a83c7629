"""Scenes: what must wait for somebody on the demo's day, so that every home has something to show.

Bo, who leads home care north, has one of each: a late assessment, one whose day has come, an
investigation that lacks something, an effect to approve and an action of his own.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from nonconformities.models import Action
from progress.demo.life import Life, Today
from progress.demo.stage import Stage
from progress.demo.stories import Story, all_stories
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.workdays import add_working_days, is_working_day

BO, NORTH = "bo", "SOF-HT-01"
# Those who lead or look after much and hold no duty to handle cases: one promise each.
PROMISES = {
    "cecilia": "KSF-KS",
    "david": "VMEAB-VA",
    "anna": NORTH,
    "torun.vallmark": "KSF-LK",
}


@dataclass(frozen=True)
class Scene:
    """A life whose fate is written: where and when it begins, and what happens in it."""

    unit: str
    at: datetime
    play: Callable[[Life], None]
    place: int = 0  # which of the unit's stories

    def story(self) -> Story:
        """Return the story the scene is about."""
        own = [story for story in all_stories() if self.unit in story.units]
        return own[self.place % len(own)]

    def unfold(self, life: Life) -> None:
        """Play the scene."""
        try:
            life.report()
            self.play(life)
        except Today as early:
            raise ValueError(f"the scene on {self.unit} does not fit before today") from early


def scenes(stage: Stage) -> Iterator[Scene]:
    """Yield every scene, in no order."""
    told = {code for story in all_stories() for code in story.units}
    if NORTH in told:
        yield from _of_bo(stage)
    for code in sorted(told - {NORTH}):
        yield Scene(code, _ago(stage, 1 + len(code) % 3), _nothing_more, place=len(code))
    yield from _serious(stage, told)
    yield from _promises(stage, told)


def _ago(stage: Stage, days: int, hour: int = 8, minute: int = 12) -> datetime:
    return stage.almanac.moment(stage.almanac.today - timedelta(days=days), time(hour, minute))


def _nothing_more(life: Life) -> None:
    """It is reported, and waits for its assessment."""


# --- Bo ------------------------------------------------------------------------------------------


def _reported_for(stage: Stage, due_on: date) -> datetime:
    """Return when to report so that the assessment's last day is `due_on`."""
    from qms.records.models import Rule

    day = due_on
    while add_working_days(day, stage.rule(Rule.Code.ASSESS_DAYS)) > due_on:
        day -= timedelta(days=1)
    return stage.almanac.moment(day, time(15, 41))


def _of_bo(stage: Stage) -> Iterator[Scene]:
    today = stage.almanac.today
    workday = today
    while not is_working_day(workday):
        workday += timedelta(days=1)
    yield Scene(NORTH, _reported_for(stage, today - timedelta(days=4)), _nothing_more, 1)
    yield Scene(NORTH, _reported_for(stage, workday), _nothing_more, 0)
    yield Scene(NORTH, _ago(stage, 17), _lacks_extent, 2)
    yield Scene(NORTH, _ago(stage, 131), _effect_may_be_approved, 3)
    yield Scene(NORTH, _ago(stage, 38), _own_action, 4)


def _begin(life: Life, investigator: User, *, severity: int = 2) -> None:
    """Assess as moderate and start the investigation, within two days."""
    boss = life.stage.cast.handlers(life.unit)[0]
    life.until(life.at + timedelta(hours=7))
    life.assess(boss, severity, 3)
    life.until(life.at + timedelta(days=1))
    life.start_investigation(boss, investigator)
    life.until(life.at + timedelta(days=3, hours=2))
    life.add_cause(investigator, life.story.causes[0])


def _lacks_extent(life: Life) -> None:
    _begin(life, life.stage.cast.people[BO])


def _decided(life: Life, finder: User, decider: User, doer: User, due_on: date) -> Action:
    """Go on to a decided action, with an effect date 56 days after its last day."""
    _begin(life, finder)
    life.until(life.at + timedelta(hours=3))
    life.answer_extent(finder)
    life.until(life.at + timedelta(hours=1))
    promise = life.story.corrective[0]
    action = life.plan_action(finder, promise, doer, due_on, due_on + timedelta(days=56))
    life.until(life.at + timedelta(days=2))
    life.decide_actions(decider)
    life.until(life.at + timedelta(days=4))
    life.begin(action)
    return action


def _effect_may_be_approved(life: Life) -> None:
    people, today = life.stage.cast.people, life.stage.almanac.today
    bo, doer = people[BO], people["samira.daher"]
    action = _decided(life, people["oskar.rydvall"], bo, doer, today - timedelta(days=56))
    life.until(life.stage.almanac.moment(today - timedelta(days=59), time(13, 20)))
    life.complete(action, life.story.corrective[0]["evidence"])
    life.until(life.at + timedelta(days=2))
    life.verify(action, bo)


def _own_action(life: Life) -> None:
    people, today = life.stage.cast.people, life.stage.almanac.today
    finder = people["samira.daher"]
    _decided(life, finder, people["hanna"], people[BO], today + timedelta(days=3))


# --- The others ----------------------------------------------------------------------------------


def _serious(stage: Stage, told: set[str]) -> Iterator[Scene]:
    """A serious case for each investigator, whose cause has not been found yet."""
    seen = set()
    for code in sorted(told):
        for investigator in stage.cast.investigators(stage.cast.units[code])[:1]:
            if investigator not in seen:
                seen.add(investigator)
                yield Scene(code, _ago(stage, 9), _serious_play(investigator), place=5)


def _serious_play(investigator: User) -> Callable[[Life], None]:
    def play(life: Life) -> None:
        life.until(life.at + timedelta(hours=2))
        life.assess(life.stage.cast.handlers(life.unit)[0], 4, 3)
        life.until(life.at + timedelta(hours=20))
        life.start_investigation(investigator, investigator)

    return play


def _promises(stage: Stage, told: set[str]) -> Iterator[Scene]:
    """An action of their own for the managers above the units, and for a few more."""
    owners = {name: code for name, code in PROMISES.items() if code in told}
    for code in sorted(told):
        unit = stage.cast.units[code]
        for boss in stage.cast.handlers(unit):
            if boss.username != BO and not _leads(stage, boss, told):
                owners.setdefault(boss.username, code)
    for number, (username, code) in enumerate(sorted(owners.items())):
        if username in stage.cast.people:
            play = _promise(stage.cast.people[username], days=2 + number % 9)
            yield Scene(code, _ago(stage, 30 + number), play, place=number)


def _leads(stage: Stage, boss: User, told: set[str]) -> bool:
    """True when reports come straight to this manager."""
    units = [stage.cast.units[code] for code in told]
    return any(stage.manager(unit) == boss for unit in units)


def _promise(owner: User, days: int) -> Callable[[Life], None]:
    def play(life: Life) -> None:
        cast, unit = life.stage.cast, life.unit
        due_on = life.stage.almanac.today + timedelta(days=days)
        finder = next(user for user in cast.staff(unit) if user != owner)
        decider = cast.holders(Duty.HANDLE_NONCONFORMITIES, unit, {owner})[-1]
        _decided(life, finder, decider, owner, due_on)

    return play


def drafts(stage: Stage) -> Iterator[tuple[str, datetime, random.Random]]:
    """Yield where and when somebody began a report that is not sent yet."""
    codes = sorted({code for story in all_stories() for code in story.units})
    for number, code in enumerate(codes[:6]):
        yield code, _ago(stage, number, 7, 30 + number), random.Random(f"{stage.seed}:{code}")
