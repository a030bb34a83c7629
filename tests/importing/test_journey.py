"""An old register is brought in over HTTP: file, columns, names, check, import, and back again."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from nonconformities import tasks
from nonconformities.importing import storing
from nonconformities.importing.preparing import Preparation, receive
from nonconformities.models import Import, KnownName, Nonconformity, OldRow
from nonconformities.tasks import tidy_imports
from qms.history.models import Event
from qms.records.models import NumberSeries, Work
from tests.importing.conftest import HEADINGS, LINES, REGISTER, upload, workbook

START = "/import/avvikelser/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _work_at_once(settings: Any, django_capture_on_commit_callbacks: Any) -> None:
    """Let what is queued be done in the test itself, when the test says so."""
    settings.CELERY_TASK_ALWAYS_EAGER = True


def answers(page: Any, **also: Any) -> dict[str, Any]:
    """Return what a browser sends back of a page's form as it was drawn."""
    form = page.context["form"]
    return {f.html_name: f.value() for f in form if f.value() not in (None, "", False)} | also


def sent(client: Any, content: bytes | str = REGISTER, name: str = "register.csv") -> Any:
    page = client.post(START, {"file": upload(content, name)}, follow=True)
    assert page.status_code == 200, page.context["form"].errors
    return page


def step(client: Any, page: Any, **also: Any) -> Any:
    """Send the page's form as it stands and follow where it leads."""
    return client.post(page.request["PATH_INFO"], answers(page, **also), follow=True)


def checked(client: Any, **names: str) -> Any:
    """Go from the file to the check, with what is suggested and some names chosen."""
    page = step(client, sent(client))
    assert page.request["PATH_INFO"].endswith("/namn/")
    chosen = {
        field.html_name: names[question.text]
        for field, question in zip(
            page.context["form"], page.context["form"].questions, strict=True
        )
        if question.text in names
    }
    page = step(client, page, **chosen)
    assert page.request["PATH_INFO"].endswith("/kontrollera/")
    return page


def carried_out(row: Import, by: Any) -> Import:
    """Do what the queue would do: the work of storing."""
    storing.store(row, by=by)
    row.refresh_from_db()
    return row


def test_from_file_to_cases_and_back(cecilia: Any, cast: SimpleNamespace, client: Any) -> None:
    page = checked(cecilia)
    counts = page.context["counts"]
    assert counts["lines"] == LINES
    assert counts["lines"] == sum(
        counts[kind] for kind in ("ready", "doubles", "failed", "junk", "sum", "blank")
    )
    assert (counts["ready"], counts["doubles"], counts["failed"], counts["sum"]) == (4, 2, 4, 1)
    assert counts["personal"] == 1
    assert not Nonconformity.objects.exists()  # nothing is stored yet
    step(cecilia, page, personal="redact", skips="on")
    row = carried_out(Import.objects.get(), cast.cecilia)
    receipt = cecilia.get(row.get_absolute_url()).content.decode()
    assert f"{LINES} rader = 4 sparade" in receipt
    _look_at_the_cases(cast)
    back = cecilia.post(f"{row.get_absolute_url()}angra/", {"reason": "Fel fil"}, follow=True)
    assert "återtagen" in back.content.decode()
    assert not Nonconformity.objects.visible_to(cast.cecilia).exists()
    assert set(Nonconformity.objects.values_list("status", flat=True)) == {"void"}
    call_command("verify_history")
    assert step(cecilia, checked(cecilia), skips="on", personal="keep")  # the same file once more
    again = carried_out(Import.objects.exclude(pk=row.pk).get(), cast.cecilia)
    assert again.counts["ready"] == 4
    assert Nonconformity.objects.filter(number="AVV-2022-0003").exists()  # numbers are not reused


def _look_at_the_cases(cast: SimpleNamespace) -> None:
    one, two, three, four = Nonconformity.objects.order_by("old_row__row")
    assert [case.number for case in (one, two, three, four)] == [
        "AVV-2021-0001", "AVV-2022-0001", "AVV-2022-0002", "AVV-2024-0001",
    ]  # fmt: skip
    assert (one.status, str(one.closed_at.date()), one.severity) == ("closed", "2021-12-01", 3)
    assert "070-174" not in one.description
    assert "070-174" not in str(one.old_row.rest)
    assert (two.status, two.unit.code, two.responsible) == ("reported", "SOF-HT-02", cast.berit)
    assert (three.unit.code, three.responsible, three.severity) == ("SOF-HT-01", cast.bo, None)
    assert three.description == "Två rader\ni en cell"
    assert four.old_row.flags == ["closed_before"]
    assert not four.old_row.number
    assert {case.channel for case in (one, two, three, four)} == {"import"}
    assert [event.verb for event in one.story] == ["import"]
    assert one.story.get().actor == cast.cecilia
    call_command("verify_history")
    history = Nonconformity.pgh_event_model.objects  # every version of a row is kept beside it
    assert history.filter(pgh_obj_id=one.pk).count() == 1


