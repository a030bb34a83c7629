"""A report without an account: from the code on the wall to «satisfied», by the receipt alone."""

from types import SimpleNamespace

import pytest

from nonconformities.forms import open_report
from nonconformities.models import Nonconformity, Place
from tests.journeys.steps import act, assess, do, finish, investigate
from tests.journeys.test_nothing_lost import Enter
from tests.journeys.walker import Walker


@pytest.fixture
def kitchen(town: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place of home care where anybody may report."""
    monkeypatch.setattr(open_report, "_SHORTEST", -1)
    unit = Nonconformity._meta.get_field("unit").related_model.objects.get(code="SOF-HT-01")
    return Place.add(by=None, unit=unit, name="Köket", allows_anonymous=True)


def _reported(kitchen: Place) -> tuple[Walker, str, str]:
    """Report from the kitchen; return who did it, the number, and the receipt's address."""
    who = Walker().open(f"/r/{kitchen.code}/")
    who.fill(description="Spisvakten saknas.")
    assert who.address.startswith("/kvitto/")
    return who, str(Nonconformity.objects.get()), who.address


def test_by_the_code_on_the_wall_to_satisfied(enter: Enter, kitchen: Place) -> None:
    who, number, receipt = _reported(kitchen)
    assert not who.reads("Bo Ek")
    bo, berit, anna = enter("bo"), enter("berit"), enter("anna")
    do(bo, number, "ask_reporter", question="Vilken spis gäller det?")
    assert bo.open(f"/avvikelser/{number}/").reads("Väntar på svar")
    assert who.open(receipt).reads("Vilken spis gäller det?")
    who.fill(text="Den i hörnet.")
    assert bo.open(f"/avvikelser/{number}/").reads("Den i hörnet.")
    assert not bo.reads("Väntar på svar")
    assess(bo, number)
    investigate(bo, number)
    action = act(bo, number, "anna")
    finish(anna, bo, action)
    do(
        berit, number, "approve_effect", outcome="yes", evidence="Sett på plats.",
        lesson="Kontrollera spisvakter.", answer="Spisvakten är monterad. Tack!",
    )  # fmt: skip
    assert who.open(receipt).reads("Spisvakten är monterad. Tack!")
    who.fill(satisfied="yes")
    assert who.reads("Nöjd")
    assert Nonconformity.objects.get().verdict == "satisfied"
    assert who.open(receipt).status == 200


def test_the_same_answer_to_two_questions_is_two_answers(enter: Enter, kitchen: Place) -> None:
    who, number, receipt = _reported(kitchen)
    bo = enter("bo")
    for question in ("Var det på natten?", "Hände det igen?"):
        do(bo, number, "ask_reporter", question=question)
        form = who.open(receipt).form("text")
        who.send(form, text="Ja")
        who.send(form, text="Ja")  # a double click says nothing more
    case = Nonconformity.objects.get()
    assert [each.text for each in case.comments.filter(written_by=None)] == ["Ja", "Ja"]
    assert case.asked_at is None


def test_not_satisfied_for_the_same_reason_is_said_after_each_close(
    enter: Enter, kitchen: Place
) -> None:
    who, number, receipt = _reported(kitchen)
    bo, berit = enter("bo"), enter("berit")
    for _time in range(2):
        do(bo, number, "dismiss", reason="Spisvakten finns.")
        who.send(who.open(receipt).form("satisfied"), satisfied="no", reason="Den fungerar inte.")
        assert Nonconformity.objects.get().verdict == "unsatisfied"
        do(berit, number, "reconsider", reason="Vi ser efter.")


def test_not_satisfied_waits_for_the_area_manager(enter: Enter, kitchen: Place) -> None:
    who, number, receipt = _reported(kitchen)
    bo, berit = enter("bo"), enter("berit")
    do(bo, number, "dismiss", reason="Spisvakten finns.")
    who.open(receipt)
    form = who.form("satisfied")
    assert who.send(form, satisfied="no").status == 422
    who.send(who.form("satisfied"), satisfied="no", reason="Den fungerar inte.")
    who.send(form, satisfied="no", reason="En gång till.")
    case = Nonconformity.objects.get()
    assert (case.status, case.verdict_reason) == ("dismissed", "Den fungerar inte.")
    assert berit.open("/").reads("Avgör om det ska öppnas igen")
    assert not bo.open("/").reads("Avgör om det ska öppnas igen")
    do(berit, number, "keep_closed", answer="Vi har provat den i dag.")
    assert not berit.open("/").reads("Avgör om det ska öppnas igen")
    assert who.open(receipt).reads("Vi har provat den i dag.")
    assert not any("satisfied" in form.names for form in who.page.forms)


def test_a_wrong_code_is_404_and_shuts_out_nobody_with_a_right_one(kitchen: Place) -> None:
    who, _number, receipt = _reported(kitchen)
    who.open("/kvitto/")
    code = receipt.split("/")[2]
    typed = code.lower().replace("-", " ").replace("0", "o")
    assert who.fill(code=typed).address == receipt
    for _guess in range(20):
        assert who.open("/kvitto/0000-0000-0000-0000/").status == 404
        who.open("/kvitto/").fill(code="0000-0000-0000-0000")
    assert who.status == 422
    assert who.open("/kvitto/").fill(code="0000-0000-0000-0000").status == 429
    assert who.reads("Många koder har provats härifrån")
    assert who.open("/kvitto/").fill(code=typed).address == receipt
    assert who.open(receipt).status == 200
    assert Walker().open("/kvitto/7X4M-29KR/").address == "/logga-in/"


def test_a_receipt_is_kept_by_nobody_else(kitchen: Place) -> None:
    who, _number, receipt = _reported(kitchen)
    answer = who.open(receipt).answer
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"
