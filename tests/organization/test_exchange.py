"""The organisation from a file and to a file."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from qms.history.verify import faults
from qms.organization.exchange import export, plan_for, read
from qms.organization.models import Unit

DEMO = Path(settings.BASE_DIR) / "progress" / "demo"
TOP = "code;parent;name;kind;authority_or_legal_entity\nT;;Toppen;group;\n"


def load(text: str) -> list[str]:
    """Carry a file out and return what it did."""
    plan = plan_for(read(text.encode()))
    assert plan.faults == []
    plan.apply(by=None, reason="fil")
    return plan.sentences


def faults_of(text: str | bytes) -> list[str]:
    """What hinders a file."""
    plan = plan_for(read(text if isinstance(text, bytes) else text.encode()))
    plan.check()
    return plan.faults


def test_the_published_organisation_loads_and_loading_again_does_nothing(db: None) -> None:
    for _time in range(2):
        for name in ("organisation.csv", "services.csv"):
            call_command("load_organisation", DEMO / name, verbosity=0)
    assert Unit.objects.count() == 42
    assert not Unit.objects.filter(service="").exists()
    assert not Unit.objects.filter(customer_word="").exists()
    assert not Unit.objects.filter(name__endswith="*").exists()
    assert Unit.objects.get(code="SOF-HT-01").authority_name == "Socialnämnden"
    assert len(Unit.objects.get(code="VK").reach) == 42
    assert list(faults()) == []


def test_a_dry_run_changes_nothing(db: None) -> None:
    call_command("load_organisation", DEMO / "organisation.csv", "--dry-run", verbosity=0)
    assert not Unit.objects.exists()


def test_what_is_fetched_can_be_read_back(units: SimpleNamespace) -> None:
    Unit.objects.filter(code="SOF-HT-01").update(name="=1+1", customer_word="-kund")
    text = export()
    assert "'=1+1" in text
    assert ";=1+1" not in text
    plan = plan_for(read(text.encode()))
    assert plan.faults == []
    assert plan.steps == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [";", ","])
def test_every_usual_way_of_saving_is_understood(db: None, encoding: str, separator: str) -> None:
    text = TOP.replace("Toppen", "Åtvidaberg*").replace(";", separator).replace("\n", "\r\n")
    plan_for(read(text.encode(encoding))).apply(by=None, reason="fil")
    assert Unit.objects.get().name == "Åtvidaberg"


def test_parents_may_stand_after_their_children(db: None) -> None:
    load("code;parent;name;kind\nB;A;B;site\nA;T;A;department\nT;;T;group\n")
    assert len(Unit.objects.get(code="T").reach) == 3


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("A;B;A;site\nB;A;B;site\n", "3"),
        ("A;SAKNAS;A;site\n", "3"),
        ("A;T;A;site\nA;T;A;site\n", "4"),
        ("A;T;A;slott\n", "3"),
        ("A;T;A;site;x;för;många\n", "3"),
        (";T;A;site\n", "3"),
        ("a b;T;A;site\n", "3"),
        ("A;T;;site\n", "3"),
        ("A;T;" + "x" * 100_000 + ";site\n", "3"),
        ("A;;A;group\n", ""),
        ('A;T;"aldrig slut;site\n', ""),
    ],
)
def test_what_is_wrong_is_said_with_its_row(db: None, text: str, row: str) -> None:
    found = faults_of(TOP + text)
    assert found
    assert any(row in fault for fault in found)
    assert all(len(fault) < 600 for fault in found)
    assert not Unit.objects.exists()


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 9, b"PK\x03\x04zip", "å".encode("utf-16"), b"\x81\x8d", b"x" * 3_000_000,
     b"name;kind\nA;site\n", b"code;code\nA;B\n", b"code;okand\nA;B\n", b"code\n"],
)  # fmt: skip
def test_a_file_that_is_something_else_is_refused_with_a_sentence(db: None, data: bytes) -> None:
    assert faults_of(data)


def test_units_are_renamed_moved_changed_and_closed_from_a_file(units: SimpleNamespace) -> None:
    told = load(
        "code;parent;name;customer_word;valid_until;successor\n"
        "SOF-HT-01;SOF;Hemtjänst Nord;kund;;\n"
        "SOF-HT-02;SOF-HT;Hemtjänst Söder;;2026-06-30;SOF-HT-01\n"
    )
    assert len(told) == 4
    north, south = Unit.objects.get(code="SOF-HT-01"), Unit.objects.get(code="SOF-HT-02")
    assert (north.name, north.parent, north.customer_word) == (
        "Hemtjänst Nord",
        units.social,
        "kund",
    )
    assert south.successor == north
    assert str(south.valid_until) == "2026-06-30"
    assert list(faults()) == []


def test_two_units_may_change_places_in_one_file(units: SimpleNamespace) -> None:
    load("code;parent\nSOF-HT-01;SOF\nSOF-HT;SOF-HT-01\n")
    assert Unit.objects.get(code="SOF-HT").parent == units.north


def test_a_move_across_the_border_is_refused_and_nothing_is_done(units: SimpleNamespace) -> None:
    assert faults_of("code;parent;name\nSOF-HT-01;BUF;Ny\nSOF-HT-02;SOF-HT;Annan\n")
    assert Unit.objects.get(code="SOF-HT-02").name == "Hemtjänst Söder"


def test_units_that_are_missing_in_the_file_are_named_and_left(units: SimpleNamespace) -> None:
    plan = plan_for(read(b"code;parent;name;kind\nVK;;Koncernen;group\n"))
    assert len(plan.notes) == Unit.objects.count() - 1
    assert plan.steps == []


def test_only_who_organises_the_whole_group_may_read_a_file(cast: SimpleNamespace) -> None:
    for person in (cast.anna, cast.eva, cast.frank, cast.gun):
        with pytest.raises(PermissionDenied):
            plan_for(read(b"code\nVK\n")).apply(by=person, reason="fil")


def test_a_file_may_found_rename_and_move_by_the_same_person(cast: SimpleNamespace) -> None:
    text = "code;parent;name;kind\nNY;SOF;Ny;department\nSOF-HT-01;NY;Nord;site\n"
    plan = plan_for(read(text.encode()))
    plan.apply(by=cast.adam, reason="fil")
    assert Unit.objects.get(code="SOF-HT-01").parent == Unit.objects.get(code="NY")


def test_the_command_names_what_hinders_it(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="saknas"):
        call_command("load_organisation", tmp_path / "saknas.csv", verbosity=0)
    bad = tmp_path / "bad.csv"
    bad.write_text(TOP + "A;SAKNAS;A;site\n")
    with pytest.raises(CommandError, match="SAKNAS"):
        call_command("load_organisation", bad, verbosity=0)
    assert not Unit.objects.exists()
