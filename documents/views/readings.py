"""Read and understood: the button, what waits to be read, who is to read, and three questions."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from documents.coverage import counted_units
from documents.forms.answering import ReaderCheckForm
from documents.forms.audience import AudienceForm
from documents.models import ReaderCheck, Reading
from documents.models.audience import set_audience
from documents.readers import waiting_to_read
from documents.views.pages import find, find_version
from qms.organization.requests import SignedInRequest
from qms.records.pages import form_for, render_page
from qms.records.refusals import NotAllowed, Refused


def to_read(request: SignedInRequest) -> HttpResponse:
    """List what waits to be read, the nearest day first."""
    waiting = list(waiting_to_read(request.user))
    follows = bool(counted_units(request.user))
    return render_page(request, "documents/to_read.html", waiting=waiting, follows=follows)


@require_POST
def read(request: SignedInRequest, number: str, label: str) -> HttpResponse:
    """Say that the person has read and understood a version; twice is once."""
    version = find_version(request.user, number, label)
    try:
        Reading.confirm(version, by=request.user)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    except Refused as error:
        messages.warning(request, str(error))
        return redirect("documents:detail", number)
    return redirect(f"{version.get_absolute_url()}#last")


@require_POST
def undo(request: SignedInRequest, number: str, label: str) -> HttpResponse:
    """Take the own reading back."""
    version = find_version(request.user, number, label)
    if Reading.undo(version, by=request.user):
        messages.info(request, _("Undone. The document waits for you to read it."))
    return redirect(version)


def questions(request: SignedInRequest, number: str, label: str) -> HttpResponse:
    """Answer the three questions about a version."""
    version = find_version(request.user, number, label)
    mine = ReaderCheck.objects.filter(version=version, person=request.user, answered_at=None)
    check = get_object_or_404(mine)
    form = form_for(request, ReaderCheckForm, instance=check)
    if request.method == "POST" and form.is_valid():
        try:
            check.answer(**form.cleaned_data)
        except Refused as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Thank you. Your answers help who writes the text."))
        return redirect(version)
    return render_page(
        request, "documents/questions.html", status=422 if form.is_bound else 200, form=form,
        version=version,
    )  # fmt: skip


def audience(request: SignedInRequest, number: str) -> HttpResponse:
    """Say who is to read a document: for those who write it."""
    document = find(request.user, number)
    if not document.may_be_written_by(request.user):
        raise PermissionDenied(_("You may not write in this document."))
    form = form_for(request, AudienceForm, document=document)
    if request.method == "POST" and form.is_valid():
        try:
            set_audience(document, form.rows, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as fault:
            form.add_error(None, fault.messages)
        else:
            messages.success(request, _("Who is to read it is set."))
            draft = document.open_version
            return redirect("documents:draft" if draft else "documents:detail", number)
    return render_page(
        request, "documents/audience.html", status=422 if form.is_bound else 200, form=form,
        document=document,
    )  # fmt: skip
