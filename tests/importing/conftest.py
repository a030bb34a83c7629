"""Registers as people keep them, built in code."""

# ruff: noqa: E501
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

HEADINGS = "Ärendenr;Inkom;Enhet/plats;Händelse (beskrivning);Allvarlighet;Åtgärd;Handläggare;Status;Klart datum"
ROWS = (
    "2021:0001;24/11-21;Hemtjänst Norr;Fel dos i dosetten. Ring 070-174 06 05.;Hög;Ny rutin;B. Ek;Klar;2021-12-01",
    "2022:0002;2022-03-04;Htj Söder;Nyckel saknades;2;;enhetschef;Öppen;",
    '2022:0003;44700;SOF-HT-01;"Två rader\ni en cell";-;;Vakant;Väntar svar;',
    ";13 mars 2024;Hemtjänst Norr;Utan nummer;Låg;Samtal;M Karlsson;Avslutad;12 mars 2024",
    ";2024-03-13;hemtjänst norr ;utan  nummer;Låg;;;;",  # the same once more
    "2022:0002;2022-03-04;Htj Söder;Nyckel saknades;2;;enhetschef;Öppen;",  # and this
    "2023:0007;31/2-23;Hemtjänst Norr;Finns ingen sådan dag;1;;;Klar;",
    "2023:0008;2023-05-05;??;Okänd enhet;1;;;Klar;",
    "2023:0009;2023-06-06;Hemtjänst Norr;Ett;1;;;Klar;2023-06-07",
    "2023:0009;2023-06-06;Hemtjänst Norr;Ett annat;1;;;Klar;2023-06-07",
)
ABOVE = "Avvikelselista;;;;;;;;\n;;;;;;;;\n"
BELOW = "\n;;;;;;;;\nSumma;;;10;;;;;\n"
REGISTER = ABOVE + HEADINGS + "\n" + "\n".join(ROWS) + BELOW
LINES = 2 + 1 + len(ROWS) + 2


def upload(content: bytes | str, name: str = "register.csv") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    data = content.encode("utf-8-sig") if isinstance(content, str) else content
    return SimpleUploadedFile(name, data)


def workbook(*rows: list[Any], sheets: tuple[str, ...] = ("Blad1",), **also: Any) -> bytes:
    """Return a workbook with these rows on its last sheet; `merge` joins cells."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for title in sheets:
        sheet = book.create_sheet(title)
    for row in rows:
        sheet.append(row)
    for cells in also.get("merge", ()):
        sheet.merge_cells(cells)
    for row in also.get("hidden", ()):
        sheet.row_dimensions[row].hidden = True
    if also.get("is_1904"):
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cecilia(cast: SimpleNamespace, base: None) -> Any:
    """The quality coordinator, signed in."""
    client = Client()
    client.force_login(cast.cecilia)
    client.user = cast.cecilia  # type: ignore[attr-defined]
    return client
