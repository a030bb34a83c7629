"""CaseStory: everything the page of one deviation shows, gathered for one reader."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from nonconformities.models import Cause, Nonconformity
from qms.organization.models import User
from qms.records.models import Access
from qms.records.timeline import timeline
from qms.records.workflow import Step


class CaseStory:
    """What one person may see of one case and do with it."""

    def __init__(self, case: Nonconformity, user: User) -> None:
        self.case, self.user = case, user
        self.is_full = case.access == Access.FULL
        self.is_own = case.access == Access.OWN

    @cached_property
    def steps(self) -> list[Step]:
        """Every verb open to the reader in this status."""
        return list(self.case.steps_for(self.user))

    @cached_property
    def next_step(self) -> Step | None:
        """The verb that carries the case forward, when the reader may do it."""
        return next((step for step in self.steps if step.move.main), None)

    @property
    def other_steps(self) -> list[Step]:
        """The quieter verbs; those that still lack something are not offered."""
        return [step for step in self.steps if not step.move.main and step.is_ready]

    @property
    def missing(self) -> list[dict[str, Any]]:
        """What the next step asks for, met and unmet, each unmet with the way to mend it."""
        if not self.next_step:
            return []
        offered = {step.move.name for step in self.steps}
        rows = []
        for need in self.next_step.move.needs:
            met = need not in self.next_step.unmet
            row = {"text": need.says(self.case), "met": met}
            if not met and need.mend in offered:
                move = self.case.moves()[need.mend]
                row |= {"url": self.address(move.address), "link": move.label}
            rows.append(row)
        return rows

    def address(self, verb: str) -> str:
        """Return the address of a verb's page."""
        return reverse("nonconformities:move", args=[self.case.number, verb])

    @cached_property
    def next_url(self) -> str:
        """The address of the next step, or of what it lacks first; "" when there is none."""
        if not self.next_step:
            return ""
        unmet = next((row for row in self.missing if not row["met"]), None)
        if unmet:
            return unmet.get("url", "")
        return self.address(self.next_step.move.address)

    @cached_property
    def next_label(self) -> str:
        """The words on the main button: the next step, or what it lacks first."""
        unmet = next((row for row in self.missing if not row["met"]), None)
        if unmet:
            return str(unmet.get("link", ""))
        return str(self.next_step.move.label) if self.next_step else ""

    @cached_property
    def chains(self) -> list[list[Cause]]:
        """The causes as chains, each from the first why to the root."""
        causes = list(self.case.causes.all())
        by_pk = {cause.pk: cause for cause in causes}
        chains = []
        for root in (cause for cause in causes if cause.is_root):
            chain, cause = [root], root
            while cause.because_of_id:
                cause = by_pk[cause.because_of_id]
                chain.insert(0, cause)
            chains.append(chain)
        return chains

    @cached_property
    def actions(self) -> QuerySet:
        """The actions of every round, with who does them."""
        return self.case.actions.select_related("responsible", "cause").order_by("round", "due_on")

    @cached_property
    def comments(self) -> QuerySet:
        """The comments: all of them, or those meant for the reporter."""
        comments = self.case.comments.select_related("written_by")
        return comments if self.is_full else comments.filter(to_reporter=True)

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """The timeline, newest first."""
        return timeline(self.case, self.user)

    @property
    def reporter(self) -> str:
        """Who reported, as this reader may know it."""
        return self.case.reporter_for(self.user)
