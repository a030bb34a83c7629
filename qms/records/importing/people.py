"""Which unit and which person a text in a list may mean."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from qms.organization.models import Unit, UnitChange, User
from qms.records.importing.words import alike, likeness

_ALIKE_ENOUGH, _CLEARLY = 0.82, 0.03


def names_of_units(units: Iterable[Unit]) -> Iterator[tuple[str, str]]:
    """Yield every name a unit has or has had, with the unit's code."""
    for unit in units:
        yield unit.code, unit.code
        yield unit.name, unit.code
    renamed = UnitChange.objects.filter(kind="rename", applied_at__isnull=False)
    yield from renamed.values_list("old_name", "unit__code")


def names_of_people(people: Iterable[User]) -> Iterator[tuple[str, str]]:
    """Yield every way a person is surely meant, with the user name."""
    for person in people:
        first, last = person.first_name, person.last_name
        for name in (person.email, person.username, f"{first} {last}", f"{last}, {first}"):
            yield name, person.username


def may_be(person: User, key: str) -> bool:
    """Return True when "M Karlsson", "Karlsson, M", "m.karlsson@…" or "mk" may be the person."""
    first, last = alike(person.first_name), alike(person.last_name)
    if not first or not last:
        return False
    local = key.split("@", maxsplit=1)[0] if "@" in key else key
    words = re.findall(r"\w+", local)
    if len(words) == 1:
        return words[0] in {first[0] + last[0], first[:2] + last[:2], first[0] + last}
    if len(words) != 2:
        return False
    one, other = words
    if "," in local:
        one, other = other, one
    return other == last and (one == first or one == first[0])


def nearest(text: str, names: Iterable[tuple[str, str]]) -> str:
    """Return the code of the name that is clearly most alike."""
    scored: dict[str, float] = defaultdict(float)
    for name, code in names:
        scored[code] = max(scored[code], likeness(text, name))
    best = sorted(scored.items(), key=lambda item: -item[1])[:2]
    if not best or best[0][1] < _ALIKE_ENOUGH:
        return ""
    return best[0][0] if len(best) == 1 or best[0][1] - best[1][1] >= _CLEARLY else ""


def unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the names that are one code's only."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, code in pairs:
        if key := alike(name):
            found[key].add(code)
    return {key: codes.pop() for key, codes in found.items() if len(codes) == 1}
