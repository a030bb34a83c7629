"""Read and understood: who is asked, through which appointment, by which day, and what counts."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from documents.models import Audience, Document, Reading, Version
from documents.models.asking import asked_of, due_readings, people_asked
from documents.models.audience import set_audience
from documents.readers import waiting_to_read
from qms.organization.duties import Role
from qms.organization.models import User
from qms.records.refusals import NotAllowed, WrongStatus
from tests.documents.conftest import DAY, written
from tests.group import person

pytestmark = pytest.mark.django_db
Adopted = Callable[..., Version]
STAFF = Role.STAFF.value


@pytest.fixture
def valid(
    document: Document, adopted: Adopted, people: SimpleNamespace, units: SimpleNamespace
) -> Version:
    """The routine of home care, in force, to be read by all who work in home care north."""
    set_audience(document, [("", units.north)], by=people.pia)
    return adopted(document.versions.get())


def _asked(document: Document) -> set[str]:
    return set(
        User.objects.filter(pk__in=people_asked(document.pk)[None]).values_list(
            "username", flat=True
        )
    )


def _waits(user: User) -> list[str]:
    again = User.objects.get(pk=user.pk)
    return [row.version.label for row in waiting_to_read(again)]


def _later(monkeypatch: pytest.MonkeyPatch, days: int) -> date:
    day = timezone.localdate() + days * DAY
    monkeypatch.setattr(timezone, "localdate", lambda *_at: day)
    return day


def test_everybody_at_a_unit_is_asked_and_nobody_else(
    valid: Version, people: SimpleNamespace
) -> None:
    assert _asked(valid.document) == {"anna", "bo", "maj"}
    assert _waits(people.anna) == ["1.0"]
    assert _waits(people.siv) == _waits(people.frank) == _waits(people.nils) == []


def test_a_role_at_a_unit_reaches_everything_below(
    document: Document, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    set_audience(document, [(STAFF, units.home_care)], by=people.pia)
    assert _asked(document) == {"anna", "maj", "siv"}
    row = document.audience.get()
    assert str(row) == "Hemtjänst, medarbetare"


def test_who_joins_is_asked_and_who_leaves_is_not(
    valid: Version, units: SimpleNamespace, people: SimpleNamespace
) -> None:
    ulla = person("ulla", "Ny", (units.north, STAFF))
    assert _waits(ulla) == ["1.0"]
    people.maj.appointments.get().dismiss(by=None)
    assert _asked(valid.document) == {"anna", "bo", "ulla"}
    assert _waits(people.maj) == []
    people.anna.is_active = False
    people.anna.save()
    assert _asked(valid.document) == {"bo", "ulla"}


def test_a_joiner_has_as_many_days_as_others(
    valid: Version, units: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = _later(monkeypatch, 30)
    ulla = person("ulla", "Ny", (units.north, STAFF))
    (ask,) = asked_of(ulla)
    assert ask.due_on == begins + 14 * DAY
    assert not ask.is_late


def test_a_new_role_asks_what_belongs_to_it(
    document: Document, adopted: Adopted, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    set_audience(document, [(Role.UNIT_MANAGER.value, units.home_care)], by=people.pia)
    adopted(document.versions.get())
    assert _waits(people.siv) == []
    units.south.appoint(people.siv, Role.UNIT_MANAGER, by=None)
    assert _waits(people.siv) == ["1.0"]


def test_a_substitute_is_asked_as_the_one_stood_in_for(
    document: Document, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    set_audience(document, [(Role.UNIT_MANAGER.value, units.south)], by=people.pia)
    lotta = person("lotta", "Chef")
    units.south.appoint(lotta, Role.UNIT_MANAGER, by=None, substitute=people.maj)
    assert _asked(document) == {"lotta", "maj"}


def test_an_outsider_who_looks_on_is_never_asked(
    units: SimpleNamespace, people: SimpleNamespace, routine: Any
) -> None:
    made = Document.begin(
        by=None, title="Policy", unit=units.group, document_type=routine, openness="group"
    )
    set_audience(made, [("", units.group)], by=None)
    assert "gun" not in _asked(made)
    assert {"anna", "frank", "david"} <= _asked(made)


def test_only_where_the_document_belongs_or_applies_can_be_asked(
    document: Document, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    with pytest.raises(ValidationError, match="Barn och utbildning"):
        set_audience(document, [("", units.school)], by=people.pia)
    with pytest.raises(NotAllowed):
        set_audience(document, [("", units.north)], by=people.anna)
    assert not Audience.objects.exists()


def test_a_document_that_becomes_restricted_asks_nobody_who_cannot_open_it(
    people: SimpleNamespace, units: SimpleNamespace, routine: Any, adopted: Adopted
) -> None:
    made = Document.begin(
        by=None, title="Hygien", unit=units.group, document_type=routine, openness="group",
    )  # fmt: skip
    set_audience(made, [("", units.north), ("", units.school)], by=None)
    assert _asked(made) == {"anna", "bo", "maj", "frank"}
    made.amend(by=None, openness="unit", applies_to=[units.north])
    assert _asked(made) == {"anna", "bo", "maj"}


def test_one_click_and_it_is_read_twice_is_once_and_it_can_be_undone(
    valid: Version, people: SimpleNamespace
) -> None:
    first = Reading.confirm(valid, by=people.anna)
    assert Reading.confirm(valid, by=people.anna) == first
    assert _waits(people.anna) == []
    assert Reading.undo(valid, by=people.anna)
    assert not Reading.undo(valid, by=people.anna)
    assert _waits(people.anna) == ["1.0"]
    Reading.confirm(valid, by=people.anna)
    assert Reading.objects.filter(person=people.anna).count() == 2


def test_who_is_not_asked_confirms_nothing(valid: Version, people: SimpleNamespace) -> None:
    for who in (people.siv, people.frank, people.gun):
        with pytest.raises(NotAllowed):
            Reading.confirm(valid, by=who)


@pytest.mark.parametrize(
    "change",
    [
        "delete from documents_reading",
        "update documents_reading set read_at = now() - interval '9 days'",
        "update documents_reading set person_id = person_id + 1",
    ],
)  # fmt: skip
def test_a_reading_stands_also_against_raw_sql(
    change: str, valid: Version, people: SimpleNamespace
) -> None:
    Reading.confirm(valid, by=people.anna)
    with (
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="takt"),
        transaction.atomic(),
    ):
        cursor.execute(change)


def test_a_version_with_nothing_new_of_meaning_asks_nobody_again(
    valid: Version, adopted: Adopted, people: SimpleNamespace
) -> None:
    Reading.confirm(valid, by=people.anna)
    minor = adopted(written(valid.document, people.pia, is_minor=True))
    assert minor.label == "1.1"
    assert _waits(people.anna) == []
    assert _waits(people.maj) == ["1.1"]
    meaningful = adopted(written(valid.document, people.pia))
    assert meaningful.label == "2.0"
    assert _waits(people.anna) == _waits(people.maj) == ["2.0"]


def test_what_is_adopted_is_read_before_it_is_in_force(
    valid: Version, adopted: Adopted, people: SimpleNamespace, sign_in: Any
) -> None:
    Reading.confirm(valid, by=people.anna)
    day = timezone.localdate() + 30 * DAY
    second = adopted(written(valid.document, people.pia), day)
    assert _waits(people.anna) == ["2.0"]
    (ask,) = asked_of(people.anna, unread=True)
    assert ask.due_on == day
    page = sign_in(people.anna).get(second.get_absolute_url())
    assert page.status_code == 200
    assert "Jag har läst och förstått" in page.content.decode()
    assert sign_in(people.siv).get(second.get_absolute_url()).status_code == 404
    Reading.confirm(second, by=people.anna)
    assert _waits(people.anna) == []


def test_the_first_version_is_found_by_its_readers_before_its_day(
    document: Document, adopted: Adopted, people: SimpleNamespace, units: SimpleNamespace,
    sign_in: Any,
) -> None:  # fmt: skip
    set_audience(document, [("", units.north)], by=people.pia)
    version = adopted(document.versions.get(), timezone.localdate() + 9 * DAY)
    written(document, people.pia)
    url = document.get_absolute_url()
    assert sign_in(people.anna).get(url, follow=True).redirect_chain[-1][0].endswith("/v/1.0/")
    assert sign_in(people.siv).get(url).status_code == 404
    assert version.document.title == "Dosett"


def test_what_applies_no_more_is_not_confirmed(
    valid: Version, adopted: Adopted, people: SimpleNamespace, sign_in: Any
) -> None:
    page = sign_in(people.anna)
    adopted(written(valid.document, people.pia))
    with pytest.raises(WrongStatus):
        Reading.confirm(valid, by=people.anna)
    answer = page.post(f"{valid.document.get_absolute_url()}v/1.0/last/", follow=True)
    assert "gäller inte längre" in answer.content.decode()


def test_a_withdrawn_document_asks_nobody(valid: Version, people: SimpleNamespace) -> None:
    valid.withdraw(by=people.berit, reason="Behövs inte")
    assert _waits(people.anna) == []


def test_reminders_learn_who_has_not_read_what_by_when_in_one_question(
    valid: Version, people: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    Reading.confirm(valid, by=people.anna)
    with django_assert_max_num_queries(2):
        asks = list(due_readings())
    assert {ask.person_id for ask in asks} == {people.bo.pk, people.maj.pk}
    assert {ask.due_on for ask in asks} == {timezone.localdate() + 14 * DAY}


def test_the_pages_of_reading(valid: Version, people: SimpleNamespace, sign_in: Any) -> None:
    url = valid.document.get_absolute_url()
    anna = sign_in(people.anna)
    assert anna.get(url).content.decode().count("Jag har läst och förstått") == 2
    assert "Dosett" in anna.get("/dokument/att-lasa/").content.decode()
    for _twice in range(2):
        assert anna.post(f"{url}v/1.0/last/").status_code == 302
    assert "Ångra" in anna.get(url).content.decode()
    assert "Dosett" not in anna.get("/dokument/att-lasa/").content.decode()
    anna.post(f"{url}v/1.0/last/angra/")
    assert anna.get(url).content.decode().count("Jag har läst och förstått") == 2
    siv = sign_in(people.siv)
    assert "Jag har läst" not in siv.get(url).content.decode()
    assert siv.post(f"{url}v/1.0/last/").status_code == 403
    assert sign_in(people.frank).post(f"{url}v/1.0/last/").status_code == 404


def test_an_author_chooses_who_is_to_read_and_sees_how_many(
    document: Document, people: SimpleNamespace, units: SimpleNamespace, sign_in: Any
) -> None:
    pia = sign_in(people.pia)
    url = document.get_absolute_url()
    assert "Ingen ska läsa det" in pia.get(f"{url}utkast/").content.decode()
    answer = pia.post(f"{url}malgrupp/", {"unit_1": units.north.pk, "role_1": STAFF}, follow=True)
    assert "Hemtjänst Norr, medarbetare (2)" in answer.content.decode()
    assert document.story.last().verb == "set_audience"
    pia.post(f"{url}malgrupp/", {"unit_1": units.south.pk, "role_1": ""})
    assert [str(row) for row in document.audience.current()] == ["Hemtjänst Söder, alla"]
    assert sign_in(people.anna).get(f"{url}malgrupp/").status_code == 404
