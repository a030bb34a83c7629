"""Examinations by law: opened by routes and answers, known to few, with clocks that hold."""

import threading
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from nonconformities.models import Category, Nonconformity, Obligation, Route, Track
from qms.organization.duties import Role
from qms.organization.models import User
from qms.records.models import Delivery
from qms.records.refusals import Missing, Refused
from tests.planted import webhook

pytestmark = pytest.mark.django_db
WORD = "qhemligtq"


def assessed(case: Nonconformity, by: Any, category: Category, *prompts: str, **more: Any) -> Any:
    """Assess a case with some questions about laws answered yes."""
    grades = {"severity": 2, "likelihood": 3} | more
    case.assess(by=by, title="Dos", category=category, prompts=prompts, **grades)
    return case


@pytest.fixture
def track(case: Nonconformity, cast: SimpleNamespace, category: Category) -> Track:
    """Bo has answered yes to a question about lex Sarah."""
    assessed(case, cast.bo, category, "lex-sarah")
    return Track.objects.get()


def written(track: Track, by: Any) -> None:
    """Write one fact."""
    track.write_entry(
        by=by, field="what", text=WORD, source="Samtal", is_judgement=False,
        noted_on=timezone.localdate(),
    )  # fmt: skip


def test_a_yes_opens_the_examination_with_its_owner_and_its_clocks(
    track: Track, cast: SimpleNamespace
) -> None:
    assert (track.responsible, track.because) == (cast.ines, "answer")
    decide, send = track.clocks.all()
    assert (decide.purpose, send.purpose) == ("decide", "send")
    assert track.due_on == timezone.localdate(decide.ends_at)


@pytest.fixture
def incident(cast: SimpleNamespace, units: SimpleNamespace, category: Category) -> Track:
    """An IT incident, which the head of the administration examines: Eva."""
    day = timezone.localdate()
    Route.decide(by=None, valid_from=day, reason="Lag", obligations=["it-incident"], kind="risk")
    case = Nonconformity.objects.create(
        unit=units.north, description="Intrång", reported_by=cast.anna, kind="risk"
    )
    case.report(by=cast.anna)
    return Track.objects.get()


