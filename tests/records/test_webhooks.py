"""Other systems are told of steps: signed, tried again, never inward, and never a text."""

import hashlib
import hmac
import json
import ssl
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from nonconformities.models import Action, Nonconformity
from qms.history import verify
from qms.records import calling
from qms.records.calling import Fault, Unreachable
from qms.records.models import Delivery, Webhook
from qms.records.search import record_models
from qms.records.tasks import forget_old_deliveries, send_delivery, send_due
from tests.planted import a_category, case_at, webhook

SECRET = b"taktwh_hemligt"


class Listener:
    """Another system on this machine: it remembers what it was sent and answers as told."""

    def __init__(self, certificate: str = "") -> None:
        self.calls: list[SimpleNamespace] = []
        self.status, self.body = 200, b"tack"
        self.headers: dict[str, str] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/takt"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                call = SimpleNamespace(path=self.path, headers=self.headers, body=body)
                listener.calls.append(call)
                self.send_response(listener.status)
                for name, value in listener.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(listener.body)

            def log_message(self, *_words: Any) -> None:
                """Say nothing."""

        return Handler

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    """Another system, with leave to be on this machine."""
    settings.WEBHOOKS_MAY_STAY_HOME = True
    found = Listener()
    yield found
    found.close()


@pytest.fixture
def hook(listener: Listener, cast: SimpleNamespace, units: SimpleNamespace) -> Webhook:
    """The other system is told of the social board."""
    return webhook(units.social, cast.cecilia, listener.address)


@pytest.fixture
def case(cast: SimpleNamespace, units: SimpleNamespace, base: None) -> Nonconformity:
    """A report that waits to be assessed."""
    return case_at("reported", units.north, cast.anna, description="Fel dos.")


def dismiss(case: Nonconformity, cast: SimpleNamespace) -> None:
    """Take a step."""
    case.dismiss(by=cast.bo, reason="Elsa var inte med.")


def wait(delivery: Delivery) -> Delivery:
    """Let the time until the next try pass."""
    Delivery.objects.filter(pk=delivery.pk).update(next_try_at=timezone.now())
    return Delivery.objects.get(pk=delivery.pk)


# --- What is told --------------------------------------------------------------------------------


def test_a_step_is_told_signed_and_without_a_text(
    hook: Webhook, listener: Listener, case: Nonconformity, cast: SimpleNamespace
) -> None:
    dismiss(case, cast)
    assert send_delivery(Delivery.objects.get().pk)
    (call,) = listener.calls
    told = json.loads(call.body)
    assert set(told) == {
        "delivery",
        "record",
        "number",
        "verb",
        "status",
        "unit",
        "at",
        "seq",
        "url",
    }
    assert (told["number"], told["status"], told["unit"]) == (case.number, "dismissed", "SOF-HT-01")
    assert told["url"].endswith(case.get_absolute_url())
    assert datetime.fromisoformat(told["at"]).tzinfo
    signed = call.headers["Takt-Timestamp"].encode() + b"." + call.body
    digest = hmac.new(SECRET, signed, hashlib.sha256).hexdigest()
    assert call.headers["Takt-Signature"] == f"sha256={digest}"
    assert call.headers["Takt-Delivery"] == told["delivery"]
    assert Delivery.objects.get().status == "arrived"
    for secret in ("Elsa", "Fel dos", "Bo", "Ek", "Anna"):
        assert secret not in call.body.decode()


def test_what_is_undone_is_not_told(hook: Webhook, case: Nonconformity, cast: Any) -> None:
    with transaction.atomic():
        dismiss(case, cast)
        transaction.set_rollback(True)
    assert not Delivery.objects.exists()


