"""Work: something long that one person asked for, with a page of its own while it goes on."""

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any, NamedTuple, NoReturn, Self

from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile, File
from django.db import IntegrityError, models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from qms.organization.models import User
from qms.records.refusals import Refused

KEPT = timedelta(days=7)
SILENT_FOR = timedelta(seconds=settings.CELERY_TASK_TIME_LIMIT + 60)  # then nobody works on it
WAITED_FOR = timedelta(minutes=30)  # longer in the queue than any worker is busy
_BETWEEN_STEPS = timedelta(seconds=0.5)
_MOST_RESTARTS = 2


class Overtaken(Exception):
    """This run counts no more: the work was cancelled, or somebody has begun it anew."""


class Progress(NamedTuple):
    """How far a work has come, and when that was said."""

    done: int
    total: int
    what: str
    at: datetime | None


_EVERYWHERE = 0  # stands for every unit, those that come too


def _rights_of(user: User) -> dict[str, list[int]]:
    """Return the units that each duty of a person reaches today."""
    reaches = {duty.value: user.units_for(duty) for duty in user.duties}
    return {
        duty: [_EVERYWHERE] if reach.everything else sorted(reach.ids)
        for duty, reach in reaches.items()
    }


def _place(work: "Work", filename: str) -> str:
    """Return where the result lies: by ids, never by a name; each run has a place of its own."""
    return f"work/{work.uid.hex[:2]}/{work.uid.hex}-{work.run}"


class WorkQuerySet(models.QuerySet["Work"]):
    """Questions about many works."""

    def visible_to(self, user: User) -> Self:
        """Return those `user` asked for; nobody else knows of them."""
        return self.filter(asked_by=user)

    def forget_outgrown(self) -> int:
        """Remove files that were made with rights since ended. Returns how many; safe twice."""
        outgrown = [work for work in self.exclude(file="") if work.is_outgrown()]
        for work in outgrown:
            work.outgrow()
        return len(outgrown)

    def under_way(self) -> Self:
        """Return those that wait or go on."""
        return self.filter(status__in=[Work.Status.QUEUED, Work.Status.RUNNING])

    def outlived(self) -> Self:
        """Return those that are kept no longer."""
        return self.filter(queued_at__lt=timezone.now() - KEPT)


