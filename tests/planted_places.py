"""What is planted beside the cases: places on the wall, and a report without an account."""

from types import SimpleNamespace
from typing import Any

from nonconformities.models import Nonconformity, Place
from nonconformities.models.codes import new_bearer_code
from qms.organization.models import Unit, User
from qms.records.workflow import Bearer

BORNE = ("description", "said_to_be", "file", "query", "response", "answer", "verdict")


def spots_of(unit: Unit) -> SimpleNamespace:
    """Return three places: one where anybody reports, one to sign in at, one that is closed."""
    kitchen = Place.add(by=None, unit=unit, name="Köket", allows_anonymous=True)
    office = Place.add(by=None, unit=unit, name="Kontoret")
    cellar = Place.add(by=None, unit=unit, name="Källaren", allows_anonymous=True)
    cellar.close(by=None, instead=kitchen)
    return SimpleNamespace(kitchen=kitchen, office=office, cellar=cellar)


def borne_case(place: Place, by: User, word: Any, attachment: Any) -> Nonconformity:
    """Return a report without an account, dismissed, whose reporter is not satisfied."""
    said = {field: word("borne", field) for field in BORNE}
    case = Nonconformity.objects.create(
        unit=place.unit, from_place=place, channel="device", receipt_code=new_bearer_code(),
        description=said["description"], said_to_be=said["said_to_be"],
    )  # fmt: skip
    bearer = Bearer(case.pk)
    case.attach(by=bearer, files=[attachment(f"{said['file']}.txt")])
    case.report(by=bearer)
    case.ask_reporter(by=by, question=said["query"])
    case.answer_question(by=bearer, text=said["response"])
    case.dismiss(by=by, reason=said["answer"])
    case.say_verdict(by=bearer, satisfied=False, reason=said["verdict"])
    return case
