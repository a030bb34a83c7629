"""Over the borders, page by page: a complaint goes to another authority, and a leak is shared."""

from types import SimpleNamespace
from typing import Any

import pytest

from nonconformities.models import Nonconformity
from qms.organization.duties import Role
from tests.group import person
from tests.nonconformities.conftest import Browser

pytestmark = pytest.mark.django_db
_SECRET = "qsecretq hos Karin på Ekgatan"


@pytest.fixture
def at(client: Any) -> Any:
    """Return a browser with somebody at it."""
    return lambda user: Browser(client, user)


def _report(unit: Any, reporter: Any, **facts: Any) -> Nonconformity:
    case = Nonconformity.objects.create(
        unit=unit, reported_by=reporter, created_by=reporter, **facts
    )
    case.report(by=reporter)
    return case


def _text(page: Any) -> str:
    assert page.status_code == 200, page.status_code
    return str(page.content.decode())


def test_a_complaint_goes_over_the_border_and_the_reporter_follows_it(
    cast: SimpleNamespace, units: SimpleNamespace, base: None, at: Any
) -> None:
    case = _report(
        units.north, cast.anna, description=f"Maten var kall {_SECRET}", kind="complaint",
        correction="qdoneq", place="qplaceq",
    )  # fmt: skip
    here = f"/avvikelser/{case.number}/"
    assert at(cast.frank).get(here).status_code == 404
    refused = at(cast.bo).send(f"{here}lamna-over/", unit=units.school.pk, reason="Er mat.")
    assert refused.status_code == 422
    assert "annan myndighet" in refused.content.decode()
    sent = at(cast.bo).send(
        f"{here}lamna-over/", unit=units.school.pk, reason="Er mat.", ground="masked",
        text="Maten var kall vid två leveranser.",
    )  # fmt: skip
    assert sent.status_code == 302
    assert "Barn och utbildning" in _text(at(cast.anna).get(here))
    asked = _text(at(cast.frank).get(here))
    assert "Maten var kall vid två leveranser." in asked
    for word in (_SECRET, "qdoneq", "qplaceq", "Anna"):
        assert word not in asked
    assert case.number in _text(at(cast.frank).get("/"))
    taken = at(cast.frank).send(f"{here}ta-emot-fran-annan/")
    new = Nonconformity.objects.get(unit=units.school)
    assert taken.url == new.get_absolute_url()
    _nothing_crossed(at(cast.frank), new, here)
    there = _text(at(cast.anna).get(here))
    assert "Barn och utbildning tog över" in there
    assert new.get_absolute_url() in there
    new.dismiss(by=cast.frank, reason="Tack. Vi har bytt termos.")
    assert "Tack. Vi har bytt termos." in _text(at(cast.anna).get(here))
    assert "Vi har bytt termos." not in _text(at(cast.bo).get(here))
    assert new.number not in _text(at(cast.anna).get("/mina-rapporter/"))


def _nothing_crossed(frank: Browser, new: Nonconformity, first: str) -> None:
    """The other authority meets the text that was let out, wherever it looks."""
    assert frank.get(first).status_code == 404
    places = (
        new.get_absolute_url(), f"{new.get_absolute_url()}synlig-for/", "/avvikelser/?vy=alla",
        "/avvikelser/?vy=alla&sok=kall", "/sok/?q=qsecretq", "/", "/avvikelser/granser/",
        f"{new.get_absolute_url()}bedom/", f"{new.get_absolute_url()}kommentera/",
    )  # fmt: skip
    for place in places:
        text = _text(frank.get(place))
        for word in ("hos Karin", "qdoneq", "qplaceq", "Anna Berg"):
            assert word not in text, (place, word)


def test_a_leak_is_shared_between_two_companies(
    cast: SimpleNamespace, units: SimpleNamespace, base: None, at: Any
) -> None:
    housing = type(units.group).found(
        by=None, parent=units.group, code="VBAB", name="Bostadsbolaget", kind="company",
        authority="VBAB",
    )  # fmt: skip
    viveka = person("viveka", "Rask", (units.company, Role.EXECUTIVE))
    bertil = person("bertil", "Hus", (housing, Role.EXECUTIVE))
    case = _report(units.water, viveka, description="Läcka i gatan.", correction="qdoneq")
    here = f"/avvikelser/{case.number}/"
    at(viveka).send(
        f"{here}dela/", unit=housing.pk, reason="Källaren är er.", task="Töm källaren.",
        ground="none", text="Läcka i gatan.",
    )  # fmt: skip
    assert "Töm källaren." in _text(at(bertil).get(here))
    assert at(bertil).send(f"{here}ta-del/").status_code == 302
    assert at(bertil).send(f"{here}var-del/", account="Vatten i källaren.").status_code == 302
    both = [_text(at(user).get(here)) for user in (viveka, bertil)]
    assert all("Vatten i källaren." in page for page in both)
    assert "qdoneq" not in both[1]
    assert "delas med Bostadsbolaget" in both[0]
    assert at(bertil).send(f"{here}var-del-klar/").status_code == 302
    assert case.shares.get().ready_by == bertil


def test_two_answers_at_once_are_one(
    cast: SimpleNamespace, units: SimpleNamespace, base: None, at: Any
) -> None:
    case = _report(units.north, cast.anna, description="Fel adress.")
    here = f"/avvikelser/{case.number}/"
    at(cast.bo).send(f"{here}lamna-over/", unit=units.home_care.pk, reason="Er sak.")
    seen = Nonconformity.objects.get(pk=case.pk).event_count
    assert at(cast.berit).post(f"{here}ta-emot/", seen=seen).status_code == 302
    late = at(cast.eva).post(f"{here}ta-emot/", seen=seen)
    assert late.status_code in {403, 409}
    case.refresh_from_db()
    assert (case.unit, case.responsible) == (units.home_care, cast.berit)
    assert at(cast.bo).post(f"{here}ta-tillbaka-overlamning/").status_code == 404


def test_where_cases_bounce_is_counted_and_small_numbers_are_kept(
    cast: SimpleNamespace, units: SimpleNamespace, base: None, at: Any
) -> None:
    case = _report(units.north, cast.anna, description="Fel adress.")
    for _time in range(2):
        case.hand_over(by=cast.bo, unit=units.home_care, reason="Er sak.")
        case.decline_handover(by=cast.berit, reason="Nej.")
    assert "Färre än 5" in _text(at(cast.cecilia).get("/avvikelser/granser/"))
    full = _text(at(cast.eva).get("/avvikelser/granser/"))
    assert "Färre än 5" not in full
    assert "Hemtjänst Norr till Hemtjänst" in full
    assert at(cast.anna).get("/avvikelser/granser/").status_code == 404
    assert "Hemtjänst Norr" not in _text(at(cast.frank).get("/avvikelser/granser/"))
