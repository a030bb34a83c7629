"""Stage: what every life of the demo shares: people, days, numbers and the shelf of new rows."""

import random
import uuid
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType

from nonconformities.models import (
    Action,
    Category,
    Cause,
    EffectCheck,
    Nonconformity,
    ProtectedDetails,
)
from progress.demo.almanac import Almanac
from progress.demo.cast import Cast
from progress.demo.stories import Story
from qms.history.models import Event
from qms.organization.models import Unit, User
from qms.records.bulk import Shelf
from qms.records.line import Line
from qms.records.models import Comment, NumberSeries, Rule
from qms.requirements.models import Clause

_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_STRIDE = 387_420_489_013  # shares no factor with 30, so that no receipt code comes twice
_ORDER = (
    Nonconformity,
    Nonconformity.requirements.through,
    Cause,
    Action,
    EffectCheck,
    Comment,
    ProtectedDetails,
    Event,
)


class Stage:
    """Where the lives are lived."""

    # Units whose manager lets nothing lie: what waits for Bo is written in the scenes.
    brisk = frozenset({"SOF-HT-01"})

    def __init__(self, cast: Cast, almanac: Almanac, seed: int) -> None:
        self.cast, self.almanac, self.seed = cast, almanac, seed
        self.shelf = Shelf(_ORDER)
        self.kind = ContentType.objects.get_for_model(Nonconformity)
        self.categories = {category.code: category for category in Category.objects.all()}
        self._clauses = {
            clause.number: clause
            for clause in Clause.objects.select_related("edition").order_by("-edition__slug")
        }  # the oldest edition last: the stories are numbered by it
        self._rules = Rule.objects.on(almanac.today)
        self._managers: dict[int, User | None] = {}
        self._numbers: Counter[tuple[str, int]] = Counter()
        self._receipts = seed
        self._latest: dict[tuple[int, str], datetime] = {}

    def rule(self, code: Rule.Code) -> int:
        """Return the value of a rule."""
        return self._rules.get(str(code), Rule.DEFAULTS[code])

    def manager(self, unit: Unit) -> User | None:
        """Return who leads a unit, as one of the cast."""
        if unit.pk not in self._managers:
            found = Line(unit).nearest_manager()
            self._managers[unit.pk] = self.cast.people.get(found.username) if found else None
        return self._managers[unit.pk]

    def clauses_of(self, story: Story) -> list[Clause]:
        """Return the requirements a story touches, those that are loaded."""
        return [self._clauses[number] for number in story.clauses if number in self._clauses]

    def number(self, prefix: str, year: int) -> str:
        """Return the next number of a year."""
        self._numbers[prefix, year] += 1
        return f"{prefix}-{year}-{self._numbers[prefix, year]:04d}"

    def store_numbers(self) -> None:
        """Let the real series go on where the demo ends."""
        for (prefix, year), last in self._numbers.items():
            NumberSeries.objects.update_or_create(prefix=prefix, year=year, defaults={"last": last})

    def new_uid(self, rng: random.Random) -> uuid.UUID:
        """Return an id that is the same every time."""
        return uuid.UUID(int=rng.getrandbits(128), version=4)

    def new_receipt_code(self) -> str:
        """Return a receipt code that no other deviation of the demo has."""
        self._receipts += 1
        left = self._receipts * _STRIDE % len(_SIGNS) ** 8
        signs = ""
        for _n in range(8):
            left, sign = divmod(left, len(_SIGNS))
            signs += _SIGNS[sign]
        return f"{signs[:4]}-{signs[4:]}"

    def is_first_in_a_year(self, unit: Unit, story: Story, at: datetime) -> bool:
        """Note a report; return True when nothing alike was reported here within a year."""
        key = (unit.pk, story.category)
        before = self._latest.get(key)
        self._latest[key] = at
        return before is None or at - before > timedelta(days=366)

    def add(self, rows: Iterable) -> None:
        """Put rows on the shelf."""
        for row in rows:
            self.shelf.add(row)
