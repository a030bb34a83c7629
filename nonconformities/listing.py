"""Listing: the views (saved filters), the rows and the count of the list of deviations."""

from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.forms import FilterForm
from nonconformities.models import Nonconformity
from qms.records.latest import capped_count, latest
from qms.records.search import matching

ROWS = 25
MOST_COUNTED = 10_000
VIEWS = {
    "mig": _("Needs me"),
    "oppna": _("Open"),
    "sena": _("Late"),
    "effekt": _("Awaiting effect"),
    "alla": _("All"),
}


class Listing:
    """One page of the list, for one person and one address."""

    def __init__(self, request: HttpRequest, filters: FilterForm) -> None:
        self.request, self.user, self.filters = request, request.user, filters
        self.view = request.GET.get("vy", "")
        if self.view not in VIEWS:
            self.view = "oppna"

    @cached_property
    def matches(self) -> Any:
        """Every deviation of the view that fits the filters and that the person may see."""
        found = self.filters.narrow(Nonconformity.objects.visible_to(self.user).reported())
        found = getattr(self, f"_{self.view}")(found)
        if text := self.filters.cleaned_data.get("sok"):
            found = matching(found.readable_to(self.user), text)
        return found

    def _mig(self, found: Any) -> Any:
        return found.awaiting(self.user)

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
        """How many match, counted no further than 10 000."""
        return capped_count(self.matches, MOST_COUNTED)

    @property
    def today(self) -> Any:
        """Today, for the template."""
        return timezone.localdate()

    @cached_property
    def page(self) -> Page:
        """The rows of the page asked for."""
        raise NotImplementedError


__all__ = ["Listing", "latest"]
