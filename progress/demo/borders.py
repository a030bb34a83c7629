"""Between units, on the day the demo is made: a meal handed over, a leak that two companies share.

Told by the verbs themselves, with the people of the cast.
"""

from datetime import date

from django.utils import timezone

from nonconformities.models import Handover, Nonconformity
from qms.organization.models import Unit, User


def cross(units: dict[str, Unit], people: dict[str, User], today: date) -> int:
    """Add the cases that cross a border; none when there are some, or on another day than today."""
    if today != timezone.localdate() or Handover.objects.exists():
        return 0
    _meal(units, people)
    _round_trip(units, people)
    _leak(units, people)
    _taken_over(units, people)
    return 4


def _reported(unit: Unit, by: User, **facts: str) -> Nonconformity:
    case = Nonconformity.objects.create(
        unit=unit, unit_name=unit.name, reported_by=by, created_by=by, **facts
    )
    case.report(by=by)
    return case


def _meal(units: dict[str, Unit], people: dict[str, User]) -> None:
    """Home care asks the kitchen to take a complaint over; the answer is waited for."""
    case = _reported(
        units["SOF-HT-01"], people["anna"], kind=Nonconformity.Kind.COMPLAINT,
        description="Matlådorna kom en timme för sent till flera på slingan i dag, och var ljumma.",
        correction="Vi värmde dem och ringde köket.",
    )  # fmt: skip
    case.hand_over(
        by=people["bo"], unit=units["KSF-KS"], reason="Leveransen är er. Vi tar emot vid elva.",
        ground="masked", text="Matlådor kom en timme för sent till flera adresser, och var ljumma.",
    )  # fmt: skip


def _round_trip(units: dict[str, Unit], people: dict[str, User]) -> None:
    """A question to the wrong unit comes back with a reason."""
    karin = people["karin"]
    case = _reported(
        units["BUF-FSK-01"], karin,
        description="Dörröppnaren vid entrén fungerar inte. Vi kommer inte in med rullstol.",
    )  # fmt: skip
    case.hand_over(by=karin, unit=units["KSF-KS"], reason="Ni sköter väl dörrarna?", ground="none")
    case.decline_handover(
        by=people["rania.khouri"], reason="Vi städar, men dörrarna hör till den som äger huset."
    )


def _leak(units: dict[str, Unit], people: dict[str, User]) -> None:
    """The water company and the housing company each do their part."""
    per, patrik = people["per"], people["patrik.lundhag"]
    case = _reported(
        units["VMEAB-VA"], people["roger.myrstad"],
        description="Läcka vid servisen. Vatten rann mot källaren i huset intill.",
        correction="Vi stängde ventilen i gatan.",
    )  # fmt: skip
    case.share(
        by=per, unit=units["VBAB"], reason="Källaren är er, ledningen är vår.", ground="none",
        task="Titta i källaren och säg vad som behöver göras där.",
    )  # fmt: skip
    case.accept_share(by=patrik)
    case.write_part(by=patrik, account="En decimeter vatten i två förråd. Pumpen gick inte igång.")


def _taken_over(units: dict[str, Unit], people: dict[str, User]) -> None:
    """The kitchen has taken a case over: its own begins with the text that was let out."""
    case = _reported(
        units["SOF-HT-01"], people["anna"],
        description="Specialkosten var förväxlad mellan två adresser. Ingen hann äta.",
    )  # fmt: skip
    case.hand_over(
        by=people["bo"], unit=units["KSF-KS"], reason="Märkningen görs hos er.", ground="masked",
        text="Specialkost var förväxlad mellan två adresser. Ingen hann äta.",
    )  # fmt: skip
    case.accept_across(by=people["rania.khouri"])
