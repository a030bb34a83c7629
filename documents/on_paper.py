"""OnPaper: how a version is fetched as a PDF, and what its page says when it is printed."""

from functools import cached_property, lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from documents.models import Version
from documents.paper import mark_of
from qms.records.models import IssuedFile
from qms.records.qr import qr_code

_code = lru_cache(maxsize=512)(qr_code)  # the same on each showing of a page


class OnPaper:
    """One version, for a reader of its page."""

    def __init__(self, version: Version, *, is_kept: bool) -> None:
        self.version, self.is_kept = version, is_kept

    @cached_property
    def _copy(self) -> IssuedFile | None:
        return self.version.archive_copy

    @property
    def archive_copy(self) -> IssuedFile | None:
        """The copy that is kept for good, for those who see what has happened."""
        return self._copy if self.is_kept else None

    @property
    def is_ready(self) -> bool:
        """True when the copy of what applies is there to be fetched at once."""
        return self.version.applies and self._copy is not None

    @property
    def url(self) -> str:
        """Where it is fetched, or asked for."""
        number, label = self.version.document.number, self.version.label
        return reverse("documents:pdf", args=[number, label])

    @property
    def mark(self) -> str:
        """What is written across the printed page, "" when it applies."""
        return mark_of(self.version)

    @property
    def address(self) -> str:
        """Where what applies is found, however old the paper is."""
        return f"{settings.SITE_URL}{self.version.document.get_absolute_url()}"

    @property
    def shown_address(self) -> str:
        """The same, as one writes it."""
        return self.address.partition("://")[2].rstrip("/")

    @property
    def code(self) -> SafeString:
        """The code that leads there."""
        label = _("Leads to the version of %s that applies") % self.version.document.number
        return _code(self.address, label=label)