def test_it_is_sent_when_committed_and_a_queue_that_is_down_stops_nobody(
    hook: Webhook, case: Nonconformity, cast: Any, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    def down(*_arguments: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(send_delivery, "delay", down)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        dismiss(case, cast)
    assert callbacks
    assert Delivery.objects.due().count() == 1  # the clock finds it
    asked: list[int] = []
    monkeypatch.setattr(send_delivery, "delay", asked.append)
    assert send_due() == 1
    assert asked == [Delivery.objects.get().pk]


def test_only_the_chosen_unit_and_those_below_are_told_of(
    hook: Webhook, cast: SimpleNamespace, units: SimpleNamespace, base: None
) -> None:
    school = case_at("reported", units.school, cast.frank)
    school.dismiss(by=cast.frank, reason="x")
    assert not Delivery.objects.exists()


def test_what_is_not_a_great_step_is_not_told(
    hook: Webhook, case: Nonconformity, cast: SimpleNamespace
) -> None:
    case.comment(by=cast.bo, text="Hej")
    case.assign(by=cast.bo, responsible=cast.eva)
    case.protect_details(by=cast.bo, details="Elsa")
    case.open_protected(by=cast.bo, reason="Hör av mig")
    assert not Delivery.objects.exists()


def test_planned_and_done_actions_are_told(hook: Webhook, cast: Any, units: Any, base: Any) -> None:
    case = case_at("investigating", units.north, cast.anna, category=a_category())
    case.plan_action(
        by=cast.bo, kind="correction", description="Byt lås", responsible=cast.bo,
        due_on=timezone.localdate(),
    )  # fmt: skip
    action = case.actions.get()
    action.begin(by=cast.bo)
    told = [json.loads(each.body) for each in Delivery.objects.order_by("pk")]
    assert [(t["record"], t["number"], t["verb"]) for t in told] == [
        ("action", action.number, "plan"), ("action", action.number, "begin"),
    ]  # fmt: skip


def test_only_what_is_no_secret_by_its_kind_is_told() -> None:
    told = {model for model in record_models() if model.ANNOUNCED is not None}
    assert told == {Nonconformity, Action}


# --- When it does not arrive ---------------------------------------------------------------------


def test_a_failure_is_tried_again_later_and_given_up_at_last(
    hook: Webhook, listener: Listener
) -> None:
    listener.status = 500
    delivery = hook.try_out()
    waits = []
    for number in range(1, 9):
        assert Delivery.claim(delivery.pk).send() is False
        delivery.refresh_from_db()
        assert (delivery.tries, delivery.answered, delivery.fault) == (number, 500, "answer")
        assert Delivery.claim(delivery.pk) is None
        waits.append(round((delivery.next_try_at - timezone.now()).total_seconds() / 60))
        delivery = wait(delivery)
    assert waits[:7] == [1, 5, 15, 60, 240, 720, 1440]
    assert delivery.status == "given_up"
    assert len(listener.calls) == 8
    assert len({call.headers["Takt-Delivery"] for call in listener.calls}) == 1


def test_it_is_switched_off_after_five_given_up_and_on_by_a_person(
    hook: Webhook, listener: Listener, case: Nonconformity, cast: SimpleNamespace, client: Client
) -> None:
    listener.status = 404
    for _number in range(5):
        delivery = hook.try_out()
        Delivery.objects.filter(pk=delivery.pk).update(tries=7)
        Delivery.claim(delivery.pk).send()
    hook.refresh_from_db()
    assert (hook.is_on, hook.why_off) == (False, "failing")
    dismiss(case, cast)
    assert not Delivery.objects.due().exists()
    client.force_login(cast.adam)
    address = f"/installningar/webhooks/{hook.uid}/"
    assert str(Webhook.Why.FAILING.label) in client.get(address).content.decode()
    client.post(f"{address}av-och-pa/", {"on": "1"})
    hook.refresh_from_db()
    assert (hook.is_on, hook.owner, hook.given_up) == (True, cast.adam, 0)
    assert [event.verb for event in hook.story] == ["switch_off", "switch_on"]
    assert list(verify.faults()) == []


def test_three_days_of_failures_switch_it_off_and_one_success_forgets_them(
    hook: Webhook, listener: Listener
) -> None:
    listener.status = 503
    Delivery.claim(hook.try_out().pk).send()
    hook.refresh_from_db()
    assert hook.failing_since
    listener.status = 204
    Delivery.claim(hook.try_out().pk).send()
    hook.refresh_from_db()
    assert hook.failing_since is None
    listener.status = 503
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=3, minutes=1))
    Delivery.claim(hook.try_out().pk).send()
    hook.refresh_from_db()
    assert not hook.is_on


