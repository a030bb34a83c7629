"""Change who answers for many records: choose, see what would change, do it, read the outcome."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from qms.organization.duties import Duty
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.forms.reassigning import ReassignForm
from qms.records.lists import RecordList
from qms.records.pages import form_for, render_page
from qms.records.reassigning import MOST, Outcome, Reassigning, read_held

_RESULT = "reassigned"


@require_http_methods(["GET", "POST"])
def reassign(request: SignedInRequest, code: str) -> HttpResponse:
    """Ask who takes over, show what would change, and change it. 404 for who handles nothing."""
    if not request.user.units_for(Duty.HANDLE_NONCONFORMITIES):
        raise Http404
    kind = RecordList.KINDS[code]
    work = _chosen(request, kind)
    if not work.records:
        messages.info(request, _("Choose at least one row."))
        return redirect(kind.ADDRESS)
    form = form_for(request, ReassignForm, work=work)
    is_ready = request.method == "POST" and form.is_valid()
    if is_ready and "change" in request.POST:
        answer = form.cleaned_data
        outcome = work.perform(answer["responsible"], answer["reason"], str(answer["stamp"]))
        request.session[_RESULT] = [outcome.changed, outcome.refused, work.gone]
        return redirect(f"{reverse(kind.ADDRESS)}byt-ansvarig/klart/")
    return _page(request, kind, work, form, form.cleaned_data["responsible"] if is_ready else None)


def _chosen(request: SignedInRequest, kind: type[RecordList]) -> Reassigning:
    """Return the rows that the form carries, that were ticked, or that the list holds."""
    if request.method == "POST":
        return Reassigning(kind.model, request.user, read_held(request.POST.get("held", "")))
    if "alla" in request.GET:
        ids = kind(request).ids(MOST)
    else:
        ticked = request.GET.getlist("rad")[:MOST]
        rows = kind.model.objects.visible_to(request.user).filter(number__in=ticked)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
    return Reassigning(kind.model, request.user, dict.fromkeys(ids))


def _page(
    request: SignedInRequest,
    kind: type[RecordList],
    work: Reassigning,
    form: ReassignForm,
    person: User | None,
) -> HttpResponse:
    rows = list(work.rows(person))
    return render_page(
        request,
        "records/reassign.html",
        status=422 if form.errors else 200,
        form=form,
        person=person,
        back=reverse(kind.ADDRESS),
        changing=[record for record, objection in rows if not objection],
        staying=[(record, objection) for record, objection in rows if objection],
        gone=work.gone,
        most=MOST,
        is_full=len(rows) >= MOST,
    )


@require_safe
def reassigned(request: SignedInRequest, code: str) -> HttpResponse:
    """Tell what came of it, to the one who did it."""
    kind = RecordList.KINDS[code]
    if _RESULT not in request.session:
        return redirect(kind.ADDRESS)
    changed, refused, gone = request.session[_RESULT]
    return render_page(
        request,
        "records/reassigned.html",
        outcome=Outcome(changed, [tuple(pair) for pair in refused]),
        gone=gone,
        back=reverse(kind.ADDRESS),
    )
