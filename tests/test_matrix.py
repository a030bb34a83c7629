"""Every address and every verb, for everybody; and no text reaches who may not read it."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from nonconformities.models import Lesson
from tests.borders import at_a_border
from tests.group import found_cast, found_units
from tests.matrix import CAST, COMPANY_MAY, PAGES, VERBS, PageRow, VerbRow, filled, seen_at
from tests.planted import WORDS, action_at, case_at, kept_apart, plant, readers, track_at, word

Stage = SimpleNamespace
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stage(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[Stage]:
    """The group, the cast and the planted records, seeded once for all of this module."""
    files = tmp_path_factory.mktemp("files")
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    quick = override_settings(MEDIA_ROOT=files, PASSWORD_HASHERS=hashers)
    with quick, kept_apart(django_db_blocker):
        call_command("load_base", verbosity=0)
        units = found_units()
        cast = found_cast(units)
        planted = plant(units, cast)
        clients = {name: _signed_in(getattr(cast, name, None)) for name in CAST}
        yield Stage(units=units, cast=cast, planted=planted, clients=clients)


def _signed_in(user: Any) -> Client:
    client = Client(raise_request_exception=True)
    if user:
        client.force_login(user)
    return client


def _undone(ask: Any) -> Any:
    """Ask something and undo what it changed."""
    with transaction.atomic():
        answer = ask()
        answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        transaction.set_rollback(True)
    return answer


# --- Every page --------------------------------------------------------------------------------


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_everybody_is_answered_as_the_matrix_says(row: PageRow, stage: Stage) -> None:
    address = row.address.format(**filled(stage.planted))
    answered = {n: _undone(lambda c=c: c.get(address)) for n, c in stage.clients.items()}
    assert {name: answer.status_code for name, answer in answered.items()} == row.expected
    if row.expected["nobody"] == 302 and row.name not in {"account_logout"}:
        assert answered["nobody"].url.startswith("/logga-in/?next=")


# --- Every verb --------------------------------------------------------------------------------


def _record(row: VerbRow, stage: Stage, unit: Any, likelihood: int) -> Any:
    """Return a record in the state the verb starts from; Anna reported it, or does it."""
    anna = stage.cast.anna if unit == stage.units.north else stage.planted.karl
    if row.record == "nonconformity":
        graded = {} if row.state == "reported" else {"severity": 3, "likelihood": likelihood}
        case = case_at(row.state, unit, anna, **graded)
        case.protect_details(by=None or _protector(stage, unit), details="…")
        at_a_border(row.verb, case, stage.units)
        return case
    if row.record == "track":
        case = case_at("assessed", unit, anna, severity=3, likelihood=likelihood)
        return track_at(row.state, case, outcome="serious" if row.state == "decided" else "")
    if row.record == "extentanswer":
        asking = case_at("investigating", stage.units.school, stage.planted.rut)
        asking.ask_others(by=stage.cast.frank, units=[unit], text="Finns det hos er?")
        return asking.extent_questions.get().answers.get()
    if row.record == "lesson":
        closed = case_at("closed", unit, anna)
        return Lesson.share(closed, by=stage.cast.bo, text="Lås skåpet.")
    case = case_at("action", unit, anna, severity=3, likelihood=likelihood)
    return action_at(row.state, case, anna, done_by=anna if row.state == "done" else None)


def _protector(stage: Stage, unit: Any) -> Any:
    return stage.cast.bo if unit == stage.units.north else stage.planted.viveka


@pytest.mark.parametrize("kind", ["small", "serious", "company"])
@pytest.mark.parametrize("row", VERBS, ids=str)
def test_a_verb_is_for_those_the_matrix_names(row: VerbRow, kind: str, stage: Stage) -> None:
    at_company = kind == "company"
    place = "company" if at_company else "north"
    may = COMPANY_MAY.get(row.verb, set()) if at_company else getattr(row, kind)
    with transaction.atomic():
        unit = stage.units.water if at_company else stage.units.north
        record = _record(row, stage, unit, likelihood=4 if kind == "serious" else 2)
        move = type(record).moves()[row.verb]
        address = f"{record.get_absolute_url()}{move.address}/"
        shown, sent, wanted = {}, {}, {}
        for name, client in stage.clients.items():
            shown[name] = _undone(lambda c=client: c.get(address)).status_code
            sent[name] = _undone(lambda c=client: c.post(address)).status_code
            seen = name in seen_at(place, row.record, row.verb)
            wanted[name] = 302 if name == "nobody" else 403 if seen else 404
        transaction.set_rollback(True)
    assert shown == wanted | dict.fromkeys(may, row.opens)
    assert sent == wanted | dict.fromkeys(may, row.empty)


# --- No word reaches who may not read it -------------------------------------------------------


def _addresses(stage: Stage) -> Iterator[str]:
    """Yield every page of the matrix, the verbs' pages where secrets differ, and more lists."""
    values = filled(stage.planted)
    # Who holds the code of a receipt reads it, whoever that is: see test_receipt.py.
    apart = ("logga-ut", "{borne}")
    pages = [row.address for row in PAGES if not any(word in row.address for word in apart)]
    yield from (address.format(**values) for address in pages)
    for case in (stage.planted.north, stage.planted.hidden, stage.planted.secret):
        for record in (case, *case.actions.all(), *case.tracks.all()):
            yield from (f"{record.get_absolute_url()}{m.address}/" for m in record.moves().values())
    for view in ("mig", "min", "sena", "effekt", "oppna", "mina", "att-verifiera"):
        yield f"/avvikelser/?vy={view}"
        yield f"/atgarder/?vy={view}"
    yield from ("/?alla", "/avvikelser/?vy=alla&enhet=SOF", "/sok/?q=qnorthtitleq")


def _met(client: Client, address: str) -> str:
    """Return everything an answer tells: its text and its headers."""
    answer = _undone(lambda: client.get(address))
    asked = address.partition("?")[2]
    text = answer.body.decode(errors="replace") + str(dict(answer.headers))
    for own in (asked, asked.partition("q=")[2], asked.partition("sok=")[2]):
        text = text.replace(own, "") if own else text  # the page repeats what was searched for
    return text


@pytest.mark.parametrize("name", CAST)
def test_everybody_meets_the_words_they_may_read_and_no_other(name: str, stage: Stage) -> None:
    texts = {address: _met(stage.clients[name], address) for address in _addresses(stage)}
    may = {word(*place) for place in WORDS if name in readers(*place)}
    secrets = {word(*place) for place in WORDS} - may
    leaks = {f"{at} tells {s}" for at, text in texts.items() for s in secrets if s in text}
    assert sorted(leaks) == []
    everything = "".join(texts.values())
    assert {secret for secret in may if secret not in everything} == set()


@pytest.mark.parametrize("name", ["frank", "adam", "nils", "david"])
def test_outsiders_do_not_even_meet_a_number_of_home_care(name: str, stage: Stage) -> None:
    numbers = {stage.planted.north.number, stage.planted.hidden.number}
    numbers |= {action.number for action in stage.planted.north.actions.all()}
    pages = [row.address for row in PAGES if "{" not in row.address]
    texts = "".join(_met(stage.clients[name], address) for address in pages)
    assert {number for number in numbers if number in texts} == set()


def test_other_systems_are_told_no_word_and_no_name(stage: Stage) -> None:
    told = "".join(delivery.body for delivery in stage.planted.webhook.deliveries.all())
    assert stage.planted.secret.number in told
    names = [getattr(stage.cast, name, None) for name in CAST]
    hidden = {word(*place) for place in WORDS} | {user.last_name for user in names if user}
    assert {secret for secret in hidden if secret in told} == set()
