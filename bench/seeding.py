"""Fills a database with many deviations over 600 units, unevenly, and adds to them as asked.

Faster and duller than the demo: texts are drawn at random and stories are not chained.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from nonconformities.models import Action, Category, Cause, Nonconformity
from progress.demo.stories import Story, all_stories
from qms.history.models import Event
from qms.organization.duties import Role
from qms.organization.models import Appointment, Unit, UnitPermission, User
from qms.records.bulk import Ids, copy_rows
from qms.records.models import NumberSeries

BOARDS, DEPARTMENTS, SITES = 6, 40, 553  # with the top: 600 units
CLOSED = 60
PEOPLE = 2000
YEARS = 4
COMMON, RARE = "hissen", "grävlingen"  # in every tenth and in every two-thousandth text
_STATUS = {
    "closed": 84, "dismissed": 7, "effect_check": 2.5, "action": 2, "investigating": 2,
    "assessed": 1, "reported": 1.5,
}  # fmt: skip
_ROAD = (
    "report", "assess", "start_investigation", "add_cause", "answer_extent", "plan_action",
    "decide_actions", "finish_actions", "approve_effect",
)  # fmt: skip
_TOLD = {
    "reported": 1, "assessed": 2, "dismissed": 2, "investigating": 5, "action": 7,
    "effect_check": 8, "closed": 9,
}  # fmt: skip


@dataclass
class Place:
    """The bench's organisation."""

    units: list[Unit]
    managers: dict[int, User]
    staff: list[User]
    weights: list[float]
    ordinary: User
    head: User
    coordinator: User


