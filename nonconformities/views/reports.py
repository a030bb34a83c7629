"""Reporting: the form, the draft, the receipt, and what became of it."""

from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from nonconformities.forms import ReportForm
from nonconformities.models import Nonconformity
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.pages import form_for, render_page
from qms.records.refusals import NoRoom, WrongStatus


def report(request: SignedInRequest) -> HttpResponse:
    """Ask what happened, where, and if it is urgent; send it, or keep it as a draft."""
    initial = {"unit": request.GET["enhet"]} if request.GET.get("enhet", "").isdigit() else {}
    form = form_for(request, ReportForm, user=request.user, initial=initial)
    return _take_in(request, form, None)


def draft(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Go on with a draft of one's own. What has been sent leads to its receipt."""
    found = get_object_or_404(Nonconformity, uid=uid, reported_by=request.user)
    if found.status != "draft":
        return redirect("nonconformities:receipt", found.receipt_code)
    initial = {
        name: getattr(found, name)
        for name in (
            "uid",
            "description",
            "unit",
            "place",
            "urgency",
            "happened_at",
            "correction",
            "hides_reporter",
        )
    }
    form = form_for(request, ReportForm, user=request.user, initial=initial)
    return _take_in(request, form, found)


def _take_in(
    request: SignedInRequest, form: ReportForm, found: Nonconformity | None
) -> HttpResponse:
    if request.method != "POST":
        return _page(request, form)
    if "redact" in request.POST:
        return _page(request, form.without_personal_details())
    if not form.is_valid():
        return _page(request, form, status=422)
    sent = _same(form, request.user)
    if sent and sent.status != "draft":
        return _sent_already(request, form, sent)
    if form.personal_details and "save" not in request.POST:
        return _page(request, form, status=422, personal=form.personal_details)
    return _send(request, form, found or sent)


def _send(request: SignedInRequest, form: ReportForm, found: Nonconformity | None) -> HttpResponse:
    """Send or keep what is in order, and go to its receipt or back to the draft."""
    try:
        case = send(form, request.user, found, keep="save" in request.POST)
    except NoRoom as fault:
        form.add_error("files", str(fault))
        return _page(request, form, status=422)
    except (IntegrityError, WrongStatus) as fault:
        # Two clicks at the very same time: the other one was first.
        if (same := _same(form, request.user)) is None:
            raise SuspiciousOperation("The id of this report is taken.") from fault
        case = same
        if case.status != "draft":
            return _sent_already(request, form, case)
    if case.status == "draft":
        return redirect(case)
    return redirect("nonconformities:receipt", case.receipt_code)


def _same(form: ReportForm, user: User) -> Nonconformity | None:
    """Return what an earlier sending of the very same form made."""
    return Nonconformity.objects.filter(uid=form.cleaned_data["uid"], reported_by=user).first()


def send(form: ReportForm, user: User, found: Nonconformity | None, *, keep: bool) -> Nonconformity:
    """Store what the form says as the user's draft, and send it unless it is only kept.

    The id the form was drawn with makes a second sending the same report, not another one.
    """
    with transaction.atomic():
        case = found or Nonconformity(reported_by=user, created_by=user)
        case.uid = form.cleaned_data["uid"] or case.uid
        for name, value in form.facts.items():
            setattr(case, name, value)
        case.save()
        if files := form.cleaned_data.get("files"):
            case.attach(by=user, files=files)
        if not keep:
            case.report(by=user)
    return case


def _sent_already(request: SignedInRequest, form: ReportForm, sent: Nonconformity) -> HttpResponse:
    """A second sending: the same words lead to the receipt, other words are asked about."""
    if sent.description == form.cleaned_data["description"]:
        return redirect("nonconformities:receipt", sent.receipt_code)
    form.data = request.POST.copy()
    form.data["uid"] = str(uuid4())
    form.add_error(
        None,
        _("You have already sent this report as %s. Is it something else? Then send again.")
        % sent.number,
    )
    return _page(request, form, status=409)


def _page(
    request: SignedInRequest, form: ReportForm, status: int = 200, **context: Any
) -> HttpResponse:
    return render_page(request, "nonconformities/report.html", status=status, form=form, **context)


def receipt(request: SignedInRequest, code: str) -> HttpResponse:
    """Thank, and say who reads it and by when."""
    case = get_object_or_404(
        Nonconformity.objects.select_related("responsible", "unit"),
        receipt_code=code, reported_by=request.user,
    )  # fmt: skip
    return render_page(request, "nonconformities/receipt.html", case=case)


def mine(request: SignedInRequest) -> HttpResponse:
    """Show what one has reported, and what became of it."""
    cases = request.user.reports.for_page().order_by("-created_at")[:100]
    return render_page(request, "nonconformities/mine.html", cases=cases)
