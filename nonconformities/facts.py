"""CaseFacts: the facts column of a case, for one reader."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from nonconformities.borders import Borders
from nonconformities.models import Grade, Nonconformity
from qms.organization.models import User
from qms.records.models import Access


class CaseFacts:
    """Rows of label, value, and the way to change it for who may."""

    def __init__(self, case: Nonconformity, user: User, offered: dict[str, str]) -> None:
        self.case, self.user, self.offered = case, user, offered

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the rows this reader sees; nothing that tells whom a masked case is about."""
        yield from self._who_and_when()
        if self.case.access != Access.OWN:
            yield from self._assessment()
        if self._is_full:
            yield fact(_("Reported by"), self.case.reporter_for(self.user))
            yield from self._way_in()
        yield fact(_("Kind"), str(self.case.get_kind_display()))
        yield fact(_("Reported"), _day(self.case.reported_at))
        borders = Borders(self.case, self.user, {})
        if borders.came_from:
            yield fact(_("Came from"), borders.came_from)
        if borders.went_to:
            yield fact(_("Taken over by"), borders.went_to)
        if self.case.closed_at:
            went = self.case.status == self.case.Status.HANDED_OVER
            yield fact(_("Handed over") if went else _("Closed"), _day(self.case.closed_at))

    def _who_and_when(self) -> Iterator[dict[str, Any]]:
        case = self.case
        if not case.is_open:
            return
        name = case.responsible.name if case.responsible else _("Nobody yet")
        yield fact(_("Responsible"), name, self.offered.get("assign", ""), _("Change"))
        if case.investigator and case.investigator_id != case.responsible_id and self._is_full:
            yield fact(_("Investigator"), case.investigator.name)
        if case.due_on:
            yield fact(_("Last day"), date_format(case.due_on, "D j F Y"))
        if case.first_due_on and case.due_on != case.first_due_on:
            yield fact(_("First promised"), date_format(case.first_due_on, "j F Y"))

    def _assessment(self) -> Iterator[dict[str, Any]]:
        case = self.case
        if case.score:
            yield fact(
                _("Severity"),
                Grade.word("severity", case.severity),
                self.offered.get("reassess", "") if self._is_full else "",
                _("Assess again"),
            )
            yield fact(_("Likelihood"), Grade.word("likelihood", case.likelihood))
            yield fact(_("Together"), self._score())
        if case.category:
            yield fact(_("Category"), self._category())
        if self._is_full and case.person_informed:
            yield fact(_("Person concerned informed"), case.get_person_informed_display())
        if case.is_secret:
            yield fact(_("Secrecy"), _("Read only in the unit's own line"))

    def _way_in(self) -> Iterator[dict[str, Any]]:
        """How it came in, where that tells more than the name of the reporter."""
        case = self.case
        if case.channel != case.Channel.PERSON:
            yield fact(_("Way in"), case.get_channel_display())
        if case.from_place_id:
            yield fact(_("Place"), str(case.from_place))
        if case.said_to_be:
            yield fact(_("Said to be"), _("said the name is %s") % case.said_to_be)
        if case.voice:
            yield fact(_("Told on behalf of"), case.get_voice_display())
        if case.language != case.Language.SV:
            language = case.get_language_display().lower()
            yield fact(_("Language"), _("Written in %s") % language)

    @property
    def _is_full(self) -> bool:
        return self.case.access == Access.FULL

    def _score(self) -> str:
        values = {"score": self.case.score}
        if self.case.is_serious:
            return _("%(score)s of 16 – serious, the area manager decides") % values
        return _("%(score)s of 16 – the unit manager decides") % values

    def _category(self) -> str:
        category = self.case.category
        if category is None:
            return ""
        return f"{category.parent} › {category}" if category.parent else str(category)


def fact(label: str, value: str, url: str = "", link: str = "") -> dict[str, Any]:
    """Return one row of a facts column, with the way to change it for who may."""
    return {"label": label, "value": value, "url": url, "link": link}


def _day(moment: datetime | None) -> str:
    return date_format(timezone.localtime(moment), "j F Y") if moment else ""
