"""Documents to see to: who has them, why, and another owner for many at once."""

import csv
import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from documents.models import Document, Opening
from documents.models.opening import a_year_back
from tests.planted_documents import document_at, version_at

pytestmark = pytest.mark.django_db
ADDRESS = "/dokument/att-se-over/"


@pytest.fixture
def lost(people: SimpleNamespace, units: SimpleNamespace, routine: Any) -> SimpleNamespace:
    """One whose owner works elsewhere, one that is late, a draft, and one at the school."""
    today = timezone.localdate()
    long_ago = today - timedelta(days=800)

    def put(unit: Any, owner: Any, *, late: bool = False) -> Document:
        review = today + timedelta(days=-5 if late else 200)
        document = document_at(unit, owner=owner, openness="unit", review_on=review)
        version_at("in_force", document, people.pia, title="qtitelq",
                   adopted_on=long_ago, valid_from=long_ago)  # fmt: skip
        return document

    left = put(units.north, people.frank)
    late = put(units.north, people.bo, late=True)
    draft = document_at(units.north, owner=None)
    version_at("draft", draft, people.pia)
    return SimpleNamespace(left=left, late=late, draft=draft, school=put(units.school, None))


def shown(who: Any, query: str = "") -> list[str]:
    """Return the numbers that somebody is shown."""
    client = Client()
    client.force_login(who)
    return [row.number for row in client.get(f"{ADDRESS}{query}").context["listing"].rows]


def test_each_tab_holds_its_own(lost: SimpleNamespace, people: SimpleNamespace) -> None:
    assert shown(people.bo) == [lost.left.number]
    assert shown(people.bo, "?vy=oversyn") == [lost.late.number]
    assert shown(people.cecilia) == [lost.left.number, lost.school.number]
    assert shown(people.frank) == [lost.school.number]
    assert shown(people.cecilia, "?enhet=FINNS-INTE") == []


def test_what_is_hard_to_read_is_among_them(
    lost: SimpleNamespace, people: SimpleNamespace, units: SimpleNamespace, routine: Any
) -> None:
    assert shown(people.bo, "?vy=svara") == []
    hard = document_at(units.north, owner=people.bo)
    words = " ".join([f"{'verksamhetsutvecklingsprocesser ' * 30}."] * 10)
    version_at("in_force", hard, people.pia, body=f"<p>{words}.</p>")
    assert shown(people.bo, "?vy=svara") == [hard.number]


def test_who_follows_reads_no_title(lost: SimpleNamespace, people: SimpleNamespace) -> None:
    client = Client()
    client.force_login(people.cecilia)
    for address in (ADDRESS, f"{ADDRESS}exportera/?format=csv"):
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert lost.left.number.encode() in body
        assert b"qtitelq" not in body
    client.force_login(people.bo)
    assert "qtitelq" in client.get(ADDRESS).content.decode()


def test_unopened_is_said_only_after_a_year_of_counting(
    lost: SimpleNamespace, people: SimpleNamespace, units: SimpleNamespace
) -> None:
    assert shown(people.bo, "?vy=olasta") == []
    month = (a_year_back() - timedelta(days=40)).replace(day=1)
    Opening.objects.create(document=lost.late, unit=units.north, month=month)
    assert set(shown(people.bo, "?vy=olasta")) == {lost.left.number, lost.late.number}
    Opening.count_one(lost.late, people.anna)
    assert shown(people.bo, "?vy=olasta") == [lost.left.number]


def test_many_get_another_owner_and_each_tells_of_it(
    lost: SimpleNamespace, people: SimpleNamespace
) -> None:
    client = Client()
    client.force_login(people.cecilia)
    told = {
        "documents": [lost.left.number, lost.school.number], "owner": people.bo.pk,
        "reason": "Frank har slutat.",
    }  # fmt: skip
    answer = client.post(ADDRESS, told, follow=True)
    assert answer.status_code == 200
    lost.left.refresh_from_db()
    lost.school.refresh_from_db()
    assert (lost.left.owner, lost.school.owner) == (people.bo, None)  # Bo works in another board
    assert lost.left.story.latest("seq").note == "Frank har slutat."
    body = answer.content.decode()
    assert f"{lost.school.number}:" in body
    assert client.post(ADDRESS, told).status_code == 422  # the first is on the list no more


@pytest.mark.parametrize("wrong", [{"documents": "DOK-9999"}, {"owner": "x"}, {"reason": ""}, {}])
def test_bad_answers_change_nothing(
    wrong: dict[str, str], lost: SimpleNamespace, people: SimpleNamespace
) -> None:
    client = Client()
    client.force_login(people.cecilia)
    told = {"documents": lost.draft.number, "owner": people.bo.pk, "reason": "x"} | wrong
    assert client.post(ADDRESS, told).status_code == 422
    client.force_login(people.anna)
    assert client.post(ADDRESS, told).status_code == 404
    assert client.get(f"{ADDRESS}exportera/?format=csv").status_code == 404


def test_the_list_is_taken_out_as_a_file(lost: SimpleNamespace, people: SimpleNamespace) -> None:
    client = Client()
    client.force_login(people.bo)
    body = b"".join(client.get(f"{ADDRESS}exportera/?format=csv").streaming_content)
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == [lost.left.number]
    assert client.get(f"{ADDRESS}exportera/?format=xlsx").status_code == 200
    assert client.get(f"{ADDRESS}exportera/?format=exe").status_code == 404
