"""Ways in: a poster on the wall, a shared tablet, and the way back by the code on the receipt."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from nonconformities.arriving import PER_ADDRESS, PER_PLACE, SENDINGS
from nonconformities.forms import open_report
from nonconformities.models import Nonconformity, Place
from nonconformities.models.codes import as_receipt, fold, new_bearer_code
from nonconformities.views import at_place
from qms.organization.models.change import close
from tests.records.test_files import picture

TEXT = "Halt golv i köket."


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_report, "_SHORTEST", -1)


@pytest.fixture
def kitchen(units: SimpleNamespace, base: None, cast: SimpleNamespace) -> Place:
    """A place of home care where anybody may report."""
    return Place.add(by=cast.bo, unit=units.north, name="Köket", allows_anonymous=True)


def _form(client: Client, place: Place, **answers: Any) -> dict[str, Any]:
    """Return what a browser would send from the page as it stands."""
    form = client.get(f"/r/{place.code}/").context["form"]
    held = {field.name: field.value() for field in form if field.name != "files"}
    return {n: v for n, v in held.items() if v not in (None, "")} | {"description": TEXT} | answers


def _send(client: Client, place: Place, **answers: Any) -> Any:
    return client.post(f"/r/{place.code}/", _form(client, place, **answers))


def _only() -> Nonconformity:
    return Nonconformity.objects.get()


# --- In by the poster ----------------------------------------------------------------------------


def test_somebody_without_an_account_reports_from_the_kitchen(kitchen: Place) -> None:
    client = Client()
    answer = _send(client, kitchen)
    case = _only()
    assert answer.url == f"/kvitto/{case.receipt_code}/"
    assert (case.status, case.channel, case.from_place, case.unit) == (
        "reported", "place", kitchen, kitchen.unit,
    )  # fmt: skip
    assert (case.reported_by, case.created_by, case.said_to_be) == (None, None, "")
    assert len(case.receipt_code.replace("-", "")) == 16
    assert "sessionid" not in client.cookies
    event = case.story.get(verb="report")
    assert (event.actor, event.actor_name) == (None, "")


def test_the_page_says_what_holds_for_a_report_without_an_account(kitchen: Place) -> None:
    page = Client().get(f"/r/{kitchen.code}/").content.decode()
    for words in (
        "Du är inte inloggad",
        "Vi sparar inte vem du är",
        "allmän handling",
        "visselblås",
    ):
        assert words in page


def test_the_whistleblowing_channel_is_linked_when_there_is_one(
    kitchen: Place, settings: Any
) -> None:
    settings.WHISTLEBLOWING_URL = "https://vissla.example.se/"
    assert (
        'href="https://vissla.example.se/"' in Client().get(f"/r/{kitchen.code}/").content.decode()
    )


def test_the_same_place_signed_in_is_the_ordinary_form_with_the_place(
    kitchen: Place, cast: SimpleNamespace, sign_in: Any
) -> None:
    page = sign_in(cast.frank).get(f"/r/{kitchen.code}/", follow=True)
    form = page.context["form"]
    assert page.request["PATH_INFO"] == "/rapportera/"
    assert (form["unit"].value(), form["place"].value()) == (kitchen.unit_id, "Köket")


def test_off_from_the_start_one_signs_in_and_comes_back(units: SimpleNamespace, base: None) -> None:
    place = Place.add(by=None, unit=units.north, name="Kontoret")
    client = Client()
    answer = client.get(f"/r/{place.code}/")
    assert answer.url == f"/logga-in/?next=/r/{place.code}/"
    assert "Logga in för att rapportera från Kontoret." in client.get(answer.url).content.decode()
    assert Client().post(f"/r/{place.code}/", {"description": TEXT}).status_code == 302
    assert not Nonconformity.objects.exists()


def test_a_closed_place_says_where_to_go(kitchen: Place, cast: SimpleNamespace) -> None:
    other = Place.add(by=cast.bo, unit=kitchen.unit, name="Matsalen", allows_anonymous=True)
    kitchen.close(by=cast.bo, instead=other)
    answer = Client().get(f"/r/{kitchen.code}/")
    assert answer.status_code == 410
    assert f"/r/{other.code}/" in answer.content.decode()
    assert Client().post(f"/r/{kitchen.code}/", {"description": TEXT}).status_code == 410
    assert not Nonconformity.objects.exists()


def test_a_unit_that_closed_after_the_poster_was_printed(
    kitchen: Place, units: SimpleNamespace, cast: SimpleNamespace
) -> None:
    close(units.north, by=None, on=timezone.localdate(), successor=units.south, reason="Slås ihop")
    type(units.north).objects.filter(pk=units.north.pk).update(valid_until="2026-01-01")
    answer = Client().get(f"/r/{kitchen.code}/")
    assert answer.status_code == 410
    assert "Hemtjänst Söder" in answer.content.decode()


@pytest.mark.parametrize("written", ["{code}", "{lower}"])
def test_a_code_is_found_as_somebody_types_it(kitchen: Place, written: str) -> None:
    path = written.format(code=kitchen.code, lower=kitchen.code.lower())
    assert Client().get(f"/r/{path}/").status_code == 200
    assert Client().get("/r/finns-inte/").status_code == 404


# --- Who is no person, and who sends too much ---


def test_what_fills_in_the_hidden_field_is_asked_again(kitchen: Place) -> None:
    answer = _send(Client(), kitchen, homepage="https://reklam.example")
    assert answer.status_code == 422
    assert TEXT in answer.content.decode()
    assert answer.context["form"]["homepage"].value() == ""
    assert not Nonconformity.objects.exists()


def test_what_is_sent_at_once_is_asked_again(kitchen: Place, monkeypatch: Any) -> None:
    monkeypatch.setattr(open_report, "_SHORTEST", 30)
    answer = _send(Client(), kitchen)
    assert answer.status_code == 422
    assert "Det gick väldigt fort" in answer.content.decode()


@pytest.mark.parametrize("drawn", ["", "påhittad", "MTIz:1tA:abc"])
def test_a_page_that_is_too_old_keeps_the_text(kitchen: Place, drawn: str) -> None:
    client = Client()
    answer = client.post(f"/r/{kitchen.code}/", _form(client, kitchen) | {"drawn": drawn})
    assert answer.status_code == 422
    again = {n: v for n, v in answer.context["form"].data.items() if n != "homepage"}
    assert client.post(f"/r/{kitchen.code}/", again).status_code == 302
    assert _only().description == TEXT


def test_a_flood_from_one_address_stops_and_others_go_on(kitchen: Place) -> None:
    client = Client()
    answers = [_send(client, kitchen, description=f"{TEXT} {n}") for n in range(22)]
    assert [answer.status_code for answer in answers] == [302] * 20 + [429] * 2
    assert f"{TEXT} 21" in answers[-1].content.decode()
    assert _send(Client(REMOTE_ADDR="192.0.2.7"), kitchen).status_code == 302


def test_what_is_no_report_closes_no_place(kitchen: Place) -> None:
    client = Client()
    for _n in range(PER_PLACE.most + 1):
        assert client.post(f"/r/{kitchen.code}/", {"description": ""}).status_code == 422
    assert _send(client, kitchen).status_code == 302


def test_a_flood_of_what_is_no_report_is_stopped_too(kitchen: Place, monkeypatch: Any) -> None:
    monkeypatch.setattr(at_place, "SENDINGS", SENDINGS._replace(most=2))
    codes = [Client().post(f"/r/{kitchen.code}/", {}).status_code for _n in range(3)]
    assert codes == [422, 422, 429]


def test_one_address_holds_a_whole_municipality(
    kitchen: Place, units: SimpleNamespace, monkeypatch: Any
) -> None:
    monkeypatch.setattr(at_place, "PER_ADDRESS", PER_ADDRESS._replace(most=1))
    assert [_send(Client(), kitchen).status_code for _n in range(2)] == [302, 429]
    hall = Place.add(by=None, unit=units.school, name="Hallen", allows_anonymous=True)
    assert _send(Client(), hall).status_code == 302


def test_a_forged_address_is_not_believed(kitchen: Place) -> None:
    client = Client()
    for number in range(21):
        data = _form(client, kitchen, description=f"{TEXT} {number}")
        path = f"/r/{kitchen.code}/"
        answer = client.post(path, data, HTTP_X_FORWARDED_FOR=f"192.0.2.{number}")
    assert answer.status_code == 429


def test_no_address_is_stored(kitchen: Place) -> None:
    from django.core.cache import cache

    _send(Client(REMOTE_ADDR="192.0.2.99"), kitchen)
    raw = cache._cache.get_client()  # type: ignore[attr-defined]
    assert not [key for key in raw.keys("*") if b"192.0.2.99" in key]
    assert "192.0.2.99" not in str(_only().__dict__)


def test_the_same_form_twice_is_one_report(kitchen: Place) -> None:
    client = Client()
    data = _form(client, kitchen)
    first, again = (client.post(f"/r/{kitchen.code}/", data) for _n in range(2))
    assert first.url == again.url
    assert _only()
    other = client.post(f"/r/{kitchen.code}/", data | {"description": "Något annat."})
    assert other.status_code == 409
    assert client.post(f"/r/{kitchen.code}/", other.context["form"].data.dict()).status_code == 302
    assert Nonconformity.objects.count() == 2


def test_somebody_elses_report_is_not_reached_by_its_id(
    kitchen: Place, cast: SimpleNamespace
) -> None:
    own = Nonconformity.objects.create(unit=kitchen.unit, reported_by=cast.anna, description="x")
    client = Client()
    assert _send(client, kitchen, uid=str(own.uid)).status_code == 400
    own.refresh_from_db()
    assert (own.status, own.description) == ("draft", "x")


def test_a_photo_that_is_too_big_is_refused_and_the_text_kept(
    kitchen: Place, settings: Any
) -> None:
    settings.OPEN_ATTACHMENT_MAX_BYTES = 1000
    photo = SimpleUploadedFile("golv.png", picture("PNG", (900, 900)) + b"a" * 2000, "image/png")
    answer = _send(Client(), kitchen, files=photo)
    assert answer.status_code == 422
    assert "Högst" in str(answer.context["form"].errors["files"])
    assert TEXT in answer.content.decode()
    assert not Nonconformity.objects.exists()


def test_without_an_account_only_pictures_come_in(kitchen: Place) -> None:
    letter = SimpleUploadedFile("golv.jpg", b"Ingen bild alls.", "image/jpeg")
    answer = _send(Client(), kitchen, files=letter)
    assert answer.status_code == 422
    assert "ingen bild" in str(answer.context["form"].errors["files"])
    photo = SimpleUploadedFile("golv.jpg", picture(), "image/jpeg")
    receipt = _send(Client(), kitchen, files=photo).url
    sent = {"text": "Mer.", "files": SimpleUploadedFile("mer.txt", b"Bara text.", "text/plain")}
    assert Client().post(f"{receipt}skriv/", sent).status_code == 422
    assert [file.media_type for file in _only().attachments.all()] == ["image/jpeg"]


def test_details_about_a_person_are_asked_about_here_too(kitchen: Place) -> None:
    client = Client()
    asked = _send(client, kitchen, description="Ring 070-123 45 67.")
    assert asked.status_code == 422
    assert not Nonconformity.objects.exists()
    clean = client.post(f"/r/{kitchen.code}/", asked.context["form"].data.dict() | {"redact": "1"})
    assert "070" not in clean.context["form"]["description"].value()
    sent = client.post(
        f"/r/{kitchen.code}/", asked.context["form"].data.dict() | {"send_anyway": "on"}
    )
    assert sent.status_code == 302


def test_english_is_kept_with_the_report(
    kitchen: Place, cast: SimpleNamespace, sign_in: Any
) -> None:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    assert "You are not signed in." in client.get(f"/r/{kitchen.code}/").content.decode()
    _send(client, kitchen)
    case = _only()
    assert case.language == "en"
    assert "Skriven på engelska" in sign_in(cast.bo).get(case.get_absolute_url()).content.decode()


# --- The shared tablet ---


@pytest.fixture
def tablet(units: SimpleNamespace, base: None, cast: SimpleNamespace) -> SimpleNamespace:
    """A tablet that Bo has set up where nobody may report without signing in elsewhere."""
    facts = {"is_shared_device": True, "offers_names": True}
    place = Place.add(by=cast.bo, unit=units.north, name="Personalrummet", **facts)
    client = Client()
    client.force_login(cast.bo)
    answer = client.post(f"/platser/{place.code}/surfplatta/")
    assert answer.url == f"/r/{place.code}/"
    return SimpleNamespace(place=place, client=client)


def test_the_tablet_offers_names_and_believes_none(
    tablet: SimpleNamespace, cast: SimpleNamespace, sign_in: Any
) -> None:
    page = tablet.client.get(f"/r/{tablet.place.code}/")
    assert page.wsgi_request.user.is_anonymous
    assert "Anna Berg" in page.content.decode()
    _send(tablet.client, tablet.place, said_to_be="Anna Berg")
    case = _only()
    assert (case.channel, case.said_to_be, case.reported_by) == ("device", "Anna Berg", None)
    assert not Nonconformity.objects.visible_to(cast.anna).exists()
    assert (
        "angav att hen heter Anna Berg"
        in sign_in(cast.bo).get(case.get_absolute_url()).content.decode()
    )


def test_only_the_tablet_itself_meets_the_names(tablet: SimpleNamespace) -> None:
    assert Client().get(f"/r/{tablet.place.code}/").status_code == 302
    tablet.place.amend(by=None, allows_anonymous=True)
    page = Client().get(f"/r/{tablet.place.code}/")
    assert page.status_code == 200
    assert "Anna Berg" not in page.content.decode()


def test_a_lost_tablet_is_forgotten(tablet: SimpleNamespace) -> None:
    tablet.place.forget_devices(by=None)
    assert tablet.client.get(f"/r/{tablet.place.code}/").status_code == 302


def test_the_tablet_returns_to_the_start(tablet: SimpleNamespace) -> None:
    answer = _send(tablet.client, tablet.place)
    page = tablet.client.get(answer.url).content.decode()
    assert f'content="60; url=/r/{tablet.place.code}/"' in page
    assert "http-equiv" not in tablet.client.get(f"{answer.url}?stanna").content.decode()
    assert "http-equiv" not in Client().get(answer.url).content.decode()


# --- Codes ---


def test_a_misread_sign_is_forgiven() -> None:
    code = new_bearer_code()
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l").replace("5", "s")
    assert as_receipt(typed) == code
    assert as_receipt("abc") == as_receipt("") == ""
    assert fold("OQDILZSBGU") == "000112586V"
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", code)


# --- When the report went on in another case -----------------------------------------------------


def _receipt(case: Nonconformity) -> str:
    answer = Client().get(f"/kvitto/{case.receipt_code}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_receipt_follows_its_report_to_another_authority(
    kitchen: Place, units: SimpleNamespace, cast: SimpleNamespace
) -> None:
    _send(Client(), kitchen)
    case = _only()
    case.hand_over(
        by=cast.bo, unit=units.school, reason="Golvet är ert.", ground="none",
    )  # fmt: skip
    assert "Lämnad till" in _receipt(case)
    case.accept_across(by=cast.frank)
    case.refresh_from_db()
    there: Any = case.followed
    page = _receipt(case)
    assert there.unit == units.school
    assert f"{units.school.name} tog över din rapport." in page
    assert f"/kvitto/{there.receipt_code}/" in page
    assert 'name="text"' not in page  # nobody would read it here
    assert cast.frank.name not in page
    there.ask_reporter(by=cast.frank, question="Vilken dörr?")
    assert "Vilken dörr?" in _receipt(there)
    Client().post(f"/kvitto/{there.receipt_code}/skriv/", {"text": "Den vänstra."})
    there.refresh_from_db()
    assert there.asked_at is None
    there.dismiss(by=cast.frank, reason="Golvet är torkat.")
    assert "Golvet är torkat." in _receipt(case)
    assert cast.frank.name not in _receipt(there)


def test_a_receipt_of_a_merged_report_tells_the_answer_of_the_main_one(
    kitchen: Place, cast: SimpleNamespace
) -> None:
    _send(Client(), kitchen)
    case = _only()
    main = Nonconformity.objects.create(
        unit=kitchen.unit, reported_by=cast.anna, description="Halt golv."
    )
    main.report(by=cast.anna)
    case.merge_into(by=cast.bo, main=main)
    page = _receipt(case)
    assert "Någon annan har berättat om samma sak" in page
    assert cast.bo.name not in page
    assert 'name="satisfied"' not in page
    main.refresh_from_db()
    main.dismiss(by=cast.bo, reason="Golvet är torkat.")
    page = _receipt(case)
    assert "Golvet är torkat." in page
    assert main.receipt_code not in page
