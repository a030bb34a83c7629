"""Handing over: asked, answered, and told; over the border of an authority only the text goes."""

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from nonconformities.forms.report import ReportForm
from nonconformities.models import Handover, Nonconformity, Route
from progress.waiting import waiting_for
from qms.organization.duties import Duty, Role
from qms.organization.models import Unit
from qms.records.models import Access, Delivery, Rule
from qms.records.readers import readers_of
from qms.records.refusals import Missing, NotAllowed
from qms.records.timeline import timeline
from qms.records.workdays import add_working_days
from tests.group import person
from tests.nonconformities.test_readers import told, true
from tests.planted import webhook


@pytest.fixture
def vera(units: SimpleNamespace) -> Any:
    """Vera leads the other home care site."""
    return person("vera", "Dal", (units.south, Role.UNIT_MANAGER))


def ask(case: Nonconformity, by: Any, unit: Unit, **more: Any) -> Handover:
    """Ask another unit to take over; returns the question."""
    case.hand_over(by=by, unit=unit, reason="Det hände hos er.", **more)
    return case.handovers.latest("pk")


def across(case: Nonconformity, by: Any, unit: Unit) -> Handover:
    """Ask a unit of another authority, with a text that somebody decided to let out."""
    return ask(case, by, unit, ground="masked", text="En matleverans kom för sent.")


def test_the_other_unit_answers_and_then_the_case_is_theirs(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, vera: Any
) -> None:
    question = ask(case, cast.bo, units.south)
    assert (question.responsible, case.responsible) == (vera, cast.bo)
    assert question.text == case.description
    number = case.number
    case.accept_handover(by=vera)
    case.refresh_from_db()
    assert (case.unit, case.unit_name, case.number) == (units.south, "Hemtjänst Söder", number)
    assert (case.responsible, case.status) == (vera, "reported")
    assert case.due_on > timezone.localdate()
    assert not case.is_visible_to(cast.bo)


def test_while_asked_the_other_unit_sees_the_case_masked_with_the_text_beside(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, vera: Any
) -> None:
    assert case.access_of(vera) == ""
    ask(case, cast.bo, units.south)
    assert case.access_of(vera) == Access.MASKED
    assert told(case) == true(case)
    case.decline_handover(by=vera, reason="Inte hos oss.")
    assert case.access_of(vera) == ""
    assert told(case) == true(case)
    assert case.responsible == cast.bo


