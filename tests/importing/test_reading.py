"""Files are read whatever wrote them, and what cannot be read is refused with how to mend it."""

# ruff: noqa: E501
import io
import time
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from nonconformities.importing.columns import Column, guessed, meaning_of
from nonconformities.importing.layout import Layout
from qms.records.importing.reading import open_source
from qms.records.importing.sheets import _CHUNK, Unreadable, _Look
from qms.records.importing.tables import Table
from tests.importing.conftest import REGISTER, workbook

HEAD = ["Ärendenr", "Datum", "Enhet", "Beskrivning"]


def table(data: bytes, **chosen: Any) -> Table:
    return Table(open_source(io.BytesIO(data)), meaning_of, **chosen)


def rows(data: bytes, **chosen: Any) -> list[list[Any]]:
    return [row.cells for row in table(data, **chosen).rows() if row.kind == "data"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_text_in_any_usual_encoding(encoding: str, separator: str, end: str) -> None:
    lines = [HEAD, ["1", "2026-01-02", "Förskolan Å", "Ä, ö; och | å\tsamt mer"]] * 2
    text = end.join(
        separator.join(f'"{cell}"' if set(cell) & set(";,|\t") else cell for cell in line)
        for line in lines
    )
    found = table(text.encode(encoding))
    assert found.names == HEAD
    assert rows(text.encode(encoding)) == [lines[1], lines[3]]  # the heading again is no row


def test_a_separator_that_is_said_holds() -> None:
    text = "sep=,\r\nNr,Datum,Enhet,Händelse\r\n1,2026-01-02,A;B;C;D;E,text\r\n"
    assert rows(text.encode()) == [["1", "2026-01-02", "A;B;C;D;E", "text"]]


def test_a_line_break_within_quotes_is_of_the_cell() -> None:
    assert ["2022:0003", "44700", "SOF-HT-01", "Två rader\ni en cell"] in [
        row[:4] for row in rows(REGISTER.encode())
    ]


def test_junk_above_and_blank_lines_are_counted_and_left_out() -> None:
    kinds = [row.kind for row in table(REGISTER.encode()).rows()]
    assert (kinds.count("junk"), kinds.count("blank"), kinds.count("data")) == (2, 2, 11)


def test_a_sum_is_no_row() -> None:
    found = table(REGISTER.encode())
    layout = Layout(found, guessed(found.names, found.sample()))
    assert layout.is_sum(["Summa", "", "", "10"])
    assert layout.is_sum(["", "", "", "420", "", "12"])
    assert layout.is_sum(["Totalt antal: 12"])
    assert not layout.is_sum(["2022:1", "", "", "Summan stämde inte"])
    assert not layout.is_sum(["17", "2022-01-01", "", ""])


def test_a_forgotten_quotation_mark_is_said_not_swallowed() -> None:
    rest = "\n".join(f"{n};2026-01-02;Enhet;text" for n in range(400))
    with pytest.raises(ValidationError, match="citattecken"):
        rows(f'Nr;Datum;Enhet;Händelse\n1;2026-01-02;Enhet;"aldrig stängd\n{rest}'.encode())


# --- Workbooks ----------------------------------------------------------------------------------


def test_a_workbook_keeps_days_numbers_and_hidden_rows() -> None:
    day = datetime(2026, 11, 24)
    data = workbook(HEAD, [1, day, "A", "x"], [2.0, 46350, "B", "y"], hidden=[3])
    assert rows(data) == [[1, day, "A", "x"], [2, 46350, "B", "y"]]


def test_a_workbook_of_1904_counts_from_there() -> None:
    data = workbook(HEAD, [1, 44888, "A", "x"], is_1904=True)
    assert open_source(io.BytesIO(data)).is_1904


def test_merged_cells_downwards_all_have_the_value() -> None:
    lines = [
        [1, "2026-01-02", "Norr", "x"],
        [2, "2026-01-03", None, "y"],
        [3, "2026-01-04", None, "z"],
    ]
    assert [row[2] for row in rows(workbook(HEAD, *lines, merge=["C2:C4"]))] == ["Norr"] * 3


def test_two_rows_of_headings_are_one() -> None:
    upper = ["Ärende", None, "Datum", None, "Händelse"]
    lower = ["Nr", "Enhet", "Inkom", "Klart", None]
    data = workbook(["Lista"], upper, lower, ["1", "Norr", "2026-01-02", "2026-01-03", "text"],
                    merge=["A2:B2", "C2:D2"])  # fmt: skip
    found = table(data)
    assert guessed(found.names, found.sample()) == [
        Column.NUMBER, Column.UNIT, Column.REPORTED_ON, Column.CLOSED_ON, Column.DESCRIPTION,
    ]  # fmt: skip
    assert found.heading == 3


def test_a_formula_without_a_value_and_an_error_are_said() -> None:
    (cells,) = rows(workbook(HEAD, [1, "2026-01-02", "=A1&B1", "#REF!"]))
    assert [isinstance(cell, Unreadable) for cell in cells] == [False, False, True, True]


@pytest.mark.parametrize(
    "piece", [b"<c ", b'<c r="A1" ', b' r="A1"', b"<c r='A1'><f", b'<c r="A1"><f/>' + b" " * 99]
)
def test_a_sheet_made_to_be_slow_is_looked_through_as_fast_as_any(piece: bytes) -> None:
    began = time.process_time()
    xml = b'<c r="A1"' + piece * (_CHUNK // len(piece))
    assert not _Look(io.BytesIO(xml)).empty
    assert time.process_time() - began < 2


def test_the_register_is_found_on_another_sheet() -> None:
    data = workbook(HEAD, [1, "2026-01-02", "A", "x"], sheets=("Läs mig", "Tom", "Register"))
    source = open_source(io.BytesIO(data))
    assert source.sheets == ["Läs mig", "Tom", "Register"]
    assert rows(data, sheet="Register") == [[1, "2026-01-02", "A", "x"]]
    with pytest.raises(ValidationError):
        table(data, sheet="Tom")


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (120 << 20))
    return file.getvalue()


def _zip_of(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "tom"), (b"\xd0\xcf\x11\xe0" + b"x" * 99, "gammal Excelfil"), (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "ingen tabell"), (b"<html><body>", "webbsida"),
        (b"PK\x03\x04 damaged", "skadad"), (_zip_of("content.xml"), "OpenDocument"),
        (_zip_of("word/document.xml"), "textdokument"), (_zip_of("a.csv"), "packad"),
        (_zip_of("xl/workbook.xml"), "kan inte läsas"), (b"bara en text utan kolumner\n", "kolumner"),
        (b"\n\n\n", "kolumner"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_how_to_mend_it(data: bytes, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        table(data)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(ValidationError, match="för stor"):
        open_source(io.BytesIO(_bomb()))


# --- Columns ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        ("Case no;Date reported;Department;What happened;Severity;Action taken;Owner;Status;Closed",
         "number reported_on unit description severity correction handler status closed_on"),
        ("Löpnr;Händelsedatum;Anmäld datum;Avdelning;Plats;Rubrik;Beskrivning;Grundorsak;Åtgärdas senast",
         "number happened_on reported_on unit place title description cause due_on"),
        ("ID;Typ;Kategori;Sannolikhet;Rapportör;Kommentar;Personnummer;Händelse;Registrerad",
         "number kind category likelihood reporter other skip description reported_on"),
        ("Nr;Något helt annat;Händelse;att rätta / to mend", "number other description skip"),
    ],
)  # fmt: skip
def test_headings_in_swedish_and_english_are_understood(names: str, meant: str) -> None:
    assert guessed(names.split(";"), []) == meant.split()


def test_columns_without_headings_are_known_by_what_they_hold() -> None:
    sample = [["24/11-26", "En ganska lång text om vad som faktiskt hände här", "a@exempel.se"]] * 5
    assert guessed(["A", "B", "C"], sample) == ["reported_on", "description", "handler"]
