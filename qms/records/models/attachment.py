"""Attachment: a file on a record, checked when it comes in and when it goes out."""

import errno
import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.history.triggers import Hard, HardTruncate
from qms.organization.models import User
from qms.records.refusals import NoRoom

_FULL_DISK = {errno.ENOSPC, errno.EDQUOT}


def _place(attachment: "Attachment", filename: str) -> str:
    """Return where the file lies: by its own id, never by a name somebody chose."""
    return f"{attachment.uid.hex[:2]}/{attachment.uid.hex}"


def no_room_for(name: str) -> str:
    """Return the sentence for a file that a full disk did not take."""
    return _(
        "There is no room for “%(name)s” on the server just now. Send without the file, and "
        "attach it later. Tell whoever runs Takt."
    ) % {"name": name}


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Questions about many attachments."""

    def readable_to(self, user: User, access: str) -> "AttachmentQuerySet":
        """Return those of one record that `user`, who has `access` to it, may open.

        Who sees the own report only opens the own files: what the investigation collected may be
        about somebody else (Public Access and Secrecy Act, 25 and 26 ch.).
        """
        if access == "full":
            return self
        return self.filter(added_by=user) if access == "own" else self.none()


class Attachment(models.Model):
    """A photograph or document on a record. Sent only to those who may read the record."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    file = models.FileField(upload_to=_place)
    name = models.CharField(gettext_lazy("name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(gettext_lazy("bytes"))
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["added_at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="attachment_of_record")]
        # What stands on a record stays what it was (ISO 9001, 7.5.3.2): the bytes have their hash.
        triggers = [
            Hard(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the row and the file. Raises NoRoom when the disk is full."""
        try:
            super().save(*args, **kwargs)
        except OSError as fault:
            if fault.errno not in _FULL_DISK:
                raise
            raise NoRoom(no_room_for(self.name)) from fault

    def get_absolute_url(self) -> str:
        """Return the address of the file."""
        return reverse("records:attachment", args=[self.uid])

    @property
    def is_image(self) -> bool:
        """True when a browser can show the file as a picture."""
        return self.media_type.startswith("image/")

    def is_readable_to(self, user: User) -> bool:
        """Return True when `user` may open the file: by the rule of the record it hangs on."""
        if self.record is None:
            return False
        files = type(self).objects.filter(pk=self.pk)
        return files.readable_to(user, self.record.access_of(user)).exists()
