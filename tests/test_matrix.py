"""Every address and every verb, for everybody; and no text reaches who may not read it."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from documents.models import Version
from nonconformities.listing import CaseList
from nonconformities.models import Lesson, Nonconformity
from qms.organization.models import User
from qms.records.search import TextSearch
from tests.borders import at_a_border
from tests.group import found_cast, found_units
from tests.matrix import CAST, COMPANY_MAY, PAGES, VERBS, PageRow, VerbRow, filled, seen_at
from tests.planted import (
    OLD_REGISTER,
    PLACES,
    WORDS,
    action_at,
    case_at,
    kept_apart,
    plant,
    readers,
    track_at,
    word,
)
from tests.planted_borders import KEPT_AWAY
from tests.planted_documents import DOCUMENTS, change_at, version_for
from tests.reading import text_of

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
        people = vars(cast) | {name: getattr(planted, name) for name in ("standin", "rut")}
        people |= {"leaver": planted.leaver}
        clients = {name: _signed_in(people.get(name)) for name in CROWD}
        yield Stage(
            units=units, cast=cast, planted=planted, clients=clients, people=people, answers={}
        )  # fmt: skip


def _signed_in(user: Any) -> Client:
    client = Client(raise_request_exception=True)
    if user:
        client.force_login(user)
    return client


def _asked(client: Client, address: str) -> Stage:
    """Return what was answered, without the page's context: thousands of answers are kept."""
    answer = _undone(lambda: client.get(address))
    return Stage(status=answer.status_code, headers=dict(answer.headers), body=answer.body)


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
    answered = {name: _asked(stage.clients[name], address) for name in CAST}
    # The same pages are read for words below: what they answered is kept, not asked for again.
    stage.answers |= {(name, address): answer for name, answer in answered.items()}
    assert {name: answered[name].status for name in CAST} == row.expected
    if row.expected["nobody"] == 302 and row.name not in {"account_logout"}:
        assert answered["nobody"].headers["Location"].startswith("/logga-in/?next=")


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
        asked = {"units": [unit], "text": "Finns det hos er?", "ground": "none"}
        asking.ask_others(by=stage.cast.frank, **asked)
        return asking.extent_questions.get().answers.get()
    if row.record in {"version", "changerequest"}:
        suggested = row.record == "changerequest"
        writer = stage.planted.maj if unit == stage.units.north else stage.planted.viveka
        state = "in_force" if suggested else row.state
        version = version_for(row.verb, state, unit, writer, anna)
        return change_at(version.document, anna) if suggested else version
    if row.record == "lesson":
        closed = case_at("closed", unit, anna)
        return Lesson.share(closed, by=stage.cast.bo, text="Lås skåpet.")
    case = case_at("action", unit, anna, severity=3, likelihood=likelihood)
    return action_at(row.state, case, anna, done_by=anna if row.state == "done" else None)


def _address_of(record: Any, move: Any) -> str:
    """Return the address of a verb's page; those of a version stand below the very version."""
    if isinstance(record, Version):
        row = record.document
        return f"/dokument/{row.number}/v/{record.label}/{move.address}/"
    return f"{record.get_absolute_url()}{move.address}/"


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
        address = _address_of(record, move)
        shown, sent, wanted = {}, {}, {}
        for name in CAST:
            client = stage.clients[name]
            shown[name] = _undone(lambda c=client: c.get(address)).status_code
            sent[name] = _undone(lambda c=client: c.post(address)).status_code
            seen = name in seen_at(place, row.record, row.verb)
            wanted[name] = 302 if name == "nobody" else 403 if seen else 404
        transaction.set_rollback(True)
    assert shown == wanted | dict.fromkeys(may, row.opens)
    assert sent == wanted | dict.fromkeys(may, row.empty)


# --- No word reaches who may not read it -------------------------------------------------------


# What the two sides of a border ask and answer; their pages tell of the case beside the form.
_AT_BORDERS = (
    "lamna-over", "ta-emot-fran-annan", "tacka-nej", "ta-tillbaka-overlamning", "dela", "ta-del",
    "avsta", "avsluta-delning", "var-del", "var-orsak", "var-atgard", "var-del-klar", "kommentera",
    "rapport", "finns-det-hos-andra", "sla-ihop",
)  # fmt: skip
CROWD = (*CAST, "standin", "rut", "leaver")


def _addresses(stage: Stage) -> Iterator[str]:
    """Yield every page of the matrix, the verbs' pages where secrets differ, and more lists."""
    values = filled(stage.planted)
    # Who holds the code of a receipt reads it, whoever that is: see below.
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
    yield "/atgarder/exportera/?vy=alla&format=xlsx"
    yield from (f"/avvikelser/?vy=alla&sida={page}" for page in (2, 3))
    yield from _at_borders(stage.planted.borders.values())
    for place in DOCUMENTS:
        yield f"/dokument/?q={word(place, 'title')}"
        yield f"/sok/?q={word(place, 'body')}"
    for number, label in ((values["docnorth"], "2.0"), (values["docreview"], "1.0")):
        for move in Version.moves().values():
            yield f"/dokument/{number}/v/{label}/{move.address}/"


