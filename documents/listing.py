"""Library: the documents that apply today and that one person may read, by title or by word."""

from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.filters import Filters
from documents.models import Document, Version
from documents.models.document_type import ADOPTING
from documents.orphans import is_for
from documents.searching import MOST, best, meant
from qms.organization.alphabet import SvKey, swedish_key
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.latest import capped_count
from qms.records.search import TextSearch

PER_PAGE = 25
NUMBERED = 500  # by title; what follows is reached by its letter, or from page to page


class Library:
    """What the list shows: one page of versions that apply."""

    def __init__(self, user: User, asked: QueryDict) -> None:
        self.user, self.asked = user, asked
        self.filters = Filters(user, asked)

    @property
    def query(self) -> str:
        """The words that are searched for."""
        return self.filters.query

    @cached_property
    def found(self) -> Any:
        """Every version that applies and fits; drafts and old ones are never among them."""
        return self.filters.narrow(Version.objects.readable_to(self.user))

    @cached_property
    def hits(self) -> list[int]:
        """The ids of the best hits of a search, best first."""
        return best(self.found, self.user, self.query)

    @cached_property
    def count(self) -> int:
        """How many fit, counted no further than there are numbered pages, and one."""
        if self.query:
            return len(self.hits)
        return capped_count(self.found, NUMBERED)

    @property
    def is_more(self) -> bool:
        """True when there are more than were counted."""
        return self.count >= MOST if self.query else self.count > NUMBERED

    @property
    def count_in_words(self) -> str:
        """How many, in words."""
        if self.is_more:
            return _("more than %(count)d documents") % {"count": self._most - 1}
        words = ngettext("%(count)d document", "%(count)d documents", self.count)
        return words % {"count": self.count}

    @property
    def _most(self) -> int:
        return MOST if self.query else NUMBERED + 1

    @cached_property
    def page(self) -> Page:
        """The numbered page that was asked for, or the nearest there is."""
        numbers = range(min(self.count, self._most if self.query else NUMBERED))
        return Paginator(numbers, PER_PAGE).get_page(self.asked.get("sida"))

    @cached_property
    def after(self) -> Version | None:
        """The row after which the page begins, beyond the numbered ones."""
        pk = self.asked.get("efter", "")
        if self.query or not pk.isdecimal() or len(pk) > 18:
            return None
        return self.found.only("pk", "title").filter(pk=pk).first()

    @cached_property
    def rows(self) -> list[Any]:
        """The rows of the page, each with `marked_heading` and `marked_text` when searched."""
        start = (self.page.number - 1) * PER_PAGE
        if self.query:
            ids = self.hits[start : start + PER_PAGE]
            return TextSearch(Version, self.user, self.query).of(ids)
        start = 0 if self.after else start
        return list(self.by_title[start : start + PER_PAGE])

    @property
    def by_title(self) -> Any:
        """The rows in the order of the alphabet, from the place where the page begins."""
        rows = self.found.for_page().order_by(SvKey("title"), "pk")
        if self.after is None:
            return rows
        return rows.alias(title_key=SvKey("title")).filter(_beyond(self.after))

    @property
    def older_url(self) -> str:
        """The address of what follows when the numbered pages have ended; "" when nothing does."""
        is_last = self.after or self.page.number == NUMBERED // PER_PAGE
        if self.query or not is_last or len(self.rows) < PER_PAGE:
            return ""
        return self.filters.url(efter=str(self.rows[-1].pk))

    @cached_property
    def meant(self) -> str:
        """What a misspelled word may have been meant to be, when nothing fits."""
        if not self.query or self.hits:
            return ""
        return meant(self.found, self.query)

    @property
    def address(self) -> str:
        """The query of the list, for the links to its other pages."""
        return f"{self.filters.url()[1:]}&" if self.filters.asked else ""

    @property
    def may_see_to(self) -> bool:
        """True for who follows documents, or writes or adopts them somewhere."""
        return is_for(self.user)

    @cached_property
    def is_at_work(self) -> bool:
        """True for who writes or adopts somewhere, owns a document, or is at work with a draft."""
        duties = (Duty.WRITE_DOCUMENTS, *ADOPTING)
        if self.user.units_for(*duties) or Document.objects.filter(owner=self.user).exists():
            return True
        return Version.objects.kept_by(self.user).before_adoption().exists()


def _beyond(last: Version) -> Q:
    """Return what comes after a row, by title and then by id."""
    key = swedish_key(last.title)
    return Q(title_key__gt=key) | Q(title_key=key, pk__gt=last.pk)
