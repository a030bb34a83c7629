"""What the demo's units have asked and learnt of each other. Adds nothing the second time."""

from datetime import timedelta

from django.utils import timezone

from nonconformities.models import Lesson, Nonconformity
from qms.organization.models import Unit, User

_LESSONS = 12
_QUESTION = (
    "Hos oss visade det sig att rutinen bara fanns på papper i pärmen. Var finns er, och vet de "
    "som vikarierar var den ligger?"
)
_ANSWER = "Den ligger i telefonen och gås igenom första dagen."


def add_learning() -> None:
    """Share the lessons of some closed cases, let one be tried, and let one case ask others."""
    if Lesson.objects.exists():
        return
    _share()
    _try(User.objects.filter(username="karin").first())
    _ask()


def _share() -> None:
    closed = Nonconformity.objects.filter(status="closed", is_secret=False).exclude(lesson="")
    told: set[str] = set()
    for case in closed.select_related("unit", "category", "responsible").order_by("-closed_at"):
        if len(told) == _LESSONS:
            break
        if case.lesson not in told and case.responsible:
            told.add(case.lesson)
            Lesson.share(case, by=case.responsible, text=case.lesson)


def _try(manager: User | None) -> None:
    lesson = Lesson.objects.order_by("pk").first()
    if manager is None or lesson is None:
        return
    led = manager.appointments.current().leading().select_related("unit").first()
    if led is None:
        return
    day = timezone.localdate()
    lesson.try_out(
        by=manager, at=led.unit, description=lesson.text, responsible=manager,
        due_on=day + timedelta(days=14), criterion="Ingen sådan avvikelse på två månader.",
        effect_on=day + timedelta(days=75),
    )  # fmt: skip


def _ask() -> None:
    """Let the latest investigation of a place with sisters ask them; one has answered."""
    at_work = Nonconformity.objects.filter(status="investigating", unit__kind="site")
    for case in at_work.select_related("unit", "responsible").order_by("-pk"):
        alike = Unit.objects.open().filter(service=case.unit.service, kind="site")
        sisters = list(alike.exclude(pk=case.unit_id).order_by("code")[:3])
        if case.responsible is None or len(sisters) < 3:
            continue
        case.ask_others(by=case.responsible, units=sisters, text=_QUESTION, ground="masked")
        first = case.extent_questions.get().answers.order_by("-pk")[0]
        if first.responsible:
            first.answer(by=first.responsible, verdict="no", reason=_ANSWER)
        return
