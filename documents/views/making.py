"""Beginning a document and its next version; what is said about it beside its text."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from documents.forms.facts import BeginForm, FactsForm, NextVersionForm
from documents.models import Document
from documents.views.pages import find
from qms.organization.duties import Duty
from qms.organization.forms import show_faults
from qms.organization.requests import SignedInRequest
from qms.records.pages import fingerprint, form_for, render_page
from qms.records.refusals import NotAllowed, WrongStatus


def new(request: SignedInRequest) -> HttpResponse:
    """Begin a document; its draft opens."""
    if not request.user.units_for(Duty.WRITE_DOCUMENTS):
        raise Http404
    form = form_for(request, BeginForm, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = Document.begin(by=request.user, key=fingerprint(request), **form.cleaned_data)
        except ValidationError as fault:
            show_faults(form, fault)
        else:
            return redirect("documents:draft", made.number)
    status = 422 if form.errors else 200
    return render_page(request, "documents/new.html", status=status, form=form)


def _written(request: SignedInRequest, number: str) -> Document:
    """Return a document that this person may write, or 404; 403 for who sees it only."""
    document = find(request.user, number)
    if not document.may_be_written_by(request.user):
        raise PermissionDenied(_("You may not write in this document."))
    return document


def new_version(request: SignedInRequest, number: str) -> HttpResponse:
    """Begin the next version from the one that applies; where one is written already, go there."""
    document = _written(request, number)
    form = form_for(request, NextVersionForm)
    if document.open_version:
        return redirect("documents:draft", number)
    if request.method == "POST" and form.is_valid():
        try:
            document.new_version(by=request.user, **form.cleaned_data)
        except WrongStatus as refusal:  # somebody was first
            messages.info(request, str(refusal))
        return redirect("documents:draft", number)
    status = 422 if form.errors else 200
    return render_page(
        request, "documents/new_version.html", status=status, form=form, document=document
    )


def facts(request: SignedInRequest, number: str) -> HttpResponse:
    """Change whose it is, for whom, and what it belongs with."""
    document = _written(request, number)
    form = form_for(request, FactsForm, user=request.user, document=document)
    if request.method == "POST" and form.is_valid():
        try:
            document.amend(by=request.user, **form.facts)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as fault:
            show_faults(form, fault)
        else:
            messages.success(request, _("The facts are changed."))
            return redirect(document)
    status = 422 if form.errors else 200
    return render_page(request, "documents/facts.html", status=status, form=form, document=document)
