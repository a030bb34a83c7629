"""Settings of documents: the kinds with their rules."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from documents.forms.kinds import KindForm
from documents.models import DocumentType
from qms.organization.duties import Duty
from qms.organization.forms import show_faults
from qms.organization.requests import SignedInRequest
from qms.records.pages import form_for, render_page


def _require_duty(request: SignedInRequest) -> None:
    if not request.user.units_for(Duty.CONFIGURE).everything:
        raise Http404


def kinds(request: SignedInRequest) -> HttpResponse:
    """List the kinds of document with the rules that differ."""
    _require_duty(request)
    return render_page(request, "documents/kinds.html", kinds=DocumentType.objects.all())


def new_kind(request: SignedInRequest) -> HttpResponse:
    """Make a kind of document."""
    _require_duty(request)
    form = form_for(request, KindForm)
    if request.method == "POST" and form.is_valid():
        try:
            DocumentType.add(by=request.user, **form.cleaned_data)
        except ValidationError as fault:
            show_faults(form, fault)
        else:
            messages.success(request, _("The kind of document is added."))
            return redirect("documents:kinds")
    status = 422 if form.errors else 200
    return render_page(request, "documents/kind.html", status=status, form=form, kind=None)


def kind(request: SignedInRequest, code: str) -> HttpResponse:
    """Change the rules of one kind."""
    _require_duty(request)
    found = get_object_or_404(DocumentType, code=code)
    form = form_for(request, KindForm, instance=found)
    if request.method == "POST" and form.is_valid():
        found.amend(by=request.user, **form.cleaned_data)  # re-reads the row that the form filled
        messages.success(request, _("The rules are changed."))
        return redirect("documents:kinds")
    status = 422 if form.errors else 200
    return render_page(request, "documents/kind.html", status=status, form=form, kind=found)
