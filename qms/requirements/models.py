"""Standard, edition, clause, the map between editions, and the plain layer.

Numbers and short headings only: the standards' own texts are copyrighted and never stored.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from django.db import models
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from qms.organization.models import Unit

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def speaks_english() -> bool:
    """Return True when the reader has chosen English."""
    return (get_language() or "").startswith("en")


def sort_key(number: str) -> str:
    """Return the number in a form that sorts as people count: 10.1 after 9.3, 5:10 after 5:9."""
    return ".".join(part.zfill(3) if part.isdigit() else part for part in re.split("[.:]", number))


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


class EditionQuerySet(models.QuerySet["Edition"]):
    """Questions about many editions."""

    def for_page(self) -> "EditionQuerySet":
        """Return the editions with their standard: standards, our own lists, then laws."""
        newest = models.F("published_on").desc(nulls_last=True)
        return self.select_related("standard").order_by("-standard__kind", "standard__code", newest)


class Edition(models.Model):
    """One edition of a standard. Several are valid at once during a transition."""

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="editions")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=60)
    published_on = models.DateField(_("published"), null=True, blank=True)
    valid_until = models.DateField(_("certificates end"), null=True, blank=True)
    is_verified = models.BooleanField(_("checked against the standard itself"), default=False)
    source = models.CharField(_("source of the list"), max_length=200, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["standard__code", "-published_on", "slug"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the list of requirements in this edition."""
        return f"{reverse('requirements:index')}?utgava={self.slug}"

    @property
    def is_law(self) -> bool:
        """True when the requirements are sections of a law, which have Swedish names only."""
        return self.standard.kind == Standard.Kind.LAW


class ClauseQuerySet(models.QuerySet["Clause"]):
    """Questions about many clauses."""

    def for_page(self) -> "ClauseQuerySet":
        """Return the clauses with their edition, in the order of the standard."""
        return self.select_related("edition__standard").order_by("edition", "sort_key")

    def leaves(self) -> "ClauseQuerySet":
        """Return what can be fulfilled or broken: requirements, not the headings over them."""
        return self.filter(is_heading=False)

    def numbered(self, text: str) -> "ClauseQuerySet":
        """Return the clauses whose number is exactly `text`: 8.5.1, 5:2 or 5 kap. 2 §."""
        section = re.fullmatch(r"(\d+)\s*kap\.?\s*(?:(\d+)\s*§?)?", text)
        number = ":".join(part for part in section.groups() if part) if section else text
        return self.filter(number=number)

    def about(self, text: str) -> "ClauseQuerySet":
        """Return the clauses that hold every word of `text`: in names, plain words or examples."""
        found = self
        for word in text.split()[:8]:
            found = found.filter(
                models.Q(title_sv__icontains=word)
                | models.Q(title_en__icontains=word)
                | models.Q(plain_sv__icontains=word)
                | models.Q(number__startswith=word)
                | models.Exists(
                    Example.objects.filter(clause=models.OuterRef("pk"), text_sv__icontains=word)
                )
            )
        return found

    def newest(self) -> "ClauseQuerySet":
        """Return each clause once: in the latest edition that has its number."""
        later = Clause.objects.filter(
            edition__standard=models.OuterRef("edition__standard"),
            number=models.OuterRef("number"),
            edition__published_on__gt=models.OuterRef("edition__published_on"),
        )
        return self.exclude(models.Exists(later))

    def changed(self) -> "ClauseQuerySet":
        """Return the clauses that ask for something else than the edition before."""
        change = ClauseChange.objects.filter(new=models.OuterRef("pk"), kind__in=NEWS)
        return self.filter(models.Exists(change))


