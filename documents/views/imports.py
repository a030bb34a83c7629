"""Import of a folder of documents: sent, checked, imported; each a page one can come back to."""

import csv
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.forms.files import FolderForm, ListForm, StoreForm
from documents.importing import storing
from documents.importing.columns import Column
from documents.importing.tally import the_sum
from documents.models import Document, DocumentImport
from qms.organization.duties import Duty
from qms.organization.requests import SignedInRequest
from qms.records.importing.mending import as_workbook
from qms.records.models import Work
from qms.records.pages import form_for, render_page

_SHOWN = 50


def _find(request: SignedInRequest, uid: Any) -> DocumentImport:
    return get_object_or_404(DocumentImport.objects.visible_to(request.user), uid=uid)


def _own(request: SignedInRequest, uid: Any) -> DocumentImport:
    """Return an import of the reader's own, else 404: only its sender goes on with it."""
    return get_object_or_404(DocumentImport.objects.filter(uploaded_by=request.user), uid=uid)


def _require(request: SignedInRequest) -> None:
    if not request.user.units_for(Duty.CONFIGURE).everything:
        raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: SignedInRequest) -> HttpResponse:
    """Ask for the folder; below, what has been imported before."""
    _require(request)
    form = form_for(request, FolderForm)
    if request.method == "POST" and form.is_valid() and (row := form.receive(request.user)):
        return redirect(_check(request, row))
    rows = DocumentImport.objects.visible_to(request.user).exclude(status="given_up")
    return render_page(
        request, "documents/imports.html", status=422 if form.is_bound else 200, form=form,
        imports=rows.select_related("uploaded_by")[:_SHOWN],
    )  # fmt: skip


def _check(request: SignedInRequest, row: DocumentImport) -> Any:
    """Return where to go: the work that checks the rows, or the page of an import under way."""
    if row.status != DocumentImport.Status.UPLOADED or row.counts:
        return row
    return _ask(request, row, "check_import", _("A folder of documents is checked"))


def _ask(request: SignedInRequest, row: DocumentImport, task: str, heading: str) -> Work:
    return Work.ask(f"documents.tasks.{task}", by=request.user, heading=heading, import_id=row.pk)


@require_safe
def template(request: SignedInRequest) -> HttpResponse:
    """Send an empty list with the columns that are understood, to fill in."""
    _require(request)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="lista-dokument.csv"'
    csv.writer(response, delimiter=";").writerow([str(column.label) for column in Column])
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def imported(request: SignedInRequest, uid: Any) -> HttpResponse:
    """Show what would become of every row; sent, the rows become documents. Then the receipt."""
    _require(request)
    row = _find(request, uid)
    is_own = row.uploaded_by_id == request.user.pk
    if row.status == DocumentImport.Status.STORING and (work := _work(request, row)):
        return redirect(work)
    if row.status == DocumentImport.Status.UPLOADED and not row.counts:
        return redirect(_check(request, row))
    form = form_for(request, StoreForm, row=row)
    is_ready = row.status == DocumentImport.Status.UPLOADED and is_own
    if request.method == "POST" and is_ready and form.is_valid():
        try:
            storing.begin(row, by=request.user, skips=form.cleaned_data.get("skips", False))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return redirect(_ask(request, row, "store_import", _("Documents are imported")))
    elif request.method == "POST" and not is_ready:  # a double click
        return redirect(row)
    stored = row.status == DocumentImport.Status.STORED
    return render_page(
        request, "documents/import.html", status=422 if form.is_bound else 200, form=form,
        row=row, counts=row.counts, said=the_sum(row.counts, stored=stored) if row.counts else "",
        documents=_documents(request, row) if stored else [], is_own=is_own, again=ListForm(),
        has_faults=bool(row.faults) and is_own,
    )  # fmt: skip


def _documents(request: SignedInRequest, row: DocumentImport) -> list[Document]:
    """Return the documents of an import that exist for the reader, the first of them."""
    seen = Document.objects.visible_to(request.user).filter(imported_row__imported_in=row)
    return list(seen.for_page().order_by("number")[:200])


def _work(request: SignedInRequest, row: DocumentImport) -> Work | None:
    mine = Work.objects.visible_to(request.user).filter(
        arguments__import_id=row.pk, task="documents.tasks.store_import"
    )
    return mine.order_by("-queued_at").first()


@require_POST
def import_again(request: SignedInRequest, uid: Any) -> HttpResponse:
    """Take a mended list for a folder that is here, as an import of its own."""
    _require(request)
    row = _own(request, uid)
    form = ListForm(request.POST, request.FILES)
    if form.is_valid() and (mended := form.receive(row, request.user)):
        return redirect(_check(request, mended))
    for error in (fault for faults in form.errors.values() for fault in faults):
        messages.error(request, str(error))
    return redirect(row)


@require_safe
def import_faults(request: SignedInRequest, uid: Any, kind: str) -> HttpResponse | FileResponse:
    """Send the rows to mend to the one who sent the folder, and to nobody else."""
    _require(request)
    row = _own(request, uid)
    if not row.faults:
        raise Http404
    kept = row.faults.open("rb")
    file = as_workbook(kept) if kind == "xlsx" else kept
    response = FileResponse(file, as_attachment=True, filename=f"att-ratta.{kind}")
    response["Cache-Control"] = "no-store, private"
    return response


@require_POST
def import_give_up(request: SignedInRequest, uid: Any) -> HttpResponse:
    """Stop, and remove the folder."""
    _require(request)
    storing.give_up(_own(request, uid), by=request.user)
    messages.success(request, _("The folder is removed. Nothing was imported."))
    return redirect("documents:imports")
