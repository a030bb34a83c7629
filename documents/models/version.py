"""Version: one edition of a document, from draft to withdrawal, frozen from its adoption on."""

import re
from datetime import date
from typing import Any, ClassVar, Self

import pgtrigger
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents import searching
from documents.models.adopting import Adopting
from documents.models.ending import Ending
from documents.models.filing import Filing
from documents.models.openness import kept_by, taking_part, versions_seen, was_in_force
from documents.models.printing import ARCHIVE_COPY, Printing
from documents.models.review import Review
from documents.models.reviewing import Reviewing
from documents.models.spelling import Spelled
from documents.models.status import BEFORE_ADOPTION, FROZEN, STANDING, Status
from documents.models.trying import Trying
from qms.history.triggers import Hard, HardTruncate
from qms.organization.alphabet import SvKey
from qms.organization.models import User
from qms.records.models import IssuedFile, RecordQuerySet
from qms.records.workflow import guard_status

# What may still move on an adopted row: where it is, where it belongs, its end and its story.
MOVING = {
    "status", "unit", "editing_by", "editing_since", "ended_on", "withdrawn_on",
    "withdrawal_reason", "event_count", "event_head",
}  # fmt: skip


# What is searched and listed by title lies in indexes of its own, without what has ended.
_STANDS = Q(status__in=["adopted", "in_force"])


_NUMBER = re.compile(r"([a-zåäö]{2,5})[\s-]*(\d{1,6})", re.I)


class VersionQuerySet(RecordQuerySet):
    """Questions about many versions."""

    def visible_to(self, user: User) -> Self:
        """Return the versions that exist for `user`: what is or was in force, and own drafts."""
        return self.filter(versions_seen(user))

    def readable_to(self, user: User) -> Self:
        """Return what applies today of that: search looks nowhere else."""
        return self.visible_to(user).standing().applying_on(timezone.localdate())

    def for_hits(self) -> Self:
        """Return the rows with what a result of a search shows of them."""
        return self.for_page()

    def kept_by(self, user: User) -> Self:
        """Return those whose drafts, reviews and story `user` sees."""
        found = self.filter(kept_by(user, "document__") | taking_part(user))
        return found.exclude(status=Status.DISCARDED)

    def applying_on(self, day: date) -> Self:
        """Return what applies on a day: by the dates, whether or not a task has run."""
        ended = Q(ended_on__isnull=False, ended_on__lte=day)
        return self.filter(status__in=FROZEN, valid_from__lte=day).exclude(ended)

    def was_in_force(self) -> Self:
        """Return what applies, or once did."""
        return self.filter(was_in_force())

    def without_archive_copy(self) -> Self:
        """Return what applies, or once did, and has no archive copy yet."""
        kind = ContentType.objects.get_for_model(self.model)
        copies = IssuedFile.objects.filter(content_type=kind, kind=ARCHIVE_COPY)
        made = copies.filter(object_id=models.OuterRef("pk"))
        return self.was_in_force().exclude(models.Exists(made))

    def before_adoption(self) -> Self:
        """Return drafts, those in review and those that wait to be adopted."""
        return self.filter(status__in=BEFORE_ADOPTION)

    def standing(self) -> Self:
        """Return what is adopted and neither superseded nor withdrawn."""
        return self.filter(status__in=STANDING)

    def due(self) -> Self:
        """Return the adopted ones whose first day has come."""
        return self.filter(status=Status.ADOPTED, valid_from__lte=timezone.localdate())

    def outlived(self) -> Self:
        """Return those in force by status whose last day has passed."""
        return self.filter(status=Status.IN_FORCE, ended_on__lte=timezone.localdate())

    def ending_on(self, day: date | None) -> Self:
        """Return what stands and ends when something else begins on a day."""
        return self.standing().filter(ended_on=day)

    def awaiting_review_by(self, user: User) -> Self:
        """Return those whose review waits for `user`, as reviewer or as deputy."""
        turns = Review.objects.of_this_round().in_turn().asked_of(user).order_by()
        return self.filter(status=Status.REVIEW, pk__in=turns.values("version_id"))

    def for_page(self) -> Self:
        """Return the rows with what a list shows of them, without a query per row."""
        found = self.select_related("unit", "document__document_type", "document__unit")
        return found.defer("search", "body", "plain", "file_text")


