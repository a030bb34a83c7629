"""Reports of the same event are merged, and cases with a common cause are looked into together."""

from threading import Barrier, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from nonconformities.models import Category, Nonconformity, border_conditions
from nonconformities.story import cases_for_story
from qms.organization.models import Unit, User
from qms.records.refusals import Missing, Refused
from tests.nonconformities.test_life import assess
from tests.planted import case_at


def _reported(unit: Unit, by: User, text: str) -> Nonconformity:
    case = Nonconformity.objects.create(unit=unit, description=text, reported_by=by)
    case.report(by=by)
    return case


def test_a_duplicate_ends_and_its_reporter_follows_the_main_case(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, at: Any
) -> None:
    twin = _reported(units.north, cast.ines, "Dosetten var fel.")
    url = f"{twin.get_absolute_url()}sla-ihop/"
    assert case.number in at(cast.bo).get(url).content.decode()
    assert at(cast.bo).post(url, main=case.number).status_code == 302
    twin.refresh_from_db()
    case.refresh_from_db()
    assert (twin.merged_into, twin.status) == (case, "dismissed")
    assert twin.get_status_display() == "Ihopslagen"
    assert [event.verb for event in case.story] == ["report", "took_in"]
    assert case.number in at(cast.bo).get(twin.get_absolute_url()).content.decode()
    assert twin.number in at(cast.bo).get(case.get_absolute_url()).content.decode()
    case.dismiss(by=cast.bo, reason="Det var rätt dos.")
    reporter = Nonconformity.objects.filter(pk=twin.pk).with_access(cast.ines).get()
    assert reporter.access in {"full", "own"}


def test_the_reporter_of_a_duplicate_gets_the_answer_and_nothing_else_of_the_main_case(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace, at: Any
) -> None:
    twin = _reported(units.north, cast.nils, "Dosetten var fel.")
    twin.merge_into(by=cast.bo, main=case)
    case.dismiss(by=cast.bo, reason="Det var rätt dos.")
    page = at(cast.nils).get(twin.get_absolute_url()).content.decode()
    assert "Det var rätt dos." in page
    assert "samma sak" in page
    assert case.number not in page
    assert case.description not in page
    assert at(cast.nils).get(case.get_absolute_url()).status_code == 404


