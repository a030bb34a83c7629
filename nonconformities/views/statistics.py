"""The page of statistics, and the same as a file."""

from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nonconformities.figures import Figures
from nonconformities.forms.statistics import StatisticsForm
from nonconformities.statistics import Statistics
from qms.organization.requests import SignedInRequest
from qms.records.exports import TYPES, as_csv
from qms.records.pages import render_page


@require_safe
def statistics(request: SignedInRequest) -> HttpResponseBase:
    """Show how it goes in the units one follows. 404 for who follows none."""
    if not request.user.followed:
        raise Http404
    form = StatisticsForm(request.GET, user=request.user)
    counted = Statistics(request.user, form.unit, form.span)
    figures = Figures(counted)
    if request.GET.get("format") == "csv":
        heads = [_("Figure"), pgettext("statistics", "Period"), pgettext("statistics", "Number")]
        lines = as_csv(heads, figures.lines(), get_language() or "sv")
        answer = StreamingHttpResponse(lines, content_type=TYPES["csv"])
        name = f"statistik-{timezone.localdate()}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "private, no-store"
        return answer
    return render_page(
        request, "nonconformities/statistics.html", form=form, counted=counted, figures=figures,
        file_url=form.url(format="csv"),
    )  # fmt: skip
