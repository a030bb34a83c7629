"""What anybody who sees the case may read: no text somebody wrote, and nobody's name."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from nonconformities.models import Action, Grade, Nonconformity
from nonconformities.models.case import MASK
from nonconformities.models.status import Status
from nonconformities.paper.parts import day, facts, section, short_day, table
from qms.history.models import Event

MOST_ON_ONE_PAGE = 8


class Masked:
    """The report without texts and names; the full one says the same and more."""

    def __init__(self, case: Nonconformity) -> None:
        self.case = case
        self.actions = list(case.actions.order_by("round", "due_on", "pk"))

    # --- The top of the first page --------------------------------------------------------------

    @property
    def heading(self) -> str:
        """The heading: the category, for a heading is free text."""
        return str(self.case.category or _("Deviation (text hidden)"))

    @property
    def marks(self) -> list[str]:
        """What must be seen at once."""
        case = self.case
        return [
            word
            for word, holds in (
                (_("Serious"), case.is_serious),
                (_("Secret"), case.is_secret),
            )
            if holds
        ]

    def header(self) -> list[tuple[str, Any]]:
        """The rows of facts at the top."""
        case, authority = self.case, self.case.unit.authority_name
        return [
            (_("Unit"), case.unit_then_and_now),
            (_("Authority"), authority if authority != case.unit.name else ""),
            (_("Kind"), case.get_kind_display()),
            (_("Way in"), case.get_channel_display()),
            (_("Category"), self.category),
            (_("Reported"), day(case.reported_at)),
            *self.assessment(),
            (_("Secrecy"), _("Read only in the unit's own line") if case.is_secret else ""),
            (_("Last day"), day(case.due_on) if case.is_open else ""),
            (_("First promised"), day(case.first_due_on)),
            (_("Closed"), day(case.closed_at)),
            (_("Round"), case.round if case.round > 1 else ""),
        ]

    def assessment(self) -> list[tuple[str, Any]]:
        """How serious it is."""
        case = self.case
        score = _("%(score)s of 16") % {"score": case.score} if case.score else ""
        return [
            (_("Severity"), Grade.word("severity", case.severity)),
            (_("Likelihood"), Grade.word("likelihood", case.likelihood)),
            (_("Together"), score),
        ]

    @property
    def category(self) -> str:
        """The category with the one above it."""
        category = self.case.category
        if category is None:
            return ""
        return f"{category.parent} › {category}" if category.parent else str(category)

    # --- The sections ---------------------------------------------------------------------------

    def sections(self) -> list[dict[str, Any]]:
        """The sections, in the order of the story."""
        return [
            section(_("What happened"), {"quiet": str(MASK)}),
            section(_("Actions"), self.plan()),
            section(_("Closing"), self.closing()),
            section(_("What has been done, step by step"), self.log()),
        ]

    def in_short(self) -> list[dict[str, Any]]:
        """What has room on one page: the latest actions."""
        left = len(self.actions) - MOST_ON_ONE_PAGE
        self.actions = self.actions[-MOST_ON_ONE_PAGE:]
        more = _("And %(n)d earlier ones.") % {"n": left}
        return [section(_("Actions"), self.plan(), {"quiet": more} if left > 0 else None)]

    def plan(self) -> dict[str, Any] | None:
        """The actions without what they say and who does them."""
        head = [_("No."), _("Kind"), _("Last day"), _("First promised"), _("State")]
        return table(_("Actions"), head, [self._row(action) for action in self.actions])

    def _row(self, action: Action) -> list[Any]:
        first = action.first_due_on if action.first_due_on != action.due_on else None
        return [
            str(action.number), action.get_kind_display(), short_day(action.due_on),
            short_day(first), action.get_status_display(),
        ]  # fmt: skip

    def closing(self) -> dict[str, Any] | None:
        """How long it took."""
        case = self.case
        if case.reported_at is None:
            return None
        end = timezone.localdate(case.closed_at) if case.closed_at else timezone.localdate()
        open_for = (end - timezone.localdate(case.reported_at)).days
        late = (end - case.due_on).days if case.is_open and case.due_on else 0
        return facts([
            (_("State"), case.get_status_display()),
            (_("Closed"), day(case.closed_at)),
            (_("Open for"), _days(open_for)),
            (_("Late by"), _days(late) if late > 0 else ""),
        ])  # fmt: skip

    def log(self) -> dict[str, Any] | None:
        """The great steps, oldest first."""
        moves = self.case.moves()
        great = [e for e in self.case.story if (m := moves.get(e.verb)) and m.target is not None]
        rows = [[short_day(event.at), self.told(event)] for event in great]
        return table(_("Events"), [_("Day"), _("What was done")], rows)

    def told(self, event: Event) -> str:
        """Where it led, by nobody named."""
        _before, after = event.changes.get("status", ("", ""))
        return str(Status(after).label if after else self.case.moves()[event.verb].label)

    # --- The one page ---------------------------------------------------------------------------

    @property
    def effect(self) -> str:
        """Whether it helped, in a word."""
        check = self.case.effect_checks.order_by("-round").first()
        return str(check.get_outcome_display()) if check else _("Not judged yet")

    def figures(self) -> list[dict[str, str]]:
        """The few figures of the one page."""
        live = [a for a in self.actions if a.status != Action.Status.CANCELLED]
        done = sum(a.status in {Action.Status.DONE, Action.Status.VERIFIED} for a in live)
        closing = dict((self.closing() or {"facts": []})["facts"])
        return [
            {"name": _("Open for"), "value": closing.get(_("Open for"), "–")},
            {
                "name": _("Actions done"),
                "value": _("%(done)d of %(all)d") % {"done": done, "all": len(live)},
            },
            {"name": _("Did it help?"), "value": self.effect},
        ]


def _days(number: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", number) % {"n": number}