class Clause(models.Model):
    """One requirement of one edition: its number, its heading, and what it means to us."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="clauses")
    number = models.CharField(_("number"), max_length=20)
    sort_key = models.CharField(max_length=40, editable=False)
    is_heading = models.BooleanField(_("only a heading over others"), default=False)
    title_en = models.CharField(_("heading in English"), max_length=200, blank=True)
    title_sv = models.CharField(_("our short name"), max_length=200)
    plain_sv = models.TextField(_("what it means to us"), blank=True)

    objects = ClauseQuerySet.as_manager()

    found_in = ""  # the example that holds the word searched for, set by the list

    class Meta:
        ordering = ["edition", "sort_key"]
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="clause_once_an_edition")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def save(self, *args, **kwargs) -> None:
        """Store the clause with its place in the order."""
        self.sort_key = sort_key(self.number)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Return the address of the requirement's page."""
        return reverse("requirements:clause", args=[self.edition.slug, self.number])

    @property
    def title(self) -> str:
        """The short name in the reader's language."""
        if self.title_lang == "en":
            return capfirst(self.title_en.strip("()"))
        return self.title_sv

    @property
    def title_lang(self) -> str:
        """The language of `title`: laws have Swedish names only."""
        return "en" if speaks_english() and self.title_en else "sv"

    @property
    def label(self) -> str:
        """The number as people write it: 8.5.1, or 5 kap. 2 § in a law."""
        if not self.edition.is_law:
            return self.number
        chapter, _colon, section = self.number.partition(":")
        return f"{chapter} kap. {section} §" if section else f"{chapter} kap."

    @property
    def lineage(self) -> list[str]:
        """The numbers from the chapter down to this clause: 8, 8.5, 8.5.1."""
        cuts = [match.start() for match in re.finditer("[.:]", self.number)]
        return [*(self.number[:cut] for cut in cuts), self.number]

    def changes(self) -> "list[ClauseChange]":
        """Return how this clause came from the edition before and went over to the next."""
        either = models.Q(old=self) | models.Q(new=self)
        found = ClauseChange.objects.filter(either).select_related(
            "old__edition__standard", "new__edition__standard"
        )
        return sorted(found, key=lambda change: change.pk)

    def relatives(self, changes: "Iterable[ClauseChange]" = ()) -> "list[Clause]":
        """Return the clauses of other lists that ask for the same.

        A law says it of the newest edition of the standard, sometimes of a heading; so an older
        clause asks by way of its `changes`, and a requirement asks for its headings too.
        """
        newest = [change.new for change in changes if change.old_id == self.pk and change.new]
        numbers = {number for clause in newest or [self] for number in clause.lineage}
        same_standard = models.Q(crosswalk_to__to__edition__standard=self.edition.standard_id)
        theirs = same_standard & models.Q(crosswalk_to__to__number__in=numbers)
        ours = models.Q(crosswalk_from__clause=self)
        return list(Clause.objects.filter(theirs | ours).for_page().distinct())


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
    what_sv = models.CharField(_("what is different, in Swedish"), max_length=300, blank=True)
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

    @property
    def text(self) -> str:
        """What is different, in the reader's language."""
        return capfirst(self.what) if speaks_english() else self.what_sv

    @property
    def certainty(self) -> str:
        """How sure we are, as a sentence."""
        return {
            self.Confidence.HIGH: gettext("We are sure of this: two sources say the same."),
            self.Confidence.MEDIUM: gettext(
                "We are fairly sure of this. Check it against the standard."
            ),
            self.Confidence.LOW: gettext("We are unsure of this. Check it against the standard."),
        }[self.Confidence(self.confidence)]

    @property
    def is_news(self) -> bool:
        """True when something else is asked for, not only said in other words."""
        return self.kind in NEWS


# What a reader who knows the older edition has to learn.
NEWS = [
    ClauseChange.Kind.EXTENDED,
    ClauseChange.Kind.SPLIT,
    ClauseChange.Kind.MERGED,
    ClauseChange.Kind.NEW,
]


class Crosswalk(models.Model):
    """A clause of a law or a list of our own asks for the same as a clause of a standard."""

    clause = models.ForeignKey(Clause, models.CASCADE, related_name="crosswalk_to")
    to = models.ForeignKey(Clause, models.CASCADE, related_name="crosswalk_from")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clause", "to"], name="crosswalk_once")]

    def __str__(self) -> str:
        return f"{self.clause} ↔ {self.to}"


class Sector(NamedTuple):
    """Kinds of service that meet the same everyday examples."""

    name: "StrPromise"
    services: list[str]


# By the letter that marks an example in data/.
SECTORS = {
    "S": Sector(_("School and preschool"), [Unit.Service.SCHOOL]),
    "O": Sector(_("Care and health care"), [Unit.Service.CARE, Unit.Service.HEALTH]),
    "T": Sector(
        _("Water, waste, energy and property"),
        [
            Unit.Service.WATER,
            Unit.Service.WASTE,
            Unit.Service.ENERGY,
            Unit.Service.HOUSING,
            Unit.Service.CONSTRUCTION,
        ],
    ),
    "A": Sector(_("Everyone"), []),
}


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

    @property
    def audience(self) -> str:
        """The kinds of service the example speaks to, in words."""
        for sector in SECTORS.values():
            if sorted(sector.services) == sorted(self.services):
                return str(sector.name)
        names = dict(Unit.Service.choices)
        return ", ".join(str(names[service]) for service in self.services if service in names)
