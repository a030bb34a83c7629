"""Spread: what other units were asked and answered, for one reader of the case that asked."""

from functools import cached_property
from typing import Any

from django.db.models import Prefetch

from nonconformities.models import ExtentAnswer, ExtentQuestion, Nonconformity
from qms.organization.models import User


class Spread:
    """The questions of one case with their answers. Only who reads the case meets them."""

    def __init__(self, case: Nonconformity, user: User) -> None:
        self.case, self.user = case, user

    @cached_property
    def questions(self) -> list[dict[str, Any]]:
        """The questions, the latest first, each with its answers and how many have come."""
        answers = ExtentAnswer.objects.select_related("unit", "answered_by").order_by("unit__name")
        found = list(
            ExtentQuestion.objects.filter(nonconformity=self.case)
            .select_related("decided_by")
            .prefetch_related(Prefetch("answers", answers))
            .order_by("-pk")
        )
        seen = self._followed(found)
        return [self._told(question, seen) for question in found]

    def _followed(self, questions: list[ExtentQuestion]) -> dict[int, Nonconformity]:
        """Return the cases made of a yes that exist for the reader, by id."""
        ids = {a.followed_in_id for q in questions for a in q.answers.all() if a.followed_in_id}
        if not ids:
            return {}
        return Nonconformity.objects.visible_to(self.user).only("number").in_bulk(list(ids))

    def _told(self, question: ExtentQuestion, seen: dict[int, Nonconformity]) -> dict[str, Any]:
        answers = list(question.answers.all())
        asked = [a for a in answers if a.status != ExtentAnswer.Status.WITHDRAWN]
        answered = [a for a in asked if a.status == ExtentAnswer.Status.ANSWERED]
        for answer in answers:
            answer.shown = seen.get(answer.followed_in_id or 0)
        return {
            "question": question,
            "answers": answers,
            "answered": len(answered),
            "asked": len(asked),
            "waits": len(asked) > len(answered),
        }
