"""Settings: a rule changes from a day on, with a reason; what has been is never rewritten."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from qms.records.models import Rule

DAYS = Rule.Code.ASSESS_DAYS


def decide(value: int, by: Any = None, in_days: int = 0, code: str = DAYS) -> Rule:
    """Set a rule from a day counted from today."""
    day = timezone.localdate() + timedelta(days=in_days)
    return Rule.decide(code, value, by=by, valid_from=day, reason="Beslut i ledningsgruppen")


def test_before_anybody_has_decided_the_starting_value_holds(db: None) -> None:
    assert Rule.value_of(DAYS) == 5


def test_a_new_value_holds_at_once(db: None, django_capture_on_commit_callbacks: Any) -> None:
    assert Rule.value_of(DAYS) == 5
    with django_capture_on_commit_callbacks(execute=True):
        decide(3)
    assert Rule.value_of(DAYS) == 3


def test_a_value_from_a_later_day_waits_for_it(db: None) -> None:
    decide(3)
    decide(7, in_days=10)
    assert Rule.value_of(DAYS) == 3
    later = timezone.localdate() + timedelta(days=10)
    assert Rule.objects.on(later)[DAYS] == 7
    assert Rule.objects.on(later - timedelta(days=1))[DAYS] == 3
    assert [row.value for row in Rule.objects.waiting(timezone.localdate())] == [7]


def test_the_last_decision_for_a_day_wins(db: None) -> None:
    decide(3)
    decide(4)
    assert Rule.value_of(DAYS) == 4


@pytest.mark.parametrize(
    ("code", "value", "fits"),
    [
        (DAYS, 0, False), (DAYS, 1, True), (DAYS, 365, True), (DAYS, 366, False),
        ("serious_score", 16, True), ("serious_score", 17, False),
        ("investigator_severity", 5, False), ("repeat_count", 1, False),
    ],
)  # fmt: skip
def test_a_value_has_bounds(db: None, code: str, value: int, fits: bool) -> None:
    if fits:
        assert decide(value, code=code).value == value
        return
    with pytest.raises(ValidationError) as refusal:
        decide(value, code=code)
    assert "value" in refusal.value.message_dict


def test_the_database_refuses_nonsense_too(db: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Rule.objects.create(code=DAYS, value=366)


def test_the_past_is_not_rewritten(db: None) -> None:
    with pytest.raises(ValidationError, match="i dag"):
        decide(3, in_days=-1)
    with pytest.raises(ValidationError):
        Rule.decide(DAYS, 3, by=None, valid_from=timezone.localdate(), reason=" ")
    row = decide(3)
    row.value = 9
    with pytest.raises(IntegrityError, match="not allowed"), transaction.atomic():
        row.save()
    with pytest.raises(IntegrityError, match="not allowed"), transaction.atomic():
        Rule.objects.all().delete()


@pytest.mark.parametrize("code", list(Rule.Code))
def test_every_rule_says_what_it_means(code: str) -> None:
    for value in (1, Rule.DEFAULTS[Rule.Code(code)]):
        assert str(value) in Rule.meaning_of(code, value)


# --- The pages -----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/installningar/", "/installningar/assess_days/"])
def test_only_those_who_may_change_settings_find_them(
    address: str, cast: SimpleNamespace, sign_in: Any
) -> None:
    for name in ("anna", "bo", "berit", "david", "eva", "ines", "frank", "gun", "nils"):
        assert sign_in(getattr(cast, name)).get(address).status_code == 404, name
        assert sign_in(getattr(cast, name)).post(address, {}).status_code in {404, 405}, name
    for name in ("cecilia", "adam"):
        assert sign_in(getattr(cast, name)).get(address).status_code == 200, name


def test_cecilia_sets_a_clock_and_everybody_sees_why(cast: SimpleNamespace, sign_in: Any) -> None:
    client = sign_in(cast.cecilia)
    answers = {"value": 3, "valid_from": timezone.localdate(), "reason": "Vi svarar fortare."}
    page = client.post("/installningar/assess_days/", answers, follow=True)
    assert page.redirect_chain == [("/installningar/", 302)]
    text = page.content.decode()
    assert "3 arbetsdagar" in text
    assert "Vi svarar fortare." in text
    assert cast.cecilia.name in text
    row = Rule.objects.get()
    assert (row.value, row.set_by) == (3, cast.cecilia)
    assert "Vi svarar fortare." in client.get("/installningar/assess_days/").content.decode()


def test_a_wrong_value_is_told_and_nothing_typed_is_lost(
    cast: SimpleNamespace, sign_in: Any
) -> None:
    answers = {"value": 400, "valid_from": timezone.localdate(), "reason": "Behåll mig."}
    page = sign_in(cast.cecilia).post("/installningar/assess_days/", answers)
    assert page.status_code == 422
    text = page.content.decode()
    assert "1 till 365" in text
    assert "Behåll mig." in text
    assert not Rule.objects.exists()


def test_a_rule_that_does_not_exist_is_not_found(cast: SimpleNamespace, sign_in: Any) -> None:
    assert sign_in(cast.cecilia).get("/installningar/nonsens/").status_code == 404
