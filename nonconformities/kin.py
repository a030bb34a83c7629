"""Kin: the cases one case belongs with, for one reader who reads it in full."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from nonconformities.models import Nonconformity
from qms.organization.models import User


class Kin:
    """Merged ones, the group that is looked into together, and where the case came from."""

    def __init__(self, case: Nonconformity, user: User) -> None:
        self.case, self.user = case, user

    @cached_property
    def _found(self) -> list[Nonconformity]:
        """Every case of them that exists for the reader. One query, none when it stands alone."""
        case = self.case
        above = [pk for pk in (case.merged_into_id, case.parent_id, case.arose_from_id) if pk]
        if not above and not getattr(case, "has_joined", True):
            return []
        fits = Q(pk__in=above) | Q(merged_into=case.pk) | Q(parent=case.pk)
        found = Nonconformity.objects.visible_to(self.user).with_access(self.user).for_page()
        return list(found.filter(fits).order_by("-reported_at"))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield what binds them, in words, with the cases; one that is not seen has no number."""
        case = self.case
        yield from self._above(_("Merged into"), case.merged_into_id)
        yield from self._above(_("Looked into together with"), case.parent_id)
        children = [other for other in self._found if other.parent_id == case.pk]
        merged = [other for other in self._found if other.merged_into_id == case.pk]
        if children:
            yield {"label": _("Looked into together here"), "cases": children, "hidden": False}
        if merged:
            yield {"label": _("The same event, merged here"), "cases": merged, "hidden": False}
        yield from self._above(_("Came from a question in"), case.arose_from_id)

    def _above(self, label: str, pk: int | None) -> Iterator[dict[str, Any]]:
        if pk:
            seen = [other for other in self._found if other.pk == pk]
            yield {"label": label, "cases": seen, "hidden": not seen}

    @property
    def is_any(self) -> bool:
        """True when it belongs with any other case, or tries a lesson."""
        return self.case.tries_id is not None or any(True for _row in self)
