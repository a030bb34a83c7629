"""The one view that draws any verb's page and does the verb."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from qms.organization.requests import SignedInRequest
from qms.records.forms import MoveForm
from qms.records.models import Record
from qms.records.pages import fingerprint, form_for, render_page
from qms.records.refusals import AlreadyDone, Changed, NotAllowed, Refused, WrongStatus
from qms.records.timeline import events_behind, reason_for, sentence
from qms.records.workflow import Move


def move(request: SignedInRequest, model: type[Record], number: str, address: str) -> HttpResponse:
    """Show a verb's questions, or do it. 404 outside one's reach, 403 without the duty."""
    record = get_object_or_404(
        model.objects.visible_to(request.user).with_access(request.user).select_related("unit"),
        number=number,
    )
    verb = model.move_at(address)
    if verb is None or verb.by_clock:
        raise Http404
    if request.method == "POST":
        return _do(request, record, verb)
    refusal = record.refusal(request.user, verb)
    if isinstance(refusal, NotAllowed):
        raise PermissionDenied(str(refusal))
    form = form_for(request, MoveForm.of(record, verb), record=record, user=request.user, move=verb)
    status = refusal.status if refusal else 200
    return _page(request, record, verb, form, refusal=refusal, status=status)


def _do(request: SignedInRequest, record: Record, verb: Move) -> HttpResponse:
    """Do the verb. Whatever stops it, the person sees why and keeps what was written."""
    form = MoveForm.of(record, verb)(
        request.POST, request.FILES, record=record, user=request.user, move=verb
    )
    refusal: Refused | None = None
    if form.is_valid():
        try:
            event = form.perform(key=fingerprint(request))
        except AlreadyDone:
            return redirect(form.after_url())
        except NotAllowed as error:
            raise PermissionDenied(str(error)) from error
        except Refused as error:
            refusal = error
        except ValidationError as error:
            _keep(form, error)
        else:
            if event:
                messages.success(request, sentence(event, event.actor_name, type(record)))
            return redirect(form.after_url())
    elif isinstance(refused := record.refusal(request.user, verb), NotAllowed):
        raise PermissionDenied(str(refused))
    if isinstance(refusal, Changed):
        form.data = request.POST.copy()
        form.data["seen"] = str(refusal.events[-1].seq)
    status = refusal.status if refusal else 422
    return _page(request, record, verb, form, refusal=refusal, status=status)


def _keep(form: MoveForm, error: ValidationError) -> None:
    """Show the model's own objections beside the questions they concern."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}
    for field, errors in by_field.items():
        for one in errors:
            form.add_error(field if field in form.fields else None, one)


def _page(
    request: SignedInRequest,
    record: Record,
    verb: Move,
    form: MoveForm,
    *,
    refusal: Refused | None,
    status: int,
) -> HttpResponse:
    events = events_behind(refusal, record, request.user)
    return render_page(
        request,
        "records/move.html",
        status=status,
        record=record,
        verb=verb,
        form=form,
        refusal=refusal,
        reason=reason_for(refusal, events),
        is_closed=isinstance(refusal, WrongStatus) or (refusal is not None and not form.is_bound),
        events=events,
        heading=record.heading_for(request.user),
    )