def test_the_number_of_the_old_register_leads_to_the_case(
    cecilia: Any, cast: SimpleNamespace, client: Any
) -> None:
    step(cecilia, checked(cecilia), skips="on", personal="keep")
    carried_out(Import.objects.get(), cast.cecilia)
    client.force_login(cast.bo)
    found = client.get("/sok/", {"q": "2021:0001"}, follow=True).content.decode()
    assert "Ärende 2021:0001 i det gamla registret" in found
    assert "B. Ek" in found  # what has no place of its own is kept in its own words
    client.force_login(cast.frank)
    assert "AVV-2021" not in client.get("/sok/", {"q": "2021:0001"}, follow=True).content.decode()


def test_the_rows_to_mend_come_back_mended(cecilia: Any, cast: SimpleNamespace) -> None:
    step(cecilia, checked(cecilia), skips="on", personal="keep")
    row = carried_out(Import.objects.get(), cast.cecilia)
    address = f"{row.get_absolute_url()}att-ratta"
    text = b"".join(cecilia.get(f"{address}.csv").streaming_content).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert lines[0][-1] == "att rätta"
    assert "finns ingen dag" in lines[1][-1]
    assert "raderna 12 och 13" in lines[3][-1]
    book = b"".join(cecilia.get(f"{address}.xlsx").streaming_content)
    assert book[:2] == b"PK"
    mended = text.replace("31/2-23", "28/2-23").replace("??", "SOF-HT-01")
    page = step(cecilia, sent(cecilia, mended, "att-ratta.csv"))
    page = step(cecilia, page)
    counts = page.context["counts"]
    assert (counts["ready"], counts["failed"], counts["doubles"]) == (2, 2, 0)
    assert Import.objects.exclude(pk=row.pk).get().register == row.register


def test_names_are_asked_once_and_remembered(cecilia: Any, cast: SimpleNamespace) -> None:
    page = step(cecilia, sent(cecilia))
    asked = [question.text for question in page.context["form"].questions]
    assert len(asked) == len(set(asked))
    assert "Htj Söder" in asked
    assert "Hemtjänst Norr" not in asked
    step(cecilia, page)
    assert KnownName.objects.get(key="htj söder").unit.code == "SOF-HT-02"
    assert not KnownName.objects.filter(key__in=["", "??"]).exists()
    page = step(cecilia, sent(cecilia, REGISTER + "x;;;;;;;;\n"))
    assert "Htj Söder" not in [question.text for question in page.context["form"].questions]


def test_a_killed_worker_goes_on_where_it_was(cecilia: Any, cast: SimpleNamespace) -> None:
    head = "Nr;Datum;Enhet;Händelse\n"
    text = head + "".join(f"{n};2024-05-{n % 28 + 1};SOF-HT-01;Rad {n}\n" for n in range(2500))
    row = receive(io.BytesIO(text.encode()), "a.csv", len(text), by=cast.cecilia)
    preparation = Preparation(row)
    preparation.survey()
    preparation.check()
    assert storing.begin(row, by=cast.cecilia, skips=False)

    def killed(done: int) -> None:
        if done > 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        storing.store(row, by=cast.cecilia, tell=killed)
    row.refresh_from_db()
    assert 0 < row.stored_upto < 2500
    counts = storing.store(Import.objects.get(), by=cast.cecilia)
    assert (counts["ready"], counts["doubles"], counts["lines"]) == (2500, 0, 2501)
    assert Nonconformity.objects.count() == OldRow.objects.count() == 2500
    assert NumberSeries.objects.get(prefix="AVV", year=2024).last == 2500
    assert storing.store(Import.objects.get(), by=cast.cecilia)["ready"] == 2500  # and once more
    assert Nonconformity.objects.count() == 2500


def test_a_very_long_file_is_stored_by_several_works(
    cecilia: Any, cast: SimpleNamespace, monkeypatch: Any
) -> None:
    monkeypatch.setattr(tasks, "AT_A_TIME", 0)
    step(cecilia, checked(cecilia), skips="on", personal="keep")
    first = Work.objects.get()
    tasks.store_import(first.pk)
    first.refresh_from_db()
    assert first.status == "done"
    second = Work.objects.exclude(pk=first.pk).get()
    monkeypatch.setattr(tasks, "AT_A_TIME", 60)
    tasks.store_import(second.pk)
    assert Import.objects.get().status == "stored"
    assert Nonconformity.objects.count() == 4


