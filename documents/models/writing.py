"""Writing: the text while it is a draft, and who holds the pen."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents import markup
from documents.models import conditions
from documents.models.facts import TEXTS, VersionFacts
from documents.models.pictures import pictures_of
from documents.models.status import BEFORE_ADOPTION, Status
from documents.models.writer import Writer
from documents.plain import readability
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records import files
from qms.records.models import Attachment
from qms.records.refusals import NotAllowed, Refused, WrongStatus
from qms.records.workflow import transition
from qms.requirements.glossary import known_words

HELD = timedelta(minutes=30)  # a pen nobody has written with for so long lies free
ONE_SITTING = timedelta(hours=1)  # what is written within it is told once


class Held(Refused):
    """Somebody else edits the draft just now."""

    status = 409

    def __init__(self, version: "Writing") -> None:
        self.version = version
        super().__init__(
            _("%(person)s edits since %(time)s. Take over if you must write now.")
            % {"person": version.editing_by, "time": _clock(version)}
        )


class Stale(Refused):
    """Somebody saved another text since the page was opened; both are kept.

    `stored` holds what stands there now, by field; the page shows it beside what was written.
    """

    status = 409

    def __init__(self, stored: dict[str, str]) -> None:
        self.stored = stored
        super().__init__(
            _("The text was changed somewhere else while you were writing. Both texts are shown.")
        )


def _clock(version: "Writing") -> str:
    since = version.editing_since
    return time_format(timezone.localtime(since), "H.i") if since else ""


class Writing(VersionFacts):
    """What those who write do."""

    class Meta:
        abstract = True

    # --- The pen -------------------------------------------------------------------------------

    @property
    def is_held(self) -> bool:
        """True while somebody edits: has opened or saved it within half an hour."""
        since = self.editing_since
        return bool(self.editing_by_id and since and timezone.now() - since < HELD)

    def is_held_from(self, user: User) -> bool:
        """Return True while somebody else than `user` edits."""
        return self.is_held and self.editing_by_id != user.pk

    def begin_editing(self, *, by: User) -> None:
        """Take the pen where it lies free, or keep it. Raises NotAllowed, WrongStatus, Held."""
        with transaction.atomic():
            self.lock()
            self._require_writing(by)
            self._take_pen(by)
            self.save(update_fields=["editing_by", "editing_since"])

    def stop_editing(self, *, by: User) -> None:
        """Lay the pen down."""
        with transaction.atomic():
            self.lock()
            if self.editing_by_id == by.pk and self.status == Status.DRAFT:
                self.editing_by = self.editing_since = None
                self.save(update_fields=["editing_by", "editing_since"])

    def _require_writing(self, by: User) -> None:
        if not self.may_be_written_by(by):
            raise NotAllowed(_("You may not write in this document."))
        if self.status != Status.DRAFT:
            raise WrongStatus(_("It is no longer a draft, so its text cannot be changed."))
        if self.is_held_from(by):
            raise Held(self)

    def _take_pen(self, by: User) -> None:
        self.editing_by, self.editing_since = by, timezone.now()

    # --- The text ------------------------------------------------------------------------------

    def save_text(self, *, by: User, saw: int | None = None, **texts: Any) -> None:
        """Store what was written: title, summary, body, news, is_meaningful.

        `saw` is the `revision` the page was opened with. Raises Stale when somebody saved since,
        Held when somebody else edits, NotAllowed, WrongStatus, and ValidationError.
        """
        with transaction.atomic():
            self.lock()
            self._require_writing(by)
            stored = {name: getattr(self, name) for name in TEXTS}
            if "body" in texts:
                texts["body"] = self.cleaned(texts["body"])
            changed = [name for name, value in texts.items() if getattr(self, name) != value]
            if saw is not None and saw < self.revision and changed:
                raise Stale(stored)
            self._take_pen(by)
            for name in changed:
                setattr(self, name, texts[name])
            if changed:
                self._written(by, changed)
            self.save()

    def _written(self, by: User, changed: list[str]) -> None:
        """Count the saving, remember the author, measure anew, and tell of it once a sitting."""
        self.revision += 1
        Writer.objects.get_or_create(version_id=self.pk, person=by)
        self.measure()
        self.full_clean(exclude=[f.name for f in self._meta.fields if f.name not in changed])
        last = self.story.last()
        fresh = last is not None and timezone.now() - last.at < ONE_SITTING
        if not (last and fresh and last.verb == "write" and last.actor_id == by.pk):
            self.tell("write", by=by)

    def add_picture(self, *, by: User, file: Attachment, alt: str) -> Attachment:
        """Store a checked picture for the text, named by what it shows. Raises as save_text()."""
        with transaction.atomic():
            self.lock()
            self._require_writing(by)
            file.name = files.named_as(files.clean_name(alt), file.media_type)
            self._add_files([file], by)
            return file

    @property
    def picture_addresses(self) -> set[str]:
        """The addresses of the pictures that may stand in the text."""
        return {picture.get_absolute_url() for picture in pictures_of(self)}

    def cleaned(self, html: str) -> str:
        """Return a text as it is stored: only what our own pages may show."""
        return markup.cleaned(html, self.picture_addresses) if html else ""

    def measure(self) -> None:
        """Derive what follows from the text: its words without form, and how hard it is to read."""
        self.plain = markup.plain_text(self.body)
        text = readability(self.body, known_words())
        self.lix, self.lix_adjusted = text.lix, text.adjusted_lix
        self.words, self.long_sentences = text.words, len(text.long_sentences)

    # --- Verbs ---------------------------------------------------------------------------------

    @transition(
        Status.DRAFT,
        duty=Duty.WRITE_DOCUMENTS,
        person=("author", "owner"),
        address="ta-over",
        label=gettext_lazy("Take over the editing"),
        told=gettext_lazy("%(actor)s took over the editing."),
        bars=[conditions.ALREADY_EDITS],
        quiet=True,
    )
    def take_over(self, *, by: User) -> str:
        """Take the pen from somebody who still holds it; what that person saved stands."""
        before = self.editing_by.name if self.editing_by else ""
        self._take_pen(by)
        return before

    @transition(
        *BEFORE_ADOPTION,
        to=Status.DISCARDED,
        duty=conditions.steering,
        person=("author", "owner"),
        address="kasta",
        label=gettext_lazy("Discard the draft"),
        told=gettext_lazy("%(actor)s discarded the draft."),
    )
    def discard(self, *, by: User, reason: str) -> str:
        """Give it up. It stays in the register without a number, and is shown to nobody."""
        self.number = None
        self.editing_by = self.editing_since = None
        for turn in self.reviews.of_this_round().waiting():
            turn.give("not_needed", by=by)
        return reason
