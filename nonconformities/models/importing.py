"""Import: an old register on its way in, the rows it gave, and the names learned from it."""

import uuid
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models.grading import Category
from qms.history.models import Storied
from qms.organization.duties import Duty
from qms.organization.models import Unit, User

if TYPE_CHECKING:
    from nonconformities.models.nonconformity import Nonconformity


def _place(row: "Import", filename: str) -> str:
    """Return where the file lies: by its own id, never by a name somebody chose."""
    return f"import/{row.uid.hex}"


def _place_of_faults(row: "Import", filename: str) -> str:
    return f"import/{row.uid.hex}-faults"


class ImportQuerySet(models.QuerySet["Import"]):
    """Questions about many imports."""

    def visible_to(self, user: User) -> Self:
        """Return those `user` may open: the own ones, and those that have begun to become cases.

        What lies in a file before that is known only to the one who sent it.
        """
        if not user.units_for(Duty.CONFIGURE).everything:
            return self.none()
        begun = [Import.Status.STORING, Import.Status.STORED, Import.Status.WITHDRAWN]
        return self.filter(models.Q(uploaded_by=user) | models.Q(status__in=begun))

    def waiting(self) -> Self:
        """Return those in which somebody still has something to choose."""
        return self.filter(status=Import.Status.UPLOADED)


class Import(Storied):
    """One file from an older register: how it is read, how far it has come, what came of it."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Being prepared")
        STORING = "storing", _("Being imported")
        STORED = "stored", _("Imported")
        WITHDRAWN = "withdrawn", _("Taken back")
        GIVEN_UP = "given_up", _("Given up")

    LOOKS = {
        Status.UPLOADED: "active",
        Status.STORING: "soon",
        Status.STORED: "done",
        Status.WITHDRAWN: "na",
        Status.GIVEN_UP: "na",
    }

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(
        _("status"), max_length=9, choices=Status.choices, default=Status.UPLOADED, editable=False
    )
    register = models.CharField(_("name of the old register"), max_length=100)
    filename = models.CharField(_("file"), max_length=150)
    file = models.FileField(upload_to=_place, blank=True)
    faults = models.FileField(_("rows to mend"), upload_to=_place_of_faults, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(_("bytes"))
    # How it is read, as chosen; what was found in it; and how many rows of each kind.
    settings = models.JSONField(default=dict)
    found = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    stored_upto = models.PositiveIntegerField(_("last row that is stored"), default=0)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    stored_at = models.DateTimeField(null=True, editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["uploaded_by", "sha256"],
                condition=models.Q(status__in=["uploaded", "storing"]),
                name="import_one_of_a_file_under_way",
            )
        ]

    def __str__(self) -> str:
        return self.register

    def get_absolute_url(self) -> str:
        """Return the address of the import's own page."""
        return reverse("nonconformities:import", args=[self.uid])

    @property
    def state(self) -> dict[str, str]:
        """What the state label shows."""
        return {"look": self.LOOKS[self.Status(self.status)], "word": self.get_status_display()}

    @property
    def has_file(self) -> bool:
        """True until the file has been removed."""
        return bool(self.file) and self.file.storage.exists(self.file.name)

    @property
    def touched(self) -> int:
        """How many of its cases somebody has worked with since."""
        return self.cases.filter(event_count__gt=1).exclude(status="void").count()

    @property
    def may_be_withdrawn(self) -> bool:
        """True as long as nobody has done anything with any of the cases."""
        return self.is_begun and not self.touched

    @property
    def is_begun(self) -> bool:
        """True when it has cases, all of them or those that were stored before it stopped."""
        return self.status in {self.Status.STORING, self.Status.STORED}

    if TYPE_CHECKING:
        cases: "models.Manager[Nonconformity]"

    def drop_files(self) -> None:
        """Remove the file and what was read from it: the texts in it belong to the cases."""
        for field in (self.file, self.faults):
            if field:
                field.delete(save=False)
        self.found = {}
        self.save(update_fields=["file", "faults", "found"])


class Flag(models.TextChoices):
    """What is worth knowing about a row that can be brought in all the same."""

    CLOSED_BEFORE = "closed_before", _("closed on a day before it was reported")
    FUTURE = "future", _("a day that has not come yet")
    WEEK = "week", _("only the week was given: its Monday is used")
    ABOUT = "about", _("the day is approximate")
    OTHER_ORDER = "other_order", _("the day is written in another order than the rest")
    OPEN_WITH_DAY = "open_with_day", _("open, although it has a closing day")
    NO_CLOSING_DAY = "no_closing_day", _("closed, but on what day is not known")


class OldRow(models.Model):
    """What a case was in the old register: its number there, and what had no place of its own."""

    nonconformity = models.OneToOneField(
        "nonconformities.Nonconformity", models.PROTECT, related_name="old_row"
    )
    imported_in = models.ForeignKey(Import, models.PROTECT, related_name="rows")
    row = models.PositiveIntegerField(_("row in the file"))
    register = models.CharField(max_length=100)
    number = models.CharField(_("number in the old register"), max_length=60, blank=True)
    digest = models.CharField(_("fingerprint of unit, day and text"), max_length=32)
    rest = models.JSONField(_("the other columns: pairs of heading and text"), default=list)
    flags = ArrayField(models.CharField(max_length=20), default=list)
    is_withdrawn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["imported_in", "row"], name="old_row_stored_once"),
            models.UniqueConstraint(
                fields=["register", "number"],
                condition=~models.Q(number="") & models.Q(is_withdrawn=False),
                name="old_row_number_once_in_a_register",
            ),
        ]
        indexes = [
            models.Index(fields=["register", "digest"], name="old_row_alike"),
            models.Index(fields=["number"], name="old_row_number"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.register}, {self.row}"

    @property
    def flags_in_words(self) -> list[str]:
        """What is worth knowing about how the row was read."""
        return [str(Flag(code).label) for code in self.flags]


class KnownName(models.Model):
    """What a text in an old register means here; chosen once, remembered for the next file."""

    class Kind(models.TextChoices):
        UNIT = "unit", _("Unit")
        PERSON = "person", _("Person")
        SEVERITY = "severity", _("Severity")
        LIKELIHOOD = "likelihood", _("Likelihood")
        STATUS = "status", _("Status")
        CATEGORY = "category", _("Category")
        KIND = "kind", _("Kind")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(_("the text, made alike"), max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    value = models.CharField(_("another meaning, as a code"), max_length=20, blank=True)
    chosen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="known_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.key}"

    @property
    def meaning(self) -> Any:
        """What the text stands for: a row, a code, or None for nothing here."""
        return self.unit or self.person or self.category or self.value or None
