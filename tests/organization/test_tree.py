"""Random reorganisations: never a ring, and the derived reach always equals a naive walk."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qms.organization.models import Unit, change

SIZE = 9
Step = tuple[str, int, int]


def naive_reach(authority_only: bool) -> dict[int, set[int]]:
    """Every unit's reach, by walking upward from each unit."""
    today = timezone.localdate()
    units = {unit.pk: unit for unit in Unit.objects.all()}
    found: dict[int, set[int]] = {pk: set() for pk in units}

    def above(unit: Unit) -> int | None:
        heir = units.get(unit.successor_id or 0)
        closed = unit.valid_until is not None and unit.valid_until < today
        if heir and closed and heir.authority == unit.authority:
            return heir.pk
        return unit.parent_id

    for unit in units.values():
        place: Unit | None = unit
        seen: set[int] = set()
        while place is not None:
            assert place.pk not in seen, "a ring"
            seen.add(place.pk)
            if authority_only and place.authority != unit.authority:
                break
            found[place.pk].add(unit.pk)
            up = above(place)
            place = units[up] if up else None
    return found


def attempt(step: Step) -> None:
    """Try one reorganisation; what is refused changes nothing."""
    verb, first, second = step
    units = list(Unit.objects.order_by("code"))
    unit, other = units[first % len(units)], units[second % len(units)]
    today = timezone.localdate()
    try:
        if verb == "move":
            change.move(unit, by=None, parent=other, on=today, reason="x")
        elif verb == "close":
            change.close(unit, by=None, on=today, reason="x", successor=other)
        else:
            Unit.found(by=None, parent=other, code=f"N{first}-{second}", name="N", kind="site")
    except ValidationError:
        pass


steps = st.lists(
    st.tuples(
        st.sampled_from(["move", "move", "move", "close", "found"]),
        st.integers(0, 30),
        st.integers(0, 30),
    ),
    max_size=12,
)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parents=st.lists(st.integers(0, SIZE), min_size=SIZE, max_size=SIZE), moves=steps)
def test_random_reorganisations_never_make_a_ring(parents: list[int], moves: list[Step]) -> None:
    from django.db import transaction

    with transaction.atomic():
        units = [Unit.found(by=None, parent=None, code="T", name="T", kind="group", authority="A")]
        for number, parent in enumerate(parents):
            above = units[parent % len(units)]
            units.append(
                Unit.found(
                    by=None, parent=above, code=f"U{number}", name="U", kind="site",
                    authority="AB"[number % 4 == 3],
                )
            )  # fmt: skip
        for step in moves:
            attempt(step)
            compare(naive_reach(False), naive_reach(True))
        transaction.set_rollback(True)


def compare(every: dict[int, set[int]], own: dict[int, set[int]]) -> None:
    """The stored reach is the walked one."""
    for unit in Unit.objects.all():
        assert set(unit.reach) == every[unit.pk]
        assert set(unit.own_reach) == own[unit.pk]


def test_a_ring_of_successors_is_not_possible(units: Any) -> None:
    today = timezone.localdate()
    change.close(
        units.south, by=None, on=today + timedelta(days=2), reason="x", successor=units.north
    )
    with pytest.raises(ValidationError):
        change.close(units.north, by=None, on=today, reason="x", successor=units.north)
    with pytest.raises(ValidationError):
        change.close(
            units.north, by=None, on=today + timedelta(days=3), reason="x", successor=units.south
        )
