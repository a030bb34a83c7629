"""Which cases are like this one: found by words and by what they are about (10.2.1 b 3)."""

from typing import Any

from django.db.models import Q

from nonconformities.models import Nonconformity
from qms.organization.models import User

MOST_OFFERED = 20


def joinable(case: Nonconformity, user: User) -> Any:
    """Return the open cases of the same authority that `user` reads and may join with this one.

    Those of the same kind or the same unit, the latest first.
    """
    alike = Q(unit=case.unit_id)
    if case.category_id:
        alike |= Q(category=case.category_id)
    found = Nonconformity.objects.readable_to(user).filter(Nonconformity.full_access(user), alike)
    found = found.filter(unit__authority=case.unit.authority).reported().open()
    return found.exclude(pk=case.pk).for_page().order_by("-reported_at", "-pk")
