"""Grade and Category: how serious, how likely and of what kind. Rows, owned by the municipality."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qms.organization.models import Unit
from qms.records import at_hand

_CACHE_KEY, _CATEGORIES_KEY = "grades", "categories"


class InTwoLanguages(models.Model):
    """A row with its word in Swedish and in English."""

    name_sv = models.CharField(_("Swedish"), max_length=150)
    name_en = models.CharField(_("English"), max_length=150)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The word in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_sv


class Grade(InTwoLanguages):
    """One step of severity or likelihood, with guidance in everyday words (4 × 4)."""

    class Axis(models.TextChoices):
        SEVERITY = "severity", _("Severity")
        LIKELIHOOD = "likelihood", _("Likelihood")

    axis = models.CharField(max_length=10, choices=Axis.choices)
    value = models.PositiveSmallIntegerField()
    guidance_sv = models.TextField()
    guidance_en = models.TextField()

    class Meta:
        ordering = ["axis", "value"]
        constraints = [
            models.UniqueConstraint(fields=["axis", "value"], name="grade_once"),
            models.CheckConstraint(
                condition=models.Q(value__gte=1, value__lte=4), name="grade_one_to_four"
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the words and, once they are stored for good, forget the remembered ones."""
        super().save(*args, **kwargs)
        at_hand.forget(_CACHE_KEY)
        transaction.on_commit(lambda: at_hand.forget(_CACHE_KEY))

    @classmethod
    def scale(cls, axis: str) -> list["Grade"]:
        """Return the four steps of an axis, the mildest first; remembered a while."""
        grades = at_hand.fetch(_CACHE_KEY, lambda: list(cls.objects.all()), 60)
        return [grade for grade in grades if grade.axis == axis]

    @classmethod
    def word(cls, axis: str, value: int | None) -> str:
        """Return the word of one step, "" when it is not graded."""
        return next((grade.name for grade in cls.scale(axis) if grade.value == value), "")

    @property
    def guidance(self) -> str:
        """What the step means, in the reader's language."""
        english = (get_language() or "").startswith("en")
        return self.guidance_en if english else self.guidance_sv


class CategoryQuerySet(models.QuerySet["Category"]):
    """Questions about many categories."""

    def for_unit(self, unit: Unit) -> "CategoryQuerySet":
        """Return the categories that fit the unit's kind of service, and the common ones."""
        return self.filter(
            models.Q(services__contains=[unit.service]) | models.Q(services=[]), is_active=True
        )


class Category(InTwoLanguages):
    """What a deviation is about, in two levels."""

    code = models.SlugField(max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    services = ArrayField(
        models.CharField(max_length=20, choices=Unit.Service.choices), default=list, blank=True
    )
    is_active = models.BooleanField(default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the category and, once it is stored for good, forget the remembered list."""
        super().save(*args, **kwargs)
        at_hand.forget(_CATEGORIES_KEY)
        transaction.on_commit(lambda: at_hand.forget(_CATEGORIES_KEY))

    @classmethod
    def everything(cls) -> list["Category"]:
        """Return every category with the one above; remembered a while, for filters."""
        found = cls.objects.select_related("parent")
        return at_hand.fetch(_CATEGORIES_KEY, lambda: list(found), 60)
