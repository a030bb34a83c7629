"""CaseStory: everything the page of one deviation shows, gathered for one reader."""

from functools import cached_property
from itertools import groupby
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from nonconformities.borders import IN_CARDS, TOLD_TO_ALL, Borders, fetch_borders
from nonconformities.escalation import Lift, lifts_of
from nonconformities.examining import may_know, tracks_of
from nonconformities.facts import CaseFacts
from nonconformities.holding import has_any, holdings, know_of_nothing
from nonconformities.kin import Kin
from nonconformities.models import (
    Action,
    Cause,
    EffectCheck,
    ExtentQuestion,
    Handover,
    Lesson,
    Nonconformity,
    ProtectedDetails,
    Share,
    Track,
)
from nonconformities.models.status import Status
from nonconformities.similar import Lexemes, Similar
from nonconformities.spread import Spread
from nonconformities.steps import own_words, state_of
from nonconformities.todo import Todo
from qms.organization.models import User
from qms.records.forms import MoveForm
from qms.records.models import Access, Rule
from qms.records.readers import Reader, readers_of, why
from qms.records.timeline import timeline
from qms.records.workflow import Step
from qms.requirements.models import Clause

_EARLY = (Status.REPORTED, Status.ASSESSED, Status.DISMISSED, Status.HANDED_OVER)
# What has a place of its own on the page, and so does not stand in the menu as well.
_ELSEWHERE = IN_CARDS | {
    "answer_question", "say_verdict",
    "comment", "add_cause", "answer_extent", "plan_action", "open_protected", "ask_others",
    "pass_answers", "withdraw_question", "share_lesson",
}  # fmt: skip


def cases_for_story(user: User) -> Any:
    """Return the cases `user` sees, with what their page tells of them at once."""
    cases = Nonconformity.objects.visible_to(user).with_access(user).for_page().with_progress()
    written = ProtectedDetails.objects.filter(nonconformity=OuterRef("pk"))
    people = ("category__parent", "reported_by", "investigator", "from_place__parent")
    return cases.select_related(*people).annotate(
        has_protected=Exists(written),
        has_asked=Exists(ExtentQuestion.objects.filter(nonconformity=OuterRef("pk"))),
        borders=Exists(Handover.objects.filter(nonconformity=OuterRef("pk")))
        | Exists(Handover.objects.filter(became=OuterRef("pk")))
        | Exists(Share.objects.filter(nonconformity=OuterRef("pk"))),
        has_joined=Exists(
            Nonconformity.objects.order_by().filter(
                Q(merged_into=OuterRef("pk")) | Q(parent=OuterRef("pk"))
            )
        ),
        lexemes=Lexemes(F("search")),
        **holdings(),
    )


