"""A deviation from report to the end, along every road, over HTTP only."""

from collections.abc import Callable

from nonconformities.models import Nonconformity
from tests.journeys.steps import TOLD, act, assess, at, do, finish, investigate, report
from tests.journeys.walker import Walker

Enter = Callable[[str], Walker]


def test_from_report_to_shown_effect(enter: Enter) -> None:
    anna, bo = enter("anna"), enter("bo")
    number = report(anna)
    assert bo.open("/").reads(number)  # it waits for Bo on his home page
    assert bo.follow(TOLD[:20]).reads(TOLD)
    assess(bo, number)
    investigate(bo, number)
    action = act(bo, number, "anna")
    assert anna.open("/").reads("Dubbelkoll införs")
    finish(anna, bo, action)
    assert at(number) == "effect_check"
    do(
        bo, number, "approve_effect", outcome="yes", evidence="Inga nya fel.",
        lesson="Dubbelkolla alltid.", answer="Vi dubbelkollar nu. Tack!",
    )  # fmt: skip
    assert at(number) == "closed"
    assert anna.open(f"/avvikelser/{number}/").reads("Vi dubbelkollar nu. Tack!")
    assert anna.open("/mina-rapporter/").reads(number)


def test_dismissed_and_taken_up_again(enter: Enter) -> None:
    anna, bo, berit = enter("anna"), enter("bo"), enter("berit")
    number = report(anna)
    do(bo, number, "dismiss", reason="Detta är ingen avvikelse, det är planerat.")
    assert at(number) == "dismissed"
    assert anna.open(f"/avvikelser/{number}/").reads("Detta är ingen avvikelse, det är planerat.")
    assert bo.open(f"/avvikelser/{number}/ta-upp-igen/").status == 403
    do(berit, number, "reconsider", reason="Det var inte planerat.")
    assert at(number) == "reported"


def test_a_small_thing_is_closed_as_corrected(enter: Enter) -> None:
    anna, bo = enter("anna"), enter("bo")
    number = report(anna)
    assess(bo, number, severity=1, likelihood=2)
    do(bo, number, "close_as_corrected", correction="Bytte tablett", reason="Hände en gång")
    assert at(number) == "closed"


def test_a_serious_thing_is_not_closed_as_corrected(enter: Enter) -> None:
    anna, bo = enter("anna"), enter("bo")
    number = report(anna)
    assess(bo, number, severity=2, likelihood=3)
    bo.open(f"/avvikelser/{number}/avsluta-som-rattad/")
    assert bo.reads("6")  # the page says why: its score is 6
    assert at(number) == "assessed"


def test_no_effect_begins_a_second_round(enter: Enter) -> None:
    anna, bo = enter("anna"), enter("bo")
    number = report(anna)
    assess(bo, number)
    investigate(bo, number)
    finish(anna, bo, act(bo, number, "anna"))
    do(bo, number, "approve_effect", outcome="no", evidence="Två nya fel i går.")
    assert at(number) == "investigating"
    assert bo.open(f"/avvikelser/{number}/besluta-atgarder/").status == 422  # anew from the cause
    do(bo, number, "add_cause", method="free", why_1="Ljuset i rummet")
    do(bo, number, "answer_extent", extent="Alla rum har samma lampa.")
    second = act(bo, number, "anna")
    finish(anna, bo, second)
    do(bo, number, "approve_effect", outcome="partly", evidence="Bättre", lesson="Ljus", answer="x")
    case = Nonconformity.objects.get(number=number)
    assert (case.status, case.round) == ("closed", 2)
    assert bo.open(f"/avvikelser/{number}/").reads("Två nya fel i går.")


def test_a_closed_case_opens_again(enter: Enter) -> None:
    anna, bo, berit = enter("anna"), enter("bo"), enter("berit")
    number = report(anna)
    assess(bo, number, severity=1, likelihood=1)
    do(bo, number, "close_as_corrected", correction="Bytte", reason="Hände en gång")
    do(berit, number, "reopen", reason="Det hände igen.")
    assert at(number) == "investigating"
    assert bo.open(f"/avvikelser/{number}/").reads("Det hände igen.")


def test_a_serious_case_is_decided_by_the_area_manager(enter: Enter) -> None:
    anna, bo, berit, ines = enter("anna"), enter("bo"), enter("berit"), enter("ines")
    number = report(anna, urgency="harm")
    assess(bo, number, severity=4, likelihood=3)
    assert bo.open(f"/avvikelser/{number}/utred/").status == 403
    do(ines, number, "start_investigation", plan="Enligt lex Sarah")
    do(ines, number, "add_cause", method="fishbone", why_1="Ingen rutin", branch="method")
    do(ines, number, "answer_extent", extent="Hela området.")
    do_not_decide = bo.open(f"/avvikelser/{number}/besluta-atgarder/")
    assert do_not_decide.status == 403
    finish(anna, bo, act(berit, number, "anna"))
    assert bo.open(f"/avvikelser/{number}/effekt/").status == 403
    do(
        berit, number, "approve_effect", outcome="yes", evidence="Mätt", lesson="Rutin",
        answer="Tack",
    )  # fmt: skip
    assert at(number) == "closed"


def test_whoever_did_the_action_does_not_judge_it(enter: Enter) -> None:
    anna, bo, berit = enter("anna"), enter("bo"), enter("berit")
    number = report(anna)
    assess(bo, number)
    investigate(bo, number)
    action = act(bo, number, "bo")
    do(bo, action, "complete", evidence="Klart.")
    assert bo.open(f"/atgarder/{action}/verifiera/").status == 403
    do(berit, action, "verify", result="Sett.")
    assert bo.open(f"/avvikelser/{number}/effekt/").status == 403
    do(berit, number, "approve_effect", outcome="yes", evidence="Sett", lesson="Bra", answer="Tack")
    assert at(number) == "closed"


def test_frank_meets_nothing_of_it(enter: Enter) -> None:
    anna, frank = enter("anna"), enter("frank")
    number = report(anna)
    assert frank.open(f"/avvikelser/{number}/").status == 404
    assert frank.open(f"/avvikelser/{number}/bedom/").status == 404
    assert not frank.open("/avvikelser/?vy=alla").reads(number)
    assert not frank.open(f"/sok/?q={number}").reads(TOLD)
