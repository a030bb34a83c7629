"""A deviation from report to closed by HTTP only, and every way it can be refused."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nonconformities.models import Action, Category, Nonconformity
from qms.history.models import Event


def verb(record: Any, name: str) -> str:
    """Return the address of a verb's page."""
    record.refresh_from_db()
    kind = "move" if isinstance(record, Nonconformity) else "action_move"
    return reverse(f"nonconformities:{kind}", args=[record.number, record.moves()[name].address])


def done(response: Any) -> None:
    """Check that a sending was carried out and leads on."""
    assert response.status_code == 302, (
        response.status_code,
        response.context and response.context["form"].errors,
        response.context and str(response.context.get("refusal")),
    )


ASSESSED = {"title": "Fel dos", "severity": 2, "likelihood": 3}


@pytest.fixture
def plan() -> dict[str, Any]:
    """What one writes to plan an action."""
    today = timezone.localdate()
    return {
        "description": "Ny checklista",
        "due_on": today + timedelta(days=5),
        "criterion": "Inga fel på en månad",
        "effect_on": today + timedelta(days=40),
    }


def investigated(case: Nonconformity, at: Any, person: Any, category: Category) -> None:
    """Take a reported case to an investigation with a cause and an answer on where else."""
    done(at(person).send(verb(case, "assess"), category=category.pk, **ASSESSED))
    done(at(person).send(verb(case, "start_investigation"), investigator=person.pk))
    done(
        at(person).send(
            verb(case, "add_cause"), method="whys", why_1="Stress", why_2="Få på passet"
        )
    )
    done(at(person).send(verb(case, "answer_extent"), extent="Söder har det inte."))


def in_action(
    case: Nonconformity, at: Any, cast: Any, category: Category, plan: dict[str, Any]
) -> Action:
    """Take a case to its actions; Anna does the only one."""
    investigated(case, at, cast.bo, category)
    done(at(cast.bo).send(verb(case, "plan_action"), responsible=cast.anna.pk, **plan))
    done(at(cast.bo).send(verb(case, "decide_actions")))
    return case.actions.get()


def test_a_case_goes_from_report_to_closed_by_the_right_people(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category, plan: dict[str, Any]
) -> None:
    action = in_action(case, at, cast, category, plan)
    done(at(cast.anna).send(verb(action, "begin")))
    done(at(cast.anna).send(verb(action, "complete"), evidence="Listan hänger uppe."))
    done(at(cast.bo).send(verb(action, "verify"), result="Sett på plats."))
    assert at(cast.bo).get(verb(case, "approve_effect")).status_code == 422  # the wait is not over
    Action.objects.filter(pk=action.pk).update(effect_on=timezone.localdate())
    answers = {
        "outcome": "yes",
        "evidence": "Inga fel.",
        "lesson": "Dubbelkolla.",
        "answer": "Tack",
    }
    done(at(cast.bo).send(verb(case, "approve_effect"), **answers))
    case.refresh_from_db()
    assert case.status == "closed"
    page = at(cast.anna).get(case.get_absolute_url())
    assert "Tack" in page.content.decode()


def test_every_verb_beside_the_road_works_by_http(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category, plan: dict[str, Any]
) -> None:
    bo = at(cast.bo)
    done(bo.send(verb(case, "assign"), responsible=cast.eva.pk, reason="Semester"))
    done(bo.send(verb(case, "comment"), text="Jag ringer i morgon.", to_reporter="on"))
    done(bo.send(verb(case, "protect_details"), details="Den boende i rum 4."))
    action = in_action(case, at, cast, category, plan)
    done(
        bo.send(
            verb(case, "reassess"), category=category.pk, severity=1, likelihood=1, reason="Mindre"
        )
    )
    done(bo.send(verb(case, "add_cause"), method="fishbone", why_1="Fel", branch="people"))
    wrong = case.causes.latest("pk")
    done(bo.send(verb(case, "withdraw_cause"), cause=wrong.pk, reason="Stämde inte"))
    day = timezone.localdate() + timedelta(days=9)
    done(at(cast.anna).send(verb(action, "postpone"), due_on=day, reason="Sjuk"))
    done(bo.send(verb(action, "assign"), responsible=cast.berit.pk))
    done(at(cast.berit).send(verb(action, "complete"), evidence="Klart"))
    done(bo.send(verb(action, "send_back"), reason="Inte klart"))
    page = bo.get(case.get_absolute_url()).content.decode()
    assert "<s>" in page  # the withdrawn cause stays, struck
    assert "Den boende i rum 4" not in page


