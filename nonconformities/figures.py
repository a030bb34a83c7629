"""Figures: the statistics as a page and a file tell them, each with the records it is made of."""

from collections.abc import Callable, Iterator
from functools import cached_property, partial
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from nonconformities.models import Nonconformity
from nonconformities.periods import Period
from nonconformities.statistics import Statistics, told
from qms.organization.duties import Duty
from qms.records import charts
from qms.records.templatetags.takt import thousands


class Figure(NamedTuple):
    """One figure: its name, now and before as text, and the address of its records."""

    name: str
    value: str
    before: str
    sentence: str
    url: str = ""
    no_data: bool = False

    @property
    def change(self) -> str:
        """What it was in the period before."""
        return _("before: %(value)s") % {"value": self.before} if self.before else ""


class Share(NamedTuple):
    """One row of a breakdown."""

    name: str
    value: str
    picture: SafeString | str
    url: str


class Figures:
    """The statistics in words."""

    def __init__(self, counted: Statistics) -> None:
        self.counted = counted

    # --- Addresses ------------------------------------------------------------------------------

    def _list(self, **narrowed: str) -> str:
        """Return the list that holds just the records counted, narrowed further."""
        query = {"vy": "alla"} | narrowed
        if self.counted.unit:
            query["enhet"] = self.counted.unit.code
        query["raknas"] = "1"
        if not self.counted.user.units_for(Duty.OVERSEE).everything:
            query["foljda"] = "1"
        return f"{reverse('nonconformities:index')}?{urlencode(query)}"

    @property
    def _came(self) -> dict[str, str]:
        return _days("fran", "till", self.counted.now)

    @property
    def _went(self) -> dict[str, str]:
        return {"steg": "closed"} | _days("stangd_fran", "stangd_till", self.counted.now)

    def _further(self, **narrowed: str) -> str:
        """Return a list that is narrowed by what only who reads everything may ask for."""
        return "" if self.counted.limit else self._list(**narrowed)

    # --- Numbers in words -----------------------------------------------------------------------

    def _is_small(self, number: int) -> bool:
        return 0 < number < self.counted.limit

    def _number(self, number: int) -> str:
        return self._few if self._is_small(number) else thousands(number)

    @property
    def _few(self) -> str:
        return _("fewer than %(limit)d") % {"limit": self.counted.limit}

    def _days(self, name: str, which: str) -> str:
        """Return a median in days, "" when it is made of nothing or of too few."""
        kind = "assessed" if name == "assess_days" else "closed"
        base = self.counted.totals[f"{kind}_{which}"]
        length = self.counted.totals[f"{name}_{which}"]
        if length is None or self._is_small(base):
            return ""
        days = length.total_seconds() / 86_400
        shown = number_format(days, 1 if days < 10 else 0)
        return ngettext("%(days)s day", "%(days)s days", 1 if shown == "1" else 2) % {"days": shown}

    def _share(self, part: int, whole: int) -> str:
        """Return a share, "" when it is of nothing or says too much about few."""
        if not whole or self._is_small(part) or self._is_small(whole - part):
            return ""
        return _("%(share)d percent") % {"share": round(100 * part / whole)}

    # --- The figures ----------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Figure]:
        """Yield every figure, in the order of a case's life."""
        yield from self._today()
        yield from self._counts()
        yield from self._lengths()
        yield from self._shares()

    @cached_property
    def all(self) -> list[Figure]:
        """Every figure, computed once."""
        return list(self)

    def _today(self) -> Iterator[Figure]:
        standing = self.counted.standing
        for name, view, count, sentence in (
            (_("Open"), "oppna", standing["open"], _("not taken to their end today")),
            (
                pgettext("statistics", "Late"),
                "sena",
                standing["late"],
                _("open, and past their last day today"),
            ),
        ):
            url = "" if self._is_small(count) else self._list(vy=view)
            yield Figure(name, self._number(count), "", sentence, url)

    def _counts(self) -> Iterator[Figure]:
        totals = self.counted.totals
        for name, key, narrowed, sentence in (
            (
                pgettext("statistics", "Reported"),
                "opened",
                self._came,
                _("came in during the period"),
            ),
            (
                pgettext("statistics", "Closed"),
                "closed",
                self._went,
                _("were closed during the period"),
            ),
        ):
            count, earlier = totals[f"{key}_now"], totals[f"{key}_before"]
            url = "" if self._is_small(count) else self._list(**narrowed)
            yield Figure(name, self._number(count), self._number(earlier), sentence, url)

    def _lengths(self) -> Iterator[Figure]:
        for name, key, sentence in (
            (_("To assessment"), "assess_days", _("median from report to first assessment")),
            (_("To closing"), "close_days", _("median from report to closing")),
        ):
            yield self._figure(name, partial(self._days, key), sentence, "")

    def _shares(self) -> Iterator[Figure]:
        totals, proven, repeated = (
            self.counted.totals, self.counted.proven, self.counted.repeated
        )  # fmt: skip
        yield self._figure(
            _("Proven effect"),
            lambda which: self._share(proven[which], totals[f"closed_{which}"]),
            _("of the closed ones were shown to have helped"),
            self._further(**self._went, visar="effekt"),
        )
        yield self._figure(
            pgettext("statistics", "Repeated"),
            lambda which: self._share(
                repeated[which], repeated["of_now" if which == "now" else "of_before"]
            ),
            _("of those with a category had come before at the same unit"),
            self._further(**self._came, visar="upprepad"),
        )
        yield self._figure(
            _("Reporters answered"),
            lambda which: self._share(totals[f"answered_{which}"], totals[f"heard_{which}"]),
            _("of the ended ones with a known reporter have an answer"),
            self._further(**_days("stangd_fran", "stangd_till", self.counted.now), visar="svar"),
        )

    def _figure(self, name: str, said: Callable[[str], str], sentence: str, url: str) -> Figure:
        value = said("now")
        shown = value or (_("too few") if self.counted.limit else _("none yet"))
        return Figure(name, shown, said("before"), sentence, url if value else "", not value)

    # --- Months ---------------------------------------------------------------------------------

    @cached_property
    def months(self) -> list[dict[str, Any]]:
        """The latest two years, month by month, the newest first in the table."""
        rows = self.counted.by_month
        limit = self.counted.limit
        series = {key: told([row[key] for row in rows], limit) for key in ("opened", "closed")}
        return [
            {
                "name": date_format(row["month"].first, "F Y"),
                "url": self._list(**_days("fran", "till", row["month"])),
                "closed_url": self._list(
                    steg="closed", **_days("stangd_fran", "stangd_till", row["month"])
                ),
                **{key: series[key][n] for key in series},
                **{f"{key}_few": row[key] is not None and series[key][n] is None for key in series},
            }
            for n, row in enumerate(rows)
        ]

    @property
    def few(self) -> str:
        """What stands where a number is too small to be told."""
        return self._few

    @cached_property
    def pictures(self) -> list[dict[str, Any]]:
        """What came and what was closed, month by month, to one scale."""
        shown = [row[key] or 0 for row in self.months for key in ("opened", "closed")]
        first, last = self.months[0]["name"], self.months[-1]["name"]
        made = []
        for key, name, colour in (
            ("opened", _("Reported per month"), charts.BLUE),
            ("closed", _("Closed per month"), charts.OCHRE),
        ):
            values = [row[key] for row in self.months]
            known = [value for value in values if value is not None]
            says = _("%(name)s, %(first)s to %(last)s: from %(least)d to %(most)d.") % {
                "name": name, "first": first, "last": last, "least": min(known, default=0),
                "most": max(known, default=0),
            }  # fmt: skip
            picture = charts.columns(values, says, colour=colour, most=max(shown))
            made.append({"name": name, "picture": picture, "first": first, "last": last})
        return made

    # --- Breakdowns -----------------------------------------------------------------------------

    @cached_property
    def breakdowns(self) -> list[dict[str, Any]]:
        """What came in the period: what it was about, of which kind and how serious."""
        found = self.counted.breakdown
        kinds = dict(Nonconformity.Kind.choices)
        grades = {"serious": _("Serious"), "small": _("Smaller"), "": _("Not assessed")}
        return [
            {
                "name": _("What it was about"),
                "rows": self._rows(
                    found["category"],
                    lambda group: str(group) if group else _("No category yet"),
                    lambda group: {"kategori": group.code} if group and group.is_active else None,
                ),
            },
            {
                "name": _("Kind"),
                "rows": self._rows(found["kind"], kinds.__getitem__, lambda kind: {"slag": kind}),
            },
            {
                "name": _("How serious"),
                "rows": self._rows(
                    found["grade"],
                    grades.__getitem__,
                    lambda grade: {"allvar": grade} if grade else None,
                ),
            },
        ]

    def _rows(
        self, counts: Any, named: Callable[[Any], Any], narrowed: Callable[[Any], Any]
    ) -> list[Share]:
        ordered = counts.most_common()
        shown = told([count for _key, count in ordered], self.counted.limit)
        most = max((count for count in shown if count), default=1)
        rows = []
        for (key, _count), count in zip(ordered, shown, strict=True):
            query = narrowed(key) if count is not None else None
            rows.append(
                Share(
                    str(named(key)),
                    self._few if count is None else thousands(count),
                    charts.bar(count / most) if count else "",
                    self._list(**self._came, **query) if query else "",
                )
            )
        return rows

    # --- As a file ------------------------------------------------------------------------------

    def lines(self) -> Iterator[list[Any]]:
        """Yield the rows of the file: what, when, and the number."""
        span = _span(self.counted.now)
        for figure in self.all:
            yield [figure.name, span, figure.value]
            if figure.before:
                yield [figure.name, _span(self.counted.before), figure.before]
        for month in self.months:
            for key, name in (
                ("opened", pgettext("statistics", "Reported")),
                ("closed", pgettext("statistics", "Closed")),
            ):
                value = self._few if month[f"{key}_few"] else month[key]
                yield [name, month["name"], "" if value is None else value]
        for part in self.breakdowns:
            for row in part["rows"]:
                yield [f"{part['name']}: {row.name}", span, row.value]


def _days(first: str, last: str, period: Period) -> dict[str, str]:
    """Return a period as two parameters of a list."""
    return {first: period.first.isoformat(), last: period.last.isoformat()}


def _span(period: Period) -> str:
    return f"{period.first} – {period.last}"
