"""Reading: one person has read and understood one version; and what three readers say of it."""

from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models.asking import Ask, asked_of
from documents.models.status import STANDING
from qms.history.triggers import Hard, HardTruncate
from qms.organization.models import User
from qms.records.refusals import NotAllowed, WrongStatus

if TYPE_CHECKING:
    from documents.models.version import Version


class ReadingQuerySet(models.QuerySet["Reading"]):
    """Questions about many readings."""

    def live(self) -> Self:
        """Return those that have not been undone."""
        return self.filter(undone_at=None)


class Reading(models.Model):
    """When one person said «read and understood» of one version, and took it back, if so.

    It is no verb of the version: two thousand readers would queue for its row, and its story,
    which those who write it read, would tell by name who has read and who has not. The rows are
    a story of their own instead: nothing in them changes but that they are undone, once.
    """

    version = models.ForeignKey("documents.Version", models.PROTECT, related_name="readings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="readings")
    read_at = models.DateTimeField(gettext_lazy("read"), default=timezone.now)
    undone_at = models.DateTimeField(gettext_lazy("undone"), null=True)

    objects = ReadingQuerySet.as_manager()

    class Meta:
        ordering = ["-read_at", "-pk"]
        verbose_name = gettext_lazy("reading")
        verbose_name_plural = gettext_lazy("readings")
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person"], condition=Q(undone_at=None), name="reading_once"
            )
        ]
        indexes = [models.Index(fields=["person", "version"], name="reading_person")]
        triggers = [
            Hard(
                name="only_undone", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__undone_at__isnull=False)
                | pgtrigger.Q(old__version__df=pgtrigger.F("new__version"))
                | pgtrigger.Q(old__person__df=pgtrigger.F("new__person"))
                | pgtrigger.Q(old__read_at__df=pgtrigger.F("new__read_at")),
            ),
            Hard(name="never_deleted", operation=pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person}, {self.version}"

    @classmethod
    def confirm(cls, version: "Version", *, by: User) -> "Reading":
        """Say that `by` has read and understood it (ISO 9001, 7.3). Twice is once.

        Raises NotAllowed for who is not asked, and WrongStatus when it is no longer the version
        to read.
        """
        with transaction.atomic():
            version.refresh_from_db(fields=["status", "ended_on", "valid_from"])
            ends = version.ended_on is not None and version.ended_on <= timezone.localdate()
            if version.status not in STANDING or ends:
                raise WrongStatus(_("This version applies no more. Read the one that does."))
            if asked_to_read(version, by) is None:
                raise NotAllowed(_("You are not asked to read this document."))
            try:
                with transaction.atomic():
                    return cls.objects.create(version=version, person=by)
            except IntegrityError:  # a double click, or the same page in two windows
                return cls.objects.live().get(version=version, person=by)

    @classmethod
    def undo(cls, version: "Version", *, by: User) -> bool:
        """Take the own reading back; both moments stay. Return False when there was none."""
        found = cls.objects.live().filter(version=version, person=by)
        return bool(found.update(undone_at=timezone.now()))


def asked_to_read(version: "Version", user: User) -> Ask | None:
    """Return what asks `user` to read this very version, or None."""
    asks = asked_of(user, document_id=version.document_id)
    return next((each for each in asks if each.version_id == version.pk), None)


class ReaderCheck(models.Model):
    """What somebody of the audience answers about a new text: was it found, is it understood?

    Three people, three questions (plain language, tried on readers). It stays with the version.
    """

    class Found(models.TextChoices):
        YES = "yes", gettext_lazy("Yes, at once")
        PARTLY = "partly", gettext_lazy("Yes, after some searching")
        NO = "no", gettext_lazy("No")

    MOST = 3

    version = models.ForeignKey("documents.Version", models.PROTECT, related_name="reader_checks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    found = models.CharField(
        gettext_lazy("Did you find the answer?"), max_length=6, choices=Found.choices, blank=True
    )
    first = models.TextField(gettext_lazy("What do you do first?"), max_length=2000, blank=True)
    hard = models.TextField(gettext_lazy("What was hard?"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = gettext_lazy("check by a reader")
        verbose_name_plural = gettext_lazy("checks by readers")
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="reader_check_once")
        ]
        indexes = [
            models.Index(
                fields=["person"], name="reader_check_waits", condition=Q(answered_at=None)
            )
        ]
        triggers = [
            Hard(
                name="answered_stands", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__answered_at__isnull=False),
            ),
            Hard(name="never_deleted", operation=pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.person}, {self.version}"

    def answer(self, *, found: str, first: str, hard: str) -> None:
        """Store the answers, once. Raises WrongStatus when they have been given."""
        with transaction.atomic():
            row: Any = type(self).objects.select_for_update().get(pk=self.pk)
            if row.answered_at:
                raise WrongStatus(_("You have answered these questions already. Thank you!"))
            row.found, row.first, row.hard = found, first, hard
            row.answered_at = timezone.now()
            row.full_clean()
            row.save()