class Work(models.Model):
    """A long piece of work: queued, carried out by a task, and its result fetched once or twice.

        work = Work.ask("nonconformities.tasks.make_it", by=user, heading=_("Report"), case=7)
        return redirect(work)

    The task is written with `@long_work` (qms/records/works.py). How far it has come is told in
    the cache, so that it shows while the task's own transaction is still open.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waits for its turn")
        RUNNING = "running", _("Goes on")
        DONE = "done", _("Done")
        FAILED = "failed", _("Did not succeed")
        CANCELLED = "cancelled", _("Cancelled")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    task = models.CharField(max_length=150)
    arguments = models.JSONField(default=dict)
    key = models.CharField(_("fingerprint of what was asked for"), max_length=64)
    heading = models.CharField(max_length=150)
    language = models.CharField(max_length=5)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="works")
    queued_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.QUEUED)
    run = models.PositiveIntegerField(default=0)
    restarts = models.PositiveSmallIntegerField(default=0)
    delivery = models.CharField(_("the queue's id of the message"), max_length=64, blank=True)
    may_stop = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    sentence = models.TextField(_("what came of it, in words"), blank=True)
    url = models.CharField(_("address of the result"), max_length=500, blank=True)
    file = models.FileField(upload_to=_place, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    # Which duties reached which units when the file was made: with less, it is not handed out.
    rights = models.JSONField(default=dict)

    objects = WorkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asked_by", "key"],
                condition=models.Q(status__in=["queued", "running"]),
                name="work_one_of_a_kind_under_way",
            )
        ]
        indexes = [models.Index(fields=["asked_by", "-queued_at"], name="work_of_person")]

    def __str__(self) -> str:
        return self.heading

    def get_absolute_url(self) -> str:
        """Return the address of the work's own page."""
        return reverse("records:work", args=[self.uid])

    # --- Asking for it ------------------------------------------------------------------------

    @classmethod
    def ask(
        cls, task: str, *, by: User, heading: str, may_stop: bool = False, **arguments: Any
    ) -> "Work":
        """Queue a task for `by`, in the language of the moment; it starts when this is committed.

        `task` is the dotted name of a `@long_work`; `arguments` are ids and plain values, and
        never what somebody wrote. `heading` says what is made, without names or free text.
        `may_stop` is for tasks that leave nothing half done. The same thing asked for again
        while it goes on is the same work: a double click makes no second one.
        """
        import_string(task)  # a wrong name shows here, not in the queue
        asked = json.dumps([task, arguments], sort_keys=True)
        key = hashlib.sha256(asked.encode()).hexdigest()
        facts = {
            "task": task, "arguments": arguments, "heading": heading[:150], "may_stop": may_stop,
            "language": translation.get_language() or settings.LANGUAGE_CODE,
        }  # fmt: skip
        with transaction.atomic():
            work, is_new = cls.objects.under_way().get_or_create(
                asked_by=by, key=key, defaults=facts
            )
            if is_new:
                work._send()
        return work

    def _send(self) -> None:
        """Put the task in the queue after the commit; a queue that is down shows on the page."""
        task = import_string(self.task)
        transaction.on_commit(partial(task.delay, self.pk), robust=True)

    def ask_again(self) -> "Work":
        """Queue what failed, was cancelled or has stopped once more. Returns the work that goes on.

        Another one of the same kind that is already under way is that work.
        """
        again = models.Q(status__in=[self.Status.FAILED, self.Status.CANCELLED])
        if self.is_stopped:
            again |= models.Q(status=self.status, run=self.run, queued_at=self.queued_at)
        now = timezone.now()
        try:
            with transaction.atomic():
                queued = type(self).objects.filter(again, pk=self.pk).update(
                    status=self.Status.QUEUED, queued_at=now, started_at=None, ended_at=None,
                    sentence="", delivery="",
                )  # fmt: skip
                if queued:
                    self._send()
        except IntegrityError:
            return type(self).objects.under_way().get(asked_by=self.asked_by_id, key=self.key)
        self.refresh_from_db()
        return self

    def cancel(self) -> "Work":
        """Stop it: at once while it waits, at its next step when the task may be stopped."""
        stops = models.Q(status=self.Status.QUEUED)
        if self.may_stop:
            stops |= models.Q(status=self.Status.RUNNING)
        rows = type(self).objects.filter(stops, pk=self.pk)
        rows.update(status=self.Status.CANCELLED, ended_at=timezone.now())
        self.refresh_from_db()
        return self

    # --- Carrying it out: what a task does ------------------------------------------------------

    @classmethod
    def begin(cls, pk: int, delivery: str) -> "Work | None":
        """Return the work for a task to carry out, or None when there is nothing to do.

        `delivery` is the queue's id of the message. A message that comes a second time does
        nothing, unless the worker that had it was killed half way (then the id is the same): the
        work is begun anew, a few times at most.
        """
        with transaction.atomic():
            work = cls.objects.select_for_update().filter(pk=pk).first()
            if work is None:
                return None
            is_lost = bool(delivery) and work.delivery == delivery
            if work.status == cls.Status.QUEUED:
                work.restarts = 0
            elif work.status == cls.Status.RUNNING and is_lost:
                work.restarts += 1
            else:
                return None
            work.status, work.delivery = cls.Status.RUNNING, delivery
            work.run, work.started_at = work.run + 1, timezone.now()
            work.save()
        if work.restarts > _MOST_RESTARTS:
            work.end_badly(_("The server had to stop this several times. It may be too large."))
            return None
        return work

    def step(self, done: int, total: int, what: Any = "") -> None:
        """Say how far it has come: `work.step(120, 212, _("rows"))`. May be called for each row.

        Raises Overtaken when it has been cancelled: let that pass, so that all is undone.
        """
        now = timezone.now()
        if self._said.at and now - self._said.at < _BETWEEN_STEPS and done < total:
            return
        self._mine().exists() or self._give_up()
        self._said = Progress(done, total, str(what), now)
        cache.set(self._cache_key, self._said, KEPT.total_seconds())

    def finish(
        self, *, url: str = "", file: bytes | File | None = None, name: str = "",
        media_type: str = "application/octet-stream", says: Any = "",
    ) -> None:  # fmt: skip
        """End it well: with an address to go on to, or a file for the one who asked.

        The file is kept for a week and sent to nobody else. `says` is a sentence about the
        outcome. Raises Overtaken when it was cancelled meanwhile. Call it last of all.
        """
        if file is not None:
            content = ContentFile(file) if isinstance(file, bytes) else file
            self.file.save("result", content, save=False)
            self.file_name, self.media_type, self.size = name, media_type, self.file.size
            self.rights = _rights_of(self.asked_by)
        ended = self._mine().update(
            status=self.Status.DONE, ended_at=timezone.now(), url=url, sentence=str(says),
            file=self.file.name, file_name=self.file_name, media_type=self.media_type,
            size=self.size, rights=self.rights,
        )  # fmt: skip
        if not ended:
            self._forget_file()
            self._give_up()
        self.status = self.Status.DONE

    def fail(self, sentence: Any) -> NoReturn:
        """End it with a sentence that says why, and what to do. Raises Refused: all is undone."""
        raise Refused(str(sentence))

    def end_badly(self, sentence: Any) -> None:
        """Store that it did not succeed, outside whatever transaction the task had."""
        self._mine().update(
            status=self.Status.FAILED, ended_at=timezone.now(), sentence=str(sentence)
        )

    def _mine(self) -> Any:
        """Return this very run's row, if the run still counts."""
        return type(self).objects.filter(pk=self.pk, run=self.run, status=self.Status.RUNNING)

    def _give_up(self) -> NoReturn:
        raise Overtaken(f"work {self.pk}, run {self.run}")

    # --- Looking at it --------------------------------------------------------------------------

    @property
    def _cache_key(self) -> str:
        return f"work:{self.pk}:{self.run}"

    @cached_property
    def _said(self) -> Progress:
        return cache.get(self._cache_key) or Progress(0, 0, "", None)

    @property
    def progress(self) -> Progress:
        """How far the task says it has come."""
        return self._said

    @property
    def is_under_way(self) -> bool:
        """True while it waits or goes on, as far as anybody can tell."""
        return self.status in {self.Status.QUEUED, self.Status.RUNNING} and not self.is_stopped

    @property
    def is_stopped(self) -> bool:
        """True when nothing has been heard of it for so long that nobody works on it."""
        now = timezone.now()
        if self.status == self.Status.QUEUED:
            return now - self.queued_at > WAITED_FOR
        heard = self._said.at or self.started_at or self.queued_at
        return self.status == self.Status.RUNNING and now - heard > SILENT_FOR

    @property
    def may_be_cancelled(self) -> bool:
        """True when stopping it leaves nothing half done."""
        return self.status == self.Status.QUEUED or (self.is_under_way and self.may_stop)

    @property
    def poll(self) -> int:
        """Seconds until the page asks again: often at first, then seldom."""
        return 2 if timezone.now() - self.queued_at < timedelta(seconds=30) else 10

    @property
    def kept_until(self) -> datetime:
        """The moment after which it, and its file, are removed."""
        return self.queued_at + KEPT

    # --- Forgetting it --------------------------------------------------------------------------

    def forget(self) -> None:
        """Remove the work and its file; what it made elsewhere stays."""
        self._forget_file()
        self.delete()

    def is_outgrown(self) -> bool:
        """Return True when the file was made with rights that the person has no more today."""
        if not self.file:
            return False
        held = _rights_of(User.objects.get(pk=self.asked_by_id))
        return any(
            _EVERYWHERE not in held.get(duty, []) and not set(units) <= set(held.get(duty, []))
            for duty, units in self.rights.items()
        )

    def outgrow(self) -> None:
        """Remove the file, for the person's rights have ended; the work may be asked for anew."""
        self._forget_file()
        self.file, self.status = "", self.Status.FAILED
        self.sentence = str(
            _("What you may see has changed since the file was made. Ask for it anew.")
        )
        self.save(update_fields=["file", "status", "sentence"])

    def _forget_file(self) -> None:
        """Remove the file of every run: one that was killed half way left its own."""
        storage, last = self.file.storage, self.run
        for self.run in range(1, last + 1):
            storage.delete(_place(self, ""))