def test_the_short_ways_and_the_ways_back_work_by_http(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category, plan: dict[str, Any]
) -> None:
    done(at(cast.bo).send(verb(case, "dismiss"), reason="Ingen avvikelse"))
    done(at(cast.berit).send(verb(case, "reconsider"), reason="Jo, det är det"))
    small = ASSESSED | {"severity": 1, "likelihood": 2}
    done(at(cast.bo).send(verb(case, "assess"), category=category.pk, **small))
    closing = {"correction": "Rättat", "reason": "Liten sak"}
    done(at(cast.bo).send(verb(case, "close_as_corrected"), **closing))
    done(at(cast.berit).send(verb(case, "reopen"), reason="Hände igen"))
    done(at(cast.bo).send(verb(case, "add_cause"), method="free", why_1="Ingen rutin"))
    done(at(cast.bo).send(verb(case, "answer_extent"), extent="Bara här."))
    for number in range(2):
        answers = plan | {"description": f"Åtgärd {number}"}
        done(at(cast.bo).send(verb(case, "plan_action"), responsible=cast.anna.pk, **answers))
    done(at(cast.bo).send(verb(case, "decide_actions")))
    first, second = case.actions.order_by("pk")
    done(at(cast.bo).send(verb(first, "cancel"), reason="Dubbel"))
    assert at(cast.bo).get(verb(second, "cancel")).status_code == 422  # the only one left
    done(at(cast.anna).send(verb(second, "complete"), evidence="Klart"))
    done(at(cast.bo).send(verb(case, "reject_effect"), reason="Hjälpte inte"))
    case.refresh_from_db()
    assert (case.status, case.round) == ("investigating", 3)
    assert at(cast.bo).get(case.get_absolute_url()).status_code == 200


# --- Refusals ------------------------------------


