"""What waits for a person among documents: to read, review, adopt, answer, and look through."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from documents.local import why_to_check
from documents.mine import to_adopt, to_look_through
from documents.models import ChangeRequest, Document, ReaderCheck, Status, Version
from documents.readers import waiting_to_read
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
    yield from _to_read(user)
    yield from _to_answer(user)
    yield from _to_check(user)


def _to_check(user: User) -> Iterator[Task]:
    """Yield the supplements of `user` whose text above is not what it was."""
    own = Document.objects.visible_to(user).filter(owner=user).to_check()
    look, word = when(None)
    for document in own.titled().select_related("supplements")[:_MOST]:
        yield Task(
            title=why_to_check(document), meta=f"{document.number} · {document.shown_title}",
            url=document.get_absolute_url(), due_on=None, look=look, word=word,
        )  # fmt: skip


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


def _to_read(user: User) -> Iterator[Task]:
    """Yield each version that is to be read, with how long it takes."""
    for row in waiting_to_read(user, _MOST):
        version, (look, word) = row.version, when(row.ask.due_on)
        parts = [version.document.number]
        if row.minutes:
            minutes = ngettext("%(n)d minute", "%(n)d minutes", row.minutes)
            parts.append(minutes % {"n": row.minutes})
        if not version.applies:
            day = date_format(version.valid_from, "j F Y") if version.valid_from else ""
            parts.append(_("in force from %(day)s") % {"day": day})
        yield Task(
            title=_("Read: %s") % version.title, meta=" · ".join(parts), look=look, word=word,
            url=version.get_absolute_url(), due_on=row.ask.due_on,
        )  # fmt: skip


def _to_answer(user: User) -> Iterator[Task]:
    """Yield the suggestions that wait for an answer, and the questions about a text."""
    look, word = when(None)
    for change in ChangeRequest.objects.awaiting(user).for_page().order_by("pk")[:_MOST]:
        yield Task(
            title=_("Answer a suggestion about %s") % change.document.number,
            meta=f"{change.number} · {change.unit}", url=change.get_absolute_url(), due_on=None,
            look=look, word=word,
        )  # fmt: skip
    seen = Version.objects.visible_to(user).standing().values("pk")
    mine = ReaderCheck.objects.filter(person=user, answered_at=None, version__in=seen)
    for check in mine.select_related("version__document")[:_MOST]:
        version = check.version
        yield Task(
            title=_("Answer three questions: %s") % version.title, meta=version.document.number,
            url=reverse("documents:questions", args=[version.document.number, version.label]),
            due_on=None, look=look, word=word,
        )  # fmt: skip
