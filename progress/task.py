"""Task: one thing that waits for a person, wherever it comes from."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Task:
    """One thing to do: verb first, then what, where and by when."""

    title: str
    meta: str
    url: str
    due_on: date | None
    look: str
    word: str
    is_first: bool = False  # somebody is, or may be, harmed

    @property
    def order(self) -> tuple[bool, date]:
        """Who may be harmed first, then late ones, then by day; without a day last."""
        return not self.is_first, self.due_on or date.max


def when(day: date | None) -> tuple[str, str]:
    """Return the look and the words of a last day."""
    if day is None:
        return "new", _("No last day")
    left = (day - timezone.localdate()).days
    if left < 0:
        return "late", ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
    if left == 0:
        return "soon", _("Today")
    if left == 1:
        return "soon", _("Tomorrow")
    return "new", date_format(day, "D j F")