@guard_status
class Version(Filing, Reviewing, Adopting, Ending, Trying, Printing):
    """A version of a controlled document (ISO 9001, 7.5.2 and 7.5.3)."""

    RANKING: ClassVar[Any] = searching
    SERIES = "/"  # no number that somebody writes in full is a version's own
    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "-major", "-minor"]
        verbose_name = _("version")
        verbose_name_plural = _("documents")
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(status__in=["draft", "review", "approved"]),
                name="version_one_draft_a_document",
                violation_error_message=_("A draft of this document is being written already."),
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(status__in=["adopted", "in_force"], ended_on=None),
                name="version_one_goes_on",
                violation_error_message=_("Another adopted version already goes on."),
            ),
            models.UniqueConstraint(
                fields=["document", "major", "minor"],
                condition=~Q(status="discarded"),
                name="version_number_once_a_document",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "review", "approved", "discarded"])
                | Q(adopted_on__isnull=False, valid_from__isnull=False),
                name="version_adopted_has_its_days",
            ),
            models.CheckConstraint(
                condition=Q(adopted_on=None)
                | Q(valid_from=None)
                | Q(valid_from__gte=F("adopted_on")),
                name="version_not_before_its_adoption",
                violation_error_message=_("A text cannot apply before it is adopted."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("valid_from")),
                name="version_days_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["document", "valid_from"], name="version_by_day"),
            models.Index(
                fields=["valid_from"], name="version_due", condition=Q(status="adopted")
            ),
            models.Index(
                fields=["unit", "status"], name="version_before_adoption",
                condition=Q(status__in=["draft", "review", "approved"]),
            ),
            GinIndex(fields=["search"], name="version_search", condition=_STANDS),
            GinIndex(
                SearchVector("title", config="swedish"), name="version_title_words",
                condition=_STANDS,
            ),
            GinIndex(
                OpClass(Spelled("title"), name="gin_trgm_ops"), name="version_title_spelling",
                condition=_STANDS,
            ),
            models.Index(SvKey("title"), "id", name="version_by_title", condition=_STANDS),
        ]  # fmt: skip

    @classmethod
    def numbered_elsewhere(cls, text: str) -> Q | None:
        """Return what applies of the document with this number: dok 231 is DOK-0231."""
        if not (match := _NUMBER.fullmatch(text.strip())):
            return None
        found = cls.objects.filter(document__number=f"{match[1].upper()}-{int(match[2]):04d}")
        return Q(pk__among=found.standing().order_by().values("pk"))

    def lock(self) -> None:
        """Hold the document first: what one version does, the others are not to do meanwhile."""
        documents: Any = type(self)._meta.get_field("document").related_model
        documents.objects.select_for_update().only("pk").get(pk=self.document_id)
        super().lock()


def _freeze(model: type[Version]) -> None:
    """Let the database refuse every change of what an adopted version says, also by raw SQL."""
    content = [
        field.name
        for field in model._meta.concrete_fields
        if field.name not in MOVING and not field.generated
    ]
    changed = pgtrigger.Q()
    for name in content:
        changed |= pgtrigger.Q(**{f"old__{name}__df": pgtrigger.F(f"new__{name}")})
    adopted = pgtrigger.Q(old__status__in=[str(status) for status in FROZEN])
    pgtrigger.register(
        Hard(name="frozen", operation=pgtrigger.Update, condition=adopted & changed),
        Hard(name="never_deleted", operation=pgtrigger.Delete),
        HardTruncate(name="no_truncate"),
    )(model)


_freeze(Version)
