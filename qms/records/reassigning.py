"""Reassigning: one new person for many records, each changed by its own verb or told why not."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from qms.organization.models import User
from qms.records.models import Record
from qms.records.refusals import AlreadyDone, Refused

MOST = 200  # at a time: each is a verb with an event of its own
VERB = "assign"


@dataclass
class Outcome:
    """What came of it: how many were changed, and which were not and why."""

    changed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)  # number and reason


class Reassigning:
    """Some records that one person wants somebody else to answer for.

    `known` is {id: how many events the page knew of}; a record that was changed since is left.
    """

    def __init__(self, model: type[Record], user: User, known: dict[int, int | None]) -> None:
        self.user, self.known = user, known
        found = model.objects.visible_to(user).with_access(user).for_page()
        by_id = {row.pk: row for row in found.filter(pk__in=list(known)[:MOST])}
        self.records: list[Any] = [by_id[pk] for pk in known if pk in by_id]

    @property
    def held(self) -> str:
        """The rows as the form carries them: each id with the number of events it had."""
        return " ".join(f"{record.pk}:{record.event_count}" for record in self.records)

    @property
    def gone(self) -> int:
        """How many of the rows exist no more for this person."""
        return min(len(self.known), MOST) - len(self.records)

    def rows(self, person: User | None) -> Iterator[tuple[Any, str]]:
        """Yield each record with why it would not be changed, or "" when it would."""
        for record in self.records:
            yield record, self._objection(record, person)

    def _objection(self, record: Any, person: User | None) -> str:
        if refusal := record.refusal(self.user, record.moves()[VERB]):
            return str(refusal)
        if person is None:
            return ""
        if record.responsible_id == person.pk:
            return _("%(name)s answers for it already.") % {"name": person.name}
        try:
            record.require_colleague(person, "responsible")
        except ValidationError as objection:
            return " ".join(objection.messages)
        return ""

    def perform(self, person: User, reason: str, stamp: str) -> Outcome:
        """Change them one by one. What is sent twice with the same stamp is done once."""
        outcome = Outcome()
        for record in self.records:
            try:
                self._change(record, person, reason, stamp)
                outcome.changed += 1
            except AlreadyDone:
                outcome.changed += 1
            except Refused as refusal:
                outcome.refused.append((str(record), str(refusal)))
            except ValidationError as objection:
                outcome.refused.append((str(record), " ".join(objection.messages)))
        return outcome

    def _change(self, record: Any, person: User, reason: str, stamp: str) -> None:
        text = repr((self.user.pk, type(record).__name__, record.pk, stamp, person.pk, reason))
        key = hashlib.sha256(text.encode()).hexdigest()
        has_it = record.responsible_id == person.pk
        if has_it and not record.story.filter(key=key).exists():
            raise ValidationError(self._objection(record, person))
        seen = self.known[record.pk]
        getattr(record, VERB)(by=self.user, responsible=person, reason=reason, key=key, seen=seen)


def read_held(text: str) -> dict[int, int | None]:
    """Return the rows a form carried; what is no row is left out."""
    known: dict[int, int | None] = {}
    for part in text.split()[:MOST]:
        pk, _sep, seen = part.partition(":")
        if pk.isdecimal() and len(pk) < 19 and seen.isdecimal() and len(seen) < 10:
            known[int(pk)] = int(seen)
    return known
