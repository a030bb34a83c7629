"""Comment: a word on a record, in its story and in full text."""

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track(
    pghistory.InsertEvent(level=pgtrigger.Statement),
    pghistory.UpdateEvent(level=pgtrigger.Statement),
)
class Comment(models.Model):
    """What somebody wrote about a record. `to_reporter` is the answer the reporter reads."""

    content_type = models.ForeignKey(ContentType, models.PROTECT)
    object_id = models.BigIntegerField()
    record = GenericForeignKey("content_type", "object_id")
    text = models.TextField(_("comment"))
    to_reporter = models.BooleanField(_("the reporter may read this"), default=False)
    # None: somebody without an account, who holds the record's receipt code.
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["written_at"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="comment_of_record")]

    def __str__(self) -> str:
        return self.text[:60]