def test_wrong_people_get_403_and_outsiders_404(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    url, answers = verb(case, "assess"), {"category": category.pk, **ASSESSED}
    for person, status in [(cast.anna, 403), (cast.cecilia, 403), (cast.frank, 404)]:
        assert at(person).get(url).status_code == status
        assert at(person).post(url, **answers).status_code == status
    case.refresh_from_db()
    assert case.status == "reported"


def test_the_external_auditor_looks_on_and_writes_nothing(
    units: SimpleNamespace, at: Any, cast: SimpleNamespace
) -> None:
    leak = Nonconformity.objects.create(
        unit=units.water, description="Läcka", reported_by=cast.david
    )
    leak.report(by=cast.david)
    page = at(cast.gun).get(leak.get_absolute_url())
    assert "Läcka" not in page.content.decode()  # an outsider never reads more than the mask
    assert page.context["story"].menu == []
    assert at(cast.gun).post(verb(leak, "comment"), text="Hej").status_code == 403


def test_wrong_status_is_409_with_what_happened(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    url = verb(case, "assess")
    done(at(cast.bo).send(url, category=category.pk, **ASSESSED))
    late = at(cast.berit).get(url)
    assert late.status_code == 409
    assert "Bo Ek" in late.content.decode()
    assert at(cast.berit).post(url, category=category.pk, **ASSESSED).status_code == 409


def test_what_is_missing_is_422_and_said(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    done(at(cast.bo).send(verb(case, "assess"), category=category.pk, **ASSESSED))
    done(at(cast.bo).send(verb(case, "start_investigation"), investigator=cast.bo.pk))
    response = at(cast.bo).post(verb(case, "decide_actions"))
    assert response.status_code == 422
    assert len(response.context["refusal"].needs) == 3
    wrong = at(cast.bo).post(verb(case, "plan_action"), kind="corrective", description="x")
    assert wrong.status_code == 422
    assert {"cause", "criterion", "responsible"} <= set(wrong.context["form"].errors)


def test_a_double_click_is_one_event(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    url = verb(case, "assess")
    answers = {"category": category.pk, "seen": case.event_count, **ASSESSED}
    done(at(cast.bo).post(url, **answers))
    done(at(cast.bo).post(url, **answers))
    assert Event.objects.filter(verb="assess").count() == 1


def test_two_managers_at_once_the_second_sees_what_happened_and_keeps_the_text(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    done(at(cast.bo).send(verb(case, "assess"), category=category.pk, **ASSESSED))
    case.refresh_from_db()
    url, seen = verb(case, "reassess"), case.event_count
    answers = {"category": category.pk, **ASSESSED, "seen": seen}
    done(at(cast.bo).post(url, **answers, reason="Jag tror det"))
    second = at(cast.berit).post(url, **answers, reason="Min långa motivering")
    text = second.content.decode()
    assert second.status_code == 409
    assert "Min långa motivering" in text
    assert "Bo Ek" in text
    again = second.context["form"].data.dict()
    done(at(cast.berit).post(url, **again))


@pytest.mark.parametrize("address", ["atgarder-klara", "finns-inte"])
def test_what_the_clock_does_has_no_page(
    case: Nonconformity, at: Any, cast: SimpleNamespace, address: str
) -> None:
    url = reverse("nonconformities:move", args=[case.number, address])
    assert at(cast.bo).get(url).status_code == 404
    assert at(cast.bo).post(url).status_code == 404


@pytest.mark.parametrize("text", ["a" * 100_000, "nul\x00byte", "  "])
def test_bad_text_is_said_and_nothing_is_lost(
    case: Nonconformity, at: Any, cast: SimpleNamespace, text: str
) -> None:
    response = at(cast.bo).post(verb(case, "dismiss"), reason=text)
    assert response.status_code == 422
    assert "reason" in response.context["form"].errors


def test_emoji_and_right_to_left_text_are_kept(
    case: Nonconformity, at: Any, cast: SimpleNamespace
) -> None:
    done(at(cast.bo).send(verb(case, "comment"), text="مرحبا 👵🏽"))
    assert "مرحبا 👵🏽" in at(cast.bo).get(case.get_absolute_url()).content.decode()


# --- Three ways to see a case ------------------------------------


def test_the_reporter_sees_the_own_words_and_nothing_of_the_investigation(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    investigated(case, at, cast.bo, category)
    done(at(cast.bo).send(verb(case, "comment"), text="Internt ord"))
    done(at(cast.bo).send(verb(case, "comment"), text="Ord till dig", to_reporter="on"))
    text = at(cast.anna).get(case.get_absolute_url()).content.decode()
    assert "Fel dos i dosetten." in text
    assert "Ord till dig" in text
    for hidden in ("Internt ord", "Få på passet", "Söder har det inte", "skrev en orsak"):
        assert hidden not in text
    done(at(cast.anna).send(verb(case, "comment"), text="Tack, jag förstår"))
    assert "Tack, jag förstår" in at(cast.bo).get(case.get_absolute_url()).content.decode()


def test_the_masked_reader_sees_number_and_step_but_no_text_and_no_name(
    case: Nonconformity, at: Any, cast: SimpleNamespace, category: Category
) -> None:
    investigated(case, at, cast.bo, category)
    for url in (case.get_absolute_url(), reverse("nonconformities:index") + "?vy=alla"):
        text = at(cast.gun).get(url).content.decode()
        assert case.number in text
        for hidden in ("Fel dos", "Ringde", "Få på passet", "Anna Berg"):
            assert hidden not in text
    assert at(cast.gun).get(case.get_absolute_url() + "synlig-for/").status_code == 404


def test_a_hidden_reporter_is_named_to_the_coordinator_only(
    case: Nonconformity, at: Any, cast: SimpleNamespace
) -> None:
    Nonconformity.objects.filter(pk=case.pk).update(hides_reporter=True)
    for url in (case.get_absolute_url(), case.get_absolute_url() + "synlig-for/"):
        assert "Anna Berg" not in at(cast.bo).get(url).content.decode()


# --- Protected details ------------------------------------


def test_protected_details_are_shown_after_the_reason_is_logged(
    case: Nonconformity, at: Any, cast: SimpleNamespace
) -> None:
    done(at(cast.bo).send(verb(case, "protect_details"), details="Rum 4, Ek"))
    page = reverse("nonconformities:protected", args=[case.number])
    opening = verb(case, "open_protected")
    asked = at(cast.bo).get(page)
    assert (asked.status_code, asked.url) == (302, opening)
    answer = at(cast.bo).send(opening, reason="Ringa anhöriga")
    assert answer.url == page
    assert "Rum 4, Ek" in at(cast.bo).get(page).content.decode()
    read = Event.objects.get(verb="open_protected")
    assert (read.actor, read.note) == (cast.bo, "Ringa anhöriga")
    assert at(cast.ines).get(page).status_code == 302  # another's logging opens nothing
    for person, status in [(cast.eva, 404), (cast.cecilia, 404), (cast.frank, 404)]:
        assert at(person).get(page).status_code == status
    assert at(cast.eva).get(opening).status_code == 403


def test_the_page_of_protected_details_closes_after_minutes(
    case: Nonconformity, at: Any, cast: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(at(cast.bo).send(verb(case, "protect_details"), details="Rum 4"))
    done(at(cast.bo).send(verb(case, "open_protected"), reason="Ringa"))
    later = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr("nonconformities.models.beside.timezone.now", lambda: later)
    page = reverse("nonconformities:protected", args=[case.number])
    assert at(cast.bo).get(page).status_code == 302


# --- Without scripts ------------------------------------


def test_a_verb_needs_its_token(case: Nonconformity, cast: SimpleNamespace) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.bo)
    assert strict.post(verb(case, "dismiss"), {"reason": "x"}).status_code == 403
