"""What the library may be narrowed to: each answer is a link, and what was chosen can be undone."""

import re
from collections.abc import Collection, Iterator
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Document, DocumentType
from documents.models.openness import above
from qms.organization.alphabet import SvKey, swedish_key
from qms.organization.models import Unit, User
from qms.records.search import MOST_SIGNS

NEW = timedelta(days=30)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ"
PARAMETERS = ("q", "enhet", "typ", "verksamhet", "nytt", "bokstav")
_CODE = re.compile(r"[\w-]{1,30}")

MINE = "min"


def holding_for(user: User) -> Q:
    """Return the versions of documents that hold where `user` works: its own, and from above."""
    here = above(user)
    return _among(own=here.own, applied=here.all)


def holding_in(unit: Unit) -> Q:
    """Return the versions of documents that belong to a unit or one below, or apply there."""
    return _among(own=unit.reach, applied=unit.reach)


def _among(*, own: Collection[int], applied: Collection[int]) -> Q:
    """Return the versions of the documents of some units, and of those that apply to some.

    Their ids are found first: beside another condition the database would walk through every
    title to find the few.
    """
    through = Document.applies_to.through.objects.filter(unit__any=applied)
    there = Q(unit__any=own) | Q(pk__among=through.order_by().values("document_id"))
    return Q(document__id__among=Document.objects.filter(there).order_by().values("pk"))


class Filters:
    """The answers in an address, as conditions and as links."""

    def __init__(self, user: User, asked: QueryDict) -> None:
        self.user = user
        kept = {name: asked.get(name, "").replace("\x00", "").strip() for name in PARAMETERS}
        self.said = dict(kept)
        kept["q"] = (kept["q"] or asked.get("sok", "").replace("\x00", "").strip())[:MOST_SIGNS]
        for name in PARAMETERS[1:]:
            kept[name] = kept[name] if _CODE.fullmatch(kept[name]) else ""
        kept["bokstav"] = letter if (letter := kept["bokstav"].upper()) in LETTERS else ""
        self.asked = {name: value for name, value in kept.items() if value}

    @property
    def query(self) -> str:
        """The words that are searched for."""
        return self.asked.get("q", "")

    @cached_property
    def kinds(self) -> list[DocumentType]:
        """Every kind in use, for the links."""
        return list(DocumentType.objects.filter(is_active=True))

    @cached_property
    def unit(self) -> Unit | None:
        """The unit that is asked for by its code."""
        code = self.asked.get("enhet", "")
        if not code or code == MINE:
            return None
        return Unit.objects.filter(code=code.upper()).first()

    def narrow(self, found: Any) -> Any:
        """Return those versions that fit every answer but the words."""
        if self.asked.get("enhet") == MINE:
            found = found.filter(holding_for(self.user))
        elif "enhet" in self.asked:
            found = found.filter(holding_in(self.unit)) if self.unit else found.none()
        if kind := self.asked.get("typ"):
            found = found.filter(document__document_type__code=kind)
        if service := self.asked.get("verksamhet"):
            found = found.filter(document__services__contains=[service])
        if "nytt" in self.asked:
            found = found.filter(valid_from__gt=timezone.localdate() - NEW)
        if letter := self.asked.get("bokstav"):
            key = swedish_key(letter)
            found = found.alias(title_key=SvKey("title"))
            found = found.filter(title_key__gte=key, title_key__lt=chr(ord(key) + 1))
        return found

    def faults(self) -> dict[str, list[str]]:
        """Return what was asked and cannot be understood: a program is told, a page not."""
        known = {
            "enhet": self.asked.get("enhet") == MINE or self.unit is not None,
            "typ": self.asked.get("typ") in {kind.code for kind in self.kinds},
            "verksamhet": self.asked.get("verksamhet") in Unit.Service.values,
            "bokstav": "bokstav" in self.asked,
        }
        wrong = [name for name, fits in known.items() if self.said[name] and not fits]
        return {name: [_("There is no such choice.")] for name in wrong}

    # --- Links ----------------------------------------------------------------------------------

    def url(self, **changes: str) -> str:
        """Return the address with some answers changed; "" takes one away."""
        rest = {name: value for name, value in {**self.asked, **changes}.items() if value}
        return f"?{urlencode(rest)}"

    def _link(self, label: Any, name: str, value: str) -> dict[str, Any]:
        current = self.asked.get(name, "") == value
        return {"label": label, "url": self.url(**{name: value}), "current": current}

    @property
    def chips(self) -> Iterator[dict[str, Any]]:
        """Where, and which kind: each is on or off."""
        yield self._link(_("My unit"), "enhet", MINE)
        yield self._link(_("The whole group"), "enhet", "")
        for kind in self.kinds:
            yield self._switch(kind.name, "typ", kind.code)
        yield self._switch(_("New in the last month"), "nytt", "1")

    def _switch(self, label: Any, name: str, value: str) -> dict[str, Any]:
        link = self._link(label, name, value)
        return link | {"url": self.url(**{name: ""})} if link["current"] else link

    @property
    def services(self) -> list[dict[str, Any]]:
        """The kinds of service, by name."""
        links = [self._switch(label, "verksamhet", code) for code, label in Unit.Service.choices]
        return sorted(links, key=lambda link: swedish_key(str(link["label"])))

    @property
    def letters(self) -> list[dict[str, Any]]:
        """A to Ö."""
        return [self._switch(letter, "bokstav", letter) for letter in LETTERS]

    @cached_property
    def units(self) -> list[dict[str, Any]]:
        """The administrations and companies, and where one works."""
        top = Q(parent__parent=None, parent__isnull=False)
        found = Unit.objects.open().filter(top | Q(pk__in=self.user.workplaces))
        return [self._switch(u.name, "enhet", u.code) for u in found.order_by(SvKey("name"))]

    @property
    def chosen(self) -> list[dict[str, str]]:
        """What the list is narrowed by beside the chips, each with the address that undoes it."""
        named = {
            "verksamhet": dict(Unit.Service.choices).get(self.asked.get("verksamhet", "")),
            "enhet": self.unit.name if self.unit else None,
            "bokstav": self.asked.get("bokstav"),
        }
        return [
            {"label": str(label), "url": self.url(**{name: ""})}
            for name, label in named.items()
            if label
        ]

    @property
    def is_plain(self) -> bool:
        """True when nothing is asked."""
        return not self.asked