def test_a_worker_that_is_killed_leaves_the_telling_to_the_next(
    hook: Webhook, listener: Listener
) -> None:
    delivery = hook.try_out()
    assert Delivery.claim(delivery.pk)  # and then it is killed
    assert Delivery.claim() is None
    wait(delivery)
    assert Delivery.claim().send()
    assert send_delivery(delivery.pk) is False  # told already
    assert len(listener.calls) == 1


def test_who_may_not_configure_any_more_answers_for_nothing(
    hook: Webhook, listener: Listener, cast: SimpleNamespace
) -> None:
    cast.cecilia.is_active = False
    cast.cecilia.save()
    assert Delivery.claim(hook.try_out().pk).send() is False
    hook.refresh_from_db()
    assert (hook.is_on, hook.why_off, listener.calls) == (False, "owner", [])


def test_old_tellings_are_forgotten(hook: Webhook) -> None:
    old, new = hook.try_out(), hook.try_out()
    Delivery.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    forget_old_deliveries()
    assert list(Delivery.objects.all()) == [new]


# --- Where it may not go -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
     "0.0.0.0", "224.0.0.1", "255.255.255.255", "240.0.0.1", "192.0.2.1", "::1", "::", "fe80::1",
     "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
     "2002:7f00:1::1", "2001:0:7f00:1::1", "2001:db8::1"],
)  # fmt: skip
def test_an_address_inside_is_not_public(number: str) -> None:
    assert not calling.is_public(number)


def test_an_address_outside_is_public() -> None:
    assert calling.is_public("93.184.215.14")
    assert calling.is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        ("http://system.example.org/", Fault.ADDRESS),
        ("ftp://system.example.org/", Fault.ADDRESS),
        ("https://bo:hemligt@system.example.org/", Fault.ADDRESS),
        ("https://system.example.org:99999/", Fault.ADDRESS),
        ("https:///x", Fault.ADDRESS),
        ("https://[::1", Fault.ADDRESS),
        ("https://localhost/", Fault.OWN),
        ("https://LOCALHOST./", Fault.OWN),
        ("https://127.0.0.1/", Fault.OWN),
        ("https://127.1/", Fault.LOCAL),
        ("https://2130706433/", Fault.LOCAL),
        ("https://0x7f000001/", Fault.LOCAL),
        ("https://[::ffff:169.254.169.254]/", Fault.LOCAL),
        ("https://10.0.0.1/", Fault.LOCAL),
    ],
)
def test_an_address_that_leads_inward_is_refused(address: str, fault: Fault) -> None:
    with pytest.raises(Unreachable) as refused:
        calling.checked(address)
    assert refused.value.fault == fault


def test_one_inner_address_among_outer_ones_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "look_up", lambda *_: ["93.184.215.14", "10.0.0.1"])
    with pytest.raises(Unreachable):
        calling.checked("https://system.example.org/")


