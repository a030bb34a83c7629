"""A unit's own supplement to a text of the group: begun, read with it, and never lost."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from documents.models import Document, Version
from progress.documents import documents_waiting_for
from qms.records.models import Work
from qms.records.refusals import NotAllowed, WrongStatus
from tests.documents.conftest import written
from tests.documents.test_paper import flat
from tests.works import carry_out

Adopted = Callable[..., Version]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any, db: None) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def above(document: Document, adopted: Adopted) -> Document:
    """The routine of home care, in force."""
    adopted(document.versions.get())
    document.refresh_from_db()
    return document


@pytest.fixture
def local(
    above: Document, people: SimpleNamespace, units: SimpleNamespace, adopted: Adopted
) -> Document:
    """North has its own supplement, written by Pia and adopted by Bo."""
    made = above.begin_supplement(by=people.pia, unit=units.north)
    made.versions.get().save_text(by=people.pia, summary="Här.", body="<p>Nyckeln i norr.</p>")
    adopted(made.versions.get(), by=people.bo)
    made.refresh_from_db()
    return made


def flagged(document: Document) -> bool:
    """Return True while the supplement is to be looked at."""
    return Document.objects.filter(pk=document.pk).to_check().exists()


def test_one_for_each_unit(above: Document, local: Document, people: Any, units: Any) -> None:
    assert (local.supplements, local.unit, local.openness) == (above, units.north, "authority")
    assert list(local.applies_to.all()) == [units.north]
    with pytest.raises(NotAllowed, match="har redan ett tillägg"):
        above.begin_supplement(by=people.pia, unit=units.north)
    with pytest.raises(NotAllowed):
        above.begin_supplement(by=people.frank, unit=units.school)
    assert above.begin_supplement(by=people.pia, unit=units.south).supplements == above
    with pytest.raises(NotAllowed):
        local.begin_supplement(by=people.bo, unit=units.north)


def test_it_is_shown_under_the_text_for_those_of_the_unit(
    above: Document, local: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    assert "Nyckeln i norr" in sign_in(people.maj).get(above.get_absolute_url()).text
    south = sign_in(people.siv).get(above.get_absolute_url()).text
    assert "Nyckeln i norr" not in south
    assert local.number in south  # it is listed


def test_it_stands_in_the_pdf_on_wish(
    above: Document, local: Document, people: SimpleNamespace, sign_in: Any
) -> None:
    client = sign_in(people.maj)
    client.post(f"{above.get_absolute_url()}v/1.0/pdf/", {"tillagg": local.number})
    work = carry_out(Work.objects.get())
    with work.file.open("rb") as stored:
        assert "Nyckeln i norr" in flat(stored.read())


def test_a_meaningful_change_above_flags_it_until_it_is_confirmed(
    above: Document, local: Document, people: SimpleNamespace, adopted: Adopted, sign_in: Any
) -> None:
    assert not flagged(local)
    adopted(written(above, people.pia, is_minor=True))
    assert not flagged(local)
    adopted(written(above, people.pia))
    assert flagged(local)
    says = f"Kontrollera mot version 2.0 av {above.number}"
    assert says in [task.title for task in documents_waiting_for(people.pia)]
    client = sign_in(people.pia)
    assert says in client.get(local.get_absolute_url()).text
    assert says not in sign_in(people.maj).get(local.get_absolute_url()).text
    address = f"{local.get_absolute_url()}kontrollerat/"
    assert sign_in(people.maj).post(address).status_code == 403
    assert flagged(local)
    assert sign_in(people.pia).post(address).status_code == 302
    assert not flagged(local)
    event = local.story.last()
    assert event
    assert event.changes == {"checked_against": [f"{above.number}/1.0", f"{above.number}/2.0"]}


def test_a_new_version_of_its_own_answers_the_flag(
    above: Document, local: Document, people: SimpleNamespace, adopted: Adopted
) -> None:
    adopted(written(above, people.pia))
    adopted(written(local, people.pia), by=people.bo)
    assert not flagged(local)


def test_it_stands_and_is_flagged_when_the_text_above_is_withdrawn(
    above: Document, local: Document, people: SimpleNamespace
) -> None:
    above.versions.get().withdraw(by=people.berit, reason="Ersatt")
    assert flagged(local)
    assert local.valid_version is not None
    with pytest.raises(WrongStatus):
        local.confirm_supplement(by=people.pia)
    local.amend(by=people.pia, supplements=None)
    assert not flagged(local)


def test_from_the_page_to_the_draft(
    above: Document, people: SimpleNamespace, units: SimpleNamespace, sign_in: Any
) -> None:
    client = sign_in(people.bo)
    address = f"{above.get_absolute_url()}tillagg/"
    assert address in client.get(above.get_absolute_url()).text
    assert client.get(address).status_code == 200
    assert client.post(address, {"unit": units.south.pk}).status_code == 422
    answer = client.post(address, {"unit": units.north.pk})
    made = Document.objects.get(supplements=above)
    assert answer.url == f"/dokument/{made.number}/utkast/"
    assert sign_in(people.maj).get(address).status_code == 404
