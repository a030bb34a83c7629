"""Standard, edition, clause, the map between editions, and the plain layer.

Numbers and short headings only: the standards' own texts are copyrighted and never stored.
"""

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from qms.organization.models import Unit


class Standard(models.Model):
    """A list of requirements: a standard, a law, or a list of our own."""

    class Kind(models.TextChoices):
        STANDARD = "standard", _("Standard")
        LAW = "law", _("Law or regulation")
        OWN = "own", _("Our own list")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """One edition of a standard. Several are valid at once during a transition."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="editions")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    published_on = models.DateField(_("published"), null=True, blank=True)
    valid_until = models.DateField(_("certificates end"), null=True, blank=True)
    is_verified = models.BooleanField(_("checked against the standard itself"), default=False)
    source = models.CharField(_("source of the list"), max_length=200, blank=True)

    class Meta:
        ordering = ["standard__code", "-published_on", "slug"]

    def __str__(self) -> str:
        return self.name


class ClauseQuerySet(models.QuerySet["Clause"]):
    """Questions about many clauses."""

    def for_page(self) -> "ClauseQuerySet":
        """Return the clauses with their edition, in the order of the standard."""
        return self.select_related("edition__standard").order_by("edition", "sort_key")


class Clause(models.Model):
    """One requirement of one edition: its number, its heading, and what it means to us."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="clauses")
    number = models.CharField(_("number"), max_length=20)
    sort_key = models.CharField(max_length=40, editable=False)
    title_en = models.CharField(_("heading in English"), max_length=200, blank=True)
    title_sv = models.CharField(_("our short name"), max_length=200)
    plain_sv = models.TextField(_("what it means to us"), blank=True)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "sort_key"]
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="clause_once_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def save(self, *args, **kwargs) -> None:  # type: ignore[no-untyped-def]
        """Store the clause; 10.1 sorts after 9.3."""
        parts = self.number.split(".")
        self.sort_key = ".".join(p.zfill(3) if p.isdigit() else p for p in parts)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of the requirement's page."""
        return reverse("requirements:clause", args=[self.edition.slug, self.number])

    @property
    def title(self) -> str:
        """The short name in the reader's language."""
        english = (get_language() or "").startswith("en")
        return self.title_en.strip("()") if english and self.title_en else self.title_sv


class ClauseChange(models.Model):
    """How a clause went over to the next edition."""

    class Kind(models.TextChoices):
        NONE = "none", _("unchanged")
        REWORDED = "reworded", _("reworded")
        EXTENDED = "extended", _("extended")
        SPLIT = "split", _("split")
        MERGED = "merged", _("merged")
        NEW = "new", _("new")

    class Confidence(models.TextChoices):
        HIGH = "h", _("sure")
        MEDIUM = "m", _("fairly sure")
        LOW = "l", _("unsure")

    old = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="changes_to_next"
    )
    new = models.ForeignKey(
        Clause, models.PROTECT, null=True, blank=True, related_name="changes_from_previous"
    )
    kind = models.CharField(_("change"), max_length=10, choices=Kind.choices)
    what = models.CharField(_("what is different"), max_length=300, blank=True)
    confidence = models.CharField(max_length=1, choices=Confidence.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="clause_change_once"),
            models.CheckConstraint(
                condition=models.Q(old__isnull=False) | models.Q(new__isnull=False),
                name="clause_change_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old or '–'} → {self.new or '–'}"


class Example(models.Model):
    """An everyday example of a requirement, for some kinds of service."""

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="examples")
    services = models.JSONField(default=list)  # values of Unit.Service; empty: for all
    text_sv = models.TextField(_("example"))

    class Meta:
        ordering = ["clause", "pk"]

    def __str__(self) -> str:
        return self.text_sv[:60]

    def fits(self, unit: Unit | None) -> bool:
        """Return True when the example speaks to people of this unit."""
        return not self.services or bool(unit and unit.service in self.services)