def test_a_name_that_turns_inward_later_is_not_called(
    cast: SimpleNamespace, units: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: Iterator[list[str]] = iter([["93.184.215.14"], ["127.0.0.1"]])
    monkeypatch.setattr(calling, "look_up", lambda *_: next(answers))
    hook, _secret = Webhook.create(
        by=cast.cecilia, name="Diariet", address="https://system.example.org/", unit=units.social,
        uid=uuid.uuid4(),
    )  # fmt: skip
    assert Delivery.claim(hook.try_out().pk).send() is False
    assert Delivery.objects.get().fault == Fault.LOCAL


def test_the_call_goes_to_the_number_that_was_checked(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def look_up(host: str, _port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    monkeypatch.setattr(calling, "look_up", look_up)
    address = f"http://system.example.org:{listener.port}/a?b=c"
    assert calling.post(address, b"{}", {}) == 200
    (call,) = listener.calls
    assert (call.path, call.headers["Host"]) == ("/a?b=c", f"system.example.org:{listener.port}")
    assert asked == ["system.example.org"]


def test_nobody_is_followed_to_another_address(hook: Webhook, listener: Listener) -> None:
    listener.status, listener.headers = 307, {"Location": listener.address + "/annat"}
    assert Delivery.claim(hook.try_out().pk).send() is False
    assert (Delivery.objects.get().fault, len(listener.calls)) == (Fault.REDIRECT, 1)


def test_a_flood_of_an_answer_is_not_read_and_silence_is_not_waited_for(
    hook: Webhook, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.body = b"x" * 50_000_000
    assert Delivery.claim(hook.try_out().pk).send()
    listener.close()
    assert Delivery.claim(hook.try_out().pk).send() is False
    assert Delivery.objects.latest("pk").fault in {Fault.BROKEN, Fault.SILENT}


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A certificate for system.example.org that this machine trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "system.example.org")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("system.example.org")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path / "certificate.pem"
    path.write_bytes(private + signed.public_bytes(pem))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return str(path)


def test_the_certificate_is_asked_for_by_name_although_the_call_goes_to_a_number(
    certificate: str, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOKS_MAY_STAY_HOME = True
    monkeypatch.setattr(calling, "look_up", lambda *_: ["127.0.0.1"])
    listener = Listener(certificate)
    try:
        assert calling.post(f"https://system.example.org:{listener.port}/", b"{}", {}) == 200
        for other in ("annat.example.org", "127.0.0.1"):
            with pytest.raises(Unreachable) as refused:
                calling.post(f"https://{other}:{listener.port}/", b"{}", {})
            assert refused.value.fault == Fault.CERTIFICATE
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(Unreachable):
            calling.post(f"https://system.example.org:{listener.port}/", b"{}", {})
    finally:
        listener.close()


def test_the_leave_to_stay_home_is_not_for_production() -> None:
    from tests.site import ROOT

    text = (ROOT / "qms/settings.py").read_text()
    assert "WEBHOOKS_MAY_STAY_HOME = (DEBUG or TESTING) and env_bool(" in text


# --- The pages -----------------------------------------------------------------------------------


@pytest.fixture
def fill_in(client: Client, cast: SimpleNamespace, units: SimpleNamespace) -> Callable[..., Any]:
    """Return how Cecilia fills in the form of a new system."""
    client.force_login(cast.cecilia)

    def _fill_in(**answers: Any) -> Any:
        form = client.get("/installningar/webhooks/nytt/").context["form"]
        held = {"uid": form["uid"].value(), "name": "Diariet", "unit": units.social.pk}
        return client.post("/installningar/webhooks/nytt/", held | answers)

    return _fill_in


def test_the_secret_is_shown_once_and_kept_sealed(
    fill_in: Callable[..., Any], client: Client, listener: Listener
) -> None:
    answer = fill_in(address=listener.address)
    page = client.get(answer.url)
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert secret not in client.get(answer.url).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("select row_to_json(t)::text from records_webhook t")
        assert secret not in cursor.fetchone()[0]
    client.post(f"{answer.url}prova/")
    assert send_delivery(Delivery.objects.get().pk)
    call = listener.calls[-1]
    signed = call.headers["Takt-Timestamp"].encode() + b"." + call.body
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert call.headers["Takt-Signature"] == f"sha256={digest}"
    assert "200" in client.get(answer.url).content.decode()


def test_two_clicks_add_one_system(fill_in: Callable[..., Any], listener: Listener) -> None:
    uid = uuid.uuid4()
    first, second = (fill_in(address=listener.address, uid=uid) for _click in range(2))
    assert first.url == second.url
    assert Webhook.objects.count() == 1


def test_an_address_on_the_local_network_is_refused_with_a_reason(
    fill_in: Callable[..., Any], client: Client
) -> None:
    answer = fill_in(address="https://192.168.1.10/takt")
    assert answer.status_code == 422
    assert str(Fault.LOCAL.label) in answer.content.decode()
    assert not Webhook.objects.exists()
    with pytest.raises(ValidationError):
        Webhook.create(by=None, name="x", address="https://[::1]/", unit=None, uid=uuid.uuid4())
