"""LocalTexts: the supplements of units, as one reader meets them on the page of a document."""

from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from documents.markup import with_ids
from documents.models import Document, Version
from qms.organization.duties import Duty
from qms.organization.models import User


class LocalTexts:
    """What a page says of local supplements."""

    def __init__(self, document: Document, user: User) -> None:
        self.document, self.user = document, user

    @cached_property
    def shown(self) -> list[dict[str, Any]]:
        """What applies of the supplements of the units where the reader works, with the text."""
        if self.document.supplements_id or not self.user.workplaces:
            return []
        here = Document.objects.visible_to(self.user).filter(
            supplements=self.document, unit__own_reach__overlap=list(self.user.workplaces)
        )
        found = here.select_related("unit").order_by("unit__name")
        rows = [(document, document.valid_version) for document in found]
        return [
            {"document": document, "version": version, "text": self._text(version)}
            for document, version in rows
            if version
        ]

    def _text(self, version: Version) -> SafeString:
        before = f"tillagg-{version.pk}-"
        html = with_ids(version.body).replace(' id="', f' id="{before}')
        return mark_safe(html.replace('href="#', f'href="#{before}'))  # cleaned when stored

    @cached_property
    def may_begin(self) -> bool:
        """True when there is a unit for which the reader may begin one."""
        if not self.user.units_for(Duty.WRITE_DOCUMENTS):
            return False
        return self.document.units_to_supplement(self.user).exists()

    @cached_property
    def to_check(self) -> str:
        """Why the supplement must be looked at, for those who write it; "" when it need not."""
        document = self.document
        if not document.supplements_id or not document.may_be_written_by(self.user):
            return ""
        if not Document.objects.filter(pk=document.pk).to_check().exists():
            return ""
        return why_to_check(document)

    @property
    def can_be_confirmed(self) -> bool:
        """True when what it supplements still applies."""
        above = self.document.supplements
        return bool(above and above.valid_version)


def why_to_check(document: Document) -> str:
    """Return what has happened above a supplement that is flagged."""
    above: Any = document.supplements
    version = above.valid_version
    if version is None:
        return _("%s applies no more. Is the supplement still needed?") % above.number
    return _("Check against version %(label)s of %(number)s") % {
        "label": version.label, "number": above.number,
    }  # fmt: skip
