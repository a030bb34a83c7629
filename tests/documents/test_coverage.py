"""How many have read: true against a count by hand, named for who leads, and quick for many."""

import csv
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.coverage import CoverageTable, VersionCoverage
from documents.models import Document, Reading, Version
from documents.models.asking import asked_of
from documents.models.audience import set_audience
from qms.organization.duties import Role
from qms.organization.models import Appointment, Unit, User
from tests.documents.conftest import DAY
from tests.documents.test_reading import _later
from tests.group import person

pytestmark = pytest.mark.django_db
MANY = 2000


@pytest.fixture
def valid(
    document: Document,
    adopted: Callable[..., Version],
    people: SimpleNamespace,
    units: SimpleNamespace,
) -> Version:
    """The routine of home care, to be read by everybody there, in force."""
    set_audience(document, [("", units.home_care)], by=people.pia)
    return adopted(document.versions.get())


def _fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def _words(user: User, **asked: str) -> dict[str, str]:
    table = CoverageTable(_fresh(user), **asked)
    (row,) = table.rows
    cells = {unit.name: count.words for unit, count in row["cells"] if count}
    return {"": row["whole"].words} | cells


def test_the_numbers_are_those_one_counts_by_hand(valid: Version, people: SimpleNamespace) -> None:
    # North: Anna, Bo and Maj. South: Siv. At home care itself: Berit and Pia.
    for reader in (people.anna, people.maj, people.siv, people.berit):
        Reading.confirm(valid, by=reader)
    Reading.undo(valid, by=people.maj)
    assert _words(people.berit) == {
        "": "3 av 6", "Hemtjänst": "1 av 2", "Hemtjänst Norr": "1 av 3",
        "Hemtjänst Söder": "1 av 1",
    }  # fmt: skip
    assert _words(people.bo) == {"": "1 av 3"}
    assert _words(people.cecilia)[""] == "3 av 6"


def test_who_works_at_two_units_is_counted_once_in_all(
    valid: Version, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    units.south.appoint(people.anna, Role.STAFF, by=None)
    Reading.confirm(valid, by=_fresh(people.anna))
    words = _words(people.berit)
    assert (words["Hemtjänst Norr"], words["Hemtjänst Söder"]) == ("1 av 3", "1 av 2")
    assert words[""] == "1 av 6"


def test_who_is_left_is_named_only_for_who_leads_the_unit(
    valid: Version, people: SimpleNamespace, sign_in: Any
) -> None:
    Reading.confirm(valid, by=people.anna)
    url = f"{valid.document.get_absolute_url()}v/1.0/lasning/"
    page = sign_in(people.bo).get(url).content.decode()
    assert "Maj Lind" in page
    assert "Anna Berg" not in page
    assert "Siv Hav" not in page  # south is not his
    page = sign_in(people.berit).get(url).content.decode()
    assert "Maj Lind" in page
    assert "Siv Hav" in page
    for onlooker in (people.cecilia, people.pia):  # the coordinator, and who writes there
        page = sign_in(onlooker).get(url).content.decode()
        assert "1 av 3" in page
        assert "Maj Lind" not in page
        assert "Siv Hav" not in page
    for outsider in (people.anna, people.frank, people.david, people.gun, people.nils):
        assert sign_in(outsider).get(url).status_code == 404


def test_the_coordinator_reads_no_title_that_is_not_open(
    valid: Version, people: SimpleNamespace, sign_in: Any
) -> None:
    for url in ("/dokument/lasning/", f"{valid.document.get_absolute_url()}v/1.0/lasning/"):
        page = sign_in(people.cecilia).get(url).content.decode()
        assert valid.document.number in page
        assert "Dosett" not in page
    assert CoverageTable(_fresh(people.cecilia), document="Dosett").rows == []


def test_a_head_sees_it_on_the_page_of_the_document(
    valid: Version, people: SimpleNamespace, sign_in: Any
) -> None:
    url = valid.document.get_absolute_url()
    assert "0 av 3" in sign_in(people.bo).get(url).content.decode()
    assert "av 3" not in sign_in(people.anna).get(url).content.decode()


def test_what_is_late_is_counted_apart(
    valid: Version, people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    Reading.confirm(valid, by=people.anna)
    _later(monkeypatch, 15)
    (row,) = CoverageTable(_fresh(people.bo)).rows
    assert (row["whole"].late, row["whole"].look) == (2, "late")
    assert [ask.is_late for ask in asked_of(people.maj)] == [True]


def test_the_table_as_a_file(valid: Version, people: SimpleNamespace, sign_in: Any) -> None:
    Reading.confirm(valid, by=people.siv)
    berit = sign_in(people.berit)
    answer = berit.get("/dokument/lasning/exportera/?format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))[1:]
    assert [(row[0], row[4], row[6], row[7]) for row in rows] == [
        ("DOK-0001", "SOF-HT", "2", "0"),
        ("DOK-0001", "SOF-HT-01", "3", "0"),
        ("DOK-0001", "SOF-HT-02", "1", "1"),
    ]
    assert "Lind" not in text
    assert berit.get("/dokument/lasning/exportera/?format=xlsx").status_code == 200
    assert berit.get("/dokument/lasning/exportera/?format=pdf").status_code == 404
    assert sign_in(people.anna).get("/dokument/lasning/exportera/?format=csv").status_code == 404


def _many(unit: Unit, count: int) -> None:
    users = User.objects.bulk_create(
        User(username=f"u{unit.pk}-{n}", slug=f"u{unit.pk}-{n}", last_name=f"Efternamn {n:04}")
        for n in range(count)
    )
    Appointment.objects.bulk_create(
        Appointment(user=user, unit=unit, role=Role.STAFF) for user in users
    )


def test_two_thousand_people_take_as_many_questions_as_two(
    valid: Version, people: SimpleNamespace, units: SimpleNamespace, sign_in: Any
) -> None:
    berit = sign_in(people.berit)
    url = valid.document.get_absolute_url()
    pages = ("/dokument/lasning/", f"{url}v/1.0/lasning/", url, "/dokument/att-lasa/")

    def asked() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert berit.get(page).status_code == 200
            found.append(len(queries))
        return found

    asked()
    few = asked()
    _many(units.north, MANY)
    assert asked() == few
    assert max(few[0], few[1], few[3]) <= 12, few
    assert _words(people.bo) == {"": f"0 av {MANY + 3}"}


def test_a_unit_one_does_not_see_is_not_chosen(
    valid: Version, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    assert _words(people.bo, unit="SOF-HT-02") == {"": "0 av 3"}
    assert _words(people.berit, unit="SOF-HT-02") == {"": "0 av 1"}
    assert CoverageTable(_fresh(people.frank)).rows == []


def test_a_substitute_who_stands_in_counts_as_one_to_read(
    valid: Version, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    chief = person("lotta", "Chef")
    units.south.appoint(chief, Role.UNIT_MANAGER, by=None, substitute=people.maj)
    assert _words(people.berit)["Hemtjänst Söder"] == "0 av 3"
    left = VersionCoverage(valid, _fresh(people.berit)).units[-1].left
    assert [(each.username, day - valid.adopted_on) for each, day in left] == [
        ("lotta", 14 * DAY), ("siv", 14 * DAY), ("maj", 14 * DAY),
    ]  # fmt: skip
