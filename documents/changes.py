"""Changes: what differs between two versions of a document, for the page that shows it."""

from functools import cached_property
from html import escape

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from documents.comparing import Comparison
from documents.models import Version
from qms.organization.models import User


def as_text(version: Version) -> str:
    """Return the text of a version; of a file, its words line by line."""
    if version.body or not version.file_text:
        return version.body
    lines = filter(str.strip, version.file_text.splitlines())
    return "".join(f"<p>{escape(line.strip())}</p>" for line in lines)


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


class Changes:
    """Two versions beside each other, as one reader may see them."""

    def __init__(self, old: Version, new: Version, *, user: User, whole: bool = False) -> None:
        self.old, self.new, self.user, self.whole = old, new, user, whole
        self.body = Comparison(as_text(old), as_text(new))

    @cached_property
    def html(self) -> SafeString:
        """The text with what was added and removed."""
        return self.body.html(folded=not self.whole)

    @cached_property
    def short(self) -> list[dict[str, str | SafeString]]:
        """The title and the lines in short, where they differ."""
        pairs = [
            (_("Title"), self.old.title, self.new.title),
            (_("In short"), self.old.summary, self.new.summary),
        ]
        return [
            {"label": label, "html": Comparison(_paragraphs(old), _paragraphs(new)).html()}
            for label, old, new in pairs
            if old != new
        ]

    @property
    def is_same(self) -> bool:
        """True when nothing differs in what is said."""
        return self.body.is_same and not self.short

    @property
    def sentence(self) -> str:
        """How much differs, in words."""
        if self.is_same:
            return _("The two versions say the same.")
        _html = self.html  # counts
        return _("%(added)s words added, %(removed)s removed.") % {
            "added": self.body.added, "removed": self.body.removed,
        }  # fmt: skip

    @cached_property
    def versions(self) -> list[Version]:
        """The versions that can be chosen."""
        seen = Version.objects.visible_to(self.user).filter(document=self.new.document_id)
        return list(seen.exclude(status="discarded").only("major", "minor", "number"))
