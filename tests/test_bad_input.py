"""Odd, broken and hostile input: a clear answer, nothing lost, never a fault of ours."""

import io
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from nonconformities.models import Nonconformity
from qms.organization.duties import Role
from qms.records.models import Attachment
from tests.group import person
from tests.planted import case_at

SignIn = Callable[[Any], Client]
ODD_TEXTS = {
    "emoji": "🧑\u200d🦽 föll 😱 i 🛁",
    "right to left": "\u200fمرحبا بالعالم שלום\u200e och så svenska",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}{% now %} & \"'",
    "sql": "'; drop table nonconformities_nonconformity; --",
    "steering": "fil\u202egpj.exe",
    "windows lines": "en\r\ntvå\r\n\r\ntre",
}


@pytest.fixture
def anna(cast: SimpleNamespace, sign_in: SignIn, settings: Any, tmp_path: Any) -> Client:
    """Anna, signed in, with a place for files."""
    settings.MEDIA_ROOT = tmp_path
    return sign_in(cast.anna)


def answers(units: SimpleNamespace, **more: Any) -> dict[str, Any]:
    """Return what a report holds at least."""
    return {"description": "Fel dos.", "unit": units.north.pk, "urgency": "no"} | more


def picture(megabytes: int = 0) -> bytes:
    """Return a photograph, padded to a size."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#864").save(out, "JPEG")
    return out.getvalue() + b"\0" * (megabytes * 2**20)


# --- Texts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_an_odd_text_is_kept_letter_by_letter(
    anna: Client, units: SimpleNamespace, text: str
) -> None:
    assert anna.post("/rapportera/", answers(units, description=text)).status_code == 302
    case = Nonconformity.objects.get()
    assert case.description.replace("\r\n", "\n") == text.replace("\r\n", "\n")
    page = anna.get(case.get_absolute_url()).content.decode()
    assert "<script>alert(1)" not in page
    assert anna.get("/mina-rapporter/").status_code == 200


def test_a_hundred_thousand_characters_are_asked_to_be_fewer_and_kept(
    anna: Client, units: SimpleNamespace
) -> None:
    answer = anna.post("/rapportera/", answers(units, description="å" * 100_000))
    assert answer.status_code == 422
    assert "å" * 100_000 in answer.content.decode()
    assert "20" in answer.content.decode()


def test_a_nul_byte_is_asked_to_be_taken_out(anna: Client, units: SimpleNamespace) -> None:
    answer = anna.post("/rapportera/", answers(units, description="Fel\x00 dos"))
    assert answer.status_code == 422
    assert not Nonconformity.objects.exists()


def test_bytes_that_are_no_text_do_no_harm(anna: Client, units: SimpleNamespace) -> None:
    body = b"description=%FF%FE%00&unit=" + str(units.north.pk).encode() + b"&urgency=no"
    form = "application/x-www-form-urlencoded"
    assert anna.post("/rapportera/", body, content_type=form).status_code == 422


def test_blanks_are_no_report(anna: Client, units: SimpleNamespace) -> None:
    assert anna.post("/rapportera/", answers(units, description=" \n\t ")).status_code == 422


@pytest.mark.parametrize("uid", ["nonsense", "x" * 5000, "00000000-0000-0000-0000-00000000000g"])
def test_a_form_with_a_broken_id_says_so(anna: Client, units: SimpleNamespace, uid: str) -> None:
    assert anna.post("/rapportera/", answers(units, uid=uid)).status_code == 422


def test_somebody_elses_id_takes_nothing_over(
    cast: SimpleNamespace, anna: Client, units: SimpleNamespace
) -> None:
    theirs = case_at("reported", units.north, cast.bo)
    answer = anna.post("/rapportera/", answers(units, uid=str(theirs.uid), description="Mitt"))
    assert answer.status_code == 400
    theirs.refresh_from_db()
    assert theirs.description != "Mitt"


@pytest.mark.parametrize("unit", ["", "nope", "-1", "9" * 30, "1e3", "\x00"])
def test_a_unit_that_is_none_is_asked_for_again(
    anna: Client, units: SimpleNamespace, unit: str
) -> None:
    assert anna.post("/rapportera/", answers(units, unit=unit)).status_code == 422


@pytest.mark.parametrize("when", ["i går", "2026-02-31T10:00", "9999-12-31T23:59", "0000-01-01"])
def test_a_time_that_is_none_is_asked_for_again(
    anna: Client, units: SimpleNamespace, when: str
) -> None:
    answer = anna.post("/rapportera/", answers(units, happened_at=when))
    assert answer.status_code == 422
    assert "Fel dos." in answer.content.decode()


# --- Files -----------------------------------------------------------------------------------


def test_a_file_that_lies_about_its_type_is_refused_and_the_text_is_kept(
    anna: Client, units: SimpleNamespace
) -> None:
    program = SimpleUploadedFile("bild.jpg", b"MZ\x90\0" + b"\0" * 300, content_type="image/jpeg")
    answer = anna.post("/rapportera/", answers(units, files=program))
    assert answer.status_code == 422
    assert "bild.jpg" in answer.content.decode()
    assert "Fel dos." in answer.content.decode()
    assert not Nonconformity.objects.exists()


def test_a_page_called_a_photo_never_comes_back_as_a_page(
    anna: Client, units: SimpleNamespace
) -> None:
    page = SimpleUploadedFile("foto.png", b"<html><script>alert(1)</script>", "image/png")
    assert anna.post("/rapportera/", answers(units, files=page)).status_code == 422


def test_a_photo_of_sixty_megabytes_is_told_its_size(anna: Client, units: SimpleNamespace) -> None:
    photo = SimpleUploadedFile("stor.jpg", picture(60), "image/jpeg")
    answer = anna.post("/rapportera/", answers(units, files=photo))
    assert answer.status_code == 422
    assert "60 MB" in answer.content.decode()
    assert "Fel dos." in answer.content.decode()


def test_a_name_with_a_path_stays_in_its_folder(anna: Client, units: SimpleNamespace) -> None:
    photo = SimpleUploadedFile("x.jpg", picture(), "image/jpeg")
    photo.name = "../../etc/passwd\r\nSet-Cookie: a=b.jpg"
    assert anna.post("/rapportera/", answers(units, files=photo)).status_code == 302
    kept = Attachment.objects.get()
    answer = anna.get(kept.get_absolute_url())
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "/" not in kept.name


# --- Addresses -------------------------------------------------------------------------------

BROKEN = (
    "/avvikelser/%00/", "/avvikelser/AVV-2026-9999/", "/avvikelser/%F0%9F%98%80/",
    "/avvikelser/%FF%FE/", f"/avvikelser/{'9' * 3000}/", "/avvikelser/%00/bedom/",
    "/avvikelser/%2e%2e/", "/atgarder/%00/", "/atgarder/%00/klar/", "/kvitto/%00/",
    "/kvitto/7Q4M-29XK/", "/rapportera/nonsense/", "/filer/nonsense/",
    "/filer/00000000-0000-0000-0000-000000000000/", "/krav/iso9001-2026/%00/", "/krav/x/y/",
    "/organisation/%00/", "/organisation/nope/", "/organisation/%00/utse/", "/behorighet/%00/",
    "/behorighet/nobody/", "/installningar/nope/", "/finns-inte/", "/%00", "/avvikelser//",
    "/organisation/SOF/avsluta-uppdrag/99999999999999999999/",
)  # fmt: skip


@pytest.mark.parametrize("who", ["anna", "cecilia"])
def test_a_broken_address_does_not_exist(
    base: None, cast: SimpleNamespace, sign_in: SignIn, who: str
) -> None:
    client = sign_in(getattr(cast, who))
    statuses = {address: client.get(address).status_code for address in BROKEN}
    assert {a: s for a, s in statuses.items() if s != 404} == {}


QUERIES = (
    "sida=abc", "sida=-1", "sida=0", f"sida={'9' * 40}", "sida=%00", "vy=nope", "vy=%00",
    "fran=xx", "till=2026-13-45", "fran=9999-12-31&till=0001-01-01", "enhet=nope", "enhet=%00",
    "enhet=" + "x" * 5000, "steg=nope", "allvar=%F0%9F%98%80", "kategori=%00", "krav=%00",
    "krav=" + "9" * 4000, "sok=%00", "sok=" + "a" * 5000, "sok=%27%29%20or%201%3D1--",
    "sok=%26%20%7C%20%21%20%3A%2A", "sortera=nope", "efter=nope", "efter=_9", "efter=%00_1",
    "efter=2026-01-01_99999999999999999999", "efter=2026-01-01T00:00:00_5&sortera=nyast",
    "efter=99999-01-01_1", "a=1&" * 900, "alla", "q=%00", "q=" + "ö" * 3000, "q=%E2%80%AE",
    "q=AVV-2026-" + "9" * 400, "utgava=%00", "utgava=nope", "andrat=x", "personal=%FF",
)  # fmt: skip
LISTS = ("/", "/avvikelser/", "/atgarder/", "/sok/", "/krav/", "/organisation/", "/rapportera/")


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("who", ["bo", "cecilia"])
def test_a_broken_question_is_answered_all_the_same(
    base: None, cast: SimpleNamespace, sign_in: SignIn, who: str, address: str
) -> None:
    client = sign_in(getattr(cast, who))
    statuses = {query[:60]: client.get(f"{address}?{query}").status_code for query in QUERIES}
    assert {query: s for query, s in statuses.items() if s not in {200, 302, 404}} == {}


def test_more_fields_than_any_form_has_are_refused(anna: Client, units: SimpleNamespace) -> None:
    flood = answers(units) | {f"f{n}": "x" for n in range(2000)}
    assert anna.post("/rapportera/", flood).status_code == 400


# --- Methods and headers ---------------------------------------------------------------------


@pytest.mark.parametrize("address", [*LISTS, "/mina-rapporter/", "/jag/", "/hjalp/"])
def test_head_is_answered_as_get_without_a_body(
    base: None, cast: SimpleNamespace, sign_in: SignIn, address: str
) -> None:
    answer = sign_in(cast.bo).head(address)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_change_nothing(
    cast: SimpleNamespace, units: SimpleNamespace, sign_in: SignIn, method: str
) -> None:
    case = case_at("reported", units.north, cast.anna)
    client = sign_in(cast.bo)
    for address in ("/rapportera/", f"{case.get_absolute_url()}avskriv/", "/avvikelser/", "/jag/"):
        assert getattr(client, method)(address).status_code in {200, 405}
    case.refresh_from_db()
    assert (case.status, case.event_count) == ("reported", 0)


@pytest.mark.parametrize("after", [
    "https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)",
    "/%0d%0aSet-Cookie:%20a=b", "/\r\nSet-Cookie: a=b", "http:///evil.example", "x" * 9000,
])  # fmt: skip
def test_next_leads_nowhere_else(cast: SimpleNamespace, client: Client, after: str) -> None:
    sent = {"login": "anna", "password": "takt-test-2026", "next": after}
    for answer in (
        client.post("/sprak/", {"language": "sv", "next": after}),
        client.post("/logga-in/", sent),
    ):
        assert answer.status_code == 302
        assert "evil.example" not in answer.url or answer.url.startswith("/%")
        assert answer.url.startswith("/")
        assert not answer.url.startswith(("//", "/\\"))
        assert "a=b" not in str(answer.cookies)


def test_a_strange_host_is_not_believed(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["takt.example.org"]
    assert client.get("/halsa/", headers={"host": "evil.example"}).status_code == 400


def test_a_strange_language_changes_nothing(client: Client, db: None) -> None:
    answer = client.post("/sprak/", {"language": "../../etc", "next": "/hjalp/"})
    assert answer.status_code == 302
    assert not answer.cookies


# --- Too late --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["closed", "dismissed"])
def test_a_verb_on_an_ended_case_says_that_it_has_ended(
    cast: SimpleNamespace, units: SimpleNamespace, sign_in: SignIn, status: str
) -> None:
    case = case_at(status, units.north, cast.anna)
    client = sign_in(cast.bo)
    shown = client.get(f"{case.get_absolute_url()}avskriv/")
    sent = client.post(f"{case.get_absolute_url()}avskriv/", {"reason": "För sent skrivet."})
    assert (shown.status_code, sent.status_code) == (409, 409)
    assert case.get_status_display() in sent.content.decode()
    assert "För sent skrivet." in sent.content.decode()


def test_an_appointment_that_ends_today_holds_today_and_not_tomorrow(
    cast: SimpleNamespace, units: SimpleNamespace, sign_in: SignIn, monkeypatch: Any
) -> None:
    today = timezone.localdate()
    case = case_at("reported", units.south, cast.anna)
    karin = person("karin", "Sand")
    units.south.appoint(karin, Role.UNIT_MANAGER, by=None, until=today)
    client = sign_in(karin)
    assert client.get(f"{case.get_absolute_url()}bedom/").status_code == 200
    monkeypatch.setattr(timezone, "localdate", lambda *_a: today + timedelta(days=1))
    assert client.get(f"{case.get_absolute_url()}bedom/").status_code == 404
    assert client.post(f"{case.get_absolute_url()}avskriv/", {"reason": "x"}).status_code == 404


def test_whoever_is_dismissed_while_writing_is_told(
    cast: SimpleNamespace, units: SimpleNamespace, sign_in: SignIn
) -> None:
    case = case_at("reported", units.north, cast.anna)
    client = sign_in(cast.bo)
    assert client.get(f"{case.get_absolute_url()}avskriv/").status_code == 200
    cast.bo.appointments.get().dismiss(by=None)
    answer = client.post(f"{case.get_absolute_url()}avskriv/", {"reason": "Ingen avvikelse."})
    assert answer.status_code == 404


def test_whoever_has_no_account_any_more_is_signed_out(
    cast: SimpleNamespace, sign_in: SignIn
) -> None:
    client = sign_in(cast.bo)
    cast.bo.is_active = False
    cast.bo.save()
    assert client.get("/avvikelser/").url.startswith("/logga-in/")
