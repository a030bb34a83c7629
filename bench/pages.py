"""The pages that are measured, and as whom."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bench.seeding import COMMON, RARE, Place
from bench.visitor import Answer, Answers, Visitor
from nonconformities.models import Nonconformity
from qms.organization.duties import Duty
from qms.organization.models import User


@dataclass
class Page:
    """One page as one person, and what each visit cost."""

    person: str
    name: str
    visit: Callable[[], Answer]
    answers: list[Answer] = field(default_factory=list)


class Person:
    """Somebody who visits pages; what is posted is new each time."""

    def __init__(self, application: Any, label: str, user: User) -> None:
        self.label, self.user = label, user
        self.visitor = Visitor(application, user)
        seen = Nonconformity.objects.visible_to(user).reported()
        self.details = list(
            seen.filter(status="closed")
            .order_by("-reported_at")
            .values_list("number", flat=True)[:40]
        )
        self.waiting = list(
            seen.filter(
                status="reported", unit__any=user.units_for(Duty.HANDLE_NONCONFORMITIES).ids
            )
            .order_by("?")
            .values_list("number", flat=True)[:60]
        )
        self.turn = 0

    def pages(self) -> Iterator[Page]:
        """Yield the pages this person may open."""
        for name, query in (
            ("list, open ones by last day", ""),
            ("list, all, newest first", "?vy=alla"),
            ("list, filter + search", f"?vy=alla&steg=closed&sok={COMMON}"),
            ("search, common word", f"?vy=alla&sok={COMMON}"),
            ("search, rare word", f"?vy=alla&sok={RARE}"),
        ):
            yield Page(self.label, name, self._get(f"/avvikelser/{query}"))
        yield Page(self.label, "statistics, a year", self._get("/statistik/"))
        yield Page(self.label, "statistics, three months", self._get("/statistik/?manader=3"))
        export = "/avvikelser/exportera/?vy=oppna&format=csv"
        yield Page(self.label, "export, open ones", self._get(export))
        yield Page(self.label, "home", self._get("/"))
        if self.details:
            yield Page(self.label, "detail", self._detail)
        yield Page(self.label, "report (POST)", self._report)
        if len(self.waiting) > 5:
            yield Page(self.label, "assess (POST)", self._assess)

    def _get(self, address: str) -> Callable[[], Answer]:
        return lambda: self.visitor.get(address)

    def _detail(self) -> Answer:
        self.turn += 1
        return self.visitor.get(f"/avvikelser/{self.details[self.turn % len(self.details)]}/")

    def _report(self) -> Answer:
        form = Answers(self.visitor.get("/rapportera/", keep=True).body)
        unit = next((value for name, value in form.found if name == "unit" and value), None)
        unit = unit or str(Nonconformity.objects.latest("pk").unit_id)
        text = f"Larmet gick två gånger {datetime.now():%H.%M.%S.%f}"
        return self.visitor.post("/rapportera/", form.but(description=text, unit=unit))

    def _assess(self) -> Answer:
        if not self.waiting:
            return Answer("none left", 0, 0, 0, 0, 0)
        address = f"/avvikelser/{self.waiting.pop()}/bedom/"
        form = Answers(self.visitor.get(address, keep=True).body)
        category = next(value for value in form.choices["category"] if value)
        answers = form.but(
            title="Larm två gånger", severity="2", likelihood="2", category=category,
            person_informed="nobody",
        )  # fmt: skip
        return self.visitor.post(address, answers)


def people(application: Any, place: Place) -> list[Person]:
    """Return the three whose pages are measured, fresh from the database."""
    return [
        Person(application, label, User.objects.get(pk=user.pk))
        for label, user in (
            ("ordinary, 40 appointments", place.ordinary),
            ("head of one unit", place.head),
            ("coordinator", place.coordinator),
        )
    ]
