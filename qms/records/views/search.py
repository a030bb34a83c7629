"""The page of search: a number goes straight there, words give hits in groups."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from qms.organization.alphabet import SvKey
from qms.organization.models import Unit, User
from qms.records.pages import render_page
from qms.records.search import (
    MOST_SIGNS,
    TextSearch,
    clause_numbered,
    record_numbered,
    searched_models,
    words,
)
from qms.requirements.models import Clause

SHOWN, COUNTED = 10, 100


@dataclass
class Hit:
    """One line of the result."""

    url: str
    title: Any
    meta: list[str]
    excerpt: Any = ""
    state: dict[str, str] | None = None


@dataclass
class Group:
    """The hits of one kind."""

    name: str
    hits: list[Hit]
    total: int = 0  # COUNTED + 1 stands for more than that
    more_url: str = ""
    note: str = field(default="")

    @property
    def count(self) -> str:
        """How many there are, in figures."""
        return f"{COUNTED}+" if self.total > COUNTED else str(self.total)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show what the person may read that fits, or go to the record with the number."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:MOST_SIGNS]
    user: Any = request.user
    if text and (found := record_numbered(user, text) or clause_numbered(text)):
        return redirect(found)
    groups = _groups(user, text) if text else []
    total = sum(group.total for group in groups)
    is_more = any(group.total > COUNTED for group in groups)
    return render_page(
        request,
        "records/search.html",
        query=text,
        groups=groups,
        heading=_heading(text, total, is_more=is_more),
        meant=_meant(user, text) if text and not groups else "",
    )


def _heading(text: str, total: int, *, is_more: bool) -> str:
    if not text:
        return _("Search")
    if not total:
        return _("Nothing on “%(query)s”") % {"query": text}
    if is_more:
        return _("More than %(count)d hits on “%(query)s”") % {"count": COUNTED, "query": text}
    return ngettext(
        "%(count)d hit on “%(query)s”", "%(count)d hits on “%(query)s”", total
    ) % {"count": total, "query": text}  # fmt: skip


def _meant(user: User, text: str) -> str:
    """Return what a misspelled word may have been meant to be, from what the person may read."""
    found = (TextSearch(model, user, text).meant for model in searched_models())
    return next(filter(None, found), "")


def _groups(user: User, text: str) -> list[Group]:
    groups = [_records(model, user, text) for model in searched_models()]
    groups += [_clauses(text), _units(text)]
    return [group for group in groups if group.hits]


def _records(model: Any, user: User, text: str) -> Group:
    asked = TextSearch(model, user, text)
    rows = asked.rows(SHOWN + 1) if words(text) else []
    total = asked.count(COUNTED + 1) if len(rows) > SHOWN else len(rows)
    hits = [
        Hit(
            url=row.get_absolute_url(),
            title=row.marked_heading,
            meta=[str(row), row.unit_name, _day(row)],
            excerpt=row.marked_text,
            state=row.state,
        )
        for row in rows[:SHOWN]
    ]
    more = _list_address(model, text) if total > SHOWN else ""
    return Group(str(capfirst(model._meta.verbose_name_plural)), hits, total, more)


def _day(row: Any) -> str:
    """Return the Swedish day on which it was reported, or begun."""
    at = getattr(row, "reported_at", None) or row.created_at
    return date_format(timezone.localtime(at), "Y-m-d")


def _list_address(model: Any, text: str) -> str:
    """Return the app's own list, filtered by the words, where the app has one."""
    try:
        address = reverse(f"{model._meta.app_label}:index")
    except NoReverseMatch:
        return ""
    return f"{address}?{urlencode({'vy': 'alla', 'sok': text})}"


def _clauses(text: str) -> Group:
    found = list(Clause.objects.for_page().newest().about(text)[: COUNTED + 1])
    hits = [
        Hit(clause.get_absolute_url(), clause.title, [clause.label, str(clause.edition)])
        for clause in found[:SHOWN]
    ]
    more = f"{reverse('requirements:index')}?{urlencode({'q': text})}"
    return Group(_("Requirements"), hits, len(found), more if len(found) > SHOWN else "")


def _units(text: str) -> Group:
    fits = models.Q(name__icontains=text) | models.Q(code__iexact=text)
    found = list(Unit.objects.filter(fits).order_by(SvKey("name"), "pk")[: COUNTED + 1])
    hits = [
        Hit(unit.get_absolute_url(), unit.name, [str(unit.get_kind_display()), *_closed(unit)])
        for unit in found[:SHOWN]
    ]
    more = reverse("organization:index") if len(found) > SHOWN else ""
    return Group(_("Units"), hits, len(found), more)


def _closed(unit: Unit) -> list[str]:
    if unit.is_open or not unit.valid_until:
        return []
    return [_("closed %(day)s") % {"day": date_format(unit.valid_until, "j F Y")}]
