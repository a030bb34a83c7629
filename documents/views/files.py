"""Files of a draft: one in the place of a text, a Word file opened in it, any version as Word."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.comparing import difference
from documents.forms.files import FileForm, WordCheckForm, WordForm
from documents.models import Document, IncomingWord, Status, Version
from documents.views.pages import find, find_version
from documents.word.exporting import as_word
from qms.organization.requests import SignedInRequest
from qms.records.files import DOCX
from qms.records.pages import form_for, render_page
from qms.records.refusals import NotAllowed, Refused
from qms.records.views.files import sent


def _draft(request: SignedInRequest, number: str) -> Version:
    """Return the draft of a document for somebody who may write in it; 404, or 403."""
    document: Document = find(request.user, number)
    kept: QuerySet[Version] = Version.objects.visible_to(request.user).kept_by(request.user)
    found = kept.filter(status=Status.DRAFT).select_related(
        "unit", "editing_by", "file", "document__document_type"
    )
    version: Version = get_object_or_404(found, document=document)
    if not version.may_be_written_by(request.user):
        raise PermissionDenied(_("You may not write in this document."))
    return version


def _refused(request: SignedInRequest, form: Any, refusal: Exception) -> int:
    """Put a refusal above the form, whatever was typed kept; return the answer's status."""
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied(str(refusal)) from refusal
    form.add_error(None, refusal.messages if isinstance(refusal, ValidationError) else str(refusal))
    return refusal.status if isinstance(refusal, Refused) else 422


@require_http_methods(["GET", "HEAD", "POST"])
def draft_file(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask for a file in the place of the text, or for another one; and what it is about."""
    version = _draft(request, number)
    form, status = form_for(request, FileForm, version=version), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answer = form.cleaned_data
            try:
                version.put_file(by=request.user, file=answer["file"], summary=answer["summary"])
            except (Refused, ValidationError) as refusal:
                status = _refused(request, form, refusal)
            else:
                messages.success(request, _("The file stands in the draft."))
                return redirect("documents:draft", number)
    return render_page(
        request, "documents/file.html", status=status, form=form, version=version,
        document=version.document,
    )  # fmt: skip


@require_POST
def draft_file_remove(request: SignedInRequest, number: str) -> HttpResponse:
    """Take the file away, so that the text is written here."""
    version = _draft(request, number)
    try:
        version.remove_file(by=request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("documents:draft_file", number)
    messages.success(request, _("The file is removed. Write the text here instead."))
    return redirect("documents:draft", number)


@require_http_methods(["GET", "HEAD", "POST"])
def word(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask for a Word file to open in the editor."""
    version = _draft(request, number)
    form = form_for(request, WordForm)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and (incoming := form.receive(version, request.user)):
        return redirect(incoming)
    return render_page(
        request, "documents/word.html", status=422 if form.is_bound else 200, form=form,
        version=version, document=version.document,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def word_check(request: SignedInRequest, number: str, uid: Any) -> HttpResponse:
    """Show what a Word file becomes and what it changes; sent, it is the draft's text."""
    version = _draft(request, number)
    waiting = IncomingWord.objects.visible_to(request.user).filter(version=version)
    if (incoming := waiting.filter(uid=uid).first()) is None:
        return redirect("documents:draft", number)  # a double click: it is there already
    form, status = WordCheckForm(request.POST or None, initial={"saw": version.revision}), 200
    try:
        found = incoming.read()
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
        return redirect("documents:word", number)
    if request.method == "POST" and form.is_valid():
        try:
            version.open_word(by=request.user, incoming=incoming, saw=form.cleaned_data["saw"])
        except (Refused, ValidationError) as refusal:
            status = _refused(request, form, refusal)
            version.refresh_from_db()
            form.data = {"saw": str(version.revision)}
        else:
            messages.success(request, _("The text of the Word file stands in the draft."))
            return redirect("documents:draft", number)
    return render_page(
        request, "documents/word_check.html", status=status, form=form, version=version,
        document=version.document, found=found, incoming=incoming,
        changes=difference(version.body, found.html) if version.body else "",
    )  # fmt: skip


@require_safe
def export_word(request: SignedInRequest, number: str, label: str) -> FileResponse:
    """Send a version as a Word file, to whoever sees the version."""
    document = find(request.user, number)
    version = find_version(request.user, number, label)
    if not version.body:
        raise Http404
    content = as_word(document, version, request.build_absolute_uri("/").rstrip("/"))
    return sent(content, f"{number} {version.label}.docx", DOCX)
