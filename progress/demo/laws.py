"""Routes, and some cases that are examined under a law, so that the clocks are not empty."""

from datetime import date, timedelta

from django.utils import timezone

from nonconformities.models import Nonconformity, Obligation, Route, Track
from nonconformities.models.status import Status
from progress.demo.scenes import NORTH
from qms.organization.models import Unit
from qms.records.workdays import is_working_day

# Which law, and how far the examination has come.
_TOLD = (("lex-sarah", "examined"), ("arbetsmiljo", "opened"), ("it-incident", "opened"))


def set_routes(today: date) -> None:
    """Set the routes of the demo group, once."""
    if Route.objects.exists():
        return
    reason = "Beslut i ledningsgruppen"
    Route.decide(
        by=None, valid_from=today, reason=reason, kind="complaint",
        unit=Unit.objects.filter(code="SOF").first(), handler_role="unit_manager",
    )  # fmt: skip
    Route.decide(
        by=None, valid_from=today, reason=reason, kind="near_miss", obligations=["arbetsmiljo"]
    )


def examine_some() -> None:
    """Begin examinations in the newest open cases of home care, once."""
    if Track.objects.exists():
        return
    open_ones = Nonconformity.objects.open().reported().filter(unit__code=NORTH)
    cases = open_ones.exclude(status=Status.HANDED_OVER).order_by("-reported_at")
    for (code, status), case in zip(_TOLD, cases, strict=False):
        law = Obligation.objects.get(code=code)
        track = Track.begin_for(case, law, by=None, because=Track.Because.ROUTE)
        if status == "examined" and track.responsible:
            track.examine(by=track.responsible, known_at=case.reported_at or timezone.now())
            track.write_entry(
                by=track.responsible, field="what",
                text="En insats uteblev en hel kväll. Personen fick ingen mat och inga läkemedel.",
                source="Samtal med arbetsgruppen", is_judgement=False,
                noted_on=_weekday(timezone.localdate()),
            )  # fmt: skip


def _weekday(day: date) -> date:
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day
