"""Places on the walls of home care and a preschool, and what was told there without an account.

Told by the verbs themselves, with the people of the cast. Adds nothing the second time.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from django.utils import timezone

from nonconformities.models import Category, Nonconformity, Place
from progress.demo.scenes import NORTH
from qms.organization.models import Unit, User
from qms.records.workflow import Bearer

_PRESCHOOL = "BUF-FSK-01"


def hang_posters(units: Mapping[str, Unit], people: Mapping[str, User], today: date) -> None:
    """Make the places; today, four people without an account have told something at one of them."""
    if Place.objects.exists() or not {NORTH, _PRESCHOOL} <= units.keys():
        return
    entrance = _places(units[NORTH], units[_PRESCHOOL])
    if today != timezone.localdate():
        return
    _unread(entrance)
    _asked(entrance, people["karin"])
    _mended(entrance, people["karin"])
    _not_enough(entrance, people["karin"])


def _places(home: Unit, preschool: Unit) -> Place:
    """Return the entrance of the preschool, where much is told; the others are beside it."""
    kitchen = Place.add(by=None, unit=home, name="Köket", code="7X4M", allows_anonymous=True)
    Place.add(by=None, unit=home, name="Kylrummet", code="7X4K", parent=kitchen)
    old = Place.add(by=None, unit=home, name="Gamla köket", code="7X40", allows_anonymous=True)
    old.close(by=None, instead=kitchen)
    Place.add(by=None, unit=home, name="Bilen ABC 123", code="8C3T")
    return Place.add(
        by=None, unit=preschool, name="Entrén", code="9FAM", allows_anonymous=True,
        is_shared_device=True, offers_names=True,
    )  # fmt: skip


def _told(place: Place, code: str, description: str, **facts: str) -> tuple[Nonconformity, Bearer]:
    """Return a report without an account. The codes of the demo group are known to everybody."""
    case = Nonconformity.objects.create(
        unit=place.unit, unit_name=place.unit.name, from_place=place, place=str(place),
        channel=Nonconformity.Channel.PLACE, receipt_code=code, description=description,
        happened_at=timezone.now() - timedelta(hours=2), **facts,
    )  # fmt: skip
    bearer = Bearer(case.pk)
    case.report(by=bearer)
    return case, bearer


def _unread(place: Place) -> None:
    _told(
        place, "7X4M-1111-1111-1111", "Trappan vid entrén är hal. Jag höll på att ramla.",
        urgency=Nonconformity.Urgency.RISK, kind=Nonconformity.Kind.NEAR_MISS,
    )  # fmt: skip


def _asked(place: Place, manager: User) -> None:
    case, _bearer = _told(
        place, "7X4M-2222-2222-2222", "The fridge was warm this morning. The milk smelled bad.",
        language=Nonconformity.Language.EN,
    )  # fmt: skip
    case.ask_reporter(by=manager, question="Which of the two fridges was it?")


def _mended(place: Place, manager: User) -> None:
    case, _bearer = _told(
        place, "7X4M-3333-3333-3333", "Skylten till nödutgången lyser inte.",
        kind=Nonconformity.Kind.RISK,
    )  # fmt: skip
    here = Nonconformity.objects.filter(unit=place.unit).exclude(category=None)
    fitting = Category.objects.filter(parent__isnull=False, services__contains=[place.unit.service])
    category = fitting.exclude(pk__in=here.values("category")).order_by("pk").first()
    if category is None:  # every sort has happened here, so a cause would have to be looked for
        return
    case.assess(
        by=manager, title="Släckt skylt vid nödutgången", severity=1, likelihood=1,
        category=category,
    )  # fmt: skip
    case.close_as_corrected(
        by=manager, correction="Lampan är bytt.", reason="Lampan var gammal.",
        answer="Tack! Lampan är bytt, och vi tittar på alla skyltar varje kvartal.",
    )  # fmt: skip


def _not_enough(place: Place, manager: User) -> None:
    case, bearer = _told(
        place, "7X4M-4444-4444-4444", "Ingen svarar när man ringer på morgonen.",
        kind=Nonconformity.Kind.COMPLAINT, voice=Nonconformity.Voice.RELATIVE,
    )  # fmt: skip
    case.dismiss(by=manager, reason="Numret på lappen var fel. Rätt nummer sitter uppe nu.")
    case.say_verdict(
        by=bearer, satisfied=False, reason="Jag ringde det nya numret, och ingen svarade."
    )
