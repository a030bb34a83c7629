"""Audience: who is to read a document, as roles and units; never a list of people.

Who that is on a day is computed from appointments (asking.py): whoever is appointed is asked from
then on, and whoever leaves is asked no more, without anybody having to remember it.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.organization.duties import Role
from qms.organization.models import Unit, User
from qms.records.refusals import NotAllowed

if TYPE_CHECKING:
    from documents.models.document import Document

# An outsider is never given anything to do.
ROLES = [(role.value, role.label) for role in Role if role != Role.EXTERNAL_AUDITOR]


class AudienceQuerySet(models.QuerySet["Audience"]):
    """Questions about many rows."""

    def current(self) -> Self:
        """Return the rows that hold now."""
        return self.filter(ended_at=None)


class Audience(models.Model):
    """One row of whom a document is to be read by: a role, or everybody, at a unit and below."""

    document = models.ForeignKey("documents.Document", models.PROTECT, related_name="audience")
    role = models.CharField(gettext_lazy("role"), max_length=30, blank=True, choices=ROLES)
    unit = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name=gettext_lazy("unit")
    )
    since = models.DateField(gettext_lazy("from"), default=timezone.localdate, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = AudienceQuerySet.as_manager()

    class Meta:
        ordering = ["unit__code", "role"]
        verbose_name = gettext_lazy("audience")
        verbose_name_plural = gettext_lazy("audiences")
        constraints = [
            models.UniqueConstraint(
                fields=["document", "unit", "role"],
                condition=models.Q(ended_at=None),
                name="audience_once_a_document",
            )
        ]
        indexes = [
            models.Index(
                fields=["unit"], name="audience_unit", condition=models.Q(ended_at=None)
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        who = self.get_role_display().lower() if self.role else _("everybody")
        return _("%(unit)s, %(who)s") % {"unit": self.unit, "who": who}


def reached_by(document: "Document") -> frozenset[int]:
    """Return the units whose people a document may ask: where it belongs and where it applies."""
    reach = set(document.unit.reach)
    for unit in document.applies_to.all():
        reach.update(unit.reach)
    return frozenset(reach)


def set_audience(
    document: "Document", rows: Iterable[tuple[str, Unit]], *, by: User | None, reason: str = ""
) -> None:
    """Let these roles and units be whom a document asks; what is no longer among them ends.

    Raises NotAllowed for who does not write the document, and ValidationError for a unit that it
    neither belongs to nor applies to.
    """
    wanted = {(role, unit.pk): unit for role, unit in rows}
    with transaction.atomic():
        document.lock()
        if by is not None and not document.may_be_written_by(by):
            raise NotAllowed(_("You may not write in this document."))
        _check_reach(document, wanted.values())
        current = list(document.audience.current().select_related("unit"))
        before = sorted(map(str, current))
        kept = {(row.role, row.unit_id) for row in current}
        ended = [row.pk for row in current if (row.role, row.unit_id) not in wanted]
        added = [key for key in wanted if key not in kept]
        if not (ended or added):
            return
        Audience.objects.filter(pk__in=ended).update(ended_at=timezone.now())
        for role, unit_id in added:
            row = Audience(document=document, role=role, unit=wanted[role, unit_id], added_by=by)
            row.full_clean()
            row.save()
        after = sorted(map(str, document.audience.current().select_related("unit")))
        document.tell("set_audience", by=by, note=reason, changes={"audience": [before, after]})
        document.save(update_fields=["event_count", "event_head"])


def _check_reach(document: "Document", units: Iterable[Unit]) -> None:
    reach = reached_by(document)
    for unit in units:
        if unit.pk not in reach:
            raise ValidationError(
                {
                    "unit": _(
                        "The document neither belongs to %s nor applies there. Choose another "
                        "unit, or let it apply there first."
                    )
                    % unit
                }
            )
