"""IncomingWord: a Word file that somebody looks at before it becomes a draft's text."""

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from qms.organization.models import User
from qms.records.models import Attachment

if TYPE_CHECKING:
    from documents.models.version import Version
    from documents.word import ReadDocx

KEPT = timedelta(days=1)


def _place(row: "IncomingWord", filename: str) -> str:
    return f"import/{row.uid.hex}-word"


class IncomingWordQuerySet(models.QuerySet["IncomingWord"]):
    """Questions about many."""

    def visible_to(self, user: User) -> Self:
        """Return those that `user` sent: nobody else has chosen to show what lies in them."""
        return self.filter(sent_by=user)

    def outlived(self) -> Self:
        """Return those nobody has gone on with."""
        return self.filter(sent_at__lt=timezone.now() - KEPT)


class IncomingWord(models.Model):
    """A Word file between its upload and its place in the text; gone the day after."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version: "models.ForeignKey[Version, Version]" = models.ForeignKey(
        "documents.Version", models.CASCADE, related_name="incoming"
    )
    file = models.FileField(upload_to=_place)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)

    objects = IncomingWordQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address where one looks at it."""
        number = self.version.document.number
        return reverse("documents:word_check", args=[number, self.uid])

    @classmethod
    def receive(cls, version: "Version", checked: Attachment, *, by: User) -> "IncomingWord":
        """Keep a checked Word file that can be read; the same sent twice is the same.

        Raises ValidationError when it cannot be read.
        """
        from documents.word import read_docx

        read_docx(checked.file, checked.name)
        with transaction.atomic():
            for before in cls.objects.filter(version=version, sent_by=by):
                if before.sha256 == checked.sha256:
                    return before
                before.forget()
            row = cls(version=version, name=checked.name, sha256=checked.sha256, sent_by=by)
            checked.file.seek(0)
            row.file.save("file", checked.file, save=False)
            row.save()
        return row

    def read(self) -> "ReadDocx":
        """Return its text and pictures, with the same addresses each time.

        Raises ValidationError when it has been removed.
        """
        from documents.word import read_docx

        try:
            with self.file.open("rb") as opened:
                return read_docx(opened, self.name, of=self.uid)
        except OSError as fault:
            raise ValidationError(_("The file has been removed. Choose it again.")) from fault

    def forget(self) -> None:
        """Remove it and its file."""
        storage, name = self.file.storage, self.file.name
        self.delete()
        transaction.on_commit(lambda: storage.delete(name))
