"""The pictures in the text of a document: attachments of its versions, and of nothing else."""

from django.contrib.contenttypes.models import ContentType
from django.db import models

from qms.records.models import Attachment


def pictures_of(version: models.Model) -> models.QuerySet[Attachment]:
    """Return the pictures that the text of a version may hold: its own and its forerunners'.

    A new version begins as a copy of the one before, pictures and all; they are not stored anew.
    """
    kind = ContentType.objects.get_for_model(version)
    versions = type(version)._default_manager.filter(document=version.document_id)  # type: ignore[attr-defined]
    found = Attachment.objects.filter(content_type=kind, object_id__in=versions.values("pk"))
    return found.filter(media_type__startswith="image/")
