"""DocumentImport: a folder of documents on its way in, and the documents that came of it."""

import uuid
from typing import Any, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.history.models import Storied
from qms.organization.duties import Duty
from qms.organization.models import User


def _place(row: "DocumentImport", filename: str) -> str:
    """Return where the folder lies: by its own id, never by a name somebody chose."""
    return f"import/{row.uid.hex}-folder"


def _place_of_list(row: "DocumentImport", filename: str) -> str:
    return f"import/{row.uid.hex}-list"


def _place_of_faults(row: "DocumentImport", filename: str) -> str:
    return f"import/{row.uid.hex}-rows"


class DocumentImportQuerySet(models.QuerySet["DocumentImport"]):
    """Questions about many imports."""

    def visible_to(self, user: User) -> Self:
        """Return those `user` may open: the own ones, and those that have become documents.

        What lies in a folder before that is known only to the one who sent it.
        """
        if not user.units_for(Duty.CONFIGURE).everything:
            return self.none()
        done = models.Q(status=DocumentImport.Status.STORED)
        return self.filter(models.Q(uploaded_by=user) | done)

    def outlived(self, before: Any) -> Self:
        """Return those whose files nobody has gone on with since."""
        return self.exclude(file="").filter(uploaded_at__lt=before)


class DocumentImport(Storied):
    """One folder with a list: how far it has come, what came of it."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Being prepared")
        STORING = "storing", _("Being imported")
        STORED = "stored", _("Imported")
        GIVEN_UP = "given_up", _("Given up")

    LOOKS = {
        Status.UPLOADED: "active",
        Status.STORING: "soon",
        Status.STORED: "done",
        Status.GIVEN_UP: "na",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.UPLOADED, editable=False
    )
    filename = models.CharField(_("file"), max_length=150)
    file = models.FileField(_("the folder"), upload_to=_place, blank=True)
    list_file = models.FileField(_("a list beside it"), upload_to=_place_of_list, blank=True)
    faults = models.FileField(_("rows to mend"), upload_to=_place_of_faults, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    counts = models.JSONField(default=dict)
    stored_upto = models.PositiveIntegerField(_("last row that is stored"), default=0)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    stored_at = models.DateTimeField(null=True, editable=False)

    objects = DocumentImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of documents")
        verbose_name_plural = _("imports of documents")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["uploaded_by", "sha256"],
                condition=models.Q(status__in=["uploaded", "storing"]),
                name="document_import_once_under_way",
            )
        ]

    def __str__(self) -> str:
        return self.filename

    def get_absolute_url(self) -> str:
        """Return the address of the import's own page."""
        return reverse("documents:import", args=[self.uid])

    @property
    def state(self) -> dict[str, str]:
        """What the state label shows."""
        return {"look": self.LOOKS[self.Status(self.status)], "word": self.get_status_display()}

    @property
    def has_file(self) -> bool:
        """True until the folder has been removed."""
        return bool(self.file) and self.file.storage.exists(self.file.name)

    def drop_files(self) -> None:
        """Remove the folder: what was imported belongs to the documents."""
        for field in (self.file, self.list_file, self.faults):
            if field:
                field.delete(save=False)
        self.save(update_fields=["file", "list_file", "faults"])


class ImportedRow(models.Model):
    """Where a document came from: which row of which list, and what is worth knowing of it."""

    document = models.OneToOneField(
        "documents.Document", models.PROTECT, related_name="imported_row"
    )
    imported_in = models.ForeignKey(DocumentImport, models.PROTECT, related_name="rows")
    row = models.PositiveIntegerField(_("row in the list"))
    file_name = models.CharField(_("file"), max_length=300)
    notes = models.JSONField(_("worth knowing"), default=list)

    class Meta:
        ordering = ["imported_in", "row"]
        constraints = [
            models.UniqueConstraint(fields=["imported_in", "row"], name="imported_row_stored_once")
        ]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.row})"
