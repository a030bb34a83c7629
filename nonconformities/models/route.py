"""Route: where a report goes: who handles it, and which statutory routes must know.

Rows, owned by the municipality, each with a first day. The most specific row that names a handler
wins: the nearest unit first, then the category, then the kind. What the law asks for is added up
over every row that fits: a row of one unit cannot switch off a duty that holds for all.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models.case import Case
from nonconformities.models.grading import Category
from nonconformities.models.obligation import Obligation
from qms.history.triggers import Hard, HardTruncate
from qms.organization.duties import Duty, Role
from qms.organization.models import Unit, User
from qms.records import at_hand
from qms.records.line import Line
from qms.records.models.rule import check_beginning, require_settings

if TYPE_CHECKING:
    from nonconformities.models.nonconformity import Nonconformity

# A report lies with somebody who may take it further; other roles would be a dead end.
HANDLERS = tuple(role for role in Role if Duty.HANDLE_NONCONFORMITIES in role.duties)
Key = tuple[str, int | None, int | None]


_TODAY = "routes:today"


class RouteQuerySet(models.QuerySet["Route"]):
    """Questions about many routes."""

    def in_force(self, day: date | None = None) -> list["Route"]:
        """Return the routes that hold on a day: of each the latest row that had begun."""
        rows: dict[Key, Route] = {}
        begun = self.filter(valid_from__lte=day or timezone.localdate())
        for row in begun.select_related("unit", "category").order_by("-valid_from", "-pk"):
            rows.setdefault(row.key, row)
        return [row for row in rows.values() if not row.ends]

    def for_case(self, case: "Nonconformity", day: date | None = None) -> list["Route"]:
        """Return the routes that fit a case, the most specific first."""
        rows = self.in_force(day) if day else at_hand.once(_TODAY, self.in_force)
        fitting = [row for row in rows if row.fits(case)]
        return sorted(fitting, key=lambda row: row.specificity, reverse=True)


class Route(models.Model):
    """What is done with reports of a kind, of a category, at a unit. Empty means any."""

    kind = models.CharField(_("kind"), max_length=10, blank=True, choices=Case.Kind.choices)
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("category"),
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    handler_role = models.CharField(
        _("who handles it"),
        max_length=30,
        blank=True,
        choices=[(role.value, role.label) for role in HANDLERS],
    )
    obligations = ArrayField(
        models.SlugField(max_length=40), default=list, blank=True, verbose_name=_("must know")
    )
    ends = models.BooleanField(default=False, editable=False)  # this row takes the route away
    valid_from = models.DateField(_("from and including"), default=timezone.localdate)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    set_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = RouteQuerySet.as_manager()

    class Meta:
        ordering = ["-valid_from", "-pk"]
        verbose_name = _("route")
        triggers = [
            Hard(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            HardTruncate(name="no_truncate"),
        ]

    def __str__(self) -> str:
        return " · ".join(filter(None, map(str, (self.what, self.unit or _("every unit")))))

    # --- Questions ----------------------------------------------------------------------------

    @property
    def key(self) -> Key:
        """What the route is about; a later row with the same key replaces it."""
        return self.kind, self.category_id, self.unit_id

    @property
    def what(self) -> str:
        """The kind and the category in words."""
        kind = str(self.get_kind_display()) if self.kind else str(_("Every kind"))
        return f"{kind}, {self.category}" if self.category else kind

    @property
    def specificity(self) -> tuple[int, int, int]:
        """How narrow it is: the nearer the unit, the narrower; then the category, then the kind."""
        near = -len(self.unit.reach) if self.unit else -1_000_000
        narrow = 0 if self.category is None else 2 if self.category.parent_id else 1
        return near, narrow, int(bool(self.kind))

    def fits(self, case: "Nonconformity") -> bool:
        """Return True when the case is of this kind, this category or below, at this unit."""
        if self.kind and self.kind != case.kind:
            return False
        if self.unit and case.unit_id not in self.unit.reach:
            return False
        if self.category is None:
            return True
        mine = case.category
        return mine is not None and self.category_id in {mine.pk, mine.parent_id}

    @classmethod
    def handler_for(cls, case: "Nonconformity") -> User | None:
        """Return who takes care of a new report today; None when nobody leads there."""
        line = Line(case.unit)
        role = next((r.handler_role for r in cls.objects.for_case(case) if r.handler_role), "")
        chosen = next(line.in_role(role), None) if role else None
        return chosen or line.nearest_manager()

    @classmethod
    def obligations_for(cls, case: "Nonconformity") -> Collection[Obligation]:
        """Return the statutory routes that must know of a case, by the rows alone."""
        codes = {code for row in cls.objects.for_case(case) for code in row.obligations}
        return list(Obligation.objects.filter(code__in=codes, is_active=True)) if codes else []

    # --- Verbs --------------------------------------------------------------------------------

    @classmethod
    def decide(
        cls,
        *,
        by: User | None,
        valid_from: date,
        reason: str,
        obligations: Iterable[str] = (),
        ends: bool = False,
        **about: Any,
    ) -> Self:
        """Set where reports of a kind go, from a day on. What went before that day stays.

        `about` holds kind, category, unit and handler_role. Raises PermissionDenied for who may
        not change settings, and ValidationError.
        """
        require_settings(by)
        check_beginning(valid_from, reason)
        codes = sorted(set(obligations))
        known = set(Obligation.objects.filter(code__in=codes).values_list("code", flat=True))
        if unknown := set(codes) - known:
            raise ValidationError(
                {"obligations": _("There is no route called %s.") % ", ".join(sorted(unknown))}
            )
        row = cls(
            obligations=codes, ends=ends, valid_from=valid_from, set_by=by, reason=reason, **about
        )
        if not (row.handler_role or codes or ends):
            raise ValidationError(_("Choose who handles it, or which routes must know."))
        row.full_clean()
        row.save()
        at_hand.forget(_TODAY)
        return row
