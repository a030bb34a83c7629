"""IssuedFile: a file that was issued about a record, kept as it was with its fingerprint."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from qms.history.models import Event
from qms.history.triggers import Hard, HardTruncate
from qms.organization.models import User

if TYPE_CHECKING:
    from qms.records.models.record import Record


def _place(issued: "IssuedFile", filename: str) -> str:
    """Return where the file lies: by its own id."""
    return f"issued/{issued.uid.hex[:2]}/{issued.uid.hex}"


class IssuedFileQuerySet(models.QuerySet["IssuedFile"]):
    """Questions about many issued files."""

    def readable_to(self, access: str) -> Self:
        """Return those of one record that may be opened with `access` to it."""
        if access == "full":
            return self
        return self.exclude(is_full=True) if access else self.none()


class IssuedFile(models.Model):
    """What left the house as a file: never changed, never made again (ISO 9001, 7.5.3.2).

    A new print is a new file. The event that told of it carries the same SHA-256 in its own
    chain, so a file that was exchanged shows: `manage.py verify_history`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    kind = models.CharField(_("what kind of file"), max_length=40)
    is_full = models.BooleanField(_("holds what only those with full access may read"))
    language = models.CharField(max_length=5)
    file = models.FileField(upload_to=_place)
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    snapshot = models.JSONField(_("what it was made from"), encoder=DjangoJSONEncoder)
    issued_by = models.ForeignKey(  # None: it was issued by itself
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    issued_at = models.DateTimeField(_("issued"))

    objects = IssuedFileQuerySet.as_manager()

    class Meta:
        ordering = ["-issued_at", "-pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="issued_of_record")]
        triggers = [
            Hard(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the file."""
        return reverse("records:issued", args=[self.uid])

    @classmethod
    def issue(
        cls, record: "Record", content: bytes, *, by: User | None, at: datetime, **facts: Any
    ) -> "IssuedFile":
        """Store a file about a record, within the verb that tells of it.

        `facts` are kind, is_full, language, name, media_type and snapshot. The record's event
        gets the file's fingerprint.
        """
        digest = hashlib.sha256(content).hexdigest()
        issued = cls.objects.create(
            record=record, file=ContentFile(content, "issued"), size=len(content), sha256=digest,
            issued_by=by, issued_at=at, **facts,
        )  # fmt: skip
        record.also_changed["issued"] = [None, digest]
        return issued

    def is_readable_to(self, user: User) -> bool:
        """Return True when `user` may open the file: by the rule of the record it is about."""
        access = self.record.access_of(user) if self.record else ""
        return type(self).objects.filter(pk=self.pk).readable_to(access).exists()

    # --- Is it what it was? -------------------------------------------------------------------

    @property
    def fault(self) -> str:
        """What is wrong with the stored file, in English for the log; "" when it is what it was."""
        digest = hashlib.sha256()
        try:
            with self.file.open("rb") as stored:
                for chunk in stored.chunks():
                    digest.update(chunk)
        except OSError:
            return "the file is gone"
        return "" if digest.hexdigest() == self.sha256 else "the file has been changed"

    @classmethod
    def unproven(cls) -> Iterator[str]:
        """Yield a sentence for each issued file that is not what it was when it was issued."""
        for issued in cls.objects.order_by("pk").iterator():
            told = Event.objects.filter(
                content_type=issued.content_type_id, object_id=issued.object_id,
                changes__issued__1=issued.sha256,
            )  # fmt: skip
            fault = issued.fault or ("" if told.exists() else "no event tells of it")
            if fault:
                yield f"issued file {issued.uid} ({issued.name}): {fault}"
