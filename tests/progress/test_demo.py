"""The demo group obeys the same rules as everybody: whatever it tells could have been done."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.test import override_settings
from django.utils import timezone

from nonconformities.models import Action, Cause, EffectCheck, Nonconformity, ProtectedDetails
from nonconformities.models.conditions import NOT_REPEATED
from progress.demo.almanac import Almanac
from progress.demo.cast import Cast
from progress.demo.logins import demo_logins
from progress.demo.seeding import lives, seed
from progress.demo.stage import Stage
from progress.demo.stories import all_stories
from qms.history.models import Event
from qms.history.verify import faults
from qms.organization.duties import Duty
from qms.organization.models import Appointment, Unit, User
from qms.records.models import NumberSeries

pytestmark = pytest.mark.django_db
SCALE = 0.3
HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module", autouse=True)
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[int]:
    """Three years of the demo group, told once for all these tests and then forgotten."""
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEVELOPMENT=True, PASSWORD_HASHERS=HASHERS):
            call_command("load_base", verbosity=0)
            told = seed(today=timezone.localdate(), scale=SCALE)
        yield told
        transaction.set_rollback(True)


def person(username: str) -> User:
    return User.objects.get(username=username)


def waiting_for(user: User) -> list[Any]:
    """Return what a home has to show: cases, actions of one's own, own reports."""
    cases = list(Nonconformity.objects.visible_to(user).awaiting(user))
    return cases + list(Action.objects.visible_to(user).open().filter(responsible=user))


def unit_managers() -> list[User]:
    told = {code for story in all_stories() for code in story.units}
    rows = Appointment.objects.current().filter(role="unit_manager", unit__code__in=told)
    return [row.user for row in rows.select_related("user")]


# --- The group -----------------------------------------------------------------------------------


def test_the_whole_group_stands_and_no_star_is_left() -> None:
    assert Unit.objects.count() == 42
    assert not Unit.objects.filter(name__endswith="*").exists()
    assert Unit.objects.get(code="SOF-HT-01").customer_word
    assert Unit.objects.get(code="HAMN").in_scope is False


def test_about_seventy_people_hold_every_role() -> None:
    assert 65 <= User.objects.count() <= 95
    held = set(Appointment.objects.values_list("role", flat=True))
    assert held == {role for role, _label in Appointment._meta.get_field("role").choices}


def test_guns_visit_ends_on_a_friday() -> None:
    visit = Appointment.objects.get(user__username="gun")
    assert visit.until.weekday() == 4
    assert timezone.localdate() < visit.until <= timezone.localdate() + timedelta(days=7)


# --- Every row could have been made by the verbs -------------------------------------------------


def test_every_state_is_there_and_most_are_closed(demo: int) -> None:
    counts = Counter(Nonconformity.objects.values_list("status", flat=True))
    assert set(Nonconformity.Status) - set(counts) <= {Nonconformity.Status.VOID}
    assert counts["closed"] > demo * 0.6
    assert {a.value for a in Action.Status} == set(Action.objects.values_list("status", flat=True))
    assert Nonconformity.objects.reported().overdue().exists()


def test_a_case_closed_after_investigation_has_all_that_closing_asks_for() -> None:
    investigated = _closed().filter(investigator__isnull=False)
    assert investigated.exists()
    for case in investigated:
        live = list(case.live_actions)
        check = case.effect_checks.get(round=case.round)
        assert check.outcome in {"yes", "partly"}
        assert case.causes.roots().filter(round=case.round).exists(), case
        assert any(action.kind == "corrective" for action in live), case
        assert case.extent
        assert case.lesson
        assert case.answer
        assert {action.status for action in live} == {"verified"}, case
        assert check.checked_by_id not in {action.responsible_id for action in live}
        assert case.effect_on <= timezone.localdate(check.checked_at)
        duty = Duty.DECIDE_SERIOUS if case.is_serious else Duty.HANDLE_NONCONFORMITIES
        assert check.checked_by.may(duty, case.unit_id)


