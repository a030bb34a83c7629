"""The steps of a deviation as people take them, so that a journey reads as its story."""

from typing import Any

from django.utils import timezone

from nonconformities.models import Action, Category, Nonconformity
from tests.journeys.walker import Walker

TOLD = "Dosetten hade fel tablett i tisdagsfacket."


def today() -> str:
    """Return today as a date field sends it."""
    return timezone.localdate().isoformat()


def report(who: Walker, text: str = TOLD, **answers: Any) -> str:
    """Send a report and return its number, as the receipt says it."""
    who.open("/rapportera/").fill(description=text, **answers)
    assert who.address.startswith("/kvitto/"), (who.status, who.page.text[:800])
    return next(word for word in who.page.text.split() if word.startswith("AVV-")).strip(".,")


def do(who: Walker, number: str, verb: str, **answers: Any) -> Walker:
    """Do one verb on its page; the person comes back to the record."""
    model = Action if number.startswith("ATG") else Nonconformity
    base = "atgarder" if model is Action else "avvikelser"
    who.open(f"/{base}/{number}/{model.moves()[verb].address}/")
    assert who.status == 200, (verb, who.status)
    return who.fill(**answers)


def assess(who: Walker, number: str, severity: int = 2, likelihood: int = 3) -> Walker:
    """Assess, with a category that fits home care."""
    category = Category.objects.filter(parent__isnull=False, services__contains=["care"]).first()
    assert category
    return do(
        who, number, "assess", title="Fel dos", severity=severity, likelihood=likelihood,
        category=category.pk,
    )  # fmt: skip


def person(who: Walker, field: str, name: str) -> str:
    """Return the value of somebody in the choices of a field on the page."""
    from qms.organization.models import User

    return str(User.objects.get(username=name).pk)


def investigate(who: Walker, number: str) -> None:
    """Start, find the cause and say where else it may be."""
    do(who, number, "start_investigation", plan="Prata med gruppen")
    do(who, number, "add_cause", method="whys", why_1="Stress", why_2="Schemat saknar dubbelkoll")
    do(who, number, "answer_extent", extent="Frågade Söder: nej.")


def act(who: Walker, number: str, doer: str) -> str:
    """Plan a corrective action, decide on it, and return its number."""
    do(
        who, number, "plan_action", kind="corrective", description="Dubbelkoll införs",
        responsible=person(who, "responsible", doer), due_on=today(), effect_on=today(),
        criterion="Inga fel på en månad",
    )  # fmt: skip
    do(who, number, "decide_actions")
    return Action.objects.filter(nonconformity__number=number).latest("pk").number


def finish(doer: Walker, checker: Walker, action: str) -> None:
    """Do the action, and let someone else verify it."""
    do(doer, action, "begin")
    do(doer, action, "complete", evidence="Listan hänger i rummet.")
    do(checker, action, "verify", result="Sett på plats.")


def at(number: str) -> str:
    """Return where a deviation is; journeys read it to know, never to change it."""
    return Nonconformity.objects.get(number=number).status
