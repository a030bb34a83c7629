"""Todo: what a case lacks to move on, said to one person, and the one button named after it."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nonconformities.models import Grade, Nonconformity
from nonconformities.models.status import Status
from nonconformities.ruling import waits_for_ruling
from nonconformities.steps import main_move
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.workflow import Move, Step


class Todo:
    """The box “What is missing to move on” of one case, for one person."""

    def __init__(self, case: Nonconformity, user: User, steps: list[Step]) -> None:
        self.case, self.user = case, user
        self.steps = {step.move.name: step for step in steps}

    @cached_property
    def main(self) -> Move | None:
        """The verb that carries the case forward from here, whoever may do it."""
        return main_move(self.case)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """What is met and what is missing, each missing thing with the way to mend it."""
        if others := self._others:
            return [self._row(others, False)]
        if self.case.status == Status.REPORTED:
            return [self._row(_("How serious is it, and what is it about?"), False)]
        if self.case.status == Status.ASSESSED and self.case.kind == self.case.Kind.IDEA:
            return [self._row(_("What do we do with the idea?"), False)]
        if self.case.status == Status.ASSESSED:
            return [
                self._row(_("Severity: %s") % self.severity, True),
                self._row(_("Who finds out why it happened?"), False),
            ]
        if self.case.status == Status.ACTION:
            return [self._action_row(action) for action in self.case.promises]
        needs = self.main.needs if self.main else ()
        rows = [
            self._need_row(need)
            for need in needs
            if not (need.unsaid_when_met and need.met(self.case))
        ]
        return rows + [
            self._action_row(action)
            for action in self.case.promises
            if self.case.status == Status.EFFECT_CHECK and action.status != "verified"
        ]

    @property
    def _others(self) -> str:
        """What somebody elsewhere is to say before anything else happens here; "" when nothing."""
        if self.case.waiting:
            return _("%s answers if they take over.") % self.case.waiting.to_name
        if self.is_to_be_ruled:
            return _("The quality coordinator decides which unit keeps it.")
        return ""

    @cached_property
    def is_to_be_ruled(self) -> bool:
        """True when it has bounced, and the last unit asked has said no."""
        return waits_for_ruling(self.case)

    @property
    def severity(self) -> str:
        """The severity in a word, and the score."""
        word = Grade.word("severity", self.case.severity).lower()
        return _("%(word)s, %(score)s of 16") % {"word": word, "score": self.case.score}

    def _row(self, text: str, met: bool) -> dict[str, Any]:
        return {"text": text, "met": met}

    def _need_row(self, need: Any) -> dict[str, Any]:
        met = need.met(self.case)
        row = self._row(need.says(self.case), met)
        mend = self.steps.get(need.mend)
        if not met and mend and mend.is_ready:
            row |= {"url": self._address(mend.move), "link": mend.move.label}
        return row

    def _action_row(self, action: Any) -> dict[str, Any]:
        done = {"action": {"done", "verified"}, "effect_check": {"verified"}}
        text = _("%(action)s – %(person)s, last day %(day)s") % {
            "action": action.heading,
            "person": action.responsible.name if action.responsible else _("nobody"),
            "day": date_format(action.due_on, "j F"),
        }
        link = _("Verify") if action.status == "done" else _("Open")
        row = self._row(text, action.status in done.get(self.case.status, set()))
        if action.is_elsewhere:  # its page is the other unit's
            return row
        return row | {"url": action.get_absolute_url(), "link": link}

    def _address(self, move: Move) -> str:
        return reverse("nonconformities:move", args=[self.case.number, move.address])

    @property
    def is_complete(self) -> bool:
        """True when nothing is missing for the next step."""
        return all(row["met"] for row in self.rows)

    @property
    def _needs_met(self) -> bool:
        return self.main is not None and all(need.met(self.case) for need in self.main.needs)

    @cached_property
    def button(self) -> dict[str, str] | None:
        """The main button: the first missing thing the person can mend, else the step itself."""
        if self.case.waiting:
            return None
        if self.is_to_be_ruled and "rule_handover" in self.steps:
            move = self.steps["rule_handover"].move
            return {"label": str(move.label), "url": self._address(move)}
        if self.main and self._needs_met:
            if self.main.name in self.steps:
                return {"label": str(self.main.label), "url": self._address(self.main)}
            return self._hand_over()
        for row in self.rows:
            if not row["met"] and row.get("url"):
                return {"label": str(row["link"]), "url": row["url"]}
        return None

    def _hand_over(self) -> dict[str, str] | None:
        """Offer to pass the case on when the step is another's: only whoever answers for it."""
        move = self.case.moves()["assign"]
        if "assign" not in self.steps or not self.case.has_part(self.user, "responsible"):
            return None
        return {"label": _("Hand over for decision"), "url": self._address(move)}

    @property
    def waits_for(self) -> str:
        """Who goes on with it, for those who cannot themselves."""
        if self.case.waiting:
            return _("This waits for %s.") % self.case.waiting.to_name
        if self.main and self.main.name in self.steps:
            return ""
        if self.main and self.main.duties_for(self.case)[:1] in {
            (Duty.DECIDE_SERIOUS,),
            (Duty.INVESTIGATE_SERIOUS,),
        }:
            return self._serious()
        if self.case.responsible:
            return _("This waits for %s.") % self.case.responsible.name
        return ""

    def _serious(self) -> str:
        values = {"score": self.case.score, "person": self.case.responsible or _("nobody")}
        if self.case.status == Status.ASSESSED:
            return (
                _(
                    "The case is serious (%(score)s of 16): an investigator or the area manager "
                    "starts. It lies with %(person)s."
                )
                % values
            )
        return (
            _(
                "The case is serious (%(score)s of 16): the area manager decides. It lies with "
                "%(person)s."
            )
            % values
        )
