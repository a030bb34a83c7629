"""Obligation: a law that a deviation may concern, with its clocks and what it asks us to write.

Rows, owned by the municipality: names of laws, paragraphs and authorities change. A track keeps
the clocks it began with (see track.py), so a changed row never moves a day that has begun.
"""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from nonconformities.models.clocks import Purpose, Start, TimeUnit
from nonconformities.models.grading import InTwoLanguages
from qms.history.models import Storied
from qms.organization.duties import Duty, Role
from qms.organization.models import Unit
from qms.records.models.rule import require_settings

if TYPE_CHECKING:
    from qms.organization.models import User

# Who may own one: whoever leads, and those who investigate by law.
OWNERS = tuple(r for r in Role if r.manages or Duty.INVESTIGATE_SERIOUS in r.duties)
_MOST = {"hours": 24 * 31, "workdays": 260, "days": 730, "months": 24}


def _english() -> bool:
    return (get_language() or "").startswith("en")


def in_words(row: dict[str, Any]) -> str:
    """Return the words of one part of an obligation in the reader's language."""
    return str(row["en"] if _english() else row["sv"])


class ObligationQuerySet(models.QuerySet["Obligation"]):
    """Questions about many obligations."""

    def asked_at(self, unit: Unit) -> "ObligationQuerySet":
        """Return those that a unit of this kind of service is asked about."""
        fits = models.Q(services__contains=[unit.service]) | models.Q(services=[])
        return self.filter(fits, is_active=True)


class Obligation(InTwoLanguages, Storied):
    """A statutory route: lex Sarah, lex Maria, the work environment, IT incidents and the like."""

    code = models.SlugField(max_length=40, unique=True)
    law_sv = models.TextField(_("the law in words, Swedish"), max_length=2000)
    law_en = models.TextField(_("the law in words, English"), max_length=2000)
    owner_role = models.CharField(
        _("who examines"), max_length=30, choices=[(r.value, r.label) for r in OWNERS]
    )
    services = ArrayField(
        models.CharField(max_length=20, choices=Unit.Service.choices), default=list, blank=True
    )
    clocks = models.JSONField(default=list, blank=True)  # sv, en, amount, unit, start, purpose
    prompts = models.JSONField(default=list, blank=True)  # sv, en: a yes opens the route
    fields = models.JSONField(default=list, blank=True)  # key, sv, en: what the law asks for
    authority = models.CharField(_("authority"), max_length=150, blank=True)
    service_url = models.URLField(_("the authority's own e-service"), blank=True, max_length=300)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("statutory route")

    def get_absolute_url(self) -> str:
        """Return the address of the page where it is changed."""
        return reverse("nonconformities:obligation", args=[self.code])

    @property
    def law(self) -> str:
        """The law in the reader's language."""
        return self.law_en if _english() else self.law_sv

    @property
    def questions(self) -> list[str]:
        """The yes/no questions in the reader's language."""
        return [in_words(row) for row in self.prompts]

    @property
    def headings(self) -> dict[str, str]:
        """What the law asks us to write down: each key with its words."""
        return {row["key"]: in_words(row) for row in self.fields}

    def clean(self) -> None:
        """Refuse clocks that say nothing."""
        for row in self.clocks:
            amount, unit = row.get("amount"), row.get("unit")
            if (
                unit not in TimeUnit
                or row.get("start") not in Start
                or row.get("purpose") not in Purpose
                or not isinstance(amount, int)
                or not 1 <= amount <= _MOST[unit]
            ):
                raise ValidationError({"clocks": _("Check how long each clock is.")})

    def amend(self, *, by: "User | None", reason: str, **fields: Any) -> None:
        """Change the words, the owner, the authority or the clocks, with the reason.

        Raises PermissionDenied for who may not change settings, and ValidationError.
        """
        require_settings(by)
        if not reason.strip():
            raise ValidationError({"reason": _("Say why, so that others understand later.")})
        with transaction.atomic():
            self.lock()
            changes = {
                name: [getattr(self, name), value]
                for name, value in fields.items()
                if getattr(self, name) != value
            }
            for name, value in fields.items():
                setattr(self, name, value)
            self.full_clean()
            if changes:
                self.tell("amend", by=by, note=reason, changes=changes)
                self.save()
