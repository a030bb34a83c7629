"""An installation is begun: its first administrator, its people, and how they get passwords."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.core.internal.httpkit import get_client_ip
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from qms.organization.duties import Duty, Role
from qms.organization.models import Appointment, User

HEADING = "username;first_name;last_name;email;title;unit_code;role;until\n"
NEW = "ett-langt-losenord-2026"


def said(command: str, *arguments: Any, **options: Any) -> str:
    """Return what a command prints."""
    out = StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


def first(**more: Any) -> str:
    """Make the first administrator, and return what is printed."""
    return said(
        "first_administrator", "vera", name="Vera Vik", email="vera@example.org",
        site="https://takt.example.org", **more,
    )  # fmt: skip


def test_the_first_administrator_chooses_a_password_and_appoints_others(
    units: SimpleNamespace, client: Any
) -> None:
    (link,) = re.findall(r"https://takt\.example\.org(/\S+)", first())
    vera = User.objects.get(username="vera")
    assert (vera.first_name, vera.last_name) == ("Vera", "Vik")
    assert vera.units_for(Duty.APPOINT_EVERYWHERE).everything
    page = client.get(link, follow=True)
    address = page.redirect_chain[-1][0]
    client.post(address, {"password1": NEW, "password2": NEW})
    assert client.login(username="vera", password=NEW)
    client.logout()
    assert not client.get(link, follow=True).redirect_chain  # the link worked once


def test_there_is_only_one_first_administrator(cast: SimpleNamespace) -> None:
    with pytest.raises(CommandError, match=cast.adam.name):
        first()
    assert not User.objects.filter(username="vera").exists()


def test_without_units_the_administrator_is_told_where_to_begin(db: None) -> None:
    with pytest.raises(CommandError, match="load_organisation"):
        first()


def test_a_wrong_address_is_told_and_nobody_is_made(units: SimpleNamespace) -> None:
    with pytest.raises(CommandError):
        said("first_administrator", "vera", email="inte en adress")
    assert not User.objects.exists()


def test_a_password_may_be_written_at_the_keyboard(
    units: SimpleNamespace, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = "qms.organization.management.commands.first_administrator.getpass"
    monkeypatch.setattr(command, lambda _prompt: NEW)
    assert "http" not in first(ask_password=True)
    assert client.login(username="vera", password=NEW)


@pytest.fixture
def csv(tmp_path: Path) -> Any:
    """Return a file of people with these rows."""

    def _csv(*rows: str) -> Path:
        path = tmp_path / "people.csv"
        path.write_text(HEADING + "\n".join(rows), encoding="utf-8")
        return path

    return _csv


def test_people_are_read_with_their_roles_and_twice_is_the_same(
    units: SimpleNamespace, csv: Any
) -> None:
    until = timezone.localdate() + timedelta(days=30)
    file = csv(
        "eli;Eli;Öst;eli@example.org;Chef;SOF-HT-01;unit_manager;",
        f"eli;Eli;Öst;eli@example.org;Chef;SOF-HT-02;Enhetschef;{until}",
        "isa;Isa;Ny;;;;;",
    )
    assert "Eli Öst" in said("load_people", file)
    eli = User.objects.get(username="eli")
    assert eli.may(Duty.HANDLE_NONCONFORMITIES, units.north)
    assert eli.may(Duty.HANDLE_NONCONFORMITIES, units.south)
    assert not eli.has_usable_password()
    assert Appointment.objects.get(user=eli, unit=units.south).until == until
    assert not User.objects.get(username="isa").appointments.exists()
    before = Appointment.objects.count()
    said("load_people", file)
    assert (Appointment.objects.count(), User.objects.count()) == (before, 2)


def test_a_dry_run_tells_and_changes_nothing(units: SimpleNamespace, csv: Any) -> None:
    file = csv("eli;Eli;Öst;eli@example.org;Chef;SOF-HT-01;unit_manager;")
    assert "Eli Öst" in said("load_people", file, dry_run=True, links=True)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "row",
    [
        "ny;Ny;Ny;;;FINNS-INTE;staff;",
        "ny;Ny;Ny;;;SOF-HT-01;kejsare;",
        "ny;Ny;Ny;;;SOF-HT-01;staff;i morgon",
        "ny;Ny;Ny;inte en adress;;SOF-HT-01;staff;",
        "ny;Ny;Ny;ELI@example.org;;SOF-HT-01;staff;",
        ";Ny;Ny;;;SOF-HT-01;staff;",
        "ny;Ny;Ny;;;SOF-HT-01;external_auditor;",
        "ny;Ny;Ny;;;SOF-HT-01;staff;;en till",
    ],
)
def test_one_wrong_row_is_named_and_nothing_is_read(
    units: SimpleNamespace, csv: Any, row: str
) -> None:
    file = csv("eli;Eli;Öst;eli@example.org;;SOF-HT-01;staff;", row)
    with pytest.raises(CommandError, match="3"):
        said("load_people", file)
    assert not User.objects.exists()


def test_a_new_person_without_mail_is_given_a_link(units: SimpleNamespace, csv: Any) -> None:
    told = said("load_people", csv("isa;Isa;Ny;;;;;"), links=True, site="https://t.example.org")
    assert re.search(r"isa https://t\.example\.org/konto/glomt/\S+", told)


def test_a_forgotten_password_is_not_offered_where_mail_goes_nowhere(
    cast: SimpleNamespace, client: Any, settings: Any
) -> None:
    settings.MAIL_GOES_OUT = False
    assert "/konto/glomt/" not in client.get("/logga-in/").content.decode()
    assert 'name="email"' not in client.get("/konto/glomt/").content.decode()
    client.post("/konto/glomt/", {"email": cast.bo.email})
    assert mail.outbox == []
    settings.MAIL_GOES_OUT = True
    assert "/konto/glomt/" in client.get("/logga-in/").content.decode()
    client.post("/konto/glomt/", {"email": cast.bo.email})
    assert len(mail.outbox) == 1


def test_the_mailed_link_leads_to_a_new_password(
    cast: SimpleNamespace, client: Any, settings: Any
) -> None:
    settings.MAIL_GOES_OUT = True
    client.post("/konto/glomt/", {"email": cast.bo.email})
    (link,) = re.findall(r"https?://[^/\s]+(/konto/\S+)", str(mail.outbox[0].body))
    (address, _status), *_more = client.get(link, follow=True).redirect_chain
    client.post(address, {"password1": NEW, "password2": NEW})
    assert client.login(username="bo", password=NEW)


def test_behind_our_proxy_each_person_has_an_address_of_their_own(rf: Any, settings: Any) -> None:
    request = rf.get("/logga-in/", headers={"X-Forwarded-For": "6.6.6.6, 10.1.2.3"})
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert get_client_ip(request) == "10.1.2.3"  # what the visitor claims to be is not believed
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert get_client_ip(request) == "127.0.0.1"


def test_an_office_behind_one_address_is_not_locked_out_by_one_person(
    cast: SimpleNamespace, client: Any
) -> None:
    for _try in range(12):
        client.post("/logga-in/", {"login": "bo", "password": "fel"})
    assert not client.session.get("_auth_user_id")
    client.post("/logga-in/", {"login": "anna", "password": "takt-test-2026"})
    assert client.session["_auth_user_id"] == str(cast.anna.pk)


def test_roles_can_be_named_as_people_see_them() -> None:
    labels = [str(role.label).lower() for role in Role]
    assert len(set(labels)) == len(labels)