# --- Bad input for every step ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "tom.csv", "tom"), (b"%PDF-1.4 x", "a.pdf", "PDF"),
        (b"\xd0\xcf\x11\xe0xxxx", "a.xls", "gammal Excelfil"), (b"hej", "a.txt", "kolumner"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why(
    content: bytes, name: str, says: str, cecilia: Any
) -> None:
    page = cecilia.post(START, {"file": upload(content, name)})
    assert page.status_code == 422
    assert says in page.content.decode()
    assert not Import.objects.exists()


def test_a_file_that_is_too_big_and_one_that_is_missing(cecilia: Any, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = 100
    assert cecilia.post(START, {"file": upload(REGISTER)}).status_code == 422
    assert cecilia.post(START, {}).status_code == 422
    settings.IMPORT_MAX_BYTES, settings.IMPORT_MAX_ROWS = 10_000, 3
    page = step(cecilia, sent(cecilia))
    assert page.status_code == 422
    assert "Dela den" in page.content.decode()


def test_the_same_file_twice_is_the_same_import(cecilia: Any, cast: SimpleNamespace) -> None:
    sent(cecilia)
    sent(cecilia)
    assert Import.objects.count() == 1


def test_importing_twice_at_once_stores_once(cecilia: Any, cast: SimpleNamespace) -> None:
    page = checked(cecilia)
    address, said = page.request["PATH_INFO"], answers(page, personal="keep", skips="on")
    assert cecilia.post(address, said).status_code == 302
    assert cecilia.post(address, said).status_code == 302
    assert Work.objects.filter(task__endswith="store_import").count() == 1
    carried_out(Import.objects.get(), cast.cecilia)
    assert Nonconformity.objects.count() == 4
    assert cecilia.post(address, said).status_code == 302


def test_wrong_columns_are_asked_again(cecilia: Any) -> None:
    page = sent(cecilia)
    for wrong, says in (
        ({"column_3": "other"}, "vad som hände"), ({"column_1": "unit"}, "Två kolumner"),
        ({"column_2": "other"}, "enheten"), ({"column_0": "nonsense"}, "column_0"),
        ({"heading": "59"}, "inga rubriker"), ({"register": ""}, "register"),
    ):  # fmt: skip
        again = step(cecilia, page, **wrong)
        assert again.status_code == 422, wrong
        assert says in again.content.decode()
        page = cecilia.get(page.request["PATH_INFO"])


def test_a_state_that_most_closed_rows_still_bear_follows_the_closing_day(cecilia: Any) -> None:
    rows = [f"2022:{n};2022-03-04;Hemtjänst Norr;Sak {n};1;;;Öppen;2022-04-0{n}" for n in (1, 2)]
    rows.append("2022:3;2022-03-04;Hemtjänst Norr;Sak 3;1;;;Öppen;")
    rows += ["2022:4;2022-03-04;Hemtjänst Norr;Sak 4;1;;;Utreds;-"]
    page = step(cecilia, sent(cecilia, "\n".join([HEADINGS, *rows])))
    meant = {each.text: each.suggestion for each in page.context["form"].questions}
    assert (meant["Öppen"], meant["Utreds"]) == ("auto", "reported")


def test_an_unknown_answer_to_a_name_is_asked_again(cecilia: Any) -> None:
    page = step(cecilia, sent(cecilia))
    again = step(cecilia, page, name_0="Ingen enhet som finns")
    assert again.status_code == 422


def test_faulty_rows_are_left_out_only_when_somebody_says_so(cecilia: Any) -> None:
    page = checked(cecilia)
    again = step(cecilia, page, personal="keep")
    assert again.status_code == 422
    assert not Nonconformity.objects.exists()
    assert Import.objects.get().status == "uploaded"


def test_a_file_that_is_gone_is_asked_for_again(cecilia: Any, cast: SimpleNamespace) -> None:
    page = checked(cecilia)
    row = Import.objects.get()
    row.file.delete()
    for leaf in ("kolumner", "namn", "kontrollera"):
        assert cecilia.get(f"{row.get_absolute_url()}{leaf}/").status_code == 302
    assert step(cecilia, page, personal="keep", skips="on").request["PATH_INFO"] == START


def test_nobody_else_opens_what_is_being_prepared(
    cecilia: Any, cast: SimpleNamespace, client: Any
) -> None:
    address = sent(cecilia).request["PATH_INFO"]
    client.force_login(cast.adam)  # may configure too, but it is not his file
    assert client.get(address).status_code == 404
    assert client.post(address, {}).status_code == 404
    client.force_login(cast.eva)
    assert client.post(START, {"file": upload(REGISTER)}).status_code == 404


def test_the_page_of_an_import_leads_to_its_cases_and_no_others(
    cecilia: Any, cast: SimpleNamespace, client: Any
) -> None:
    step(cecilia, checked(cecilia), skips="on", personal="keep")
    row = carried_out(Import.objects.get(), cast.cecilia)
    other = Nonconformity.objects.create(
        unit=Nonconformity.objects.latest("pk").unit, description="x", reported_by=cast.anna
    )
    other.report(by=cast.anna)
    address = f"/avvikelser/?vy=alla&inlast={row.uid}"
    assert address.replace("&", "&amp;") in cecilia.get(row.get_absolute_url()).content.decode()
    rows = cecilia.get(address).context["listing"].rows
    assert {each.pk for each in rows} == {each.pk for each in row.cases.all()}
    client.force_login(cast.bo)  # who may not import cannot narrow by one: it narrows nothing
    assert other in client.get(address).context["listing"].rows


def test_a_case_that_somebody_has_worked_with_stops_the_way_back(
    cecilia: Any, cast: SimpleNamespace
) -> None:
    step(cecilia, checked(cecilia), skips="on", personal="keep")
    row = carried_out(Import.objects.get(), cast.cecilia)
    case = Nonconformity.objects.get(number="AVV-2022-0002")
    case.comment(by=cast.bo, text="Vi tittar på det")
    address = f"{row.get_absolute_url()}angra/"
    assert cecilia.post(address, {"reason": "Fel"}).status_code == 409
    other = Nonconformity.objects.get(number="AVV-2021-0001")
    other.take_back(by=cast.cecilia, reason="Fel register")
    other.refresh_from_db()
    assert (other.status, other.old_row.is_withdrawn) == ("void", True)
    assert other.number == "AVV-2021-0001"


def test_the_file_is_removed_at_night(cecilia: Any, cast: SimpleNamespace) -> None:
    sent(cecilia)
    row = Import.objects.get()
    Import.objects.update(uploaded_at="2026-01-01T00:00:00Z")
    assert tidy_imports() == 1
    row.refresh_from_db()
    assert (row.status, row.has_file, row.found) == ("given_up", False, {})
    assert tidy_imports() == 0


def test_giving_up_removes_the_file(cecilia: Any) -> None:
    row_url = sent(cecilia).request["PATH_INFO"].replace("kolumner/", "avbryt/")
    cecilia.post(row_url)
    assert not Import.objects.get().has_file


def test_a_workbook_goes_the_same_way(cecilia: Any, cast: SimpleNamespace) -> None:
    data = workbook(
        ["Lista"], ["Nr", "Datum", "Enhet", "Händelse", "Status"],
        [1, 46000, "Hemtjänst Norr", "Ett", "Klar"], [2, "v. 34 2025", None, "Två", "Öppen"],
        [3, "2025-09-01", "Hemtjänst Norr", "=A1", "Öppen"], ["Summa", None, None, 3],
        merge=["C3:C4"],
    )  # fmt: skip
    page = step(cecilia, step(cecilia, sent(cecilia, data, "a.xlsx")))
    counts = page.context["counts"]
    assert (counts["ready"], counts["failed"], counts["sum"]) == (2, 1, 1)
    assert counts["flags"]["week"] == 1
    assert "formeln" in str(counts["problems"])


# --- By command -----------------------------------------------------------------------------------


def test_the_command_says_the_same_and_keeps_the_mapping(
    cast: SimpleNamespace, base: None, tmp_path: Any, capsys: Any
) -> None:
    file, mapping = tmp_path / "register.csv", tmp_path / "mapping.json"
    file.write_text(REGISTER, encoding="cp1252")
    call_command("import_deviations", file, mapping=mapping, dry_run=True)
    assert not Nonconformity.objects.exists()
    assert not Import.objects.exists()
    call_command(
        "import_deviations", file, mapping=mapping, dry_run=True, faults=tmp_path / "f.csv"
    )
    assert f"{LINES} rader = 4 klara + 2 dubbletter + 4 att rätta" in capsys.readouterr().out
    with pytest.raises(CommandError, match="hoppas över"):
        call_command("import_deviations", file, mapping=mapping, user="cecilia")
    call_command("import_deviations", file, mapping=mapping, user="cecilia", skip_faulty=True)
    assert Nonconformity.objects.count() == 4
    assert Event.objects.filter(verb="import").count() == 4
    for wrong in ({}, {"user": "bo"}, {"user": "ingen"}):
        with pytest.raises(CommandError):
            call_command("import_deviations", file, **wrong)
    with pytest.raises(CommandError):
        call_command("import_deviations", tmp_path / "finns-inte.csv", dry_run=True)
