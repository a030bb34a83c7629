"""What goes wrong on the way: nothing is lost, nothing is done twice, and the page says why."""

from collections.abc import Callable

from django.test import Client

from nonconformities.models import Nonconformity
from tests.group import PASSWORD
from tests.journeys.steps import TOLD, assess, at, report
from tests.journeys.walker import Walker

Enter = Callable[[str], Walker]
LONG = "Detta har jag skrivit länge på och vill inte skriva om."


def test_a_double_click_sends_one_report(enter: Enter) -> None:
    anna = enter("anna").open("/rapportera/")
    form = anna.form("description")
    first = anna.send(form, description=TOLD).address
    assert anna.send(form, description=TOLD).address == first
    assert Nonconformity.objects.count() == 1


def test_back_and_other_words_asks_if_it_is_something_else(enter: Enter) -> None:
    anna = enter("anna").open("/rapportera/")
    form = anna.form("description")
    anna.send(form, description=TOLD)
    assert anna.send(form, description="Något annat hände.").status == 409
    assert anna.reads("AVV-")
    again = anna.form("description")
    assert again.answers["description"][0] == "Något annat hände."
    anna.send(again)
    assert anna.address.startswith("/kvitto/")
    anna.send(again)  # and a double click on that one
    assert Nonconformity.objects.count() == 2


def test_a_double_click_assesses_once(enter: Enter) -> None:
    anna, bo = enter("anna"), enter("bo")
    number = report(anna)
    bo.open(f"/avvikelser/{number}/kommentera/")
    form = bo.form("text")
    for _click in range(2):
        assert bo.send(form, text="Tack, jag tittar i dag.").address == f"/avvikelser/{number}/"
    assert Nonconformity.objects.get(number=number).comments.count() == 1


def test_back_to_a_form_already_sent_says_what_happened(enter: Enter) -> None:
    anna, bo = enter("anna"), enter("bo")
    number = report(anna)
    bo.open(f"/avvikelser/{number}/avskriv/")
    form = bo.form("reason")
    bo.send(form, reason="Ingen avvikelse.")
    assert bo.send(form, reason="Jag ändrade mig om orden.").status == 409
    assert bo.reads("Jag ändrade mig om orden.") or any(
        "Jag ändrade mig om orden." in text
        for seen in bo.page.forms for texts in seen.answers.values() for text in texts
    )  # fmt: skip


def test_two_managers_at_once_one_wins_and_the_other_sees_it(enter: Enter) -> None:
    anna, bo, berit = enter("anna"), enter("bo"), enter("berit")
    number = report(anna)
    berit.open(f"/avvikelser/{number}/avskriv/")
    slow = berit.form("reason")
    assess(bo, number)
    assert berit.send(slow, reason=LONG).status == 409
    assert berit.reads("Bo Ek")
    assert berit.form("reason").answers["reason"][0] == LONG
    assert at(number) == "assessed"


def test_who_was_slower_may_send_again_when_it_still_holds(enter: Enter) -> None:
    anna, bo, berit = enter("anna"), enter("bo"), enter("berit")
    number = report(anna)
    assess(bo, number)
    berit.open(f"/avvikelser/{number}/byt-ansvarig/")
    slow = berit.form("responsible")
    assess_again = bo.open(f"/avvikelser/{number}/bedom-om/").form("severity")
    bo.send(assess_again, severity="3", reason="Värre än jag trodde")
    assert berit.send(slow, reason=LONG).status == 409
    berit.send(berit.form("responsible"))
    assert berit.status == 200
    assert berit.address == f"/avvikelser/{number}/"


def test_a_session_that_ended_gives_the_text_back_after_sign_in(enter: Enter) -> None:
    anna = enter("anna").open("/rapportera/")
    form = anna.form("description")
    anna.client.cookies.pop("sessionid")
    anna.send(form, description=LONG)
    assert anna.address == "/logga-in/"
    anna.fill(login="anna", password=PASSWORD)
    assert anna.address == "/rapportera/"
    assert anna.form("description").answers["description"][0] == LONG
    anna.send(anna.form("description"))
    assert anna.address.startswith("/kvitto/")


def test_it_comes_back_on_the_page_of_a_verb_too(enter: Enter) -> None:
    anna, bo = enter("anna"), enter("bo")
    number = report(anna)
    bo.open(f"/avvikelser/{number}/avskriv/")
    form = bo.form("reason")
    bo.client.cookies.pop("sessionid")
    bo.send(form, reason=LONG).fill(login="bo", password=PASSWORD)
    assert bo.form("reason").answers["reason"][0] == LONG
    assert at(number) == "reported"


def test_but_not_to_somebody_else_on_the_same_tablet(enter: Enter) -> None:
    anna = enter("anna").open("/rapportera/")
    form = anna.form("description")
    anna.client.cookies.pop("sessionid")
    anna.send(form, description=LONG)
    anna.fill(login="bo", password=PASSWORD)
    assert anna.address == "/rapportera/"
    assert anna.form("description").answers["description"][0] == ""
    assert not anna.reads(LONG)


def test_a_draft_is_kept_and_sent_later(enter: Enter) -> None:
    anna, bo = enter("anna"), enter("bo")
    anna.open("/rapportera/")
    anna.fill(description=TOLD, happened_at="2026-01-02T03:04", save="1")
    address = anna.address
    assert Nonconformity.objects.get().status == "draft"
    assert not bo.open("/avvikelser/?vy=alla").reads(TOLD)
    assert bo.open(address).status == 404
    assert anna.open("/mina-rapporter/").reads(TOLD)
    anna.open(address)
    assert anna.form("description").answers["happened_at"] == ["2026-01-02T03:04"]
    anna.fill(description=f"{TOLD} Och på onsdag.")
    assert anna.address.startswith("/kvitto/")
    assert bo.open("/avvikelser/?vy=alla").reads(TOLD)


def test_a_form_without_its_token_gives_the_text_back(enter: Enter) -> None:
    anna = enter("anna").open("/rapportera/")
    form = anna.form("description")
    form.answers["csrfmiddlewaretoken"] = ["x" * 64]
    assert anna.send(form, description=LONG).status == 403
    assert anna.reads(LONG)
    assert not Nonconformity.objects.exists()


def test_a_password_sent_without_a_token_is_not_shown(town: object) -> None:
    client = Client(enforce_csrf_checks=True)
    secret = "ett-långt-lösenord-som-ingen-ser"
    answer = client.post("/logga-in/", {"login": "anna", "password": secret})
    assert answer.status_code == 403
    assert secret not in answer.content.decode()


def test_details_about_a_person_are_asked_about_and_taken_out(enter: Enter) -> None:
    anna = enter("anna").open("/rapportera/")
    anna.fill(description="Ring 070-123 45 67 till dottern.")
    assert anna.status == 422
    assert anna.reads("070-123 45 67")
    anna.send(anna.form("description"), redact="1")
    assert "070" not in anna.form("description").answers["description"][0]
    anna.send(anna.form("description"))
    assert anna.address.startswith("/kvitto/")
