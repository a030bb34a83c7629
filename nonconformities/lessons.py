"""LessonCard: what the page of one lesson shows, gathered for one reader."""

from functools import cached_property
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from nonconformities.models import EffectCheck, Lesson, Nonconformity
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Access
from qms.records.timeline import timeline
from qms.records.workflow import Step


def trials_of(user: User) -> list[tuple[str, int]]:
    """Return each of the reader's units that tries lessons, with how many: be glad of it."""
    own = Nonconformity.objects.trials().filter(unit__any=user.units_for(Duty.READ_RECORDS).ids)
    counted = own.order_by().values("unit__name").annotate(many=Count("pk"))
    return list(counted.order_by("unit__name").values_list("unit__name", "many"))


class LessonCard:
    """What one person may see of one lesson and do with it."""

    def __init__(self, lesson: Lesson, user: User) -> None:
        self.lesson, self.user = lesson, user

    @cached_property
    def steps(self) -> list[Step]:
        """The verbs open to the reader."""
        return [step for step in self.lesson.steps_for(self.user) if step.is_ready]

    def _link(self, step: Step) -> dict[str, str]:
        number = self.lesson.number
        url = reverse("nonconformities:lesson_move", args=[number, step.move.address])
        return {"label": str(step.move.label), "url": url}

    @property
    def main(self) -> dict[str, str] | None:
        """The one main button: try it."""
        return next((self._link(step) for step in self.steps if step.move.main), None)

    @property
    def others(self) -> list[dict[str, str]]:
        """The quieter verbs."""
        return [self._link(step) for step in self.steps if not step.move.main]

    @cached_property
    def case(self) -> Nonconformity | None:
        """The case it comes from, for whom that exists."""
        found = Nonconformity.objects.visible_to(self.user).with_access(self.user)
        return found.filter(pk=self.lesson.nonconformity_id).first()

    @cached_property
    def trials(self) -> list[Nonconformity]:
        """The trials the reader may see."""
        found = Nonconformity.objects.visible_to(self.user).with_access(self.user).for_page()
        return list(found.filter(tries=self.lesson).order_by("-reported_at")[:50])

    @cached_property
    def outcomes(self) -> list[str]:
        """What the trials that are over showed, in words; no unit is named."""
        checks = EffectCheck.objects.filter(nonconformity__tries=self.lesson)
        found = list(checks.values_list("outcome", flat=True))
        words = {
            EffectCheck.Outcome.YES: _("it helped: %d"),
            EffectCheck.Outcome.PARTLY: _("it helped partly: %d"),
            EffectCheck.Outcome.NO: _("it did not help: %d"),
        }
        return [word % found.count(code) for code, word in words.items() if code in found]

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """The story, for the unit's own line only: it names who closed the case."""
        is_own = self.lesson.access == Access.FULL
        return timeline(self.lesson, self.user) if is_own else []
