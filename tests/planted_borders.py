"""What is planted at the borders: questions between units in every state, and who reads what.

The school is another authority than home care, and so is the company. What has been taken back,
declined or ended is read no more by the unit that was asked.
"""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.utils import timezone

from nonconformities.models import Category, Nonconformity
from qms.organization.duties import Role
from qms.organization.models import Unit, User
from tests.group import person

_CARE = {"bo", "berit", "eva", "ines"}
_SOUTH = {"berit", "eva", "ines", "standin"}
_WATER = {"david", "cecilia"}
_NOBODY: set[str] = set()

# Every word of every place, and who may meet it.
BORDERS: dict[str, dict[str, set[str]]] = {
    # South asks north to take over, and waits.
    "within": {
        "description": _SOUTH, "released": _SOUTH | {"bo"}, "reason": _SOUTH | {"bo"},
    },
    # North asks the school to take over, and waits. The reporter left a telephone number.
    "across": {
        "description": _CARE | {"anna"}, "released": _CARE | {"frank"},
        "reason": _CARE | {"frank"}, "ground": _CARE, "contact": _NOBODY,
    },
    "declined": {
        "description": _CARE | {"anna"}, "released": _CARE, "reason": _CARE, "ground": _CARE,
        "answer_reason": _CARE,
    },
    "taken_back": {
        "description": _CARE | {"anna"}, "released": _CARE, "reason": _CARE, "ground": _CARE,
        "answer_reason": _CARE,
    },
    # The school took over: a case of its own began there, with the text that was let out.
    "gone": {
        "description": _CARE | {"anna"}, "released": _CARE | {"anna", "frank"}, "reason": _CARE,
        "ground": _CARE, "comment": _CARE,
    },
    "became": {"title": {"frank", "anna"}, "plan": {"frank"}},
    # North asks the school to share: it waits, it holds, it has ended, the school said no.
    "asked": {
        "description": _CARE | {"anna"}, "title": _CARE | {"anna"},
        "plan": _CARE, "released": _CARE | {"frank"},
        "reason": _CARE | {"frank"}, "ground": _CARE, "task": _CARE | {"frank"},
    },
    "shared": {
        "description": _CARE | {"anna"}, "title": _CARE | {"anna"},
        "released": _CARE | {"frank"}, "reason": _CARE | {"frank"},
        "ground": _CARE, "task": _CARE | {"frank"}, "account": _CARE | {"frank"},
        "part_cause": _CARE | {"frank", "rut"}, "part_action": _CARE | {"frank", "rut"},
        "plan": _CARE, "cause": _CARE, "comment": _CARE, "action": _CARE,
    },
    "ended": {
        "description": _CARE | {"anna"}, "title": _CARE | {"anna"},
        "plan": _CARE, "released": _CARE, "reason": _CARE, "ground": _CARE,
        "task": _CARE, "account": _CARE, "end_reason": _CARE,
        "part_cause": _CARE | {"frank", "rut"}, "part_action": _CARE | {"frank", "rut"},
    },
    "refused": {
        "description": _CARE | {"anna"}, "title": _CARE | {"anna"},
        "plan": _CARE, "released": _CARE, "reason": _CARE, "ground": _CARE,
        "task": _CARE, "answer_reason": _CARE,
    },
    # The company shares one of its own with home care north.
    "mixed": {
        "description": _WATER, "released": _WATER | {"bo", "berit", "eva"},
        "reason": _WATER | {"bo", "berit", "eva"}, "task": _WATER | {"bo", "berit", "eva"},
        "account": _WATER | {"bo", "berit", "eva"}, "comment": _WATER,
    },
    # The school is asked if it can exist there, and follows its yes up in a case of its own.
    "spread": {
        "description": _CARE | {"anna"}, "title": _CARE | {"anna"},
        "plan": _CARE, "question": _CARE | {"frank"},
        "reply": _CARE | {"frank"},
    },
    "followed": {"title": {"frank"}, "plan": {"frank"}},
    # Somebody investigated and had an action here, and does not work here any more.
    "left": {
        "description": _CARE | {"anna"}, "title": _CARE | {"anna"}, "plan": _CARE,
        "cause": _CARE, "action": _CARE,
    },
}  # fmt: skip
# They may be read, but stand on no page any more: what ended, and what stays in its own unit.
KEPT_AWAY = {
    ("within", "released"), ("within", "reason"),
    *((place, field) for place in ("ended", "refused") for field in ("released", "task", "ground")),
    ("ended", "reason"), ("asked", "ground"), ("shared", "ground"),
}  # fmt: skip