class Seeder:
    """Adds deviations to one organisation until there are as many as asked for."""

    def __init__(self, seed: int = 1) -> None:
        self.rng = random.Random(seed)
        self.now = timezone.now()
        self.place = self._organisation()
        self.count = 0
        self.numbers: dict[tuple[str, int], int] = {}
        self.categories = {category.code: category for category in Category.objects.all()}
        self.stories = [s for s in all_stories() if s.category in self.categories]
        self.kind = ContentType.objects.get_for_model(Nonconformity)
        self.ids = {model: Ids(model, 10_000) for model in (Nonconformity, Cause, Action)}

    # --- The organisation -------------------------------------------------------------------

    def _organisation(self) -> Place:
        units = self._units()
        people = self._people()
        sites = units[-SITES:]
        managers = {unit.pk: people[n] for n, unit in enumerate(units)}
        self._appoint(list(zip(units, people, strict=False)), Role.UNIT_MANAGER)
        ordinary, head, coordinator = people[-1], managers[sites[CLOSED + 20].pk], people[-2]
        chosen = self.rng.sample(sites[CLOSED:], 37) + self.rng.sample(sites[:CLOSED], 3)
        self._appoint([(unit, ordinary) for unit in chosen], Role.UNIT_MANAGER)
        self._appoint([(units[0], coordinator)], Role.QUALITY_COORDINATOR)
        # A few large workplaces and a long tail; the closed-down ones were as large in their day.
        weights = [1 / (1 + self.rng.randrange(SITES)) ** 0.6 for _unit in units]
        return Place(units, managers, people[600:-2], weights, ordinary, head, coordinator)

    def _units(self) -> list[Unit]:
        ids, closed_on = Ids(Unit), timezone.localdate() - timedelta(days=700)

        def unit(code: str, parent: Unit | None, kind: str, authority: str, **more: Any) -> Unit:
            name = f"Enhet {code}"
            row = Unit(code=code, name=name, parent=parent, kind=kind, authority=authority, **more)
            row.pk = ids.take()
            return row

        top = unit("TOP", None, "group", "")
        boards = [
            unit(f"N{n}", top, "administration", f"N{n}", secrecy_area="social" if n % 2 else "")
            for n in range(BOARDS)
        ]
        departments = [
            unit(f"{(b := boards[n % BOARDS]).code}-{n}", b, "department", b.authority,
                 secrecy_area=b.secrecy_area)
            for n in range(DEPARTMENTS)
        ]  # fmt: skip
        sites = [
            unit(f"{(d := departments[n % DEPARTMENTS]).code}-{n}", d, "site", d.authority,
                 secrecy_area=d.secrecy_area, service="care",
                 valid_until=closed_on if n < CLOSED else None)
            for n in range(SITES)
        ]  # fmt: skip
        for n in range(0, CLOSED, 2):
            sites[n].successor = sites[n + DEPARTMENTS * 2]
        units = [top, *boards, *departments, *sites]
        copy_rows(units)
        Unit.rebuild_reach()
        return list(Unit.objects.filter(pk__in=[row.pk for row in units]).order_by("pk"))

    def _people(self) -> list[User]:
        ids = Ids(User)
        people = []
        for n in range(PEOPLE):
            user = User(username=f"p{n}", first_name="Person", last_name=f"Nummer {n}",
                        slug=f"p{n}", email=f"p{n}@takt.example", password="!")  # fmt: skip
            user.pk = ids.take()
            people.append(user)
        copy_rows(people)
        return people

    def _appoint(self, pairs: list[tuple[Unit, User]], role: Role) -> None:
        from django.contrib.auth.models import Permission

        since = timezone.localdate() - timedelta(days=1500)
        permissions = Permission.objects.filter(
            codename__in=role.duties, content_type__app_label="organization"
        )
        appointments = [Appointment(user=p, unit=u, role=role, since=since) for u, p in pairs]
        Appointment.objects.bulk_create(appointments)
        wanted: dict[str, Any] = {}
        if any(field.name == "since" for field in UnitPermission._meta.fields):
            wanted["since"] = since
        UnitPermission.objects.bulk_create(
            [
                UnitPermission(user=p, content_object=u, permission=permission, **wanted)
                for u, p in pairs
                for permission in permissions
            ],
            ignore_conflicts=True,
        )

    # --- The deviations ---------------------------------------------------------------------

    def grow_to(self, count: int, batch: int = 5000) -> None:
        """Add deviations until there are `count`, then let the planner count them."""
        for series in NumberSeries.objects.all():  # what was measured took numbers as well
            self.numbers[series.prefix, series.year] = series.last
        with connection.cursor() as cursor:
            # History tables and foreign keys are not what is measured; rows are as in real use.
            cursor.execute("set session_replication_role = replica")
            while self.count < count:
                self._add(min(batch, count - self.count))
            cursor.execute("set session_replication_role = origin")
        for (prefix, year), last in self.numbers.items():
            NumberSeries.objects.update_or_create(prefix=prefix, year=year, defaults={"last": last})
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")

    def _add(self, count: int) -> None:
        cases: list[Any] = []
        causes: list[Any] = []
        actions: list[Any] = []
        told: list[tuple[Any, ...]] = []
        for _n in range(count):
            case = self._case()
            cases.append(case)
            if _TOLD[case.status] >= 5:
                cause = self._cause(case)
                causes.append(cause)
                if _TOLD[case.status] >= 7:
                    actions.append(self._action(case, cause))
            told += self._events(case)
        for rows in (cases, causes, actions):
            copy_rows(rows)
        self._copy_events(told)
        self.count += count

    def _case(self) -> Nonconformity:
        rng, place = self.rng, self.place
        unit = rng.choices(place.units, place.weights)[0]
        story: Story = rng.choice(self.stories)
        status = rng.choices(list(_STATUS), list(_STATUS.values()))[0]
        at = self._reported_at(unit, status)
        boss = place.managers[unit.pk]
        text = rng.choice(story.texts)
        text += " Det var vid hissen." if rng.random() < 0.1 else ""
        text += " Grävlingen syntes igen." if rng.random() < 0.0005 else ""
        is_open = status not in {"closed", "dismissed"}
        due_on = at.date() + timedelta(days=rng.randrange(5, 90)) if is_open else None
        case = Nonconformity(
            pk=self.ids[Nonconformity].take(), unit=unit, unit_name=unit.name, status=status,
            number=self._number("AVV", at.year), description=text, place=rng.choice(story.place),
            correction=rng.choice(story.corrections), happened_at=at, reported_at=at,
            created_at=at, reported_by=rng.choice(place.staff), responsible=boss, due_on=due_on,
            first_due_on=due_on, event_count=_TOLD[status],
            receipt_code=f"{self.ids[Nonconformity].last:09d}",
            closed_at=None if is_open else at + timedelta(days=rng.randrange(40, 120)),
            assessed_at=None if status == "reported" else at + timedelta(days=rng.randrange(20)),
        )  # fmt: skip
        if status not in {"reported", "dismissed"}:
            case.title = rng.choice(story.titles)
            case.severity, case.likelihood = rng.choice(story.severity), rng.randrange(1, 4)
            case.category = self.categories[story.category]
            case.is_secret = rng.random() < 0.05
        if _TOLD[status] >= 5:
            case.investigator = boss if rng.random() < 0.6 else rng.choice(place.staff)
            case.extent = story.similar
        return case

    def _reported_at(self, unit: Unit, status: str) -> datetime:
        """Return when: what is open is recent, and a closed-down unit has nothing new."""
        days = self.rng.uniform(0, 365 * YEARS)
        if status not in {"closed", "dismissed"}:
            days = self.rng.expovariate(1 / 60)
        if unit.valid_until:
            days += (date.today() - unit.valid_until).days
        return self.now - timedelta(days=days, seconds=self.rng.randrange(80_000))

    def _number(self, prefix: str, year: int) -> str:
        self.numbers[prefix, year] = self.numbers.get((prefix, year), 0) + 1
        return f"{prefix}-{year}-{self.numbers[prefix, year]:04d}"

    def _cause(self, case: Any) -> Cause:
        return Cause(pk=self.ids[Cause].take(), nonconformity=case, method="free",
                     text="Rutinen sa inget om helger.", added_by=case.responsible,
                     added_at=case.reported_at)  # fmt: skip

    def _action(self, case: Any, cause: Cause) -> Action:
        at, status = case.reported_at, "in_progress" if case.status == "action" else "verified"
        due_on = at.date() + timedelta(days=30)
        return Action(
            pk=self.ids[Action].take(), unit=case.unit, unit_name=case.unit_name, status=status,
            number=self._number("ATG", at.year), nonconformity=case, cause=cause,
            kind="corrective", description="Skriv om rutinen och visa den på mötet.",
            responsible=self.rng.choice(self.place.staff), due_on=due_on, first_due_on=due_on,
            criterion="Inga nya fel på åtta veckor.", effect_on=due_on + timedelta(days=30),
            created_at=at, created_by=case.responsible,
        )  # fmt: skip

    def _events(self, case: Any) -> Iterator[tuple[Any, ...]]:
        for seq, verb in enumerate(_ROAD[: _TOLD[case.status]], start=1):
            actor = case.reported_by if seq == 1 else case.responsible
            at = case.reported_at + timedelta(days=3 * seq - 3)
            yield (self.kind.pk, case.pk, seq, verb, actor.pk, actor.name, at, "", "{}", "0" * 64)

    def _copy_events(self, told: list[tuple[Any, ...]]) -> None:
        columns = "content_type_id, object_id, seq, verb, actor_id, actor_name, at, note, changes"
        statement = f"copy {Event._meta.db_table} ({columns}, hash) from stdin"
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in told:
                copy.write_row(row)
