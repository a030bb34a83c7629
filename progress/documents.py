"""What waits for a person among documents: to review, to adopt, and to look through."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from documents.mine import to_adopt, to_look_through
from documents.models import Status, Version
from progress.task import Task, when
from qms.organization.models import User

_MOST = 200


def documents_waiting_for(user: User) -> Iterator[Task]:
    """Yield a task for each text to review or adopt, and one for all that is to be looked through.

    Whoever works nowhere has nothing waiting, and is not asked about.
    """
    if not user.workplaces:
        return
    asked = Version.objects.kept_by(user).awaiting_review_by(user)
    waiting = asked.values("pk").union(to_adopt(user).values("pk"))
    for version in Version.objects.filter(pk__in=waiting).for_page().order_by("pk")[:_MOST]:
        verb = _("Adopt") if version.status == Status.APPROVED else pgettext("verb", "Review")
        yield _task(version, verb)
    yield from _to_look_through(user)


def _task(version: Any, verb: str) -> Task:
    look, word = when(None)
    return Task(
        title=f"{verb}: {version.title}", meta=f"{version.number} · {version.unit}",
        url=version.get_absolute_url(), due_on=None, look=look, word=word,
    )  # fmt: skip


def _to_look_through(user: User) -> Iterator[Task]:
    found = to_look_through(user).order_by().aggregate(many=Count("pk"), first=Min("review_on"))
    if not found["many"]:
        return
    look, word = when(found["first"])
    title = ngettext(
        "Look through %(n)d document you own", "Look through %(n)d documents you own", found["many"]
    )
    yield Task(
        title=title % {"n": found["many"]}, meta=_("Documents"), due_on=found["first"],
        url=reverse("documents:look_through"), look=look, word=word,
    )  # fmt: skip