class Borderland:
    """Plants the cases, by their verbs."""

    def __init__(
        self, units: SimpleNamespace, cast: SimpleNamespace, extra: dict[str, User],
        word: Callable[[str, str], str], category: Category,
    ) -> None:  # fmt: skip
        self.units, self.cast, self.extra = units, cast, extra
        self.word, self.category = word, category

    def planted(self) -> dict[str, Nonconformity]:
        """Return every case by the name of its place."""
        found = {"left": self.left()} | self.handed_over() | self.shared() | self.spread()
        found["within"] = self.within(person("siv", "Malm", (self.units.south, Role.STAFF)))
        self.standing_in()
        return found

    def standing_in(self) -> None:
        """Let somebody stand in for the manager of south, now that all else is planted."""
        absent, standin = person("vega", "Norén"), person("standin", "Vall")
        self.units.south.appoint(absent, Role.UNIT_MANAGER, by=None, substitute=standin)
        self.extra["standin"] = standin

    # --- One case ---------------------------------------------------------------------------------

    def case(self, place: str, unit: Unit | None = None, reporter: Any = None) -> Nonconformity:
        """Return a case that has been sent in."""
        reporter = reporter or self.cast.anna
        case = Nonconformity.objects.create(
            unit=unit or self.units.north, reported_by=reporter,
            description=self.word(place, "description"),
        )  # fmt: skip
        case.report(by=reporter)
        return case

    def begun(self, place: str, case: Nonconformity, by: User) -> Nonconformity:
        """Return the case under investigation."""
        title, plan = self.word(place, "title"), self.word(place, "plan")
        case.assess(by=by, title=title, severity=2, likelihood=2, category=self.category)
        case.start_investigation(by=by, investigator=by, plan=plan)
        return case

    def let_out(self, place: str) -> dict[str, str]:
        """Return what goes along over a border."""
        return {
            "reason": self.word(place, "reason"), "text": self.word(place, "released"),
            "ground": "consent", "ground_note": self.word(place, "ground"),
        }  # fmt: skip

    # --- Hand-overs -------------------------------------------------------------------------------

    def within(self, reporter: User) -> Nonconformity:
        """Return a case that another unit of the authority is asked to take over."""
        case = self.case("within", self.units.south, reporter)
        case.hand_over(
            by=self.cast.berit, unit=self.units.north, reason=self.word("within", "reason"),
            text=self.word("within", "released"),
        )  # fmt: skip
        return case

    def handed_over(self) -> dict[str, Nonconformity]:
        """Return cases that another authority was asked to take over, by what came of it."""
        bo, frank = self.cast.bo, self.cast.frank
        cases = {place: self.case(place) for place in ("across", "declined", "taken_back", "gone")}
        cases["gone"].comment(by=bo, text=self.word("gone", "comment"))
        for place, case in cases.items():
            case.hand_over(by=bo, unit=self.units.school, **self.let_out(place))
        with transaction.atomic():
            cases["across"].leave_contact(self.word("across", "contact"), by=self.cast.anna)
        said = self.word("declined", "answer_reason")
        cases["declined"].decline_handover(by=frank, reason=said)
        said = self.word("taken_back", "answer_reason")
        cases["taken_back"].withdraw_handover(by=bo, reason=said)
        cases["gone"].accept_across(by=frank)
        new = cases["gone"].handovers.get().became
        return cases | {"became": self.begun("became", new, frank)}

    # --- Shares -----------------------------------------------------------------------------------

    def shared(self) -> dict[str, Nonconformity]:
        """Return cases that another authority was asked to share, by what came of it."""
        bo, frank = self.cast.bo, self.cast.frank
        cases = {place: self.case(place) for place in ("asked", "shared", "ended", "refused")}
        for place, case in cases.items():
            self.begun(place, case, bo)
            task = self.word(place, "task")
            case.share(by=bo, unit=self.units.school, task=task, **self.let_out(place))
        for place in ("shared", "ended"):
            self.part(place, cases[place])
        whole = cases["shared"]
        whole.add_cause(by=bo, method="free", texts=[self.word("shared", "cause")])
        whole.comment(by=bo, text=self.word("shared", "comment"))
        whole.plan_action(
            by=bo, kind="correction", description=self.word("shared", "action"), responsible=bo,
            due_on=timezone.localdate(),
        )  # fmt: skip
        said = self.word("ended", "end_reason")
        cases["ended"].end_share(by=bo, part=cases["ended"].shares.get(), reason=said)
        said = self.word("refused", "answer_reason")
        cases["refused"].decline_share(by=frank, reason=said)
        return cases | {"mixed": self.mixed()}

    def part(self, place: str, case: Nonconformity) -> None:
        """Let the school write its part."""
        frank, today = self.cast.frank, timezone.localdate()
        case.accept_share(by=frank)
        case.write_part(by=frank, account=self.word(place, "account"))
        case.add_part_cause(by=frank, cause=self.word(place, "part_cause"))
        case.plan_part_action(
            by=frank, kind="corrective", description=self.word(place, "part_action"),
            responsible=self.extra["rut"], due_on=today, criterion="Inga fler fel.",
            effect_on=today + timedelta(days=30), cause=case.causes.roots().get(),
        )  # fmt: skip

    def mixed(self) -> Nonconformity:
        """Return a case of the company that home care has a part in."""
        manager = self.extra["viveka"]
        case = self.case("mixed", self.units.water, self.extra["karl"])
        case.comment(by=manager, text=self.word("mixed", "comment"))
        out = self.let_out("mixed") | {"ground": "masked", "ground_note": ""}
        case.share(by=manager, unit=self.units.north, task=self.word("mixed", "task"), **out)
        case.accept_share(by=self.cast.bo)
        case.write_part(by=self.cast.bo, account=self.word("mixed", "account"))
        return case

    # --- Questions of spread, and somebody who left -----------------------------------------------

    def spread(self) -> dict[str, Nonconformity]:
        """Return a case that asked the school, and the one that the school's yes became."""
        bo, frank = self.cast.bo, self.cast.frank
        case = self.begun("spread", self.case("spread"), bo)
        units, text = [self.units.school], self.word("spread", "question")
        case.ask_others(by=bo, units=units, text=text, ground="none")
        answer = case.extent_questions.get().answers.get()
        answer.answer(by=frank, verdict="yes", reason=self.word("spread", "reply"))
        return {"spread": case, "followed": self.begun("followed", answer.followed_in, frank)}

    def left(self) -> Nonconformity:
        """Return a case that somebody investigated, who has left home care since."""
        leaver = person("leaver", "Borg", (self.units.north, Role.UNIT_MANAGER))
        case = self.begun("left", self.case("left"), leaver)
        case.add_cause(by=leaver, method="free", texts=[self.word("left", "cause")])
        case.plan_action(
            by=leaver, kind="correction", description=self.word("left", "action"),
            responsible=leaver, due_on=timezone.localdate(),
        )  # fmt: skip
        leaver.appointments.get().dismiss(by=None)
        self.extra["leaver"] = leaver
        return case
