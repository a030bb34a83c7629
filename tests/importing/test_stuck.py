"""An import that stopped half way is taken up, taken back or tidied away: none lies for ever."""

import io
from types import SimpleNamespace
from typing import Any

import pytest

from nonconformities.importing import storing
from nonconformities.importing.columns import meaning_of
from nonconformities.importing.preparing import Preparation, receive
from nonconformities.models import Import, Nonconformity
from nonconformities.tasks import store_import, tidy_imports
from qms.history import verify
from qms.records.importing.mending import Faults
from qms.records.importing.reading import open_source
from qms.records.importing.tables import Table
from qms.records.models import Work

pytestmark = pytest.mark.django_db


@pytest.fixture
def stuck(cecilia: Any, cast: SimpleNamespace) -> Import:
    """An import whose worker was killed after the first thousand rows; its work has failed."""
    head = "Nr;Datum;Enhet;Händelse\n"
    text = head + "".join(f"{n};2024-05-{n % 28 + 1};SOF-HT-01;Rad {n}\n" for n in range(1200))
    row = receive(io.BytesIO(text.encode()), "a.csv", len(text), by=cast.cecilia)
    preparation = Preparation(row)
    preparation.survey()
    preparation.check()
    storing.begin(row, by=cast.cecilia, skips=False)

    def killed(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        storing.store(row, by=cast.cecilia, tell=killed)
    work = Work.ask(
        "nonconformities.tasks.store_import", by=cast.cecilia, heading="x", import_id=row.pk
    )
    Work.objects.filter(pk=work.pk).update(status=Work.Status.FAILED)
    row.refresh_from_db()
    assert 0 < row.cases.count() < 1200
    return row


def test_another_who_may_configure_takes_it_up(
    stuck: Import, cast: SimpleNamespace, sign_in: Any
) -> None:
    address = stuck.get_absolute_url()
    assert sign_in(cast.eva).get(address).status_code == 404
    adam = sign_in(cast.adam)
    assert "stannade halvvägs" in adam.get(address).text
    led = adam.post(f"{address}fortsatt/")
    work = Work.objects.get(asked_by=cast.adam)
    assert led.url == work.get_absolute_url()
    assert adam.get(address).url == work.get_absolute_url()
    assert sign_in(cast.cecilia).get(address).status_code == 200  # no ring, and no second one
    assert sign_in(cast.cecilia).post(f"{address}fortsatt/").url == address
    store_import(work.pk)
    stuck.refresh_from_db()
    assert (stuck.status, stuck.cases.count()) == ("stored", 1200)
    assert adam.post(f"{address}fortsatt/").url == address


def test_it_is_taken_back_as_far_as_it_came(stuck: Import, cecilia: Any) -> None:
    assert cecilia.get(f"{stuck.get_absolute_url()}angra/").status_code == 200
    cecilia.post(f"{stuck.get_absolute_url()}angra/", {"reason": "Fel fil"})
    stuck.refresh_from_db()
    assert stuck.status == "withdrawn"
    assert not Nonconformity.objects.exclude(status="void").exists()
    storing.store(stuck, by=stuck.uploaded_by)  # a worker that wakes up late stores nothing more
    assert not Nonconformity.objects.exclude(status="void").exists()


def test_its_file_is_removed_after_a_week(stuck: Import, cecilia: Any) -> None:
    assert tidy_imports() == 0
    Import.objects.update(uploaded_at="2026-01-01T00:00:00Z")
    assert tidy_imports() == 1
    stuck.refresh_from_db()
    assert (stuck.status, stuck.has_file) == ("storing", False)
    page = cecilia.get(stuck.get_absolute_url()).text
    assert "fortsatt/" not in page
    assert "angra/" in page
    assert cecilia.post(f"{stuck.get_absolute_url()}fortsatt/").url == "/import/avvikelser/"
    assert tidy_imports() == 0


def test_a_case_touched_just_now_stops_it_with_a_sentence(
    stuck: Import, cecilia: Any, cast: SimpleNamespace, monkeypatch: Any
) -> None:
    monkeypatch.setattr(Import, "may_be_withdrawn", True)  # as it was when the page was read
    stuck.cases.first().comment(by=cast.bo, text="Vi tittar på det")  # type: ignore[union-attr]
    answer = cecilia.post(f"{stuck.get_absolute_url()}angra/", {"reason": "Fel fil"})
    assert answer.status_code == 409
    assert "arbetat med 1 av ärendena" in answer.text
    assert not stuck.cases.filter(status="void").exists()


def test_many_taken_back_tell_what_one_tells(
    stuck: Import, cecilia: Any, cast: SimpleNamespace
) -> None:
    one, other = stuck.cases.order_by("pk")[:2]
    for case in (one, other):
        Nonconformity.objects.filter(pk=case.pk).update(status="reported", due_on="2027-01-04")
        case.refresh_from_db()
    one.take_back(by=cast.cecilia, reason="Fel register")
    storing.void([other], by=cast.cecilia, reason="Fel register")
    said = [case.story.get(verb="take_back") for case in (one, other)]
    assert said[0].changes == said[1].changes
    assert said[0].note == said[1].note
    assert "due_on" in said[0].changes
    assert not list(verify.faults())


@pytest.mark.parametrize("cell", ["=1+1", " =cmd", "＝1", "-5 grader", "'vanlig", "text"])
def test_rows_to_mend_hold_no_formula_and_come_back_as_they_were(cell: str) -> None:
    file = io.BytesIO("Nr;Händelse\n1;x\n2;y\n".encode())
    faults = Faults(Table(open_source(file), meaning_of))
    faults.add(["1", cell], ["fel"])
    text = faults.done().read().decode("utf-8-sig")
    written = text.splitlines()[1].split(";")[1]
    assert not written.strip().startswith(("=", "-", "＝"))
    lines = list(open_source(io.BytesIO(text.encode())).lines())
    assert lines[1].cells[1] == cell.strip()
