"""Names stand in the order of the Swedish alphabet, in lists made by Python and by SQL."""

from types import SimpleNamespace

from nonconformities.forms.fields import in_groups
from nonconformities.models import Category
from qms.organization.alphabet import SvKey, swedish_key
from qms.organization.duties import Role
from qms.organization.fields import PersonField, people_of
from qms.organization.models import User
from tests.group import person

NAMES = ["apa", "éa", "zebra", "Zoo", "åre", "Åsna", "Ängel", "ärta", "Öl"]


def test_python_and_the_database_know_the_same_alphabet(db: None) -> None:
    assert sorted({*NAMES}, key=swedish_key) == NAMES
    for name in reversed(NAMES):
        person(f"u-{swedish_key(name)}", name)
    found = User.objects.order_by(SvKey("last_name"))
    assert list(found.values_list("last_name", flat=True)) == NAMES


def test_people_one_may_choose_stand_in_the_alphabet(units: SimpleNamespace) -> None:
    for name in ("Öberg", "Ärlig", "Zell", "Ångström"):
        person(swedish_key(name), name, (units.north, Role.STAFF))
    expected = ["Zell", "Ångström", "Ärlig", "Öberg"]
    for people in (people_of(units.north), PersonField().queryset):
        assert [each.last_name for each in people or ()] == expected


def test_categories_stand_in_the_alphabet(db: None) -> None:
    rows = [Category(pk=n, name_sv=name, name_en=name) for n, name in enumerate(reversed(NAMES))]
    assert [group for group, _members in in_groups(rows)] == NAMES
