"""Meanings: what the names of one file stand for, as chosen for it, known or remembered."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from nonconformities.importing.choices import choices_of
from nonconformities.importing.names import KIND_OF, MANAGER, Directory, Kind
from nonconformities.importing.words import AUTO
from nonconformities.models import Category, KnownName
from nonconformities.models.status import Status
from qms.organization.models import User
from qms.records.importing.words import alike, is_nothing

Chosen = dict[str, dict[str, str]]  # {kind: {text made alike: meaning}}


@dataclass(frozen=True)
class Question:
    """A name that nobody has said the meaning of, how often it stands, and what is suggested."""

    kind: str
    text: str
    count: int
    suggestion: str = ""


class Meanings:
    """Answers what a text of a column stands for; "" is nothing here."""

    def __init__(self, directory: Directory, chosen: Chosen) -> None:
        self.directory, self.chosen = directory, chosen
        self._found: dict[tuple[str, str], str] = {}
        self._categories = {row.code: row for row in Category.everything()}

    def of(self, column: str, text: str) -> str:
        """Return the meaning of a cell; a name without one means nothing."""
        kind = KIND_OF[column]  # type: ignore[index]
        if (kind, text) not in self._found:
            chosen = self.chosen.get(kind, {}).get(alike(text))
            known = self.directory.known(kind, text) if chosen is None else chosen
            self._found[kind, text] = known or ""
        return self._found[kind, text]

    def category(self, code: str) -> Category | None:
        """Return the category with this code."""
        return self._categories.get(code)

    def person(self, username: str) -> User | None:
        """Return the person with this user name."""
        return self.directory.person_by_username.get(username)

    def questions(
        self, names: dict[str, list[list[Any]]], ended: dict[str, int]
    ) -> Iterator[Question]:
        """Yield every name that is neither known nor remembered, the most frequent first.

        `ended` says of each state how many of its rows have a closing day: where most of them do,
        nobody wrote the state anew when the case was closed, and the day is to be believed.
        """
        for kind, counted in names.items():
            for text, count in counted:
                if self.directory.known(kind, text) is None:
                    chosen = self.chosen.get(kind, {}).get(alike(text))
                    meant = self.directory.suggested(kind, text) if chosen is None else chosen
                    most = kind == Kind.STATUS and 2 * ended.get(alike(text), 0) > count
                    is_open = chosen is None and meant == Status.REPORTED
                    yield Question(kind, text, count, AUTO if most and is_open else meant)

    def settled(self, names: dict[str, list[list[Any]]]) -> Iterator[Question]:
        """Yield every name that is known already, with its meaning."""
        for kind, counted in names.items():
            for text, count in counted:
                if (known := self.directory.known(kind, text)) and known.casefold() != alike(text):
                    yield Question(kind, text, count, known)

    def allowed(self, kind: str, code: str) -> bool:
        """Return True when a meaning exists here."""
        directory = self.directory
        if not code:
            return True
        if kind == Kind.UNIT:
            return code in directory.unit_by_code
        if kind == Kind.PERSON:
            return code == MANAGER or code in directory.person_by_username
        return code in dict(choices_of(kind))


def remember(directory: Directory, chosen: Chosen, by: User | None) -> int:
    """Keep what was chosen for the next file; return how many. What says nothing is not kept."""
    rows = [
        _known_name(directory, kind, key, code, by)
        for kind, names in chosen.items()
        for key, code in names.items()
        if key and not is_nothing(key) and (code or kind == Kind.PERSON)
    ]
    with transaction.atomic():
        KnownName.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["kind", "key"],
            update_fields=["unit", "person", "category", "value", "chosen_by", "chosen_at"],
        )
    return len(rows)


def _known_name(directory: Directory, kind: str, key: str, code: str, by: User | None) -> KnownName:
    row = KnownName(kind=kind, key=key[:200], chosen_by=by)
    if kind == Kind.UNIT:
        row.unit = directory.unit_by_code[code]
    elif kind == Kind.PERSON and code in directory.person_by_username:
        row.person = directory.person_by_username[code]
    elif kind == Kind.CATEGORY:
        row.category = Category.objects.get(code=code)
    else:
        row.value = code
    return row
