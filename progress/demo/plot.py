"""What becomes of a deviation when nobody has written its fate: most are closed, some linger."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from nonconformities.models import Action
from progress.demo.life import Life, Today
from qms.organization.models import User

_TRUSTED = timedelta(days=160)  # what Bo decided longer ago than this no longer waits for him
Step = tuple[datetime, Callable[[], None]]


def unfold(life: Life, *, alone: bool) -> None:
    """Live one life until its end or until today.

    `alone`: nothing alike was reported on the unit within a year.
    """
    try:
        life.report()
        _talk(life)
        if _assessed(life, alone=alone):
            _investigate(life)
            _later(life)
    except Today:
        return


def _talk(life: Life) -> None:
    rng, case = life.rng, life.case
    boss = case.responsible
    if rng.random() > 0.16 or boss is None or boss == case.reported_by:
        return
    exchange = life.say("question")
    life.wait(0.4)
    life.comment(boss, exchange["question"], to_reporter=True)
    if rng.random() < 0.7:
        life.until(life.at + timedelta(hours=rng.uniform(1, 30)))
        life.comment(case.reported_by, exchange["answer"])


def _assessed(life: Life, *, alone: bool) -> bool:
    """Assess; return True when it goes on to an investigation."""
    rng = life.rng
    boss = life.stage.cast.handlers(life.unit)[0]
    _pause(life, 2.2)
    if rng.random() < 0.07:
        life.dismiss(boss)
        return False
    small = alone and rng.random() < 0.85
    severity = 1 if small else rng.choice(life.story.severity)
    likelihood = rng.choice([1, 2, 2, 3]) if small else rng.choice(life.story.likelihood)
    life.assess(boss, severity, likelihood)
    sensitive = life.case.is_secret or rng.random() < 0.15
    if life.story.protected and sensitive and (keeper := _keeper(life)):
        life.until(life.at + timedelta(minutes=7))
        life.protect_details(keeper)
    if alone and life.case.score <= 3:
        _pause(life, 2)
        life.close_as_corrected(boss)
        return False
    if rng.random() < 0.03:
        life.wait(1)
        life.reassess(life.stage.cast.deciders(life.unit)[0] if life.case.is_serious else boss)
    return True


def _keeper(life: Life) -> User | None:
    from qms.organization.duties import Duty

    holders = life.stage.cast.holders(Duty.READ_PROTECTED, life.unit)
    return holders[0] if holders else None


def _pause(life: Life, days: float) -> None:
    """Wait; a unit that is ahead of its tasks never lets one lie."""
    if life.unit.code in life.stage.brisk:
        life.until(life.at + timedelta(hours=life.rng.uniform(1, 5)))
    else:
        life.wait(days, 0.7)


def _decider(life: Life, but: set[User]) -> User:
    """Return who decides now: the area manager when it is serious."""
    cast, case = life.stage.cast, life.case
    if case.is_serious:
        return cast.deciders(life.unit, but)[0]
    handlers = cast.handlers(life.unit, but)
    recent = life.stage.almanac.now - life.at < _TRUSTED
    return handlers[-1 if recent and life.unit.code in life.stage.brisk else 0]


def _investigate(life: Life) -> None:
    cast, case, rng, unit = life.stage.cast, life.case, life.rng, life.unit
    _pause(life, 3)
    severe = case.is_serious and case.severity >= 3
    if severe:
        starter = (cast.investigators(unit) + cast.deciders(unit))[0]
        life.start_investigation(starter, starter)
    else:
        boss = cast.handlers(unit)[0]
        own = unit.code not in life.stage.brisk and rng.random() < 0.45
        life.start_investigation(boss, boss if own else rng.choice(cast.staff(unit)))
    _round(life)


def _round(life: Life) -> None:
    """Find causes, act on them, and judge whether it helped."""
    case, story, rng = life.case, life.story, life.rng
    finder = case.investigator
    first = (case.round - 1) % len(story.causes)
    life.wait(5)
    life.add_cause(finder, story.causes[first])
    if len(story.causes) > 1 and case.round == 1 and rng.random() < 0.25:
        life.wait(1)
        life.add_cause(finder, story.causes[1])
    if rng.random() < 0.2:
        life.wait(1)
        life.comment(life.stage.cast.handlers(life.unit)[0], life.say("comments"))
    life.wait(1.5)
    life.answer_extent(finder)
    _plan(life)
    life.wait(3)
    decider = _decider(life, {action.responsible for action in life.live_actions()})
    life.decide_actions(decider)
    _act(life)
    _judge(life)


def _plan(life: Life) -> None:
    story, rng, case = life.story, life.rng, life.case
    promises = [story.corrective[(case.round - 1) % len(story.corrective)]]
    if case.round == 1:
        promises += [other for other in story.beside if rng.random() < 0.35]
    for promise in promises:
        life.until(life.at + timedelta(minutes=rng.randrange(3, 40)))
        due_on = life.day + timedelta(days=rng.choice([7, 14, 14, 21, 30]))
        effect_on = due_on + timedelta(days=rng.choice([14, 21, 30, 30, 45]))
        life.plan_action(case.investigator, promise, _doer(life), due_on, effect_on)


def _doer(life: Life) -> User:
    """Return who is to do it, so that others remain to verify and to judge."""
    cast, unit, rng = life.stage.cast, life.unit, life.rng
    staff = cast.staff(unit)
    spare = cast.handlers(unit)[: max(0, len(cast.deciders(unit)) - 1)]
    if spare and unit.code not in life.stage.brisk and rng.random() < 0.25:
        owned = {action.responsible for action in life.live_actions()} | {spare[0]}
        if cast.deciders(unit, owned) and len(cast.handlers(unit, owned)) > 0:
            return spare[0]
    return rng.choice(staff)


def _act(life: Life) -> None:
    """Do the actions in the order their days come."""
    steps: list[Step] = []
    promises = {promise["text"]: promise for promise in life.story.actions}
    for action in life.live_actions():
        before = life.at
        for at, step in _steps_of(life, action, promises[action.description]):
            before = max(at, before + timedelta(minutes=30))
            steps.append((before, step))
    for at, step in sorted(steps, key=lambda pair: pair[0]):
        life.until(at)
        step()


def _steps_of(life: Life, action: Action, promise: dict[str, Any]) -> list[Step]:
    rng, cast, almanac = life.rng, life.stage.cast, life.stage.almanac
    checker = cast.handlers(life.unit, {action.responsible})[0]

    def on(days: float) -> datetime:
        return almanac.at_work(life.at + timedelta(days=days), rng)

    def done() -> None:
        life.complete(action, promise["evidence"])

    span = (action.due_on - life.day).days
    steps: list[Step] = []
    if action.kind != Action.Kind.CORRECTIVE and rng.random() < 0.12:
        return [(on(span * 0.6), lambda: life.cancel(action, checker))]
    if rng.random() < 0.75:
        steps.append((on(rng.uniform(1, 0.4 * span)), lambda: life.begin(action)))
    if rng.random() < 0.13:
        later = action.due_on + timedelta(days=rng.choice([14, 21, 28]))
        steps.append((on(span - 1), lambda: life.postpone(action, checker, later)))
        span = (later - life.day).days
    # Most are done in the last week; every sixth is late.
    finish = span + (rng.uniform(2, 30) if rng.random() < 0.17 else -rng.uniform(0, 6))
    finish = max(finish, 0.5 * span)
    if rng.random() < 0.04:
        steps += [(on(finish), done), (on(finish + 3), lambda: life.send_back(action, checker))]
        finish += 10
    check = finish + rng.lognormvariate(1.3, 0.7)
    return [*steps, (on(finish), done), (on(check), lambda: life.verify(action, checker))]


def _judge(life: Life) -> None:
    """Judge, from the decided day on, whether it helped."""
    rng, almanac = life.rng, life.stage.almanac
    day = life.effect_on()
    life.until(almanac.at_work(almanac.moment(day, time(9, rng.randrange(60))), rng))
    life.wait(4, 0.9)
    owners = {action.responsible for action in life.live_actions()}
    judge = _decider(life, owners)
    if life.case.round == 1 and len(life.story.corrective) > 1 and rng.random() < 0.07:
        life.reject_effect(judge)
        _round(life)
    else:
        life.approve_effect(judge, "yes" if rng.random() < 0.78 else "partly")


def _later(life: Life) -> None:
    """Open a closed case again, now and then."""
    deciders = life.stage.cast.deciders(life.unit)
    if life.case.round > 1 or len(life.story.corrective) < 2 or life.rng.random() > 0.02:
        return
    life.wait(60)
    life.reopen(deciders[0])
    _round(life)
