"""Who is to read the demo group's documents, who has, and what some readers suggested."""

import random
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from documents.models import Audience, ChangeRequest, Document, Reading, Version
from documents.models.asking import ask
from qms.organization.duties import Role
from qms.organization.models import User

_SINCE = timedelta(days=40)  # when Takt began to ask who has read
_READ_BY = 0.84  # of those who are asked
_SUGGESTED = (
    ("Telefonnumret till jouren är gammalt. Det ska vara växelns nummer.", ""),
    ("Det står inte vad jag gör om nyckeln saknas när jag kommer.", ""),
    (
        "Punkterna kommer i fel ordning: vi ringer innan vi skriver.",
        "Ordningen är vald med skyddsombudet: först skriver du, så att inget glöms. Tack ändå!",
    ),
    (
        "Kan blanketten få ligga som länk här?",
        "Blanketten byts i vår. Länken kommer när den nya finns.",
    ),
    ("Steg tre är svårt att förstå för den som är ny.", ""),
)


def let_read(seed: int) -> None:
    """Say who is to read what applies, let most of them read it, and some suggest changes."""
    if Audience.objects.exists():
        return
    rng = random.Random(f"{seed}:reading")
    valid = Version.objects.applying_on(timezone.localdate())
    versions = list(valid.select_related("document__unit").order_by("document__number"))
    Audience.objects.bulk_create(_row(version) for version in versions)
    _readings(rng)
    _suggestions(versions, rng)


def _row(version: Version) -> Audience:
    """Return whom a document is for: those of its unit; of the whole group, who leads units."""
    unit = version.document.unit
    role = Role.UNIT_MANAGER.value if unit.parent_id is None else ""
    said_on = max(version.adopted_on or date.min, timezone.localdate() - _SINCE)
    return Audience(document=version.document, unit=unit, role=role, since=said_on)


def _readings(rng: random.Random) -> None:
    rows = ask("select distinct version_id, person_id, due from asks order by 1, 2")
    now, made = timezone.now(), {}
    for version, person, due in rows:
        chance, day = rng.random(), due - timedelta(days=rng.randint(0, 13))
        if chance > _READ_BY or (version, person) in made:
            continue
        moment = datetime.combine(day, time(rng.randint(6, 21), rng.randint(0, 59)))
        at = min(timezone.make_aware(moment), now - timedelta(hours=rng.randint(1, 60)))
        made[version, person] = Reading(version_id=version, person_id=person, read_at=at)
    Reading.objects.bulk_create(made.values(), batch_size=2000)


def _suggestions(versions: list[Version], rng: random.Random) -> None:
    owned = [v for v in versions if v.document.owner_id and v.document.unit.parent_id]
    for text, answer in _SUGGESTED:
        version = rng.choice(owned)
        document: Document = version.document
        reader = _reader_of(version, rng)
        if reader is None:
            continue
        change = ChangeRequest.suggest(document, version, by=reader, text=text)
        if answer and change.allows(document.owner, "decline"):
            change.decline(by=document.owner, answer=answer)


def _reader_of(version: Version, rng: random.Random) -> User | None:
    """Return somebody who has read it and does not write it."""
    readers = Reading.objects.filter(version=version).exclude(person=version.document.owner)
    found = list(readers.order_by("person").select_related("person")[:50])
    staff = [each.person for each in found if not version.document.is_kept_by(each.person)]
    return rng.choice(staff) if staff else None
