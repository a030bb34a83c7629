"""Listing: the views (saved filters), the rows and the counts of the list of deviations."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nonconformities.forms import FilterForm
from nonconformities.models import Nonconformity
from nonconformities.steps import step_of
from qms.organization.duties import Duty
from qms.records.latest import capped_count, latest
from qms.records.models import Rule
from qms.records.search import matching
from qms.records.templatetags.takt import thousands

ROWS = 25
NUMBERED_PAGES = 20
MOST_COUNTED = 10_000
VIEWS = {
    "mig": gettext_lazy("Needs me"),
    "min": gettext_lazy("My units"),
    "sena": gettext_lazy("Late"),
    "effekt": gettext_lazy("Awaiting effect"),
    "oppna": gettext_lazy("Open"),
    "alla": gettext_lazy("All"),
}
SORTS = {"dag": gettext_lazy("last day"), "nyast": gettext_lazy("newest first")}


class Listing:
    """One page of the list, for one person and one address."""

    def __init__(self, request: HttpRequest, filters: FilterForm) -> None:
        self.user, self.filters, self.asked = request.user, filters, request.GET
        filters.is_valid()
        view, sort = request.GET.get("vy"), request.GET.get("sortera")
        self.view = view if view in VIEWS else "oppna"
        self.sort = sort if sort in SORTS else "nyast" if self.view == "alla" else "dag"
        self.has_own_units = bool(self.user.units_for(Duty.READ_RECORDS))

    # --- Which rows ---------------------------------------------------------------------------

    @cached_property
    def fitting(self) -> Any:
        """What fits the view and the filters, before the question of what the person may see."""
        found = self.filters.narrow(Nonconformity.objects.reported())
        found = getattr(self, f"_{self.view}")(found)
        if text := self.filters.cleaned_data.get("sok"):
            user = self.user
            readable = Nonconformity.full_access(user) | Nonconformity.own(user)
            found = matching(found.filter(readable), text)
        return found

    @cached_property
    def matches(self) -> Any:
        """Every deviation that fits and that the person may see."""
        return self.fitting.visible_to(self.user)

    def _mig(self, found: Any) -> Any:
        return found.awaiting(self.user)

    def _min(self, found: Any) -> Any:
        return found.open().filter(unit__any=self.user.units_for(Duty.READ_RECORDS).ids)

    def _oppna(self, found: Any) -> Any:
        return found.open()

    def _sena(self, found: Any) -> Any:
        return found.overdue()

    def _effekt(self, found: Any) -> Any:
        return found.filter(status=Nonconformity.Status.EFFECT_CHECK)

    def _alla(self, found: Any) -> Any:
        return found

    @cached_property
    def count(self) -> int:
        """How many match, counted no further than 10 000 and one."""
        return capped_count(self.matches, MOST_COUNTED)

    @property
    def hits(self) -> str:
        """The count in words."""
        if self.count > MOST_COUNTED:
            return _("more than %(count)s hits") % {"count": thousands(MOST_COUNTED)}
        return ngettext("%(count)s hit", "%(count)s hits", self.count) % {
            "count": thousands(self.count)
        }

    @cached_property
    def rows(self) -> list[Nonconformity]:
        """The rows of the page asked for."""
        skipped = 0 if self.after else (self.page.number - 1) * ROWS
        by = "-reported_at" if self.sort == "nyast" else "due_on"
        ids = latest(self.fitting, self.user, skipped + ROWS, self.after, by=by)[skipped:]
        found = Nonconformity.objects.with_access(self.user).for_page().with_progress()
        by_id = {row.pk: row for row in found.filter(pk__in=ids)}
        rows = [by_id[pk] for pk in ids if pk in by_id]
        for row in rows:
            row.step = step_of(row)  # type: ignore[attr-defined]
        return rows

    @cached_property
    def page(self) -> Page:
        """The numbered page asked for; what lies beyond the last is reached by `older_url`."""
        numbered = range(min(self.count, NUMBERED_PAGES * ROWS))
        return Paginator(numbered, ROWS).get_page(self.asked.get("sida"))

    # --- Beyond the numbered pages --------------------------------------------------------------

    @cached_property
    def after(self) -> tuple[Any, int] | None:
        """The row after which the page begins, from the address; None on a numbered page."""
        value, _sep, pk = self.asked.get("efter", "").rpartition("_")
        if not pk.isdecimal() or len(pk) > 18:
            return None
        read = datetime.fromisoformat if self.sort == "nyast" else date.fromisoformat
        if not value and self.sort == "nyast":
            return None
        try:
            return (read(value) if value else None), int(pk)
        except ValueError:
            return None

    @property
    def older_url(self) -> str:
        """The address of what follows the last row, once the numbered pages have ended."""
        is_last = self.after or self.page.number == NUMBERED_PAGES
        if not is_last or len(self.rows) < ROWS:
            return ""
        last = self.rows[-1]
        value = last.reported_at if self.sort == "nyast" else last.due_on
        return self._url(efter=f"{value.isoformat() if value else ''}_{last.pk}", sida=None)

    # --- Tools over the list --------------------------------------------------------------------

    def _url(self, **changes: str | None) -> str:
        """Return the address of this list with some of its parameters changed or taken away."""
        query = QueryDict(mutable=True)
        for name, value in {**self.asked.dict(), **changes}.items():
            if value:
                query[name] = value
        return f"?{query.urlencode()}" if query else "?"

    @property
    def query(self) -> str:
        """The address's other parameters, for the numbers of the pages."""
        rest = self._url(sida=None, efter=None)[1:]
        return f"{rest}&" if rest else ""

    @cached_property
    def views(self) -> list[dict[str, Any]]:
        """The tabs, with how many each holds where that costs nothing more."""
        unit = self.asked.get("enhet", "")
        shown = [v for v in VIEWS if v != "min" or self.has_own_units]
        query = f"&enhet={unit}" if self.filters.cleaned_data.get("enhet") else ""
        return [
            {
                "label": VIEWS[view],
                "url": f"?vy={view}{query}",
                "current": view == self.view,
                "count": self._counts.get(view),
            }
            for view in shown
        ]

    @cached_property
    def _counts(self) -> dict[str, int]:
        """How many the views of open ones hold: one query; none when there are too many."""
        found = Nonconformity.objects.visible_to(self.user).reported().open().order_by()
        if unit := self.filters.cleaned_data.get("enhet"):
            found = found.filter(unit__any=unit.reach)
        own = self.user.units_for(Duty.READ_RECORDS).ids
        counts = found[: MOST_COUNTED + 1].aggregate(
            oppna=Count("pk"),
            mig=Count("pk", filter=Q(responsible=self.user)),
            min=Count("pk", filter=Q(unit__any=own)),
            sena=Count("pk", filter=Q(due_on__lt=timezone.localdate())),
            effekt=Count("pk", filter=Q(status=Nonconformity.Status.EFFECT_CHECK)),
        )
        return {} if counts["oppna"] > MOST_COUNTED else counts

    @property
    def chosen(self) -> list[dict[str, str]]:
        """What the list is narrowed by, each with the address that removes it."""
        return [
            {"label": label, "url": self._url(**{name: None, "sida": None, "efter": None})}
            for name, label in self.filters.chosen()
        ]

    @property
    def clear_url(self) -> str:
        """The address of the view without filters."""
        return f"?vy={self.view}"

    @property
    def sorts(self) -> Iterator[dict[str, Any]]:
        """The orders one may choose."""
        for code, label in SORTS.items():
            url = self._url(sortera=code, sida=None, efter=None)
            yield {"label": label, "url": url, "current": code == self.sort}

    @property
    def is_first_use(self) -> bool:
        """True when nothing at all has been reported that this person could see."""
        return not Nonconformity.objects.visible_to(self.user).reported().exists()

    @property
    def serious_from(self) -> int:
        """The score from which the area manager decides."""
        return Rule.value_of(Rule.Code.SERIOUS_SCORE)

    @property
    def repeated_from(self) -> int:
        """How many earlier ones of the same kind make a row a repeated one."""
        return Rule.value_of(Rule.Code.REPEAT_COUNT) - 1
