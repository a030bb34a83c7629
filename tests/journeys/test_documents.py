"""A routine from the first draft to its second version, as the people of home care meet it."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from documents.models import Document, DocumentType, Version
from documents.tasks import turn_the_day
from qms.organization.duties import Role
from tests.group import person
from tests.journeys.walker import Walker

Enter = Callable[[str], Walker]
_BODY = "<h2>Vem gör vad</h2><p>Du kontrollerar dosetten före utdelning.</p>"
_ASKED = "Skriv vem som kontrollerar på natten."


@pytest.fixture
def people(town: SimpleNamespace, units: SimpleNamespace) -> SimpleNamespace:
    """Pia writes, Maj and Siv review, Natt works at night in the north."""
    return SimpleNamespace(
        pia=person("pia", "Ros", (units.home_care, Role.PROCESS_OWNER)),
        maj=person("maj", "Lind", (units.north, Role.STAFF)),
        siv=person("siv", "Hav", (units.south, Role.STAFF)),
        natt=person("natt", "Sol", (units.north, Role.STAFF)),
    )


def _do(who: Walker, version: Version, verb: str, **answers: Any) -> Walker:
    """Do a verb of a version on its page."""
    document = version.document
    address = Version.moves()[verb].address
    who.open(f"/dokument/{document.number}/v/{version.label}/{address}/")
    assert who.status == 200, (verb, who.status, who.page.text[:500])
    who.fill(**answers)
    version.refresh_from_db()
    return who


def _begun(pia: Walker, units: SimpleNamespace) -> Version:
    kind = DocumentType.objects.get(code="rutin")
    pia.open("/dokument/ny/").fill(
        title="Läkemedel i dosett", document_type=kind.pk, unit=units.home_care.pk,
        openness="authority",
    )  # fmt: skip
    assert pia.status == 200
    return Document.objects.get().versions.get()


def _written(pia: Walker, version: Version, **texts: str) -> None:
    pia.open(f"/dokument/{version.document.number}/utkast/skriv/")
    pia.fill(**texts)
    assert pia.status == 200, pia.page.text[:800]
    version.refresh_from_db()


def _reviewed(walkers: SimpleNamespace, people: SimpleNamespace, version: Version) -> None:
    _do(walkers.pia, version, "send_to_review", reviewer_1=people.maj.pk, reviewer_2=people.siv.pk)
    assert version.status == "review"
    for reader in (walkers.maj, walkers.siv):
        assert reader.open("/").reads(version.title)  # it waits on the reviewer's home page
        _do(reader, version, "approve", comment="")
    assert version.status == "approved"


def _moved(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(timezone, "localdate", lambda *_at: day)


def test_from_draft_to_the_version_after(
    enter: Enter, people: SimpleNamespace, units: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    walkers = SimpleNamespace(**{name: enter(name) for name in ("pia", "maj", "siv", "natt")})
    berit, frank = enter("berit"), enter("frank")
    first = _begun(walkers.pia, units)
    page = first.document.get_absolute_url()
    _written(walkers.pia, first, summary="Dubbelkontroll före utdelning.", body=_BODY)
    _do(walkers.pia, first, "send_to_review", reviewer_1=people.maj.pk, reviewer_2=people.siv.pk)
    _do(walkers.maj, first, "ask_for_change", comment=_ASKED)
    assert first.status == "draft"
    assert walkers.pia.open(f"{page}utkast/").reads(_ASKED)
    assert walkers.natt.open(page).status == 404  # nothing of a draft is for who only reads
    _written(walkers.pia, first, body=_BODY + "<p>På natten kontrollerar sjuksköterskan.</p>")
    _reviewed(walkers, people, first)

    today = timezone.localdate()
    walkers.pia.open(f"{page}v/1.0/faststall/")
    assert walkers.pia.status == 403  # Pia has written it
    begins = today + timedelta(days=3)
    _do(berit, first, "adopt", valid_from=begins.isoformat())
    assert first.status == "adopted"
    assert walkers.natt.open(page).status == 404  # not yet in force
    _moved(monkeypatch, begins)
    assert walkers.natt.open(page).reads("Det här gäller nu")  # although no task has run
    assert turn_the_day() == 1
    assert walkers.natt.open(page).reads("På natten kontrollerar sjuksköterskan.")
    assert frank.open(page).status == 404  # another authority
    assert frank.open(f"{page}v/1.0/").status == 404

    walkers.pia.open(f"{page}ny-version/").fill(is_minor="major")
    second = first.document.versions.get(major=2)
    _written(
        walkers.pia, second, news="Ny blankett för kontrollen.",
        body=_BODY + "<p>På natten kontrollerar nattpatrullen och skriver i blanketten.</p>",
    )  # fmt: skip
    _reviewed(walkers, people, second)
    _do(berit, second, "adopt", valid_from=begins.isoformat())
    assert second.status == "in_force"  # its day is today
    assert walkers.natt.open(page).reads("Ny blankett för kontrollen.")
    old = walkers.natt.open(f"{page}v/1.0/")
    assert old.reads("Det här är version 1.0. Den gäller inte längre.")
    walkers.natt.open(f"{page}jamfor/1.0..2.0/")
    html = walkers.natt.answer.content.decode()
    assert "<ins" in html
    assert "<del" in html
    assert "nattpatrullen" in html
    assert frank.open(f"{page}jamfor/1.0..2.0/").status == 404
