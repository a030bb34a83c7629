"""Reporting: the form, the draft, the receipt, and what became of it."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from nonconformities.forms import ReportForm
from nonconformities.forms.fields import KindField
from nonconformities.models import Nonconformity
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.lists import ROWS
from qms.records.models import Attachment
from qms.records.pages import form_for, render_page
from qms.records.refusals import NoRoom, WrongStatus


def report(request: SignedInRequest) -> HttpResponse:
    """Ask what happened, where, and if it is urgent; send it, or keep it as a draft."""
    initial = {"unit": request.GET["enhet"]} if request.GET.get("enhet", "").isdigit() else {}
    initial |= {"at": request.GET.get("plats", ""), "kind": _kind(request.GET.get("slag", ""))}
    form = form_for(request, ReportForm, user=request.user, initial=initial)
    return _take_in(request, form, None)


def _kind(asked: str) -> str:
    """Return the kind that an address asks for, as a link on the intranet may."""
    known = dict(KindField.WORDS)
    return asked if asked in known else Nonconformity.Kind.DEVIATION


def draft(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Go on with a draft of one's own. What has been sent leads to its receipt."""
    found = get_object_or_404(Nonconformity, uid=uid, reported_by=request.user)
    if found.status != "draft":
        return _to_receipt(found)
    initial = {
        name: getattr(found, name)
        for name in (
            "uid",
            "kind",
            "voice",
            "description",
            "unit",
            "place",
            "urgency",
            "happened_at",
            "correction",
            "hides_reporter",
        )
    }
    initial["at"] = found.from_place.code if found.from_place else ""
    form = form_for(request, ReportForm, user=request.user, initial=initial)
    return _take_in(request, form, found)


def _take_in(
    request: SignedInRequest, form: ReportForm, found: Nonconformity | None
) -> HttpResponse:
    if request.method != "POST":
        return _page(request, form, draft=found)
    if "redact" in request.POST:
        form = form.without_personal_details()
    if not form.is_valid():
        return _refused(request, form, found)
    sent = _same(form, request.user)
    if sent and sent.status != "draft":
        return _sent_already(request, form, sent)
    return _carry_out(request, form, found or sent)


def _carry_out(
    request: SignedInRequest, form: ReportForm, found: Nonconformity | None
) -> HttpResponse:
    """Send or keep what is in order; ask first when it seems to point at a person."""
    saves, redacts = "save" in request.POST, "redact" in request.POST
    asks = redacts or bool(form.personal_details and not saves)
    case = found
    try:
        # No browser sends a file a second time: what is asked about is kept with its files.
        if request.FILES or not asks:
            case = send(form, request.user, found, keep=saves or asks)
    except NoRoom as fault:
        form.add_error("files", str(fault))
        return _refused(request, form, found)
    except (IntegrityError, WrongStatus) as fault:
        # Two clicks at the very same time: the other one was first.
        if (case := _same(form, request.user)) is None:
            raise SuspiciousOperation("The id of this report is taken.") from fault
        if case.status != "draft":
            return _sent_already(request, form, case)
    if asks or case is None:
        return _ask(request, form, case)
    if case.status != "draft":
        return _to_receipt(case)
    messages.success(request, _("The draft is saved. You find it under My reports."))
    return redirect(case)


def _ask(request: SignedInRequest, form: ReportForm, draft: Nonconformity | None) -> HttpResponse:
    """Show what seems to point at a person, or the words without it."""
    personal = form.personal_details
    if draft:
        answers: Any = form.data
        form.data = answers = answers.copy()
        answers["uid"] = str(draft.uid)
    return _page(request, form, 422 if personal else 200, personal=personal, draft=draft)


def _refused(
    request: SignedInRequest, form: ReportForm, draft: Nonconformity | None, status: int = 422
) -> HttpResponse:
    """Show the form again; files that were not kept are named, so that none vanishes unseen."""
    names = [file.name or "" for file in request.FILES.getlist("files")]
    if names[1:] or (names and "files" not in form.errors):
        again = _("Choose these files again, they did not come along: %s.") % ", ".join(names)
        form.add_error("files", again)
    return _page(request, form, status=status, draft=draft)


def _to_receipt(case: Nonconformity) -> HttpResponse:
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
        if found:
            _hold(found)
        for name, value in form.facts.items():
            setattr(case, name, value)
        case.uid = form.cleaned_data["uid"] or case.uid
        case.unit_name = case.unit.name
        case.save(update_fields=[*form.facts, "uid", "unit_name"] if found else None)
        if files := _new_files(form, case):
            case.attach(by=user, files=files)
        if not keep:
            if contact := form.cleaned_data["contact"]:
                case.leave_contact(contact, by=user)
            case.report(by=user)
    return case


def _hold(draft: Nonconformity) -> None:
    """Lock the draft and read it anew, so that nothing somebody did meanwhile is written over."""
    draft.lock()
    if draft.status != "draft":
        raise WrongStatus(_("This report has been sent already."))


def _new_files(form: ReportForm, case: Nonconformity) -> list[Attachment]:
    """Return the files that do not hang on the draft yet: a page sent twice adds none."""
    files = form.cleaned_data.get("files") or []
    held = set(case.attachments.values_list("sha256", flat=True)) if files else set()
    return [file for file in files if file.sha256 not in held]


def _sent_already(request: SignedInRequest, form: ReportForm, sent: Nonconformity) -> HttpResponse:
    """A second sending: the same words lead to the receipt, other words are asked about."""
    if sent.description == form.cleaned_data["description"]:
        return _to_receipt(sent)
    form.data = request.POST.copy()
    form.data["uid"] = str(uuid4())
    form.add_error(
        None,
        _("You have already sent this report as %s. Is it something else? Then send again.")
        % sent.number,
    )
    return _refused(request, form, None, status=409)


def _page(
    request: SignedInRequest,
    form: ReportForm,
    status: int = 200,
    *,
    draft: Nonconformity | None = None,
    personal: list[dict[str, str]] | None = None,
) -> HttpResponse:
    return render_page(
        request, "nonconformities/report.html", status=status, form=form, personal=personal,
        draft=draft, files=draft.attachments.all() if draft else [],
    )  # fmt: skip


def mine(request: SignedInRequest) -> HttpResponse:
    """Show what one has reported, and what became of it."""
    reports = request.user.reports.firsthand().for_page().order_by("-created_at", "-pk")
    page = Paginator(reports, ROWS).get_page(request.GET.get("sida"))
    return render_page(request, "nonconformities/mine.html", page=page, cases=page.object_list)
