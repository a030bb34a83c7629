"""What one is at work with, and looking through many documents at once."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext

from documents.forms.keeping import LookedThroughForm
from documents.mine import Mine, to_look_through
from documents.models import Document
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.pages import form_for, render_page
from qms.records.refusals import Refused


def mine(request: SignedInRequest) -> HttpResponse:
    """Show the drafts, reviews and adoptions that are the person's."""
    may_write = bool(request.user.units_for(Duty.WRITE_DOCUMENTS))
    return render_page(request, "documents/mine.html", mine=Mine(request.user), may_write=may_write)


def look_through(request: SignedInRequest) -> HttpResponse:
    """List what one owns and is to look through; those ticked are left as they are."""
    rows = to_look_through(request.user).for_page().order_by("review_on", "number")
    form = form_for(request, LookedThroughForm, documents=rows)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["documents"]
        faults = [_fault_of(document, form, request.user) for document in chosen]
        for fault in filter(None, faults):
            messages.error(request, fault)
        done = faults.count("")
        words = ngettext(
            "%(n)d document is looked through.", "%(n)d documents are looked through.", done
        )
        messages.success(request, words % {"n": done})
        return redirect("documents:look_through")
    status = 422 if form.errors else 200
    return render_page(
        request, "documents/look_through.html", status=status, form=form, rows=list(rows)
    )


def _fault_of(document: Document, form: LookedThroughForm, by: User) -> str:
    """Do it for one document; return why not, or ""."""
    version = document.valid_version
    try:
        if version:
            version.reviewed_unchanged(by=by, review_on=form.next_for(document))
    except (Refused, ValidationError) as refusal:
        return f"{document.number}: {refusal}"
    return ""
