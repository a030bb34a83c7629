"""VersionFacts: what a version of a document holds, and what may be asked of it."""

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from documents.models.openness import versions_seen
from documents.models.status import BEFORE_ADOPTION, ENDED, FROZEN, STANDING, Status
from documents.models.status import Status as Where  # the class has a field of its own so named
from documents.texts import State
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Record

if TYPE_CHECKING:
    from documents.models.document import Document

# What a version says. From adoption on the database refuses every change of it (version.py).
TEXTS = ("title", "summary", "body", "news")
_DIGESTED = (
    "number", "title", "summary", "body", "news", "valid_from", "decision_body",
    "decision_paragraph", "decision_number", "file_sha256",
)  # fmt: skip


class VersionFacts(Record):
    """The facts of a version, in the order its life goes."""

    Status = Status
    is_quality_record = False  # a unit's count of open records must not tell of drafts

    ENDS = ENDED
    STEPS = (
        (Status.DRAFT, _("Draft")),
        (Status.REVIEW, _("Review")),
        (Status.APPROVED, _("Approved")),
        (Status.ADOPTED, _("Adopted")),
        (Status.IN_FORCE, _("In force")),
    )
    LOOKS = {
        Status.DRAFT: "new",
        Status.REVIEW: "waiting",
        Status.APPROVED: "active",
        Status.ADOPTED: "soon",
        Status.IN_FORCE: "done",
        Status.SUPERSEDED: "na",
        Status.WITHDRAWN: "na",
        Status.DISCARDED: "na",
    }
    PARTS = {"owner": _("owner"), "author": _("author"), "reviewer": _("reviewer")}
    ALSO_TOLD = {
        "begin": _("%(actor)s began to write."),
        "write": _("%(actor)s wrote in the text."),
        "put_file": _("%(actor)s put a file in the place of the text."),
        "remove_file": _("%(actor)s removed the file."),
        "open_word": _("%(actor)s opened a Word file in the text."),
        "import": _("%(actor)s imported it as it was in force before."),
    }
    # The texts themselves: an event carries their fingerprint when they are adopted.
    UNTOLD = frozenset({
        "body", "plain", "file_text", "file_state", "summary", "news", "editing_since", "revision",
    })  # fmt: skip

    if TYPE_CHECKING:
        document_id: int
        reviews: Any
        writers: Any

    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.DRAFT, editable=False
    )
    document: Any = models.ForeignKey(
        "documents.Document", models.PROTECT, related_name="versions", editable=False,
        verbose_name=_("document"),
    )  # fmt: skip
    major = models.PositiveSmallIntegerField(editable=False)
    minor = models.PositiveSmallIntegerField(default=0, editable=False)
    # What it says
    title = models.CharField(_("title"), max_length=150)
    summary = models.TextField(_("in short"), max_length=2000, blank=True)
    body = models.TextField(_("text"), max_length=1_000_000, blank=True)
    news = models.TextField(_("what is new"), max_length=2000, blank=True)
    is_meaningful = models.BooleanField(_("asks everybody to read it again"), default=True)
    # The attachment's own row is how it is sent: by the rule of the version it hangs on.
    file = models.ForeignKey(
        "records.Attachment", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("file instead of a text"),
    )  # fmt: skip
    file_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    file_text = models.TextField(_("the text of the file"), blank=True, editable=False)
    file_state = models.CharField(max_length=10, choices=State.choices, blank=True, editable=False)
    plain = models.TextField(_("the text without its form"), blank=True, editable=False)
    # How hard it is to read; None until it has been measured
    lix = models.FloatField(null=True, editable=False)
    lix_adjusted = models.FloatField(null=True, editable=False)
    words = models.PositiveIntegerField(_("words"), null=True, editable=False)
    long_sentences = models.PositiveIntegerField(_("long sentences"), null=True, editable=False)
    hard_text_reason = models.TextField(_("why the text is hard"), max_length=1000, blank=True)
    # While it is written and reviewed
    revision = models.PositiveIntegerField(_("times saved"), default=0, editable=False)
    editing_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False,
        verbose_name=_("edits now"),
    )  # fmt: skip
    editing_since = models.DateTimeField(_("edits since"), null=True, editable=False)
    round = models.PositiveSmallIntegerField(_("round"), default=0, editable=False)
    reviews_in_order = models.BooleanField(_("one reviewer after another"), default=False)
    quorum = models.PositiveSmallIntegerField(_("how many must approve"), null=True, blank=True)
    # Its adoption
    valid_from = models.DateField(_("in force from"), null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        editable=False, verbose_name=_("adopted by"),
    )  # fmt: skip
    adopted_on = models.DateField(_("adopted"), null=True, editable=False)
    decision_body = models.CharField(_("who decided"), max_length=120, blank=True)
    decision_paragraph = models.CharField(_("paragraph"), max_length=30, blank=True)
    decision_number = models.CharField(_("registration number"), max_length=50, blank=True)
    # Its end. Only these, the status and where it belongs may move after the adoption.
    ended_on = models.DateField(_("applies until"), null=True, editable=False)  # not that day
    withdrawn_on = models.DateField(_("withdrawn"), null=True, editable=False)
    withdrawal_reason = models.TextField(_("why withdrawn"), max_length=2000, blank=True)
    search = models.GeneratedField(
        expression=SearchVector("title", weight="A", config="swedish")
        + SearchVector("summary", weight="B", config="swedish")
        + SearchVector("plain", "file_text", weight="C", config="swedish"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number or str(_("Discarded draft"))

    def get_absolute_url(self) -> str:
        """Return its address: the document's own while it applies, and while it is written."""
        number = self.document.number
        if self.status in BEFORE_ADOPTION:
            return reverse("documents:draft", args=[number])
        if self.applies:
            return reverse("documents:detail", args=[number])
        if self.status == Status.DISCARDED:
            return reverse("documents:detail", args=[number])
        return reverse("documents:version", args=[number, self.label])

    @property
    def label(self) -> str:
        """What the version is called: 4.0."""
        return f"{self.major}.{self.minor}"

    # --- Who sees it --------------------------------------------------------------------------

    @classmethod
    def full_access(cls, user: User) -> models.Q:
        """Whoever sees a version reads it: nothing in it is masked, the rest does not exist."""
        return versions_seen(user)

    def heading_for(self, user: User) -> str:
        """Return the title: who sees the version reads it."""
        return self.title

    def is_kept_by(self, user: User) -> bool:
        """Return True for those who see the work on it: drafts, reviews, the story."""
        from documents.models.openness import kept_by, taking_part

        rows = type(self)._default_manager.filter(pk=self.pk)
        return rows.filter(kept_by(user, "document__") | taking_part(user)).exists()

    def has_part(self, user: User, name: str) -> bool:
        """Return True when `user` owns it, has written in it, or is to answer as a reviewer."""
        here = self.unit.authority in user.authorities
        if name == "owner":
            return here and self.document.owner_id == user.pk
        if name == "author":
            return here and self.is_written_by(user)
        if name == "reviewer":
            open_here = here or (self.document.openness == "group" and bool(user.workplaces))
            return open_here and self.turn_of(user) is not None
        return super().has_part(user, name)

    def is_written_by(self, user: User) -> bool:
        """Return True when `user` has written in it."""
        return any(writer.person_id == user.pk for writer in self.writers.all())

    def may_be_written_by(self, user: User) -> bool:
        """Return True when `user` may write in it, in any status: by duty, as author or owner."""
        by_duty = user.may(Duty.WRITE_DOCUMENTS, self.unit_id)
        return by_duty or self.has_part(user, "author") or self.has_part(user, "owner")

    def turn_of(self, user: User) -> Any:
        """Return the turn that waits for `user` in this round, or None."""
        waiting = self.reviews.of_this_round().in_turn().asked_of(user)
        return waiting.order_by("order", "pk").first()

    # --- What applies ------------------------------------------------------------------------

    def applies_on(self, day: date) -> bool:
        """Return True when this is what applies on a day. From dates alone, never from a task."""
        return (
            self.status in FROZEN
            and self.valid_from is not None
            and self.valid_from <= day
            and (self.ended_on is None or self.ended_on > day)
        )

    @property
    def applies(self) -> bool:
        """True when this is what applies today."""
        return self.applies_on(timezone.localdate())

    @property
    def never_began(self) -> bool:
        """True when it was withdrawn before its first day."""
        return bool(self.withdrawn_on and self.valid_from and self.withdrawn_on < self.valid_from)

    @property
    def phase(self) -> "Where":
        """Where it is today by its dates; the status follows when the night's task has run."""
        if self.status in STANDING and self.valid_from:
            today = timezone.localdate()
            if self.ended_on and self.ended_on <= today:
                return Status.SUPERSEDED
            return Status.IN_FORCE if self.valid_from <= today else Status.ADOPTED
        return Status(self.status)

    @property
    def state(self) -> dict[str, str]:
        """What the state label shows."""
        return {"look": self.LOOKS[self.phase], "word": str(self.phase.label)}

    @property
    def stepper(self) -> list[dict[str, str]]:
        """The steps of the road; who took the whole of it is done with it."""
        steps = super().stepper
        if self.status in (Status.IN_FORCE, Status.SUPERSEDED, Status.WITHDRAWN):
            return [step | {"state": "done"} for step in steps]
        return steps

    @property
    def is_first(self) -> bool:
        """True for the first version of its document, which has nothing to be new against."""
        return (self.major, self.minor) == (1, 0)

    @property
    def predecessor(self) -> Any:
        """The adopted version before this one, or None."""
        earlier = models.Q(major__lt=self.major) | models.Q(major=self.major, minor__lt=self.minor)
        found = self.document.versions.filter(earlier, status__in=FROZEN)
        return found.order_by("-major", "-minor").first()

    # --- The text ----------------------------------------------------------------------------

    @property
    def has_text(self) -> bool:
        """True when there is something to adopt: a text, a file, or where the original is."""
        document: Document = self.document
        outside = document.document_type.is_external and document.source_url
        return bool(self.plain.strip() or self.file_id or outside)

    @property
    def is_hard(self) -> bool:
        """True when the measured text is red by the limit of its kind."""
        return self.lix is not None and self.lix >= self.document.document_type.lix_red

    @property
    def digest(self) -> str:
        """The SHA-256, in hex, of what the version says; it stands in the event of the adoption."""
        said = {name: getattr(self, name) for name in _DIGESTED}
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()
