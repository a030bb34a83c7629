"""Receipts: the way back to a report, by sign-in or by the code alone."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nonconformities.arriving import GUESSES, PER_ADDRESS
from nonconformities.devices import is_device_of
from nonconformities.forms.receipt import CodeForm, LastWordForm, WriteForm
from nonconformities.models import Nonconformity
from nonconformities.models.codes import as_receipt, is_bearers
from nonconformities.receipt import Receipt, by_code
from qms.records.limits import address_of
from qms.records.pages import fingerprint, render_page, unlisted
from qms.records.refusals import AlreadyDone, NoRoom, Refused


@login_not_required
@unlisted
def find_receipt(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a receipt, and lead to it."""
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST" and (status := _answered(request, form)) == 302:
        return redirect("nonconformities:receipt", as_receipt(form.cleaned_data["code"]))
    return render_page(request, "nonconformities/find_receipt.html", status=status, form=form)


def _answered(request: HttpRequest, form: CodeForm) -> int:
    """Return 302 when the code leads somewhere, or else the status of the form shown again."""
    if not form.is_valid():
        return 422
    code = as_receipt(form.cleaned_data["code"])
    if code and (not is_bearers(code) or by_code(code)):
        return 302
    if not GUESSES.take(address_of(request)):
        said = _("Many codes have been tried from here. Wait ten minutes and try again.")
        form.add_error("code", said)
        return 429
    form.add_error("code", _("No report has this code. Check it sign by sign."))
    return 422


@login_not_required
@unlisted
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Thank, and say who reads it and by when; without an account, all that became of it."""
    if is_bearers(as_receipt(code)):
        return _borne(request, _by_code(code))
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    case = get_object_or_404(
        Nonconformity.objects.select_related("responsible", "unit"),
        receipt_code=as_receipt(code), reported_by=request.user,
    )  # fmt: skip
    return render_page(request, "nonconformities/receipt.html", case=case)


@login_not_required
@unlisted
@require_POST
def write(request: HttpRequest, code: str) -> HttpResponse:
    """Take in a word more from who has no account: an answer, a photo."""
    case = _by_code(code)
    found = Receipt(case)
    form = WriteForm(request.POST, request.FILES, asked=found.asked is not None)
    if not PER_ADDRESS.take(address_of(request)):
        form.add_error(None, _("Much has been sent from here within an hour. Wait a while."))
        return _borne(request, case, 429, write_form=form)
    if form.is_valid():
        try:
            found.write(form, key=fingerprint(request))
        except (NoRoom, Refused, ValidationError) as fault:
            return _refused(request, case, fault, write_form=form)
        messages.success(request, _("It is sent to those who handle your report."))
        return redirect("nonconformities:receipt", case.receipt_code)
    return _borne(request, case, 422, write_form=form)


@login_not_required
@unlisted
@require_POST
def last_word(request: HttpRequest, code: str) -> HttpResponse:
    """Take in if it was enough; if not, the area manager decides."""
    case, form = _by_code(code), LastWordForm(request.POST)
    if form.is_valid():
        try:
            Receipt(case).say(form, key=fingerprint(request))
        except (Refused, ValidationError) as fault:
            return _refused(request, case, fault, last_word_form=form)
        messages.success(request, _("Thank you. What you said is kept with the report."))
        return redirect("nonconformities:receipt", case.receipt_code)
    return _borne(request, case, 422, last_word_form=form)


def _by_code(code: str) -> Nonconformity:
    """Return the report a code leads to. 404 for a wrong one."""
    case = by_code(code)
    if case is None:
        raise Http404
    return case


def _refused(
    request: HttpRequest, case: Nonconformity, fault: Exception, **forms: Any
) -> HttpResponse:
    """A second click leads back to the receipt; whatever else stopped it is said."""
    if isinstance(fault, AlreadyDone):
        return redirect("nonconformities:receipt", case.receipt_code)
    (form,) = forms.values()
    form.add_error(None, str(fault))
    return _borne(request, case, getattr(fault, "status", 422), **forms)


def _borne(
    request: HttpRequest, case: Nonconformity, status: int = 200, **forms: Any
) -> HttpResponse:
    found = Receipt(case)
    context: dict[str, Any] = {
        "write_form": found.write_form, "last_word_form": found.last_word_form, "form": None
    } | forms  # fmt: skip
    place = case.from_place
    return render_page(
        request, "nonconformities/borne_receipt.html", status=status, case=case, receipt=found,
        on_device=place is not None and is_device_of(request, place),
        stays="stanna" in request.GET, **context,
    )  # fmt: skip
