"""Local supplements: one is begun, and one is said to fit what it supplements."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from documents.forms.supplements import SupplementForm
from documents.views.pages import find
from qms.organization.forms import show_faults
from qms.organization.requests import SignedInRequest
from qms.records.pages import fingerprint, form_for, render_page
from qms.records.refusals import NotAllowed, WrongStatus


def new(request: SignedInRequest, number: str) -> HttpResponse:
    """Begin the supplement of a unit; its draft opens. 404 where there is nothing to begin."""
    document = find(request.user, number)
    units = document.units_to_supplement(request.user)
    form = form_for(request, SupplementForm, units=units)
    if request.method == "POST" and form.is_valid():
        unit = form.cleaned_data["unit"]
        try:
            made = document.begin_supplement(by=request.user, unit=unit, key=fingerprint(request))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as fault:
            show_faults(form, fault)
        else:
            return redirect("documents:draft", made.number)
    elif not units:
        raise Http404
    status = 422 if form.errors else 200
    return render_page(
        request, "documents/new_supplement.html", status=status, form=form, document=document
    )


@require_POST
def confirm(request: SignedInRequest, number: str) -> HttpResponse:
    """Say that a supplement still fits what it supplements."""
    document = find(request.user, number)
    if not document.supplements_id:
        raise Http404
    try:
        document.confirm_supplement(by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal)) from refusal
    except WrongStatus as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("It is noted that the supplement still fits."))
    return redirect(document)
