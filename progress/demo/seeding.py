"""Fills an empty database with the demo group. All or nothing, and the same every time."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction

from nonconformities.models import Nonconformity
from progress.demo.almanac import Almanac
from progress.demo.borders import cross
from progress.demo.cast import Cast
from progress.demo.documents import add_documents
from progress.demo.laws import examine_some, set_routes
from progress.demo.learning import add_learning
from progress.demo.life import Life
from progress.demo.organisation import appoint_people, found_units
from progress.demo.places import hang_posters
from progress.demo.plot import unfold
from progress.demo.reading import let_read
from progress.demo.saved_views import save_views
from progress.demo.scenes import NORTH, Scene, drafts, scenes
from progress.demo.stage import Stage
from progress.demo.stories import Story, all_stories, phrases
from qms.organization.models import Unit
from qms.records.at_hand import kept

REPORTS = 1480  # besides the scenes: about 1,500 in three years
_BATCH = 1000


class Refusal(Exception):
    """The demo group may not be put here; the sentence says why."""


@dataclass(frozen=True)
class Beginning:
    """A report at the moment it is sent: where, about what, and its written fate if it has one."""

    at: datetime
    unit: str
    story: Story
    rng: random.Random
    scene: Scene | None = None


def seed(*, today: date, seed: int = 9001, scale: float = 1) -> int:
    """Found the group, appoint its people and tell three years; return how many were told.

    What is there already is kept: a second run adds nothing. Raises Refusal without DEBUG.
    """
    if not settings.DEVELOPMENT:
        raise Refusal("The demo group has one known password: it is refused when DEBUG is off.")
    with kept(), transaction.atomic(), connection.cursor() as cursor:
        # Checked per batch, or the database would remember every row until the end.
        cursor.execute("set constraints all immediate")
        units = found_units()
        people = appoint_people(units, today)
        told = 0
        if not Nonconformity.objects.exists():
            stage = Stage(Cast(units, people), Almanac(today), seed)
            told = _store(stage, scale)
            cross(units, people, today)
            save_views(units)
        add_documents(Stage(Cast(units, people), Almanac(today), seed))
        let_read(seed)
        add_learning()
        set_routes(today)
        examine_some()
        hang_posters(units, people, today)
        cursor.execute("set constraints all deferred")
    return told


def _store(stage: Stage, scale: float) -> int:
    told = 0
    for told, life in enumerate(lives(stage, scale), start=1):
        stage.add([*life.rows, *life.events])
        if told % _BATCH == 0:
            stage.shelf.store()
    stage.shelf.store()
    stage.store_numbers()
    return told


def lives(stage: Stage, scale: float) -> Iterator[Life]:
    """Yield every life, lived until today, in the order they were reported; then the drafts."""
    for beginning in _beginnings(stage, scale):
        unit = stage.cast.units[beginning.unit]
        alone = stage.is_first_in_a_year(unit, beginning.story, beginning.at)
        life = Life(stage, beginning.story, unit, beginning.at, beginning.rng)
        if beginning.scene:
            beginning.scene.unfold(life)
        else:
            unfold(life, alone=alone)
        yield life
    for code, at, rng in drafts(stage):
        yield _draft(stage, stage.cast.units[code], at, rng)


def _draft(stage: Stage, unit: Unit, at: datetime, rng: random.Random) -> Life:
    story = rng.choice([story for story in all_stories() if unit.code in story.units])
    life = Life(stage, story, unit, at, rng)
    life.case.description = rng.choice(phrases()["whole_draft"])
    life.case.correction = life.case.place = ""
    return life


def _beginnings(stage: Stage, scale: float) -> Iterator[Beginning]:
    rng = random.Random(stage.seed)
    told = _stories_by_unit(stage, rng)
    codes = sorted(told)
    weights = [(stage.cast.units[code].headcount or 10) ** 0.45 for code in codes]
    weights = [w * (1.6 if code == NORTH else 1) for w, code in zip(weights, codes, strict=True)]
    written = sorted(scenes(stage), key=lambda scene: (scene.at, scene.unit, scene.place))
    for number, at in enumerate(stage.almanac.reports(rng, round(REPORTS * scale))):
        while written and written[0].at <= at:
            yield _of_scene(stage, written.pop(0))
        code = rng.choices(codes, weights)[0]
        stories, shares = told[code]
        story = rng.choices(stories, shares)[0]
        yield Beginning(at, code, story, random.Random(f"{stage.seed}:{number}"))
    for scene in written:
        yield _of_scene(stage, scene)


def _of_scene(stage: Stage, scene: Scene) -> Beginning:
    rng = random.Random(f"{stage.seed}:{scene.unit}:{scene.at}:{scene.place}")
    return Beginning(scene.at, scene.unit, scene.story(), rng, scene)


def _stories_by_unit(
    stage: Stage, rng: random.Random
) -> dict[str, tuple[list[Story], list[float]]]:
    """Return each unit's stories with how often they happen: a few often, the others seldom."""
    found: dict[str, list[Story]] = defaultdict(list)
    for story in all_stories():
        for code in story.units:
            if code in stage.cast.units and story.category in stage.categories:
                found[code].append(story)
    shares = {}
    for code in sorted(found):
        stories = found[code]
        rng.shuffle(stories)
        shares[code] = (stories, [1 / (place + 1) ** 1.15 for place in range(len(stories))])
    return shares
