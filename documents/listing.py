"""Library: the documents that apply today and that one person may read."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator

from documents.models import Document, Version
from documents.models.document_type import ADOPTING
from qms.organization.alphabet import SvKey
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.search import MOST_SIGNS, matching

PER_PAGE = 25


class Library:
    """What the list shows: one page of versions that apply, by title."""

    def __init__(self, user: User, query: str, page: str) -> None:
        self.user, self.asked_page = user, page
        self.query = query.replace("\x00", "").strip()[:MOST_SIGNS]

    @cached_property
    def found(self) -> Any:
        """Every version that applies and fits; drafts and old ones are never among them."""
        found = Version.objects.readable_to(self.user)
        return matching(found, self.query).for_page().order_by(SvKey("title"), "pk")

    @cached_property
    def page(self) -> Any:
        """The page that was asked for, or the nearest there is."""
        return Paginator(self.found, PER_PAGE).get_page(self.asked_page)

    @property
    def address(self) -> str:
        """The query of the list, for the links to its other pages."""
        return urlencode({"q": self.query}) + "&" if self.query else ""

    @cached_property
    def is_at_work(self) -> bool:
        """True for who writes or adopts somewhere, owns a document, or is at work with a draft."""
        duties = (Duty.WRITE_DOCUMENTS, *ADOPTING)
        if self.user.units_for(*duties) or Document.objects.filter(owner=self.user).exists():
            return True
        return Version.objects.kept_by(self.user).before_adoption().exists()
