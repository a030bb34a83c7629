"""Who has read: for those who lead units, write documents there, or follow them for the group."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from documents.coverage import (
    HEADS,
    CoverageTable,
    VersionCoverage,
    counted_units,
    to_be_read,
)
from documents.models import Version
from qms.organization.requests import SignedInRequest
from qms.records import exports
from qms.records.models import Export
from qms.records.pages import render_page

MOST_VERSIONS = 2000  # in a file


def _table(request: SignedInRequest) -> CoverageTable:
    """Return the table as the address narrows it; 404 for who has no unit to see."""
    if not counted_units(request.user):
        raise Http404
    asked = request.GET
    return CoverageTable(
        request.user, unit=asked.get("enhet", ""), document=asked.get("dokument", ""),
        page=asked.get("sida", ""),
    )  # fmt: skip


def table(request: SignedInRequest) -> HttpResponse:
    """Show how many have read, per document and unit."""
    return render_page(request, "documents/coverage.html", "list", table=_table(request))


def of_version(request: SignedInRequest, number: str, label: str) -> HttpResponse:
    """Show one version unit by unit, and who is left in the units one leads."""
    found = to_be_read(counted_units(request.user)).for_page()
    version = get_object_or_404(found, number=f"{number}/{label}")
    coverage = VersionCoverage(version, request.user)
    if coverage.whole is None:
        raise Http404
    is_seen = Version.objects.visible_to(request.user).filter(pk=version.pk).exists()
    return render_page(
        request, "documents/coverage_of.html", version=version, coverage=coverage, is_seen=is_seen
    )


@require_GET
def export(request: SignedInRequest) -> HttpResponseBase:
    """Send the table as a file, a line per version and unit. 404 for a format nobody knows."""
    kind = request.GET.get("format", "")
    if kind not in exports.TYPES:
        raise Http404
    shown = _table(request)
    if shown.page.paginator.count > MOST_VERSIONS:
        messages.warning(request, _("That is too much for one file. Choose a unit first."))
        return redirect("documents:coverage")
    lines = list(shown.lines(MOST_VERSIONS))
    query = shown.chosen.code if shown.chosen else ""
    Export.note(by=request.user, listing="lasning", query=query, kind=kind, rows=len(lines))
    made: Any = (
        exports.spooled(exports.as_csv(HEADS, lines, get_language() or "sv"))
        if kind == "csv"
        else exports.as_xlsx(HEADS, lines, _("Reading"))
    )
    answer = FileResponse(
        made, content_type=exports.TYPES[kind], as_attachment=True,
        filename=f"lasning-{timezone.localdate()}.{kind}",
    )  # fmt: skip
    answer["Cache-Control"] = "private, no-store"
    return answer
