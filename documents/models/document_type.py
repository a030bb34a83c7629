"""DocumentType: the rules of one kind of document, as a row that the municipality sets."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models, transaction
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _

from qms.history.models import Storied
from qms.organization.duties import Duty
from qms.organization.models import Unit, User
from qms.records.search import record_models

ADOPTING = (Duty.ADOPT_ROUTINES, Duty.ADOPT_GUIDELINES, Duty.ADOPT_POLICIES)


class DocumentType(Storied):
    """A kind of document: who adopts it, how often it is reviewed, how hard its text may be.

    That an author never adopts the own text is no setting: it holds for every kind.
    """

    class Retention(models.TextChoices):
        """What becomes of what no longer applies (Archives Act, 10 §)."""

        KEPT = "kept", _("Kept for ever")
        DISPOSED = "disposed", _("Disposed of after some years")

    code = models.SlugField(_("code"), max_length=30, unique=True, editable=False)
    name_sv = models.CharField(_("name in Swedish"), max_length=60, unique=True)
    name_en = models.CharField(_("name in English"), max_length=60)
    prefix = models.CharField(
        _("beginning of the number"),
        max_length=5,
        default="DOK",
        validators=[RegexValidator(r"^[A-ZÅÄÖ]{2,5}\Z", _("Write two to five capitals."))],
    )
    adopting = models.CharField(
        _("who adopts"),
        max_length=20,
        choices=[(str(duty), duty.label) for duty in ADOPTING],
        default=Duty.ADOPT_ROUTINES,
    )
    needs_decision_number = models.BooleanField(
        _("paragraph and registration number are compulsory"), default=False
    )
    review_months = models.PositiveSmallIntegerField(
        _("months between reviews"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(120)],
    )
    lix_green = models.PositiveSmallIntegerField(_("easy text up to LIX"), default=45)
    lix_red = models.PositiveSmallIntegerField(_("hard text from LIX"), default=55)
    retention = models.CharField(
        _("retention"), max_length=8, choices=Retention.choices, default=Retention.KEPT
    )
    retention_years = models.PositiveSmallIntegerField(
        _("years before it is disposed of"), null=True, blank=True
    )
    is_external = models.BooleanField(_("comes from outside"), default=False)
    is_active = models.BooleanField(_("can be chosen for new documents"), default=True)
    place = models.PositiveSmallIntegerField(_("place in lists"), default=100)

    class Meta:
        ordering = ["place", "name_sv"]
        verbose_name = _("type of document")
        verbose_name_plural = _("types of document")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lix_green__lt=models.F("lix_red")),
                name="document_type_lix_in_order",
                violation_error_message=_("A hard text must have a higher LIX than an easy one."),
            ),
            models.CheckConstraint(
                condition=models.Q(retention="kept", retention_years=None)
                | models.Q(retention="disposed", retention_years__gte=1),
                name="document_type_years_of_retention",
                violation_error_message=_(
                    "Say after how many years it is disposed of, or that it is kept for ever."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The word in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_sv

    @property
    def adopting_duty(self) -> Duty:
        """The duty of those who adopt it."""
        return Duty(self.adopting)

    @property
    def retention_in_words(self) -> str:
        """How long what no longer applies is kept, as a phrase."""
        if self.retention_years is None:
            return str(self.Retention.KEPT.label)
        words = ngettext(
            "Disposed of after %(n)d year", "Disposed of after %(n)d years", self.retention_years
        )
        return words % {"n": self.retention_years}

    def clean(self) -> None:
        """Keep its numbers apart from those of deviations and the like."""
        if self.prefix in {model.SERIES for model in record_models() if model.SERIES}:
            raise ValidationError(
                {"prefix": _("%s is used for something else. Choose others.") % self.prefix}
            )

    # --- Verbs --------------------------------------------------------------------------------

    @classmethod
    def add(cls, *, by: User | None, **facts: Any) -> "DocumentType":
        """Make a new kind. Raises PermissionDenied and ValidationError."""
        _require_configuring(by)
        kind = cls(**facts)
        kind.code = slugify(kind.name_sv)[:30]
        with transaction.atomic():
            kind.full_clean()
            kind.save()
            kind.tell("add", by=by, changes={name: [None, value] for name, value in facts.items()})
            kind.save(update_fields=["event_count", "event_head"])
        return kind

    def amend(self, *, by: User | None, **facts: Any) -> None:
        """Change its rules; what is adopted already stands. Raises as add() does."""
        _require_configuring(by)
        with transaction.atomic():
            self.lock()
            changes = {
                name: [getattr(self, name), value]
                for name, value in facts.items()
                if getattr(self, name) != value
            }
            if not changes:
                return
            for name, value in facts.items():
                setattr(self, name, value)
            self.full_clean()
            self.tell("amend", by=by, changes=changes)
            self.save()


def _require_configuring(by: User | None) -> None:
    """Raise PermissionDenied unless `by` changes what holds for the whole group."""
    if by is not None and not by.units_for(Duty.CONFIGURE).everything:
        Unit.objects.filter(parent=None).get().require(by, Duty.CONFIGURE)
