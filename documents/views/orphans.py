"""Documents that somebody must see to, and another owner for many at once."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import ngettext

from documents.forms.owning import OwnerForm
from documents.models import Document
from documents.orphans import Orphans, is_for
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.pages import form_for, render_page
from qms.records.refusals import Refused
from qms.records.views.exports import export


def orphans(request: SignedInRequest) -> HttpResponse:
    """List what needs somebody; those ticked get another owner."""
    if not is_for(request.user):
        raise Http404
    listing = Orphans(request)
    rows = {row.unit.authority for row in listing.rows}
    form = form_for(request, OwnerForm, documents=listing.fitting, authorities=rows)
    if request.method == "POST" and form.is_valid():
        _give(form, request)
        return redirect(listing.address)
    status = 422 if form.errors else 200
    return render_page(request, "documents/orphans.html", status=status, form=form, listing=listing)


def _give(form: OwnerForm, request: SignedInRequest) -> None:
    """Change the owner of each, and tell what came of it."""
    said = {name: form.cleaned_data[name] for name in ("owner", "reason")}
    faults = [_fault_of(each, request.user, **said) for each in form.cleaned_data["documents"]]
    for fault in filter(None, faults):
        messages.error(request, fault)
    done = faults.count("")
    words = ngettext(
        "%(n)d document has another owner.", "%(n)d documents have another owner.", done
    )
    if done:
        messages.success(request, words % {"n": done})


def _fault_of(document: Document, by: User, *, owner: User, reason: str) -> str:
    """Change the owner of one; return why not, or ""."""
    try:
        document.amend(by=by, reason=reason, owner=owner)
    except ValidationError as fault:
        return f"{document.number}: {' '.join(fault.messages)}"
    except Refused as refusal:
        return f"{document.number}: {refusal}"
    return ""


def orphans_file(request: SignedInRequest) -> HttpResponseBase:
    """Send the list as a file."""
    if not is_for(request.user):
        raise Http404
    return export(request, Orphans.CODE)