def test_the_successor_and_the_substitute_of_who_examines_see_it_and_act(
    incident: Track, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    assert incident.responsible == cast.eva
    units.social.appointments.get(user=cast.eva).dismiss(by=None)
    units.social.appoint(cast.nils, Role.EXECUTIVE, by=None, substitute=cast.frank)
    for named in (cast.nils, cast.frank):
        who = User.objects.get(pk=named.pk)
        assert incident in Track.objects.visible_to(who)
        assert incident in Track.objects.awaiting(who)
        assert incident.allows(who, "assign")
    nils = User.objects.get(pk=cast.nils.pk)
    incident.assign(by=nils, responsible=nils)
    assert incident not in Track.objects.visible_to(cast.berit)
    incident.examine(by=nils, known_at=timezone.now())
    incident.rule_out(by=nils, reason="Ingen händelse.")
    incident.examine_again(by=nils, reason="Nytt har kommit fram.")
    assert incident.responsible == nils


def test_what_nobody_examines_is_shown_to_the_next_head(
    incident: Track, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    units.social.appointments.get(user=cast.eva).dismiss(by=None)
    units.north.appointments.get(user=cast.bo).dismiss(by=None)
    berit = User.objects.get(pk=cast.berit.pk)
    assert incident in Track.objects.awaiting(berit)
    assert incident.allows(berit, "examine")
    assert incident not in Track.objects.visible_to(cast.frank)


def test_what_goes_to_another_unit_goes_to_somebody_who_examines_there(
    incident: Track, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    incident.assign(by=cast.eva, responsible=cast.anna)
    case = incident.nonconformity
    units.south.appoint(cast.nils, Role.UNIT_MANAGER, by=None)
    case.hand_over(by=cast.bo, unit=units.south, reason="Det hände hos er.")
    case.accept_handover(by=User.objects.get(pk=cast.nils.pk))
    incident.refresh_from_db()
    assert incident.responsible == cast.eva


def test_what_is_serious_is_sent_also_where_the_law_sets_no_day(
    incident: Track, cast: SimpleNamespace
) -> None:
    incident.clocks.filter(purpose="send").delete()
    incident.examine(by=cast.eva, known_at=timezone.now())
    incident.decide(by=cast.eva, outcome="serious", reason="Många berörs.")
    with pytest.raises(Missing):
        incident.close(by=cast.eva)
    (clock,) = incident.clocks.filter(purpose="send")
    assert (clock.is_late, "genast" in clock.length) == (False, True)
    incident.register_sent(
        by=cast.eva, clock=clock, sent_at=timezone.now(), diary_number="SN 2026/1"
    )
    incident.close(by=cast.eva)
    assert incident.status == "closed"


def test_routes_open_it_when_reported_and_once_only(
    cast: SimpleNamespace, units: SimpleNamespace, category: Category
) -> None:
    day = timezone.localdate()
    Route.decide(by=None, valid_from=day, reason="Lag", obligations=["it-incident"], kind="risk")
    case = Nonconformity.objects.create(
        unit=units.north, description="Intrång", reported_by=cast.anna, kind="risk"
    )
    case.report(by=cast.anna)
    assessed(case, cast.bo, category, "it-incident")
    track = Track.objects.get()
    assert (track.responsible, track.because) == (cast.eva, "route")
    assert [clock.unit for clock in track.clocks.all()] == ["hours", "hours", "months"]


def test_a_clock_keeps_the_length_it_began_with(track: Track, cast: SimpleNamespace) -> None:
    before = [clock.ends_at for clock in track.clocks.all()]
    law = Obligation.objects.get(code="lex-sarah")
    clocks = [row | {"amount": 20} for row in law.clocks]
    with pytest.raises(PermissionDenied):
        law.amend(by=cast.bo, reason="Nej", clocks=clocks)
    law.amend(by=cast.cecilia, reason="Ny lag", clocks=clocks)
    with pytest.raises(ValidationError):
        law.amend(by=cast.cecilia, reason="Fel", clocks=[clocks[0] | {"amount": 0}])
    track.examine(by=cast.ines, known_at=timezone.now())
    assert [clock.ends_at for clock in track.clocks.all()] == before


def test_the_whole_way_to_the_authority(track: Track, cast: SimpleNamespace) -> None:
    ines = cast.ines
    track.examine(by=ines, known_at=timezone.now())
    written(track, ines)
    with pytest.raises(Refused):
        track.register_sent(
            by=ines, clock=track.clocks.last(), sent_at=timezone.now(), diary_number="1"
        )
    track.decide(by=ines, outcome="serious", reason=WORD)
    with pytest.raises(Missing):
        track.close(by=ines)
    clock = track.clocks.running().get()
    ahead = timezone.now() + timedelta(hours=1)
    with pytest.raises(ValidationError):
        track.register_sent(by=ines, clock=clock, sent_at=ahead, diary_number="SN 2026/1")
    now = timezone.now()
    track.register_sent(by=ines, clock=clock, sent_at=now, diary_number="SN 2026/1")
    with pytest.raises(ValidationError):
        track.register_sent(by=ines, clock=clock, sent_at=now, diary_number="SN 2026/1")
    track.close(by=ines, answered_on=timezone.localdate(), note=WORD)
    assert (track.status, track.due_on) == ("closed", None)


def test_not_this_law_stops_every_clock_and_it_can_be_taken_up_again(
    track: Track, cast: SimpleNamespace
) -> None:
    track.rule_out(by=cast.ines, reason=WORD)
    assert (track.status, track.clocks.running().count(), track.due_on) == ("not_this_law", 0, None)
    with pytest.raises(Refused):
        track.examine_again(by=cast.bo, reason="Jo")
    track.examine_again(by=cast.ines, reason="Jo")
    assert track.clocks.running().count() == 1  # the decision was made in time; sending was not


def test_what_is_written_is_cipher_text_and_stays(track: Track, cast: SimpleNamespace) -> None:
    written(track, cast.bo)
    entry = track.entries.get()
    assert WORD.encode() not in bytes(entry.cipher_text)
    assert entry.words == {"text": WORD, "source": "Samtal"}
    entry.field = "causes"
    with pytest.raises(DatabaseError), transaction.atomic():
        entry.save()
    assert WORD not in "".join(event.note + str(event.changes) for event in track.story)


def test_it_is_read_after_the_reading_has_been_logged(
    track: Track, cast: SimpleNamespace, at: Any
) -> None:
    written(track, cast.bo)
    url = track.get_absolute_url()
    assert WORD not in at(cast.ines).get(url).content.decode()
    at(cast.ines).send(f"{url}las/", reason="Utreder")
    assert WORD in at(cast.ines).get(url).content.decode()
    assert WORD not in at(cast.bo).get(url).content.decode()
    assert track.story.filter(verb="open_entries", actor=cast.ines).count() == 1


def test_nobody_else_meets_that_it_exists(
    track: Track, case: Nonconformity, cast: SimpleNamespace, at: Any
) -> None:
    pages = (case.get_absolute_url(), "/", "/avvikelser/", "/avvikelser/?vy=alla", "/sok/?q=lex")
    outsiders = (cast.anna, cast.berit, cast.eva, cast.cecilia, cast.gun, cast.frank, cast.david)
    for person in outsiders:
        assert at(person).get(track.get_absolute_url()).status_code == 404
        text = "".join(at(person).get(page).content.decode() for page in pages)
        assert track.number not in text
        assert "Lex Sarah" not in text
        assert not Track.objects.visible_to(person).exists()
    for person in (cast.bo, cast.ines):
        assert "Lex Sarah" in at(person).get(case.get_absolute_url()).content.decode()
    assert "Lex Sarah" in at(cast.ines).get("/").content.decode()
    told = {event.verb for event in case.story}
    assert told == {"report", "assess"}


def test_a_unit_counts_no_examination(track: Track, units: SimpleNamespace) -> None:
    assert units.north.open_records() == 1


def test_who_may_know_asks_for_one_by_hand(
    case: Nonconformity, cast: SimpleNamespace, at: Any
) -> None:
    law = Obligation.objects.get(code="arbetsmiljo")
    for person in (cast.anna, cast.berit, cast.cecilia, cast.frank):
        with pytest.raises(PermissionDenied):
            Track.ask_for(case, law, by=person)
    url = f"{case.get_absolute_url()}prova-enligt-lag/"
    assert at(cast.bo).post(url).status_code == 422
    sent = at(cast.bo).post(url, obligation=law.pk)
    again = at(cast.bo).post(url, obligation=law.pk)
    assert sent.url == again.url == Track.objects.get().get_absolute_url()


def test_the_questions_are_asked_in_plain_words_and_a_tick_opens(
    case: Nonconformity, cast: SimpleNamespace, category: Category, at: Any
) -> None:
    url = f"{case.get_absolute_url()}bedom/"
    page = at(cast.bo).get(url).content.decode()
    assert "farit illa" in page
    assert "barn eller en elev" not in page  # that is asked in schools
    answers = {"title": "Dos", "severity": 2, "likelihood": 3, "category": category.pk}
    sent = at(cast.bo).post(url, **answers, prompts=["lex-sarah:1", "lex-maria:0"])
    assert sent.status_code == 302
    assert {t.obligation.code for t in Track.objects.all()} == {"lex-sarah", "lex-maria"}


def test_when_we_came_to_know_moves_the_clocks_that_count_from_it(
    case: Nonconformity, cast: SimpleNamespace, category: Category
) -> None:
    assessed(case, cast.bo, category, "it-incident")
    track = Track.objects.get()
    known = timezone.now() - timedelta(hours=20)
    with pytest.raises(ValidationError):
        track.examine(by=cast.eva, known_at=timezone.now() + timedelta(minutes=5))
    track.examine(by=cast.eva, known_at=known)
    first = track.clocks.running().first()
    assert first is not None
    assert first.ends_at == known + timedelta(hours=24)


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_make_one_decision(track: Track, cast: SimpleNamespace) -> None:
    track.examine(by=cast.ines, known_at=timezone.now())
    said: list[str] = []
    gate = threading.Barrier(2)

    def decide(outcome: str) -> None:
        mine = Track.objects.get(pk=track.pk)
        gate.wait()
        try:
            mine.decide(by=cast.ines, outcome=outcome, reason="x")
            said.append(outcome)
        except Refused:
            said.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=decide, args=[outcome]) for outcome in ("found", "serious")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    track.refresh_from_db()
    assert sorted(said) == sorted(["refused", track.outcome])


def test_it_goes_along_when_the_case_does(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    track = Track.ask_for(case, Obligation.objects.get(code="lex-sarah"), by=cast.bo)
    case.hand_over(by=cast.bo, unit=units.south, reason="Deras")
    case.accept_handover(by=cast.berit)
    track.refresh_from_db()
    assert (track.unit, case.unit) == (units.south, units.south)
    assert track not in Track.objects.visible_to(cast.bo)
    assert track in Track.objects.visible_to(cast.ines)


def test_no_other_system_is_told(
    case: Nonconformity, cast: SimpleNamespace, units: SimpleNamespace
) -> None:
    webhook(units.group, cast.cecilia)
    track = Track.ask_for(case, Obligation.objects.get(code="lex-sarah"), by=cast.bo)
    track.examine(by=cast.ines, known_at=timezone.now())
    assert not Delivery.objects.exists()
    case.dismiss(by=cast.bo, reason="Nej")
    assert str(case.number) in Delivery.objects.get().body
