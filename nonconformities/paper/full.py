"""Everything those who read the case in full may read; never protected details.

Nor examinations by law: many who read the case may not know that one exists. A reporter who
asked to be hidden is hidden here from everybody, whoever issues the report: others will read it.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from nonconformities.models import Action, Cause, EffectCheck, ExtentAnswer, Nonconformity
from nonconformities.paper.masked import Masked
from nonconformities.paper.parts import (
    Block,
    bullets,
    day,
    facts,
    section,
    short_day,
    table,
    text,
    yes_no,
)
from nonconformities.story import CaseStory
from qms.history.models import Event
from qms.records.timeline import sentence


class Full(Masked):
    """The report with texts and names, in the order of the story."""

    def __init__(self, case: Nonconformity, story: CaseStory) -> None:
        super().__init__(case)
        self.story = story
        self.actions = list(
            case.actions.select_related("responsible", "verified_by", "done_by").order_by(
                "round", "due_on", "pk"
            )
        )
        self.checks: list[EffectCheck] = list(case.effect_checks.select_related("checked_by"))

    @property
    def heading(self) -> str:
        """The heading somebody set, or the first words of the report."""
        return self.case.heading

    @property
    def marks(self) -> list[str]:
        """What must be seen at once; that it is repeated too."""
        urgent = [] if self.case.urgency == "no" else [self.case.get_urgency_display()]
        return [*urgent, *super().marks, *([_("Repeated")] if self.story.is_repeated else [])]

    def header(self) -> list[tuple[str, Any]]:
        """The rows of facts at the top."""
        case = self.case
        clauses = ", ".join(f"{c.label} {c.title}" for c in case.requirements.all())
        return [
            *super().header(),
            (_("Requirements"), clauses),
            (_("Reported by"), self._reporter),
            (_("Investigator"), case.investigator and case.investigator.name),
            (_("Responsible"), (case.is_open and case.responsible and case.responsible.name) or ""),
        ]

    @property
    def _reporter(self) -> str:
        if self.case.hides_reporter:
            return str(self.case.why_hidden)
        return self.case.reported_by.name if self.case.reported_by else _("Not given")

    # --- The sections ---------------------------------------------------------------------------

    def sections(self) -> list[dict[str, Any]]:
        """The eight sections and the events."""
        case = self.case
        told = [(_("Person concerned informed"), case.person_informed and self._informed)]
        return [
            section(
                _("What happened"), self._where(), text(case.description), *self._shared(),
                self._protected(),
            ),
            section(_("What was done at once"), text(case.correction), facts(told)),
            section(_("Can it exist elsewhere?"), text(case.extent), *self._elsewhere()),
            section(_("Why did it happen?"), text(case.plan, _("How we looked")), *self._causes()),
            section(_("Actions"), self.plan()),
            section(_("What else was changed"), self._changed()),
            section(_("Did it help?"), *self._effects()),
            section(
                _("Closing"), self.closing(), text(case.lesson, _("What others can learn")),
                text(case.answer, _("Answer to the one who reported")),
            ),
            section(_("What has been done, step by step"), self.log()),
        ]  # fmt: skip

    @property
    def _informed(self) -> str:
        return str(self.case.get_person_informed_display())

    def _where(self) -> Block | None:
        case = self.case
        return facts([
            (_("Where, more exactly"), case.place),
            (_("When it happened"), day(case.happened_at)),
            (_("Is it urgent?"), "" if case.urgency == "no" else case.get_urgency_display()),
            (_("Attached files"), ", ".join(case.attachments.values_list("name", flat=True))),
        ])  # fmt: skip

    def _protected(self) -> Block | None:
        if not self.case.has_protected:
            return None
        return {"quiet": _("There are protected details. They never stand in a report.")}

    def _elsewhere(self) -> Iterator[Block | None]:
        head = [_("Unit"), _("Answer"), _("Why")]
        for asked in self.story.spread.questions:
            question = asked["question"]
            if question.withdrawn_at:
                continue
            words = _("Asked %(day)s") % {"day": day(question.asked_at)}
            yield text(question.text, words)
            answers = [answer for answer in asked["answers"] if answer.status != "withdrawn"]
            yield table(words, head, [_answer(answer) for answer in answers])

    def _shared(self) -> Iterator[Block | None]:
        for part in self.case.shared:
            yield text(part.account, _("Seen from %(unit)s") % {"unit": part.to_name})

    def _causes(self) -> Iterator[Block | None]:
        for found in self.story.causes:
            round_ = self._round(found["number"])
            for chain in found["chains"]:
                lines = [_cause(cause) for cause in chain]
                yield bullets(lines, _("Five whys") + round_, chain=True)
            for branch in found["branches"]:
                yield bullets(map(_cause, branch["causes"]), f"{branch['name']}{round_}")
            yield bullets(map(_cause, found["own"]), _("In own words") + round_)

    def _round(self, number: int) -> str:
        return _(", round %(number)d") % {"number": number} if self.case.round > 1 else ""

    def plan(self) -> Block | None:
        """The actions with what they say, what was done and what the check showed."""
        head = [_("No."), _("What is to be done"), _("Who"), _("Last day"), _("State")]
        return table(_("Actions"), head, [self._row(action) for action in self.actions])

    def _row(self, action: Action) -> list[Any]:
        moved = action.first_due_on != action.due_on and action.first_due_on
        last = [short_day(action.due_on)]
        if moved:
            last.append(_("first promised %(day)s") % {"day": short_day(action.first_due_on)})
        state = [action.get_status_display()]
        if action.verified_by:
            state.append(_("verified by %(name)s") % {"name": action.verified_by.name})
        said = [action.description, action.get_kind_display()]
        if action.evidence:
            said.append(_("Done: %(what)s") % {"what": action.evidence})
        if action.result:
            said.append(_("The check showed: %(what)s") % {"what": action.result})
        return [
            str(action.number),
            said,
            action.responsible and action.responsible.name,
            last,
            state,
        ]

    def _changed(self) -> Block | None:
        if not self.checks:
            return None
        check = self.checks[-1]
        return facts([
            (_("Routine changed"), yes_no(check.routine_changed)),
            (_("Risk list updated"), yes_no(check.risks_updated)),
            (_("The working group has been told"), yes_no(check.group_told)),
        ])  # fmt: skip

    def _effects(self) -> Iterator[Block | None]:
        wanted = [a for a in self.actions if a.criterion and a.status != Action.Status.CANCELLED]
        rows = [[str(a.number), a.criterion, short_day(a.effect_on)] for a in wanted]
        yield table(_("How we see that it helped"), [_("No."), _("Sign"), _("Checked from")], rows)
        for check in self.checks:
            yield facts([
                (_("Did it help?") + self._round(check.round), check.get_outcome_display()),
                (_("How we know"), check.evidence),
                (_("Judged by"), f"{check.checked_by.name}, {day(check.checked_at)}"),
            ])  # fmt: skip

    def told(self, event: Event) -> str:
        """What was done and by whom; a hidden reporter stays hidden in what reporters do."""
        case = self.case
        reporters = "reported_by" in case.moves()[event.verb].person
        is_hidden = case.hides_reporter and reporters and event.actor_id == case.reported_by_id
        actor = _("Somebody") if is_hidden else event.actor_name
        note = f" {event.note}" if event.verb in {"dismiss", "close_as_corrected", "reopen"} else ""
        return sentence(event, actor, type(case)) + note


def _answer(answer: ExtentAnswer) -> list[Any]:
    said = answer.get_verdict_display() or answer.get_status_display()
    return [str(answer.unit), said, answer.reason]


def _cause(cause: Cause) -> str:
    if not cause.withdrawn_at:
        return cause.text
    return _("%(text)s (withdrawn: %(why)s)") % {"text": cause.text, "why": cause.withdrawn_reason}
