"""Home: what needs me today."""

from django.http import HttpResponse
from django.utils import timezone

from progress.waiting import Overview, lessons_for, waiting_for
from qms.organization.requests import SignedInRequest
from qms.records.pages import render_page

MOST_SHOWN = 7


def home(request: SignedInRequest) -> HttpResponse:
    """Show what waits for this person, where the units stand, and what became of own reports."""
    everything = "alla" in request.GET
    tasks = waiting_for(request.user)
    return render_page(
        request,
        "progress/home.html",
        tasks=tasks if everything else tasks[:MOST_SHOWN],
        count=len(tasks),
        more=0 if everything else max(0, len(tasks) - MOST_SHOWN),
        overview=Overview(request.user),
        reports=request.user.reports.firsthand().for_page().order_by("-created_at")[:3],
        suggestions=request.user.change_requests.for_page()[:3],
        lessons=lessons_for(request.user),
        today=timezone.localdate(),
    )
