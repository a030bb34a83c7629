"""Promise: everything the page of one action shows, gathered for one reader."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nonconformities.facts import fact
from nonconformities.models import Action, Nonconformity
from qms.organization.models import User
from qms.records.models import Access
from qms.records.timeline import timeline
from qms.records.workflow import Step


class Promise:
    """What one person may see of one action and do with it."""

    def __init__(self, action: Action, user: User) -> None:
        self.action, self.user = action, user
        self.is_full = action.access == Access.FULL

    @cached_property
    def steps(self) -> list[Step]:
        """The verbs open to the reader, those that lack nothing."""
        return [step for step in self.action.steps_for(self.user) if step.is_ready]

    def _url(self, step: Step) -> str:
        return reverse("nonconformities:action_move", args=[self.action.number, step.move.address])

    @property
    def main(self) -> dict[str, str] | None:
        """The one main button."""
        step = next((step for step in self.steps if step.move.main), None)
        return {"label": str(step.move.label), "url": self._url(step)} if step else None

    @property
    def others(self) -> list[dict[str, str]]:
        """The quieter verbs."""
        rest = [step for step in self.steps if not step.move.main]
        return [{"label": str(step.move.label), "url": self._url(step)} for step in rest]

    @cached_property
    def case(self) -> Nonconformity | None:
        """The case it belongs to, as the reader sees it; None when it does not exist for them."""
        found = Nonconformity.objects.visible_to(self.user).with_access(self.user).for_page()
        return found.filter(pk=self.action.nonconformity_id).first()

    @cached_property
    def files(self) -> list[Any]:
        """The files the reader may open."""
        return list(self.action.attachments.all().readable_to(self.user, self.action.access))

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """The timeline, newest first."""
        return timeline(self.action, self.user)

    @property
    def facts(self) -> Iterator[dict[str, Any]]:
        """The facts column."""
        action = self.action
        change = {step.move.name: self._url(step) for step in self.steps}
        yield fact(_("Who does it"), str(action.responsible), change.get("assign", ""), _("Change"))
        last = date_format(action.due_on, "D j F Y") if action.due_on else ""
        yield fact(_("Last day"), last, change.get("postpone", ""), _("Move"))
        if action.first_due_on and action.due_on != action.first_due_on:
            yield fact(_("First promised"), date_format(action.first_due_on, "j F Y"))
        yield fact(_("Kind"), action.get_kind_display())
        if self.is_full and action.effect_on:
            yield fact(_("Effect is checked"), date_format(action.effect_on, "j F Y"))
        if action.done_by:
            yield fact(_("Done by"), action.done_by.name)
        if action.verified_by:
            yield fact(_("Verified by"), action.verified_by.name)