def test_a_corrective_action_hangs_on_a_cause_of_its_own_round() -> None:
    for action in Action.objects.select_related("cause"):
        if action.kind == "corrective":
            assert action.cause.nonconformity_id == action.nonconformity_id
            assert action.cause.round == action.round
            assert action.cause.is_root
            assert action.criterion
            assert action.effect_on >= action.first_due_on


def test_nobody_verifies_what_he_or_she_did() -> None:
    verified = Action.objects.filter(status="verified")
    assert verified.exists()
    for action in verified.select_related("verified_by"):
        assert action.verified_by_id not in {action.done_by_id, action.responsible_id}
        assert action.verified_by.may(Duty.HANDLE_NONCONFORMITIES, action.unit_id)
        assert action.evidence
        assert action.result


def test_only_small_ones_that_had_not_happened_before_are_closed_as_corrected() -> None:
    corrected = _closed().filter(investigator=None)
    assert corrected.exists()
    for case in corrected:
        assert case.score <= 3
        assert case.correction
        assert NOT_REPEATED.met(case), case


def test_an_earlier_round_ended_with_a_no_or_was_opened_again() -> None:
    second = Nonconformity.objects.filter(round__gt=1)
    assert second.exists()
    for case in second:
        verbs = set(case.story.values_list("verb", flat=True))
        assert verbs & {"reject_effect", "reopen"}
        assert case.effect_checks.filter(round=1).exists()


def test_rows_are_valid_in_the_eyes_of_the_model() -> None:
    for model in (Nonconformity, Action):
        for row in model.objects.order_by("uid" if model is Nonconformity else "number")[:40]:
            row.full_clean()


def test_causes_are_chains_branches_and_free_words() -> None:
    assert set(Cause.objects.values_list("method", flat=True)) == {"whys", "fishbone", "free"}
    for cause in Cause.objects.filter(method="whys", is_root=True).select_related("because_of"):
        assert cause.because_of.nonconformity_id == cause.nonconformity_id


def test_some_are_secret_some_protected_some_repeated_and_some_reporters_hidden() -> None:
    assert Nonconformity.objects.filter(is_secret=True).exists()
    assert "ärende" in " ".join(row.text for row in ProtectedDetails.objects.all()).lower()
    assert Nonconformity.objects.filter(hides_reporter=True).exists()
    kinds = Nonconformity.objects.exclude(category=None).values("unit", "category")
    busiest = kinds.annotate(n=Count("pk")).order_by("-n").first()
    alike = Nonconformity.objects.filter(unit=busiest["unit"], category=busiest["category"])
    assert any(case.is_repeated for case in alike)


def _closed() -> Any:
    return Nonconformity.objects.filter(status="closed")


# --- Numbers, days and stories -------------------------------------------------------------------


def test_numbers_run_without_gaps_and_go_on_from_there() -> None:
    for model, prefix in ((Nonconformity, "AVV"), (Action, "ATG")):
        by_year = defaultdict(list)
        for number in model.objects.exclude(number=None).values_list("number", flat=True):
            begins, year, last = number.split("-")
            assert begins == prefix
            by_year[int(year)].append(int(last))
        for year, taken in by_year.items():
            assert sorted(taken) == list(range(1, len(taken) + 1))
            assert NumberSeries.objects.get(prefix=prefix, year=year).last == len(taken)


def test_the_next_real_report_gets_the_next_number() -> None:
    anna = person("anna")
    unit = Unit.objects.get(code="SOF-HT-01")
    case = Nonconformity.objects.create(unit=unit, description="Halt", reported_by=anna)
    year = timezone.localdate().year
    taken = Nonconformity.objects.filter(number__startswith=f"AVV-{year}-").count()
    case.report(by=anna)
    assert case.number == f"AVV-{year}-{taken + 1:04d}"
    assert case.responsible == person("bo")


def test_no_story_has_been_tampered_with() -> None:
    assert list(faults()) == []


