"""RecordList: one page of a list of records, for one person and one address.

A list says its views (saved filters) and how its rows are fetched; numbers, counts, the way to
the next page and the addresses are the same for all.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.exports import Column
from qms.records.latest import capped_count, latest
from qms.records.models import Record, SavedView
from qms.records.templatetags.takt import thousands

ROWS = 25
NUMBERED_PAGES = 20
MOST_COUNTED = 10_000
MOST_LETTERS = 200  # of one answer in an address


class RecordList:
    """A subclass sets `model`, `VIEWS`, `SORTS` and, per view, a method that narrows to it."""

    CODE: ClassVar[str] = ""  # the list's name where it is saved or exported
    ADDRESS: ClassVar[str] = ""  # the name of its address
    PARAMETERS: ClassVar[tuple[str, ...]] = ("vy", "sortera")  # what the address may narrow by
    KINDS: ClassVar[dict[str, type["RecordList"]]] = {}
    model: ClassVar[type[Record]]
    VIEWS: ClassVar[dict[str, Any]] = {}  # name in the address: its label; the first is shown first
    SORTS: ClassVar[dict[str, tuple[Any, str]]] = {}  # name in the address: label, field
    size: int = ROWS

    def __init_subclass__(cls) -> None:
        RecordList.KINDS[cls.CODE] = cls

    def __init__(self, request: HttpRequest) -> None:
        self.user: User = request.user  # type: ignore[assignment]
        self.asked = request.GET
        if not self.normal(request.GET) and self.begins:
            self.asked = QueryDict(self.begins.query)
        view, sort = self.asked.get("vy", ""), self.asked.get("sortera", "")
        self.view = view if view in self.VIEWS else next(iter(self.VIEWS))
        self.sort = sort if sort in self.SORTS else self.usual_sort()

    def usual_sort(self) -> str:
        """Return the order of a view when none is asked for."""
        return next(iter(self.SORTS))

    # --- Which rows ---------------------------------------------------------------------------

    @property
    def by(self) -> str:
        """The field the rows are ordered by."""
        return self.SORTS[self.sort][1]

    @cached_property
    def fitting(self) -> Any:
        """What fits the view, before the question of what the person may see."""
        return getattr(self, f"view_{self.view}")(self.model.objects.all())

    @cached_property
    def matches(self) -> Any:
        """Every record that fits and that the person may see."""
        return self.fitting.visible_to(self.user)

    @cached_property
    def count(self) -> int:
        """How many match, counted no further than 10 000 and one."""
        return capped_count(self.matches, MOST_COUNTED)

    @property
    def hits(self) -> str:
        """The count in words."""
        if self.count > MOST_COUNTED:
            return _("more than %(count)s hits") % {"count": thousands(MOST_COUNTED)}
        count = {"count": thousands(self.count)}
        return ngettext("%(count)s hit", "%(count)s hits", self.count) % count

    @cached_property
    def rows(self) -> list[Any]:
        """The rows of the page asked for."""
        skipped = 0 if self.after else (self.page.number - 1) * self.size
        most = skipped + self.size
        ids = self.ids(most, self.after)[skipped:]
        by_id = {row.pk: row for row in self.fetch(ids)}
        return [by_id[pk] for pk in ids if pk in by_id]

    def fetch(self, ids: list[int]) -> Any:
        """Return the rows with what the list shows of them, in any order."""
        return self.model.objects.with_access(self.user).for_page().filter(pk__in=ids)

    def ids(self, most: int, after: tuple[Any, int] | None = None) -> list[int]:
        """Return the first ids of the whole list, or of what comes after a row, in its order."""
        return latest(self.fitting, self.user, most, after, by=self.by)

    @classmethod
    def of(cls, user: User, query: str) -> "RecordList":
        """Return the list as a person sees it, narrowed by a query, outside a request."""
        return cls(SimpleNamespace(user=user, GET=QueryDict(query)))  # type: ignore[arg-type]

    def columns(self) -> list[Column]:
        """Return the columns of the list as a file; a concrete list says which."""
        return []

    def for_export(self, ids: list[int]) -> Any:
        """Return the records of some ids with what their columns read."""
        return self.matches.with_access(self.user).for_page().filter(pk__in=ids)

    @cached_property
    def page(self) -> Page:
        """The numbered page asked for; what lies beyond the last is reached by `older_url`."""
        numbered = range(min(self.count, NUMBERED_PAGES * self.size))
        return Paginator(numbered, self.size).get_page(self.asked.get("sida"))

    # --- Beyond the numbered pages --------------------------------------------------------------

    @cached_property
    def after(self) -> tuple[Any, int] | None:
        """The row after which the page begins, from the address; None on a numbered page."""
        value, _sep, pk = self.asked.get("efter", "").rpartition("_")
        falls = self.by.startswith("-")
        if not pk.isdecimal() or len(pk) > 18 or (falls and not value):
            return None
        try:
            return (_moment(value) if value else None), int(pk)
        except ValueError:
            return None

    @property
    def older_url(self) -> str:
        """The address of what follows the last row, once the numbered pages have ended."""
        is_last = self.after or self.page.number == NUMBERED_PAGES
        return self.url(efter=self.cursor, sida=None) if is_last and self.cursor else ""

    @property
    def cursor(self) -> str:
        """The place of the last row, from which the next page begins; "" when this is the last."""
        if len(self.rows) < self.size:
            return ""
        last = self.rows[-1]
        value = getattr(last, self.by.removeprefix("-"))
        return f"{value.isoformat() if value else ''}_{last.pk}"

    # --- Saved views ----------------------------------------------------------------------------

    @classmethod
    def normal(cls, query: QueryDict) -> str:
        """Return what an address narrows the list by, and nothing else, in one order."""
        kept = QueryDict(mutable=True)
        for name in cls.PARAMETERS:
            value = query.get(name, "").replace("\x00", "").strip()
            if value and len(value) <= MOST_LETTERS:
                kept[name] = value
        return kept.urlencode()

    @cached_property
    def saved(self) -> list[SavedView]:
        """The views of this list that the person saved or shares."""
        return list(SavedView.objects.filter(listing=self.CODE).usable_by(self.user))

    @cached_property
    def begins(self) -> SavedView | None:
        """The view the person has chosen to begin with."""
        return next((view for view in self.saved if view.is_begun_with()), None)

    @property
    def saved_tabs(self) -> Iterator[dict[str, Any]]:
        """The saved views as tabs; the one that is shown says so."""
        here = self.normal(self.asked)
        for view in self.saved:
            yield {
                "label": view.name,
                "url": f"?{view.query}",
                "current": view.query == here,
                "shared": view.unit_id is not None,
            }

    @property
    def kept_tab(self) -> bool:
        """True when a saved view is shown, so that no other tab says it is the current one."""
        return any(tab["current"] for tab in self.saved_tabs)

    @property
    def kept_here(self) -> SavedView | None:
        """The saved view that is shown just now and that the person may change."""
        here = self.normal(self.asked)
        shown = (view for view in self.saved if view.query == here)
        return next((view for view in shown if view.may_be_changed_by(self.user)), None)

    @property
    def keep_query(self) -> str:
        """What the page where one saves this view is asked with; "" when nothing narrows."""
        here = self.normal(self.asked)
        return urlencode({"lista": self.CODE, "fraga": here}) if here else ""

    # --- Addresses ------------------------------------------------------------------------------

    @property
    def shown(self) -> str:
        """What the list shows as a query, also when the address leaves it to custom."""
        query = QueryDict(self.normal(self.asked), mutable=True)
        query["vy"] = self.view
        return query.urlencode()

    @property
    def address(self) -> str:
        """The whole address of what is shown."""
        return f"{reverse(self.ADDRESS)}?{self.shown}"

    @cached_property
    def handled(self) -> frozenset[int]:
        """The units whose records the person may give to somebody else."""
        return self.user.units_for(Duty.HANDLE_NONCONFORMITIES).ids

    @property
    def reassign_url(self) -> str:
        """The address where many get another responsible person."""
        return f"{reverse(self.ADDRESS)}byt-ansvarig/"

    @property
    def export_url(self) -> str:
        """The address of the list as a file; the format is added to it."""
        return f"{reverse(self.ADDRESS)}exportera/?{self.shown}&format="

    def url(self, **changes: str | None) -> str:
        """Return the address of this list with some of its parameters changed or taken away."""
        query = QueryDict(mutable=True)
        for name, value in {**self.asked.dict(), **changes}.items():
            if value:
                query[name] = value
        return f"?{query.urlencode()}"

    @property
    def query(self) -> str:
        """The address's other parameters, for the numbers of the pages."""
        rest = self.url(sida=None, efter=None)[1:]
        return f"{rest}&" if rest else ""

    @property
    def sorts(self) -> Iterator[dict[str, Any]]:
        """The orders one may choose."""
        for code, (label, _field) in self.SORTS.items():
            url = self.url(sortera=code, sida=None, efter=None)
            yield {"label": label, "url": url, "current": code == self.sort}


def _moment(text: str) -> date | datetime:
    """Return the day or the time in an address. Raises ValueError when it is neither."""
    if len(text) == len("2026-01-01"):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    return moment
