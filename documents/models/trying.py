"""Trying: some of those who are to read a text say how it was to read."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.models.asking import people_asked
from documents.models.facts import VersionFacts
from documents.models.reading import ReaderCheck
from documents.models.status import STANDING
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.workflow import Need, transition

AN_AUDIENCE = Need(
    gettext_lazy("It says who is to read the document."),
    lambda version: version.document.audience.current().exists(),
    unsaid_when_met=True,
)


class Trying(VersionFacts):
    """What authors ask their readers."""

    class Meta:
        abstract = True

    @transition(
        *STANDING,
        duty=Duty.WRITE_DOCUMENTS,
        person=("author", "owner"),
        address="fraga-lasare",
        label=gettext_lazy("Ask three readers"),
        told=gettext_lazy("%(actor)s asked readers how the text is to read."),
        needs=[AN_AUDIENCE],
        quiet=True,
    )
    def ask_readers(self, *, by: User, readers: list[User]) -> str:
        """Ask up to three of the audience the three questions. Raises ValidationError."""
        audience = people_asked(self.document_id)[None]
        asked = set(self.reader_checks.values_list("person_id", flat=True))  # type: ignore[attr-defined]
        chosen = {each.pk for each in readers}
        if len(chosen) < len(readers) or chosen & asked:
            raise ValidationError(_("Choose people who have not been asked, each of them once."))
        if len(asked | chosen) > ReaderCheck.MOST:
            raise ValidationError(
                _("Three readers are enough for one version; %d have been asked.") % len(asked)
            )
        if chosen - audience:
            raise ValidationError(_("Choose among those who are to read the document."))
        for person in readers:
            ReaderCheck.objects.create(version_id=self.pk, person=person, asked_by=by)
        words = ngettext("%(n)d reader", "%(n)d readers", len(chosen))
        return words % {"n": len(chosen)}
