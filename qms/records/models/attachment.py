"""Attachment: a file on a record, checked when it comes in and when it goes out."""

import uuid

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


def _place(attachment: "Attachment", filename: str) -> str:
    """Return where the file lies: by its own id, never by a name somebody chose."""
    return f"{attachment.uid.hex[:2]}/{attachment.uid.hex}"


class Attachment(models.Model):
    """A photograph or document on a record. Sent only to those who may see the record."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    file = models.FileField(upload_to=_place)
    name = models.CharField(_("name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["added_at", "pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="attachment_of_record")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the file."""
        return reverse("records:attachment", args=[self.uid])

    @property
    def is_image(self) -> bool:
        """True when a browser can show the file as a picture."""
        return self.media_type.startswith("image/")
