"""Supplementing: one unit's own addition to a text of the group or of its authority."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models.document_type import DocumentType
from documents.models.openness import Openness
from qms.history.models import Storied
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.refusals import NotAllowed, WrongStatus

if TYPE_CHECKING:
    from documents.models.document import Document
    from documents.models.version import Version

MOST_TITLE = 150


class Supplementing(Storied):
    """What a local supplement is, and how it follows what it supplements.

    When the text above changes in what is to be done, or applies no more, the supplement stands
    and is flagged until somebody has looked at it: `DocumentQuerySet.to_check`.
    """

    if TYPE_CHECKING:
        supplements: Any
        supplements_id: int | None

    checked_against = models.ForeignKey(
        "documents.Version", models.PROTECT, null=True, blank=True, related_name="+",
        editable=False, verbose_name=gettext_lazy("checked against"),
    )  # fmt: skip

    class Meta:
        abstract = True

    def units_to_supplement(self, user: User) -> models.QuerySet[Unit]:
        """Return the units where `user` may begin a supplement to this document."""
        above: Any = self
        if above.supplements_id or above.valid_version is None:
            return Unit.objects.none()
        below = set(above.unit.reach) - {above.unit_id}
        mine = below & user.units_for(Duty.WRITE_DOCUMENTS).ids
        taken = above.supplemented_by.values_list("unit_id", flat=True)
        return Unit.objects.open().filter(pk__in=mine - set(taken))

    def begin_supplement(self, *, by: User, unit: Unit, key: str | None = None) -> "Document":
        """Begin the supplement of a unit; its manager adopts it. `key` makes it one when repeated.

        Raises NotAllowed where there is one already, or the text is not for the unit.
        """
        above: Any = self
        with transaction.atomic():
            above.lock()
            if twin := type(above)._made_by(key):
                found: Document = twin
                return found
            if not self.units_to_supplement(by).filter(pk=unit.pk).exists():
                raise NotAllowed(
                    _("%s has a supplement already, or cannot have one of its own.") % unit
                )
            kind = DocumentType.objects.filter(
                adopting=Duty.ADOPT_ROUTINES, is_active=True, is_external=False
            ).first()
            if kind is None:
                raise ValidationError(_("There is no kind of document that unit managers adopt."))
            narrow = above.openness == Openness.UNIT
            title = _("%(title)s, local supplement") % {"title": above.title[: MOST_TITLE - 30]}
            made: Document = type(above).begin(
                by=by, unit=unit, document_type=kind, key=key, supplements=above, title=title,
                openness=Openness.UNIT if narrow else Openness.AUTHORITY, applies_to=[unit],
            )  # fmt: skip
            made.checked_against = above.valid_version
            made.save(update_fields=["checked_against"])
            return made

    def confirm_supplement(self, *, by: User) -> None:
        """Say that it still fits the text above, as that reads today.

        Raises NotAllowed, and WrongStatus when the text above applies no more: then the
        supplement is withdrawn, or stands for itself.
        """
        document: Any = self
        with transaction.atomic():
            document.lock()
            if not document.may_be_written_by(by):
                raise NotAllowed(_("You may not write in this document."))
            above = self.supplements and self.supplements.valid_version
            if above is None:
                raise WrongStatus(
                    _("What it supplements applies no more. Withdraw it, or let it stand alone.")
                )
            before = self._mark_checked(above)
            document.tell("confirm", by=by, changes={"checked_against": [before, above.number]})
            document.save()

    def _mark_checked(self, above: "Version | None") -> str | None:
        """Remember which version above it was last read beside; return the number before it."""
        before = self.checked_against.number if self.checked_against else None
        self.checked_against = above or self.checked_against
        return before