def test_a_verb_believes_the_rows_and_not_what_a_page_knew(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    twin, third = (_reported(units.north, cast.anna, "Samma.") for _time in range(2))
    seen = cases_for_story(cast.bo).get(pk=case.pk)
    assert seen.has_joined is False
    twin.merge_into(by=cast.bo, main=case)  # while the other program reads
    with pytest.raises(Missing):
        seen.merge_into(by=cast.bo, main=third)


def test_a_rule_over_several_fields_is_said_in_a_sentence(
    case: Nonconformity, cast: SimpleNamespace, monkeypatch: Any
) -> None:
    def to_itself(self: Nonconformity) -> dict[str, Any]:
        self.parent_id = self.pk  # the id is as before, so the rule is passed over when checked
        return {}

    monkeypatch.setattr(Nonconformity, "snapshot", to_itself)
    with pytest.raises(ValidationError):
        case.comment(by=cast.bo, text="Hej")


def test_what_was_merged_can_be_split_off_again(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    twin = _reported(units.north, cast.anna, "Något annat.")
    twin.merge_into(by=cast.bo, main=case)
    with pytest.raises(Missing):
        twin.reconsider(by=cast.berit, reason="Fel")
    twin.split_off(by=cast.bo, reason="Det var en annan dag.")
    assert (twin.status, twin.merged_into, twin.closed_at) == ("reported", None, None)
    assert twin.due_on >= timezone.localdate()


def test_chains_and_borders_are_refused(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    twin = _reported(units.north, cast.anna, "Samma.")
    third = _reported(units.north, cast.anna, "Samma igen.")
    elsewhere = case_at("reported", units.school, cast.frank)
    ended = case_at("closed", units.north, cast.anna)
    south = case_at("reported", units.south, cast.anna)  # Bo does not read it
    for wrong in (twin, elsewhere, ended, south):
        with pytest.raises(ValidationError):
            twin.merge_into(by=cast.bo, main=wrong)
    twin.merge_into(by=cast.bo, main=case)
    with pytest.raises(Missing):  # it holds another already
        case.merge_into(by=cast.bo, main=third)
    with pytest.raises(ValidationError):  # into what is merged itself
        third.merge_into(by=cast.bo, main=twin)


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_crosswise_do_not_wait_for_each_other(
    cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    first, second = (case_at("reported", units.north, cast.anna) for _n in range(2))
    start, outcomes = Barrier(2), []

    def merge(case: Nonconformity, main: Nonconformity) -> None:
        start.wait()
        try:
            case.merge_into(by=User.objects.get(pk=cast.bo.pk), main=main)
            outcomes.append("merged")
        except (ValidationError, Refused):
            outcomes.append("refused")
        finally:
            connection.close()

    pairs = [(first.pk, second.pk), (second.pk, first.pk)]
    found = [tuple(Nonconformity.objects.get(pk=pk) for pk in pair) for pair in pairs]
    threads = [Thread(target=merge, args=pair) for pair in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(outcomes) == 2
    assert outcomes.count("merged") <= 1
    assert Nonconformity.objects.filter(merged_into__isnull=False).count() <= 1


def test_the_third_time_asks_for_the_common_cause(
    cast: SimpleNamespace, units: SimpleNamespace, category: Category, at: Any
) -> None:
    cases = [_reported(units.north, cast.anna, f"Fel dos {n}.") for n in range(3)]
    for case in cases:
        assess(case, cast.bo, category, severity=1, likelihood=1)
    last = cases[-1]
    page = at(cast.bo).get(last.get_absolute_url()).content.decode()
    assert "gång 3 på 90 dagar" in page
    assert cases[0].number in page
    assert "utred-tillsammans" in page
    answers = {"by": cast.bo, "correction": "Rättat", "reason": "Litet"}
    with pytest.raises(Missing, match="gemensamma orsaken"):
        last.close_as_corrected(**answers)

    cases[0].start_investigation(by=cast.bo, investigator=cast.bo)
    url = f"{cases[0].get_absolute_url()}utred-tillsammans/"
    sent = at(cast.bo).post(url, cases=[cases[1].pk, last.pk], reason="Samma dosett")
    assert sent.status_code == 302
    last.refresh_from_db()
    assert last.parent == cases[0]
    assert last.is_open
    with pytest.raises(Missing):
        last.close_as_corrected(**answers)
    cases[0].add_cause(by=cast.bo, method="free", texts=["Dosetten saknar namn"])
    last = Nonconformity.objects.get(pk=last.pk)
    last.close_as_corrected(**answers)


def test_a_group_has_one_floor(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    second, third = (_reported(units.north, cast.anna, f"Fel {n}.") for n in range(2))
    case.gather(by=cast.bo, cases=[second])
    second.refresh_from_db()
    with pytest.raises(Missing):
        second.gather(by=cast.bo, cases=[third])
    with pytest.raises(ValidationError):
        third.gather(by=cast.bo, cases=[second])
    with pytest.raises(ValidationError):
        case.gather(by=cast.bo, cases=[case])
    second.leave_group(by=cast.bo, reason="En annan orsak")
    assert second.parent is None


def test_what_waits_for_another_unit_is_not_merged_away(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    twin = _reported(units.north, cast.anna, "Dosetten var fel.")
    twin.hand_over(by=cast.bo, unit=units.south, reason="Det var hos er.")
    with pytest.raises(Missing):
        twin.merge_into(by=cast.bo, main=case)
    twin.withdraw_handover(by=cast.bo, reason="Fel enhet.")
    twin.merge_into(by=cast.bo, main=case)


def test_no_verb_to_an_end_leaves_another_unit_waiting() -> None:
    ends = set(Nonconformity.ENDS) - {"handed_over", "void"}
    settled = {"approve_effect", "decline_handover"}
    for name, move in Nonconformity.moves().items():
        if move.target in ends and name not in settled:
            assert border_conditions.NOT_WAITING in move.needs, name
            needs = {border_conditions.NOT_SHARED, border_conditions.PARTS_READY}
            assert needs & set(move.needs), name


def test_a_number_that_leads_nowhere_is_said_to(
    case: Nonconformity, cast: SimpleNamespace, at: Any
) -> None:
    url = f"{case.get_absolute_url()}sla-ihop/"
    page = at(cast.bo).post(url, main="", number="AVV-9999-0001", reason="Samma")
    assert page.status_code == 422
    assert "Det finns inget ärende AVV-9999-0001 som du kan läsa." in page.content.decode()
    page = at(cast.bo).post(url, main="", number="", reason="Samma")
    assert "Välj ärendet ni går vidare med" in page.content.decode()


def test_a_word_written_on_a_merged_report_is_told_where_one_goes_on(
    case: Nonconformity, cast: SimpleNamespace, at: Any
) -> None:
    main = _reported(case.unit, cast.bo, "Samma sak, den här går vi vidare med")
    case.merge_into(by=cast.bo, main=main)
    case.comment(by=cast.anna, text="Hur går det?")
    assert main.story.last().verb == "word_came"
    page = at(cast.bo).get(main.get_absolute_url()).content.decode()
    assert "skrev något i den sammanslagna rapporten" in page
    case.comment(by=cast.bo, text="Vi har lagat det.", to_reporter=True)
    assert main.story.filter(verb="word_came").count() == 1  # Bo's own word is no news to Bo