def test_over_a_border_a_decision_is_asked_for(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    for lacking in (
        {}, {"ground": "masked"}, {"ground": "masked", "text": case.description},
        {"ground": "duty"}, {"ground": "consent", "text": "Annan text"},
        {"ground": "none", "decided_by": cast.frank},
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            ask(case, cast.bo, units.school, **lacking)
    case.refresh_from_db()
    assert case.event_count == 1
    assert not case.handovers.exists()


def test_over_a_border_only_the_text_goes_along(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    question = across(case, cast.bo, units.school)
    assert (question.decided_by, question.crosses) == (cast.bo, True)
    with pytest.raises(NotAllowed):
        case.accept_handover(by=cast.frank)
    case.accept_across(by=cast.frank)
    new = case.went_by.became
    assert (case.status, case.unit, case.is_open) == ("handed_over", units.north, False)
    assert (new.status, new.unit, new.responsible) == ("reported", units.school, cast.frank)
    assert (new.description, new.correction, new.place) == (question.text, "", "")
    assert new.number != case.number
    assert case.access_of(cast.frank) == ""
    assert new.access_of(cast.bo) == ""
    assert new.access_of(cast.anna) == Access.OWN
    assert new.reporter_for(cast.frank) == "Lämnas inte ut (annan myndighet)"
    assert cast.anna.name not in {each.actor_name for each in new.story}
    assert told(new)["anna"] == Access.OWN
    hidden = readers_of(new, hidden=new.hidden_actor(cast.frank))
    assert cast.anna not in {each.person for each in hidden}


def test_the_name_takes_the_duty_at_both_authorities(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    units.school.appoint(cast.nils, Role.QUALITY_COORDINATOR, by=None)
    across(case, cast.bo, units.school)
    case.accept_across(by=cast.frank)
    new = case.went_by.became
    nils = type(cast.nils).objects.get(pk=cast.nils.pk)
    assert nils.may(Duty.SEE_REPORTERS, new.unit_id)
    assert cast.anna.name not in new.reporter_for(nils)
    assert new.reporter_for(cast.cecilia) == cast.anna.name


def test_what_is_marked_secret_needs_a_decision_within_the_authority_too(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, vera: Any
) -> None:
    Nonconformity.objects.filter(pk=case.pk).update(is_secret=True)
    with pytest.raises(ValidationError):
        ask(case, cast.bo, units.south)
    with pytest.raises(ValidationError):
        ask(case, cast.bo, units.south, ground="none")
    assert ask(case, cast.bo, units.south, ground="other", ground_note="Samma vård.").pk


def test_an_answered_question_is_neither_taken_back_nor_answered_again(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, vera: Any
) -> None:
    ask(case, cast.bo, units.south)
    case.withdraw_handover(by=cast.bo)
    for verb in (case.accept_handover, case.withdraw_handover):
        with pytest.raises((Missing, NotAllowed)):
            verb(by=cast.eva)
    ask(case, cast.bo, units.south)
    case.accept_handover(by=vera)
    with pytest.raises(Missing):
        case.withdraw_handover(by=vera)


def test_a_question_is_put_to_somebody_who_can_answer(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, vera: Any
) -> None:
    with pytest.raises(ValidationError, match="leder"):
        ask(case, cast.bo, units.water, ground="none")
    with pytest.raises(ValidationError):
        ask(case, cast.bo, units.north)
    ask(case, cast.bo, units.south)
    yesterday = timezone.localdate() - timedelta(days=1)
    Unit.objects.filter(pk=units.south.pk).update(valid_until=yesterday)
    with pytest.raises(ValidationError, match="stängd"):
        case.accept_handover(by=vera)
    case.refresh_from_db()
    assert case.waiting is not None
    case.decline_handover(by=vera, reason="Vi finns inte längre.")
    units.south.refresh_from_db()
    with pytest.raises(ValidationError):
        ask(case, cast.bo, units.south)


def test_it_bounces_twice_and_then_somebody_over_both_decides(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, vera: Any
) -> None:
    for _time in range(2):
        ask(case, cast.bo, units.south)
        with pytest.raises(Missing):
            case.dismiss(by=cast.bo, reason="x")
        case.decline_handover(by=vera, reason="Inte vårt.")
    with pytest.raises(Missing):
        ask(case, cast.bo, units.south)
    for outsider in (cast.bo, vera, cast.adam, cast.frank):
        with pytest.raises(NotAllowed):
            case.rule_handover(by=outsider, unit=units.south, reason="x")
    assert case.allows(cast.berit, "rule_handover")
    case.rule_handover(by=cast.cecilia, unit=units.south, reason="Där är felet.")
    assert (case.unit, case.responsible) == (units.south, vera)
    with pytest.raises(Missing):
        ask(case, vera, units.north)


def test_over_a_border_the_ruling_is_the_coordinators(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    for _time in range(2):
        across(case, cast.bo, units.school)
        case.decline_handover(by=cast.frank, reason="Inte vårt.")
    assert not case.allows(cast.eva, "rule_handover")
    with pytest.raises(ValidationError):
        case.rule_across(by=cast.cecilia, unit=units.company, reason="x")
    case.rule_across(by=cast.cecilia, unit=units.school, reason="Det är deras mat.")
    new = case.went_by.became
    assert new.description == "En matleverans kom för sent."
    assert new.responsible == cast.frank
    begun = timeline(new, cast.frank)[-1]["sentence"]
    assert begun == "Barn och utbildning fick ärendet: Cecilia Nord avgjorde."


def test_over_a_border_a_case_arrives_as_a_report_does(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    """Whose it is, by when, which laws and who is told follow the same rules as any report."""
    head = person("hedda", "Chef", (units.school, Role.EXECUTIVE))
    today = timezone.localdate()
    Route.decide(
        by=cast.adam, valid_from=today, reason="Nytt", unit=units.school,
        handler_role=Role.EXECUTIVE, obligations=["it-incident"],
    )  # fmt: skip
    webhook(units.school, cast.cecilia)
    Nonconformity.objects.update(urgency="harm")
    across(case, cast.bo, units.school)
    case.accept_across(by=cast.frank)
    new = case.went_by.became
    assert new.responsible == head
    assert new.due_on == add_working_days(today, Rule.value_of(Rule.Code.HARM_DAYS))
    assert [track.obligation.code for track in new.tracks.all()] == ["it-incident"]
    told = json.loads(Delivery.objects.get().body)
    assert (told["number"], told["verb"]) == (new.number, "receive")


def test_the_count_of_bounces_follows_the_case_over_the_border(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    across(case, cast.bo, units.school)
    case.accept_across(by=cast.frank)
    new = case.went_by.became
    question = ask(new, cast.frank, units.social, ground="none")
    assert question.responsible == cast.eva
    new.decline_handover(by=cast.eva, reason="Nej.")
    assert len(new.passed) == Rule.value_of(Rule.Code.HANDOVER_MOST)
    assert not new.allows(cast.frank, "hand_over")
    new.rule_across(by=cast.cecilia, unit=units.social, reason="Tillbaka.")
    assert new.went_by.became.unit == units.social


def test_a_number_that_points_at_a_person_is_asked_about_before_it_goes_along(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, at: Any
) -> None:
    url = f"{case.get_absolute_url()}lamna-over/"
    text = "Gäller 19121212-1212, dosen var fel."
    answers = {"unit": units.south.pk, "reason": "Hos er.", "text": text}
    page = at(cast.bo).post(url, **answers)
    assert page.status_code == 422
    assert "19121212-1212" in page.content.decode()
    assert not case.handovers.exists()


def test_the_second_question_begins_with_the_text_that_was_let_out_and_no_more(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, at: Any
) -> None:
    url = f"{case.get_absolute_url()}lamna-over/"
    assert case.description in at(cast.bo).get(url).content.decode()
    across(case, cast.bo, units.school)
    case.decline_handover(by=cast.frank, reason="Inte vi.")
    page = at(cast.bo).get(url).content.decode()
    box = page[page.index('name="text"') :]
    assert "En matleverans kom för sent.</textarea>" in box
    assert case.description not in box[: box.index("</textarea>")]


def test_the_next_report_begins_where_one_works_and_not_where_the_last_one_went(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, vera: Any
) -> None:
    ask(case, cast.bo, units.south)
    case.accept_handover(by=vera)
    assert cast.anna.reports.latest("pk").unit == units.south
    form = ReportForm(user=cast.anna)
    assert form["unit"].initial == units.north.pk


def test_who_decides_after_two_bounces_is_told_and_sees_why(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, at: Any
) -> None:
    title = f"Avgör vem som ska ha ärendet: {case.heading_for(cast.cecilia)}"
    for _time in range(2):
        assert title not in [task.title for task in waiting_for(cast.cecilia)]
        across(case, cast.bo, units.school)
        case.decline_handover(by=cast.frank, reason="Maten lagas i ett annat kök.")
    assert [task.title for task in waiting_for(cast.cecilia)] == [title]
    page = at(cast.cecilia).get(case.get_absolute_url()).content.decode()
    assert "Kvalitetssamordnaren avgör vilken enhet som ska ha ärendet." in page
    page = at(cast.cecilia).get(f"{case.get_absolute_url()}avgor-annan/").content.decode()
    assert "Maten lagas i ett annat kök." in page
    assert "En matleverans kom för sent." not in page  # that was let out to the school alone
    assert "Kvalitetssamordnaren avgör" in at(cast.bo).get(case.get_absolute_url()).content.decode()
    case.rule_across(by=cast.cecilia, unit=units.school, reason="Det är deras mat.")
    assert waiting_for(cast.cecilia) == []


def test_nor_where_another_authority_took_it_over(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    across(case, cast.bo, units.school)
    case.accept_across(by=cast.frank)
    assert cast.anna.reports.latest("pk").unit == units.school
    assert ReportForm(user=cast.anna)["unit"].initial == units.north.pk
