"""ChangeRequest: what a reader found wrong in a document, or would change; and its answer."""

from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models.openness import kept_by
from documents.models.status import Status as VersionStatus
from documents.models.version import Version
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import NumberSeries, Record, RecordQuerySet
from qms.records.workflow import guard_status, transition

if TYPE_CHECKING:
    from documents.models.document import Document


class ChangeStatus(models.TextChoices):
    """Where a suggestion is."""

    ASKED = "asked", gettext_lazy("Waits for an answer")
    ACCEPTED = "accepted", gettext_lazy("Taken up")
    DECLINED = "declined", gettext_lazy("Not taken up")


class ChangeRequestQuerySet(RecordQuerySet):
    """Questions about many suggestions."""

    def visible_to(self, user: User) -> Self:
        """Return the own, and those about documents that `user` writes, adopts or owns."""
        return self.filter(self.model.full_access(user))

    def readable_to(self, user: User) -> Self:
        """Return the same: for whom it exists, nothing in it is masked."""
        return self.visible_to(user)

    def waiting(self) -> Self:
        """Return those without an answer."""
        return self.filter(status=ChangeStatus.ASKED)

    def awaiting(self, user: User) -> Self:
        """Return those that `user` is to answer: as the owner, or by duty where nobody owns it."""
        here = Q(document__unit__authority__any=user.authorities)
        found = here & Q(document__owner=user)
        if ids := user.units_for(Duty.WRITE_DOCUMENTS).ids:
            owned = Q(document__owner__isnull=False, document__owner__is_active=True)
            found |= Q(unit__any=ids) & ~owned
        return self.waiting().filter(found)

    def for_page(self) -> Self:
        """Return the rows with what a list shows of them, without a query per row."""
        return self.select_related("unit", "document", "asked_by", "answered_by", "taken_up_in")


@guard_status
class ChangeRequest(Record):
    """A reader's suggestion about a document (ISO 9001, 7.5.3 and 10.1)."""

    Status = ChangeStatus
    SERIES = "AND"
    is_quality_record = False
    ENDS = (Status.ACCEPTED, Status.DECLINED)
    STEPS = ((Status.ASKED, gettext_lazy("Suggested")), (Status.ACCEPTED, gettext_lazy("Answered")))
    LOOKS = {Status.ASKED: "waiting", Status.ACCEPTED: "done", Status.DECLINED: "na"}
    ALSO_TOLD = {"suggest": gettext_lazy("%(actor)s suggested a change.")}
    UNTOLD = frozenset({"text", "answer"})
    PARTS = {"owner": gettext_lazy("owner")}

    if TYPE_CHECKING:
        document_id: int

    status = models.CharField(
        gettext_lazy("status"), max_length=8, choices=Status.choices, default=Status.ASKED,
        editable=False,
    )  # fmt: skip
    document: Any = models.ForeignKey(
        "documents.Document", models.PROTECT, related_name="change_requests", editable=False
    )
    version = models.ForeignKey(
        Version, models.PROTECT, related_name="change_requests", editable=False
    )
    heading = models.CharField(gettext_lazy("where in the text"), max_length=200, blank=True)
    text = models.TextField(gettext_lazy("what is wrong, or could be better"), max_length=4000)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="change_requests", editable=False
    )
    answer = models.TextField(gettext_lazy("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(gettext_lazy("answered"), null=True, editable=False)
    taken_up_in = models.ForeignKey(
        Version, models.PROTECT, null=True, related_name="taken_up", editable=False,
        verbose_name=gettext_lazy("taken up in"),
    )  # fmt: skip

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = gettext_lazy("suggestion for a document")
        verbose_name_plural = gettext_lazy("suggestions for documents")
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="change_asked_by"),
            models.Index(
                fields=["document"], name="change_waits", condition=Q(status="asked")
            ),
        ]  # fmt: skip

    def get_absolute_url(self) -> str:
        """Return the address of the suggestion."""
        return reverse("documents:suggestion", args=[self.number])

    # --- Who sees it --------------------------------------------------------------------------

    @classmethod
    def full_access(cls, user: User) -> Q:
        """Whoever sees a suggestion reads it: who made it, and those at work with the document."""
        return Q(asked_by=user) | kept_by(user, "document__")

    def heading_for(self, user: User) -> str:
        """Return what it is about, without a word of it."""
        return _("Suggestion about %s") % self.document.number

    def has_part(self, user: User, name: str) -> bool:
        """Return True when `user` owns the document and works here."""
        if name == "owner":
            return self.document.owner_id == user.pk and self.unit.authority in user.authorities
        return super().has_part(user, name)

    def lock(self) -> None:
        """Hold the document first, as its versions do."""
        type(self.document).objects.select_for_update().only("pk").get(pk=self.document_id)
        super().lock()

    # --- Verbs --------------------------------------------------------------------------------

    @classmethod
    def suggest(
        cls,
        document: "Document",
        version: Version,
        *,
        by: User,
        text: str,
        heading: str = "",
        key: str | None = None,
    ) -> "ChangeRequest":
        """Tell those who write a document what is wrong in it. The same request twice is one."""
        from qms.history.models import Event

        twin = Event.objects.filter(key=key, verb="suggest").first() if key else None
        if twin:
            return cls.objects.get(pk=twin.object_id)
        made = cls(
            document=document, version=version, unit=document.unit, text=text, heading=heading,
            asked_by=by, created_by=by,
            number=NumberSeries.take(cls.SERIES, timezone.localdate().year),
        )  # fmt: skip
        made.full_clean()
        made.save()
        made.tell("suggest", by=by, key=key)
        made.save(update_fields=["event_count", "event_head"])
        return made

    @transition(
        ChangeStatus.ASKED,
        to=ChangeStatus.ACCEPTED,
        duty=Duty.WRITE_DOCUMENTS,
        person="owner",
        address="ta-upp",
        main=True,
        label=gettext_lazy("Take it up in the draft"),
        told=gettext_lazy("%(actor)s took it up in the next version."),
    )
    def accept(self, *, by: User, answer: str = "") -> None:
        """Take it up in the draft that is written, or begin one. Raises ValidationError."""
        draft = self.document.open_version
        if draft is None:
            draft = self.document.new_version(by=by)
        elif draft.status != VersionStatus.DRAFT:
            raise ValidationError(
                _(
                    "Version %s is in review, so nothing can be added to it. Take it back, or "
                    "answer when it has been adopted."
                )
                % draft.label
            )
        self.taken_up_in = draft
        self._answer(by, answer)

    @transition(
        ChangeStatus.ASKED,
        to=ChangeStatus.DECLINED,
        duty=Duty.WRITE_DOCUMENTS,
        person="owner",
        address="avsla",
        label=gettext_lazy("Answer that it stays as it is"),
        told=gettext_lazy("%(actor)s answered that the text stays as it is."),
    )
    def decline(self, *, by: User, answer: str) -> None:
        """Let the text stay, and tell the one who asked why."""
        self._answer(by, answer)

    def _answer(self, by: User, answer: str) -> None:
        self.answer, self.answered_by, self.answered_at = answer, by, timezone.now()
