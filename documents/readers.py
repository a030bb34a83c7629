"""What a page shows about reading: mine, of one version; and what waits for me to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from documents.coverage import Count, counted_units, counts
from documents.models import ChangeRequest, Document, ReaderCheck, Reading, Version
from documents.models.asking import Ask, asked_of, people_asked
from documents.models.reading import asked_to_read
from documents.models.status import STANDING
from qms.organization.models import User

WORDS_A_MINUTE = 200  # of one who reads to understand
MOST_LISTED = 200


def minutes_to_read(version: Version) -> int:
    """Return about how many minutes a version takes; 0 when it has no words of its own."""
    return max(1, round(version.words / WORDS_A_MINUTE)) if version.words else 0


class OwnReading:
    """How it stands between one reader and one version."""

    def __init__(self, version: Version, user: User) -> None:
        self.version, self.user = version, user

    @cached_property
    def ask(self) -> Ask | None:
        """What asks the reader to read it, or None."""
        if self.version.status not in STANDING:
            return None
        return asked_to_read(self.version, self.user)

    @property
    def is_due(self) -> bool:
        """True when the reader is asked and has not read it."""
        return self.ask is not None and not self.ask.is_read

    @cached_property
    def latest(self) -> Reading | None:
        """The reader's reading that counts, of this version or of one that means the same."""
        if self.ask is None or not self.ask.is_read:
            return None
        found = Reading.objects.live().filter(
            person=self.user, version__document=self.version.document_id
        )
        own = found.filter(version=self.version).first()
        return own or found.select_related("version").first()

    @property
    def is_undoable(self) -> bool:
        """True when it is a reading of this very version."""
        return self.latest is not None and self.latest.version_id == self.version.pk

    @property
    def minutes(self) -> int:
        """About how many minutes it takes."""
        return minutes_to_read(self.version)

    @cached_property
    def questions(self) -> ReaderCheck | None:
        """The three questions, when the reader is asked them and has not answered."""
        if self.version.status not in STANDING:
            return None
        return ReaderCheck.objects.filter(
            version=self.version, person=self.user, answered_at=None
        ).first()


class ReaderStory:
    """The part of a document's page that is about its readers."""

    document: Document
    version: Version | None
    user: User
    is_kept: Any

    @cached_property
    def own_reading(self) -> OwnReading | None:
        """How it stands between the reader and this version."""
        return OwnReading(self.version, self.user) if self.version else None

    @cached_property
    def coverage(self) -> Count | None:
        """How many have read it, of those in the units whose figures the reader sees."""
        units = counted_units(self.user) if self.version else None
        if not (units and self.version and self.version.status in STANDING):
            return None
        return counts([self.version], dict.fromkeys(units, 0)).get((self.version.pk, None))

    @cached_property
    def checks(self) -> list[ReaderCheck]:
        """What readers were asked and answered; for those at work with it."""
        if not (self.version and self.is_kept):
            return []
        return list(self.version.reader_checks.select_related("person"))

    @cached_property
    def audience(self) -> list[dict[str, Any]]:
        """Who is to read it, in words and counted; for those at work with it."""
        rows = self.document.audience.current().select_related("unit") if self.is_kept else []
        counts = people_asked(self.document.pk) if rows else {}
        return [{"words": str(row), "count": len(counts.get(row.pk, ()))} for row in rows]

    @cached_property
    def audience_count(self) -> int:
        """How many are to read it, each counted once."""
        return len(people_asked(self.document.pk)[None]) if len(self.audience) > 1 else 0

    @cached_property
    def suggestions(self) -> list[ChangeRequest]:
        """The suggestions that the reader may see: the own, or all for those who write it."""
        seen = ChangeRequest.objects.visible_to(self.user).filter(document=self.document)
        return list(seen.for_page()[:10])


@dataclass(frozen=True)
class ToRead:
    """One version that waits for one reader."""

    version: Version
    ask: Ask

    @property
    def minutes(self) -> int:
        """About how many minutes it takes."""
        return minutes_to_read(self.version)


def waiting_to_read(user: User, most: int = MOST_LISTED) -> Iterator[ToRead]:
    """Yield what `user` is to read and has not, the nearest day first: two questions in all."""
    if not user.workplaces:
        return
    asks = asked_of(user, unread=True)[:most]
    if not asks:
        return
    rows: Any = Version.objects.visible_to(user).for_page()
    found = rows.in_bulk([each.version_id for each in asks])
    for each in asks:
        if version := found.get(each.version_id):
            yield ToRead(version, each)
