"""Document: what the versions are versions of; whose it is, for whom, and what it belongs with."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models.document_type import DocumentType
from documents.models.finding import DocumentQuerySet
from documents.models.openness import Openness, kept_by
from documents.models.status import Status
from documents.models.supplementing import Supplementing
from documents.models.version import Version
from documents.models.writer import Writer
from qms.history.models import Event
from qms.history.triggers import Hard, HardTruncate
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.models import NumberSeries
from qms.records.refusals import NotAllowed, WrongStatus
from qms.requirements.models import Clause

# Facts that decide who reads what is in force: they change by whoever adopts, not by a writer.
_GUARDED = {"unit", "openness", "applies_to"}
_MANY = ("applies_to", "clauses", "related")


class Document(Supplementing):
    """A controlled document (ISO 9001, 7.5): its number stays, its versions follow each other."""

    Openness = Openness

    if TYPE_CHECKING:
        versions: Any
        audience: Any
        change_requests: Any
        owner_id: int | None
        unit_id: int
        shown_title: str

    number = models.CharField(gettext_lazy("number"), max_length=20, unique=True, editable=False)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="documents", verbose_name=gettext_lazy("unit")
    )
    document_type = models.ForeignKey(
        DocumentType, models.PROTECT, related_name="documents",
        verbose_name=gettext_lazy("type of document"),
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True,
        related_name="owned_documents", verbose_name=gettext_lazy("owner"),
    )  # fmt: skip
    openness = models.CharField(
        gettext_lazy("open to"), max_length=9, choices=Openness.choices, default=Openness.GROUP
    )
    applies_to = models.ManyToManyField(
        Unit, blank=True, related_name="applying_documents",
        verbose_name=gettext_lazy("applies to"),
    )  # fmt: skip
    services = ArrayField(
        models.CharField(max_length=20, choices=Unit.Service.choices), default=list, blank=True,
        verbose_name=gettext_lazy("kinds of service"),
    )  # fmt: skip
    clauses = models.ManyToManyField(
        Clause, blank=True, related_name="documents", verbose_name=gettext_lazy("requirements")
    )
    related = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="used_in",
        verbose_name=gettext_lazy("refers to"),
    )  # fmt: skip
    supplements = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="supplemented_by",
        verbose_name=gettext_lazy("local supplement to"),
    )  # fmt: skip
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", editable=False,
        verbose_name=gettext_lazy("replaced by"),
    )  # fmt: skip
    source = models.CharField(gettext_lazy("who issued it"), max_length=150, blank=True)
    source_url = models.URLField(
        gettext_lazy("where the original is"), max_length=500, blank=True,
        validators=[URLValidator(schemes=["https", "http"])],
    )  # fmt: skip
    review_on = models.DateField(gettext_lazy("next review"), null=True, blank=True)
    first_valid_on = models.DateField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = gettext_lazy("document")
        verbose_name_plural = gettext_lazy("documents")
        constraints = [
            models.CheckConstraint(
                condition=Q(replaced_by=None) | ~Q(replaced_by=models.F("id")),
                name="document_not_replaced_by_itself",
            ),
            models.CheckConstraint(
                condition=Q(supplements=None) | ~Q(supplements=models.F("id")),
                name="document_no_supplement_to_itself",
            ),
            models.UniqueConstraint(
                fields=["unit", "supplements"],
                name="document_one_supplement_a_unit",
                violation_error_message=gettext_lazy("The unit has a supplement to it already."),
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "number"], name="document_unit"),
            models.Index(fields=["owner", "review_on"], name="document_owner_review"),
        ]
        triggers = [
            Hard(
                name="number_stands", operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__number__df=pgtrigger.F("new__number")),
            ),
            Hard(name="never_deleted", operation=pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the address, which always leads to what applies."""
        return reverse("documents:detail", args=[self.number])

    def clean(self) -> None:
        """Keep a supplement one step below what it supplements, and the owner at work here."""
        above = self.supplements
        if above and (above.pk == self.pk or above.supplements_id):
            raise ValidationError(
                {"supplements": _("Choose a document that is no supplement itself.")}
            )
        if above and self.pk and self.supplemented_by.exists():
            raise ValidationError({"supplements": _("This document has supplements of its own.")})

    # --- What applies -------------------------------------------------------------------------

    def valid_on(self, day: date) -> Version | None:
        """Return what applies on a day, or None. From dates alone."""
        found = self.versions.applying_on(day).order_by("-valid_from", "-major", "-minor")
        return found.select_related("unit", "adopted_by", "file").first()

    @property
    def valid_version(self) -> Version | None:
        """What applies today, or None."""
        return self.valid_on(timezone.localdate())

    @property
    def open_version(self) -> Version | None:
        """The version that is written, reviewed or waits to be adopted, or None."""
        return self.versions.before_adoption().select_related("unit", "editing_by").first()

    @property
    def title(self) -> str:
        """The title of what applies or last did; before that, of the draft."""
        if "shown_title" not in self.__dict__:
            self.shown_title = type(self).objects.titled().get(pk=self.pk).shown_title or ""
        return self.shown_title or ""

    @property
    def has_working_owner(self) -> bool:
        """True when somebody who still works in the authority owns it."""
        owner = self.owner
        return bool(owner and owner.is_active and self.unit.authority in owner.authorities)

    @property
    def is_review_late(self) -> bool:
        """True when the day of its review has passed; it applies all the same."""
        return self.review_on is not None and self.review_on < timezone.localdate()

    def is_kept_by(self, user: User) -> bool:
        """Return True for those who see what is done with it: writers, adopters, the owner."""
        return type(self).objects.filter(pk=self.pk).filter(kept_by(user)).exists()

    def may_be_written_by(self, user: User) -> bool:
        """Return True for who may begin a version: by duty on the unit, or as the owner here."""
        is_owner = self.owner_id == user.pk and self.unit.authority in user.authorities
        return is_owner or user.may(Duty.WRITE_DOCUMENTS, self.unit_id)

    # --- Verbs --------------------------------------------------------------------------------

    @classmethod
    def begin(
        cls,
        *,
        by: User | None,
        title: str,
        unit: Unit,
        document_type: DocumentType,
        key: str | None = None,
        **facts: Any,
    ) -> "Document":
        """Make a document with its first draft, 1.0. `key` makes the same request twice one.

        `facts` are owner, openness, applies_to, services, clauses, related, supplements, source
        and source_url. Raises PermissionDenied and ValidationError.
        """  # fmt: skip
        unit.require(by, Duty.WRITE_DOCUMENTS)
        many = {
            name: facts.pop(name) for name in ("applies_to", "clauses", "related") if name in facts
        }
        document = cls(unit=unit, document_type=document_type, created_by=by, **facts)
        document.owner = document.owner or by
        with transaction.atomic():
            if twin := cls._made_by(key):
                return twin
            document._check_owner(unit)
            document.number = NumberSeries.take(document_type.prefix)
            document.full_clean()
            document.save()
            for name, rows in many.items():
                getattr(document, name).set(rows)
            document.tell("begin", by=by, key=key)
            document.save(update_fields=["event_count", "event_head"])
            document._add_version(by, major=1, minor=0, title=title)
        return document

    @classmethod
    def _made_by(cls, key: str | None) -> "Document | None":
        event = Event.objects.filter(key=key, verb="begin").first() if key else None
        return cls.objects.get(pk=event.object_id) if event else None

    def new_version(self, *, by: User | None, is_minor: bool = False) -> Version:
        """Begin the next version from the latest adopted one: 4.0 becomes 5.0, or 4.1 when minor.

        A minor one does not ask anybody to read again. Raises NotAllowed, and WrongStatus when a
        draft is being written already.
        """
        with transaction.atomic():
            self.lock()
            if by is not None and not self.may_be_written_by(by):
                raise NotAllowed(_("You may not write in this document."))
            if self.open_version:
                raise WrongStatus(_("A draft of this document is being written already."))
            last = self.versions.exclude(status=Status.DISCARDED).first()
            if last is None:
                title = self.versions.values_list("title", flat=True).first() or self.number
                return self._add_version(by, major=1, minor=0, title=title)
            number = (last.major, last.minor + 1) if is_minor else (last.major + 1, 0)
            copied = ("title", "summary", "body", "file", "file_sha256", "file_text", "file_state")
            return self._add_version(
                by, major=number[0], minor=number[1], is_meaningful=not is_minor,
                **{name: getattr(last, name) for name in copied},
            )  # fmt: skip

    def _add_version(self, by: User | None, *, major: int, minor: int, **texts: Any) -> Version:
        version = Version(
            document=self, unit=self.unit, created_by=by, major=major, minor=minor,
            number=f"{self.number}/{major}.{minor}", **texts,
        )  # fmt: skip
        version.measure()
        version.full_clean()
        version.save()
        if by:
            Writer.objects.create(version=version, person=by)
        version.tell("begin", by=by)
        version.save(update_fields=["event_count", "event_head"])
        return version

    def amend(self, *, by: User | None, reason: str = "", **facts: Any) -> None:
        """Change the facts about it: owner, whom it is for, what it belongs with.

        Who reads what is in force (unit, openness, applies_to) is changed by whoever adopts it;
        its kind stands from the first adoption on. Raises NotAllowed and ValidationError.
        """
        many = {name: list(facts.pop(name)) for name in _MANY if name in facts}
        with transaction.atomic():
            self.lock()
            changes = {
                name: [_told(getattr(self, name)), _told(value)]
                for name, value in facts.items()
                if getattr(self, name) != value
            }
            for name, rows in many.items():
                before = set(getattr(self, name).all())
                if before != set(rows):
                    changes[name] = [sorted(map(str, before)), sorted(map(str, rows))]
            if not changes:
                return
            self._check_amending(by, changes, facts)
            for name, value in facts.items():
                setattr(self, name, value)
            self.full_clean()
            for name, rows in many.items():
                getattr(self, name).set(rows)
            if "unit" in changes:
                self.versions.update(unit=self.unit)
                self.change_requests.update(unit=self.unit)
            self.tell("amend", by=by, note=reason, changes=changes)
            self.save()

    def _check_amending(
        self, by: User | None, changes: dict[str, Any], facts: dict[str, Any]
    ) -> None:
        if "document_type" in changes and self.first_valid_on:
            raise ValidationError(
                {"document_type": _("An adopted document keeps its kind. Begin another instead.")}
            )
        if "unit" in changes or "owner" in changes:
            self._check_owner(facts.get("unit", self.unit), facts.get("owner", self.owner))
        if by is None:
            return
        follows = changes.keys() == {"owner"} and by.may(Duty.FOLLOW_DOCUMENTS, self.unit_id)
        if not follows and not self.may_be_written_by(by):
            raise NotAllowed(_("You may not write in this document."))
        adopts = by.may(self.document_type.adopting_duty, self.unit_id)
        if self.first_valid_on and changes.keys() & _GUARDED and not adopts:
            raise NotAllowed(
                _("Who reads an adopted document is decided by somebody who may adopt it.")
            )
        if "unit" in changes:
            facts["unit"].require(by, Duty.WRITE_DOCUMENTS)

    def _check_owner(self, unit: Unit, owner: User | None = None) -> None:
        owner = owner or self.owner
        if owner and (not owner.is_active or unit.authority not in owner.authorities):
            raise ValidationError(
                {"owner": _("Choose somebody who works in %s.") % (unit.authority_name or unit)}
            )

    # --- What follows from the verbs of a version, which holds the lock -------------------------

    def follow_adoption(self, valid_from: date, review_on: date) -> dict[str, Any]:
        """Take the days of an adopted version; return what an Event tells of it."""
        if self.first_valid_on is None or valid_from < self.first_valid_on:
            self.first_valid_on = valid_from
        self.replaced_by = None
        if self.supplements:  # whoever adopts has read it beside the text above
            self._mark_checked(self.supplements.valid_version)
        changes = self.set_review(review_on)
        self.save(update_fields=["first_valid_on", "replaced_by", "checked_against"])
        return changes

    def set_review(self, review_on: date) -> dict[str, Any]:
        """Set the day of the next review; return what an Event tells of it."""
        before, self.review_on = self.review_on, review_on
        self.save(update_fields=["review_on"])
        return {"review_on": [before, review_on]}

    def follow_withdrawal(self, version: Version, replaced_by: "Document | None") -> dict[str, Any]:
        """Forget the review, and what came to nothing; return what an Event tells of it."""
        others = self.versions.filter(adopted_on__isnull=False).exclude(pk=version.pk)
        if version.never_began:
            began = others.exclude(withdrawn_on__lt=models.F("valid_from"))
            self.first_valid_on = began.aggregate(first=models.Min("valid_from"))["first"]
        if not others.standing().exists():
            self.review_on = None
        self.replaced_by = replaced_by
        self.save(update_fields=["first_valid_on", "review_on", "replaced_by"])
        return {"replaced_by": [None, replaced_by.number]} if replaced_by else {}


def _told(value: Any) -> Any:
    """Return a value as an Event tells it."""
    if isinstance(value, models.Model):
        return getattr(value, "name", str(value))
    return value.isoformat() if isinstance(value, date) else value