def test_nothing_happens_before_what_led_to_it_nor_tomorrow() -> None:
    stories = defaultdict(list)
    for event in Event.objects.order_by("content_type", "object_id", "seq"):
        stories[event.content_type_id, event.object_id].append(event.at)
    for moments in stories.values():
        if len(moments) > 1:
            assert all(first <= then for first, then in pairwise(moments))
    # Ten o'clock is when the demo's day begins; the units are founded when the command runs.
    last = max(timezone.now(), Almanac(timezone.localdate()).now)
    assert max(at for moments in stories.values() for at in moments) <= last
    for check in EffectCheck.objects.select_related("nonconformity"):
        assert check.checked_at > check.nonconformity.reported_at


def test_a_quarter_stands_nearly_still() -> None:
    almanac = Almanac(timezone.localdate())
    days = Counter(
        timezone.localdate(at)
        for at in Nonconformity.objects.reported().values_list("reported_at", flat=True)
    )
    still = sum(n for day, n in days.items() if almanac.stands_still(day))
    assert still < 0.02 * sum(days.values())
    assert min(days) >= almanac.first_day


# --- What waits ----------------------------------------------------------------------------------


def test_every_unit_manager_has_something_waiting() -> None:
    idle = [user.username for user in unit_managers() if not waiting_for(user)]
    assert idle == []


@pytest.mark.parametrize("name", ["anna", "hanna", "eva", "ines", "cecilia", "david", "karin"])
def test_the_homes_of_the_demo_are_not_empty(name: str) -> None:
    assert waiting_for(person(name))


def test_bo_has_one_of_each() -> None:
    bo, today = person("bo"), timezone.localdate()
    cases = Nonconformity.objects.awaiting(bo)
    assert 3 <= len(waiting_for(bo)) <= 6
    assert cases.filter(status="reported", due_on__lt=today).exists()
    assert cases.filter(
        status="reported", due_on__range=(today, today + timedelta(days=4))
    ).exists()
    lacking = cases.filter(status="investigating").first()
    assert lacking.extent == ""
    ready = cases.filter(status="effect_check").first()
    assert ready.allows(bo, "approve_effect")
    assert Action.objects.filter(responsible=bo, status="in_progress").exists()


def test_frank_sees_nothing_of_social_services() -> None:
    frank = person("frank")
    seen = Nonconformity.objects.visible_to(frank)
    assert not seen.filter(unit__authority="SN").exists()
    assert not Nonconformity.objects.visible_to(person("adam")).exists()


# --- The commands --------------------------------------------------------------------------------


def test_the_same_day_and_seed_tell_the_same_story() -> None:
    units = {unit.code: unit for unit in Unit.objects.all()}
    people = {user.username: user for user in User.objects.all()}

    def told() -> list[Any]:
        stage = Stage(Cast(units, people), Almanac(timezone.localdate()), seed=9001)
        return [
            (
                life.case.number,
                life.case.status,
                life.case.title,
                life.case.description,
                life.case.receipt_code,
                [action.status for action in life.actions],
                [(event.verb, event.actor_name, event.at, event.note) for event in life.events],
            )
            for life in lives(stage, 0.1)
        ]

    assert told() == told()


def test_a_second_run_adds_nothing() -> None:
    models = (Unit, User, Appointment, Nonconformity, Action, Event)
    before = [model.objects.count() for model in models]
    with override_settings(DEVELOPMENT=True):
        assert seed(today=timezone.localdate(), scale=SCALE) == 0
    assert [model.objects.count() for model in models] == before


def test_it_is_refused_when_debug_is_off() -> None:
    for command in ("seed_demo", "demo_logins"):
        with pytest.raises(CommandError):
            call_command(command)
    assert demo_logins() == []


def test_the_logins_are_a_dozen_with_their_role_and_unit(capsys: Any) -> None:
    with override_settings(DEVELOPMENT=True, DEMO_PASSWORD="a-known-one"):
        call_command("demo_logins")
        assert len(demo_logins()) == 12
    table = capsys.readouterr().out
    assert "Bo Ek" in table
    assert "Hemtjänst Norr" in table
    assert "a-known-one" in table