class CaseStory:
    """What one person may see of one case and do with it."""

    def __init__(self, case: Nonconformity, user: User) -> None:
        self.case, self.user = case, user
        self.is_full = case.access == Access.FULL
        self.is_own = case.access == Access.OWN
        self.is_masked = case.access == Access.MASKED
        fetch_borders(case)
        know_of_nothing(case)
        if self.is_full:
            self._fetch()

    def _fetch(self) -> None:
        """Fetch causes, actions and requirements at once, those that there are."""
        actions = Action.objects.select_related("responsible", "cause", "unit")
        wanted = {
            "requirements": Clause.objects.select_related("edition__standard"),
            "causes": Cause.objects.all(),
            "actions": actions.order_by("round", "due_on", "pk"),
            "effect_checks": EffectCheck.objects.select_related("checked_by"),
        }
        found = [Prefetch(name, rows) for name, rows in wanted.items() if has_any(self.case, name)]
        prefetch_related_objects([self.case], *found)

    # --- Where it stands and what is missing ------------------------------------------------------

    @cached_property
    def state(self) -> dict[str, str]:
        """The state label; the reporter and those who see it masked get the plain status."""
        return state_of(self.case)

    @cached_property
    def steps(self) -> list[Step]:
        """Every verb open to the reader in this status."""
        return list(self.case.steps_for(self.user))

    @cached_property
    def todo(self) -> Todo:
        """What is missing to move on, and the one button."""
        return Todo(self.case, self.user, self.steps)

    @cached_property
    def offered(self) -> dict[str, str]:
        """The address of each verb's page that the reader may open, by the verb's name."""
        return {
            step.move.name: self.address(step.move.address) for step in self.steps if step.is_ready
        }

    @property
    def menu(self) -> list[dict[str, str]]:
        """The quieter verbs: those without a place of their own on the page."""
        return [
            {"label": str(step.move.label), "url": self.offered[step.move.name]}
            for step in self.steps
            if step.is_ready and not step.move.main and step.move.name not in _ELSEWHERE
        ]

    def address(self, verb: str) -> str:
        """Return the address of a verb's page."""
        return reverse("nonconformities:move", args=[self.case.number, verb])

    @cached_property
    def comment_form(self) -> MoveForm | None:
        """The form under the comments, for who may write."""
        if "comment" not in self.offered:
            return None
        move = self.case.moves()["comment"]
        return MoveForm.of(self.case, move)(record=self.case, user=self.user, move=move)

    @cached_property
    def tracks(self) -> list[Track]:
        """What is examined under a law, for the few who may know of it."""
        return tracks_of(self.case, self.user) if self.is_full else []

    @cached_property
    def lifts(self) -> list[Lift]:
        """Why the case is lifted, since when and to whom."""
        return lifts_of(self.case) if self.is_full else []

    @property
    def may_examine(self) -> bool:
        """True when the reader may begin an examination under a law."""
        return self.is_full and may_know(self.user, self.case)

    @property
    def in_words(self) -> str:
        """Where the case stands, told to the one who reported."""
        return own_words(self.case)

    @cached_property
    def borders(self) -> Borders:
        """Hand-overs and shared parts, as the reader sees them."""
        return Borders(self.case, self.user, self.offered)

    @property
    def answered_in(self) -> Nonconformity:
        """The case whose answer the reporter gets: the main one when this was merged into it."""
        return self.case.merged_into or self.case

    # --- Facts beside the state ------------------------------------------------------------------

    @cached_property
    def facts(self) -> CaseFacts:
        """The rows of the facts column."""
        return CaseFacts(self.case, self.user, self.offered)

    @cached_property
    def earlier(self) -> list[Nonconformity]:
        """The earlier ones that make this a repeated deviation, those the reader may see."""
        days = Rule.value_of(Rule.Code.REPEAT_DAYS)
        if not self.is_repeated:
            return []
        alike: Any = self.case.earlier_alike(days=days)
        alike = alike.visible_to(self.user).with_access(self.user)
        return list(alike.select_related("category").defer("search").order_by("-reported_at")[:10])

    @cached_property
    def is_repeated(self) -> bool:
        """True when it has happened as often as the municipality calls repeated."""
        case = self.case
        if case.kind == case.Kind.IDEA:
            return False
        return bool(case.category_id) and case.alike + 1 >= Rule.value_of(Rule.Code.REPEAT_COUNT)

    @property
    def repeated(self) -> str:
        """How often, in words."""
        values = {"n": self.case.alike + 1, "days": Rule.value_of(Rule.Code.REPEAT_DAYS)}
        return _("This is time %(n)d in %(days)d days: look for the common cause.") % values

    # --- Why, and what is done --------------------------------------------------------------------

    @cached_property
    def causes(self) -> list[dict[str, Any]]:
        """The causes by round and way of working: chains of whys, branches, own words."""
        chains = list(self._chains())
        rounds = []
        for number, members in groupby(chains, key=lambda chain: chain[-1].round):
            here = list(members)
            fish = [chain[-1] for chain in here if chain[-1].method == Cause.Method.FISHBONE]
            rounds.append({
                "number": number,
                "chains": [c for c in here if c[-1].method == Cause.Method.WHYS],
                "branches": _branches(fish),
                "own": [c[-1] for c in here if c[-1].method == Cause.Method.FREE],
            })  # fmt: skip
        return rounds

    def _chains(self) -> Any:
        """Yield each cause with the whys that led to it, the first why first."""
        causes = list(self.case.causes.all())
        by_pk = {cause.pk: cause for cause in causes}
        for root in (cause for cause in causes if cause.is_root):
            chain, cause = [root], root
            while cause.because_of_id:
                cause = by_pk[cause.because_of_id]
                chain.insert(0, cause)
            yield chain

    @cached_property
    def kin(self) -> Kin:
        """The cases it belongs with."""
        return Kin(self.case, self.user)

    @cached_property
    def similar(self) -> Similar:
        """Others that had the same."""
        return Similar(self.case, self.user)

    @cached_property
    def lesson(self) -> Lesson | None:
        """The card that is shared from this case."""
        return self.case.lessons.published().first() if self.case.status == Status.CLOSED else None

    @cached_property
    def spread(self) -> Spread:
        """What other units were asked, and their answers."""
        return Spread(self.case, self.user)

    @cached_property
    def rounds(self) -> list[dict[str, Any]]:
        """The actions by round, the latest first, each round with the check that ended it."""
        checks = {check.round: check for check in self.case.effect_checks.all()}
        actions = list(self.case.actions.all())
        numbers = sorted({a.round for a in actions} | set(checks), reverse=True)
        return [
            {
                "number": number,
                "actions": [action for action in actions if action.round == number],
                "check": checks.get(number),
            }
            for number in numbers
        ]

    @property
    def has_begun(self) -> bool:
        """True once there is, or was, an investigation."""
        return self.case.status not in _EARLY or self.case.round > 1

    # --- Words between people ---------------------------------------------------------------------

    @cached_property
    def comments(self) -> list[Any]:
        """The comments: all of them, or those meant for the reporter, with the name to show."""
        comments = self.case.comments.select_related("written_by").order_by("written_at")
        found = list(comments if self.is_full else comments.filter(to_reporter=True))
        hidden = self.case.hidden_actor(self.user)
        for comment in found:
            is_hidden = hidden is not None and comment.written_by_id == hidden
            hidden_name = is_hidden or comment.written_by is None
            comment.by = _("The one who reported") if hidden_name else comment.written_by.name
        return found

    @property
    def question(self) -> Any:
        """The latest question to the one who reported while it waits for its answer, or None."""
        if not self.case.asked_at:
            return None
        asked = [c for c in self.comments if c.to_reporter and c.written_at <= self.case.asked_at]
        return asked[-1] if asked else None

    @property
    def own_comments(self) -> int:
        """How many the reader has written: what was kept before the last one has been sent."""
        return sum(comment.written_by_id == self.user.pk for comment in self.comments)

    @cached_property
    def files(self) -> list[Any]:
        """The files the reader may open."""
        return list(self.case.attachments.all().readable_to(self.user, self.case.access))

    @cached_property
    def issued(self) -> list[Any]:
        """The reports issued about the case that the reader may open."""
        found = self.case.issued.select_related("issued_by").all().readable_to(self.case.access)
        return list(found)

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """The timeline, newest first; the reporter and the masked read only the great steps."""
        events = timeline(self.case, self.user)
        moves = self.case.moves()
        great = {name for name, move in moves.items() if move.target is not None} | TOLD_TO_ALL
        return [event for event in events if self.is_full or event["verb"] in great]

    # --- Who sees it ----------------------------------------------------------------------------

    @cached_property
    def readers(self) -> list[Reader]:
        """Who sees the case and why; a hidden reporter stands without a name."""
        return readers_of(self.case, hidden=self.case.hidden_actor(self.user))

    @property
    def why(self) -> str:
        """Why the reader sees it."""
        return why(self.case, self.user, self.readers)


def _branches(causes: list[Cause]) -> list[dict[str, Any]]:
    """Return the bones of the fish, each with its causes."""
    order = list(Cause.Branch.values)
    ordered = sorted(causes, key=lambda cause: (order.index(cause.branch), cause.pk))
    return [
        {"name": Cause.Branch(branch).label, "causes": list(members)}
        for branch, members in groupby(ordered, key=lambda cause: cause.branch)
    ]