def _at_borders(cases: Any) -> Iterator[str]:
    """Yield every way to the cases between units, and to what hangs on them."""
    for case in cases:
        yield from (f"{case.get_absolute_url()}{verb}/" for verb in (*_AT_BORDERS, "synlig-for"))
        yield case.get_absolute_url()
        api = f"/api/v1/deviations/{case.number}"
        yield from (api, f"{api}/events", f"{api}/comments", f"{api}/moves")
        for action in case.actions.all():
            api = f"/api/v1/actions/{action.number}"
            yield from (action.get_absolute_url(), api, f"{api}/events", f"{api}/moves")
        for question in case.extent_questions.all():
            yield from (answer.get_absolute_url() for answer in question.answers.all())


def _met(name: str, address: str, stage: Stage) -> str:
    """Return everything an answer tells somebody: its text and its headers."""
    answer = stage.answers.get((name, address)) or _asked(stage.clients[name], address)
    asked = address.partition("?")[2]
    text = text_of(answer.body) + str(answer.headers)
    for own in (asked, asked.partition("q=")[2], asked.partition("sok=")[2]):
        text = text.replace(own, "") if own else text  # the page repeats what was searched for
    return text


def _unknown(name: str, stage: Stage) -> Iterator[str]:
    """Yield the numbers of examinations by law that somebody may not even know of."""
    know = {"north": {"bo", "ines"}, "school": {"frank"}}
    for place in PLACES:
        if name not in know.get(place, set()):
            yield from getattr(stage.planted, place).tracks.values_list("number", flat=True)


@pytest.mark.parametrize("name", CROWD)
def test_everybody_meets_the_words_they_may_read_and_no_other(name: str, stage: Stage) -> None:
    # Some addresses stand in several lists.
    texts = {address: _met(name, address, stage) for address in dict.fromkeys(_addresses(stage))}
    may = {word(*place) for place in WORDS if name in readers(*place)}
    secrets = {word(*place) for place in WORDS} - may | set(_unknown(name, stage))
    leaks = {
        f"{at} tells {each}"
        for at, text in texts.items()
        for each in secrets
        if each in text and each not in at
    }
    assert sorted(leaks) == []
    everything = "".join(texts.values())
    kept = {word(*place) for place in KEPT_AWAY}
    assert {secret for secret in may - kept if secret not in everything} == set()


@pytest.mark.parametrize("name", [each for each in CROWD if each != "nobody"])
def test_what_one_may_not_read_is_not_found_by_searching(name: str, stage: Stage) -> None:
    user = User.objects.get(pk=stage.people[name].pk)  # what the person may do today
    searched = {"description", "title", "correction", "place", "released", "reply"}
    for place, field in WORDS:
        if field not in searched | set(OLD_REGISTER) or name in readers(place, field):
            continue
        text = word(place, field)
        assert TextSearch(Nonconformity, user, text).count(1) == 0, text
        assert CaseList.of(user, f"vy=alla&sok={text}").count == 0, text


def test_who_holds_a_receipt_code_reads_what_the_reporter_may_and_no_more(stage: Stage) -> None:
    address = f"/kvitto/{stage.planted.borne.receipt_code}/"
    told = {("borne", field) for field in ("description", "query", "response", "answer")}
    secrets = {word(*place) for place in WORDS if place[0] != "borne"}
    for name in ("nobody", "frank"):
        text = _met(name, address, stage)
        assert {secret for secret in secrets if secret in text} == set()
        assert {word(*place) for place in told if word(*place) not in text} == set()


@pytest.mark.parametrize("narrowed", ["kategori={category}", "allvar=small"])
def test_a_reporter_cannot_ask_the_list_how_the_own_report_is_assessed(
    narrowed: str, stage: Stage
) -> None:
    category = stage.planted.north.category.code
    query = "vy=alla&" + narrowed.format(category=category)
    own = {"anna": 0, "gun": 1, "bo": 1}
    for name, met in own.items():
        found = CaseList.of(stage.people[name], query).matches
        assert found.filter(pk=stage.planted.north.pk).count() == met, name


@pytest.mark.parametrize("name", ["frank", "adam", "nils", "david"])
def test_outsiders_do_not_even_meet_a_number_of_home_care(name: str, stage: Stage) -> None:
    numbers = {stage.planted.north.number, stage.planted.hidden.number}
    numbers |= {action.number for action in stage.planted.north.actions.all()}
    over = ("left", "declined", "taken_back", "refused")  # not, or no more, put to anybody
    numbers |= {stage.planted.borders[place].number for place in over}
    pages = [row.address for row in PAGES if "{" not in row.address]
    texts = "".join(_met(name, address, stage) for address in pages)
    assert {number for number in numbers if number in texts} == set()


def test_other_systems_are_told_no_word_and_no_name(stage: Stage) -> None:
    told = "".join(delivery.body for delivery in stage.planted.webhook.deliveries.all())
    assert stage.planted.secret.number in told
    names = {user.last_name for user in stage.people.values()}
    hidden = {word(*place) for place in WORDS} | names
    assert {secret for secret in hidden if secret in told} == set()
