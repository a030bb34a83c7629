"""Import of an older register: five steps, each a page one can come back to."""

import csv
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nonconformities.forms.importing import (
    ColumnsForm,
    FileForm,
    NamesForm,
    StoreForm,
    WithdrawForm,
)
from nonconformities.importing import storing, telling
from nonconformities.importing.columns import Column
from nonconformities.importing.preparing import Preparation
from nonconformities.models import Import
from qms.organization.duties import Duty
from qms.organization.requests import SignedInRequest
from qms.records.importing.mending import as_workbook
from qms.records.models import Work
from qms.records.pages import form_for, render_page

AT_ONCE = 1_000_000  # bytes: a larger file is read outside the request
_STORE = "nonconformities.tasks.store_import"
_FEW = 2000  # cases that are taken back within the request


def _find(request: SignedInRequest, uid: Any) -> Import:
    return get_object_or_404(Import.objects.visible_to(request.user), uid=uid)


def _waiting(request: SignedInRequest, uid: Any) -> Import:
    """Return an import that still is being prepared, else 404: only its own sender goes on."""
    return get_object_or_404(Import.objects.visible_to(request.user).waiting(), uid=uid)


def _gone(request: SignedInRequest, row: Import) -> HttpResponse | None:
    """Say that the file has been removed, if it has."""
    if row.has_file:
        return None
    messages.error(request, _("The file has been removed. Send it again."))
    return redirect("nonconformities:imports")


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: SignedInRequest) -> HttpResponse:
    """Step 1: ask for the file; below, what has been imported before."""
    if not request.user.units_for(Duty.CONFIGURE).everything:
        raise Http404
    form = form_for(request, FileForm)
    if request.method == "POST" and form.is_valid() and (row := form.receive(request.user)):
        return redirect("nonconformities:import_columns", row.uid)
    rows = Import.objects.visible_to(request.user).exclude(status="given_up")
    return render_page(
        request, "nonconformities/imports.html", status=422 if form.is_bound else 200,
        form=form, imports=rows.select_related("uploaded_by")[:50], steps=_steps(0),
    )  # fmt: skip


def template(request: SignedInRequest) -> HttpResponse:
    """Send a small file with the columns that are understood, to fill in."""
    if not request.user.units_for(Duty.CONFIGURE).everything:
        raise Http404
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="mall-avvikelser.csv"'
    wanted = [column for column in Column if column not in {Column.OTHER, Column.SKIP}]
    csv.writer(response, delimiter=";").writerow([str(column.label) for column in wanted])
    return response


@require_safe
def imported(request: SignedInRequest, uid: Any) -> HttpResponse:
    """Lead to the step where the import is; once it is over, show the receipt."""
    row = _find(request, uid)
    if row.status == Import.Status.UPLOADED:
        return redirect(f"nonconformities:import_{_step(row)}", row.uid)
    going_on = _going_on(row)
    if going_on and going_on.asked_by_id == request.user.pk:
        return redirect(going_on)
    counts = row.counts if "lines" in row.counts else None
    return render_page(
        request, "nonconformities/import_receipt.html", row=row, counts=counts,
        said=telling.the_sum(counts, stored=True) if counts else "",
        flags=telling.flags(counts) if counts else [], years=storing.years_of(row),
        faults=row.faults and row.uploaded_by_id == request.user.pk, going_on=going_on,
        cases=row.cases.count() if row.status == Import.Status.STORING else 0,
    )  # fmt: skip


def _step(row: Import) -> str:
    if "rows" not in row.found:
        return "columns"
    return "check" if row.counts else "names"


def _going_on(row: Import) -> Work | None:
    """Return the work that makes cases of the rows just now, whoever asked for it."""
    if row.status != Import.Status.STORING:
        return None
    storing_it = Work.objects.under_way().filter(task=_STORE, arguments__import_id=row.pk)
    return next((work for work in storing_it.order_by("-queued_at") if work.is_under_way), None)


@require_POST
def import_go_on(request: SignedInRequest, uid: Any) -> HttpResponse:
    """Take up an import that stopped half way: it goes on after the last row that is stored."""
    row = _find(request, uid)
    if row.status != Import.Status.STORING or _going_on(row):
        return redirect(row)
    if gone := _gone(request, row):
        return gone
    return redirect(_ask(request, row, "store_import", _("An older register is imported")))


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: SignedInRequest, uid: Any) -> HttpResponse:
    """Step 2: what each column means."""
    row = _waiting(request, uid)
    if gone := _gone(request, row):
        return gone
    preparation = Preparation(row)
    form = form_for(request, ColumnsForm, preparation=preparation)
    if request.method == "POST" and form.is_valid():
        if form.reads_elsewhere:
            if form.read_elsewhere():
                messages.info(request, _("The headings are read anew. Check the columns."))
                return redirect("nonconformities:import_columns", row.uid)
        elif form.choose():
            return _survey(request, row, preparation, form)
    return _columns_page(request, row, form)


def _columns_page(request: SignedInRequest, row: Import, form: ColumnsForm) -> HttpResponse:
    return render_page(
        request, "nonconformities/import_columns.html", status=422 if form.is_bound else 200,
        form=form, row=row, steps=_steps(1),
    )  # fmt: skip


def _survey(
    request: SignedInRequest, row: Import, preparation: Preparation, form: ColumnsForm
) -> HttpResponse:
    if row.size > AT_ONCE:
        return redirect(_ask(request, row, "survey_import", _("An older register is read")))
    try:
        preparation.survey()
    except ValidationError as fault:
        form.add_error(None, fault)
        return _columns_page(request, row, form)
    return redirect("nonconformities:import_names", row.uid)


def _ask(request: SignedInRequest, row: Import, task: str, heading: str) -> Work:
    name = f"nonconformities.tasks.{task}"
    return Work.ask(name, by=request.user, heading=heading, import_id=row.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def import_names(request: SignedInRequest, uid: Any) -> HttpResponse:
    """Step 3: what the names that nobody knows mean, each asked once."""
    row = _waiting(request, uid)
    if gone := _gone(request, row):
        return gone
    preparation = Preparation(row)
    if not preparation.is_surveyed:
        return redirect("nonconformities:import_columns", row.uid)
    form = form_for(request, NamesForm, preparation=preparation)
    if request.method == "POST" and form.is_valid():
        preparation.choose(form.chosen, by=request.user)
        if row.size > AT_ONCE:
            return redirect(_ask(request, row, "check_import", _("An older register is checked")))
        preparation.check()
        return redirect("nonconformities:import_check", row.uid)
    return render_page(
        request, "nonconformities/import_names.html", status=422 if form.is_bound else 200,
        form=form, row=row, steps=_steps(2),
        settled=list(preparation.meanings.settled(row.found["names"])),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def import_check(request: SignedInRequest, uid: Any) -> HttpResponse:
    """Step 4: what would become of every line; sent, the rows become cases."""
    row = _find(request, uid)
    if row.status != Import.Status.UPLOADED:  # a double click, or a page that has grown old
        return redirect(row)
    if gone := _gone(request, row):
        return gone
    if not row.counts:
        return redirect(f"nonconformities:import_{_step(row)}", row.uid)
    form = form_for(request, StoreForm, row=row)
    if request.method == "POST" and form.is_valid():
        form.keep()
        try:
            storing.begin(row, by=request.user, skips=form.cleaned_data.get("skips", False))
        except ValidationError as fault:
            form.add_error(None, fault)
        else:
            return redirect(_ask(request, row, "store_import", _("An older register is imported")))
    return render_page(
        request, "nonconformities/import_check.html", status=422 if form.is_bound else 200,
        form=form, row=row, counts=row.counts, said=telling.the_sum(row.counts),
        reasons=telling.reasons(row.counts), flags=telling.flags(row.counts), steps=_steps(3),
        orders=row.found.get("said", []),
    )  # fmt: skip


@require_safe
def import_faults(request: SignedInRequest, uid: Any, kind: str) -> HttpResponse | FileResponse:
    """Send the rows to mend to the one who sent the file, and to nobody else."""
    row = _find(request, uid)
    if not row.faults or row.uploaded_by_id != request.user.pk:
        raise Http404
    opened = row.faults.open("rb")
    file = as_workbook(opened) if kind == "xlsx" else opened
    response = FileResponse(file, as_attachment=True, filename=f"att-ratta.{kind}")
    response["Cache-Control"] = "no-store, private"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def import_withdraw(request: SignedInRequest, uid: Any) -> HttpResponse:
    """Take the whole import back, as long as nobody has worked with any of its cases."""
    row = _find(request, uid)
    if not row.is_begun:
        return redirect(row)
    form = form_for(request, WithdrawForm)
    if request.method == "POST" and form.is_valid() and row.may_be_withdrawn:
        try:
            return _take_back(request, row, form.cleaned_data["reason"])
        except ValidationError as fault:  # somebody did something with a case just now
            form.add_error(None, fault)
    return render_page(
        request, "nonconformities/import_withdraw.html", form=form, row=row, touched=row.touched,
        status=409 if row.touched else 422 if form.is_bound else 200,
    )  # fmt: skip


def _take_back(request: SignedInRequest, row: Import, reason: str) -> HttpResponse:
    if row.cases.count() > _FEW:
        row.settings = row.settings | {"withdrawn_because": reason}
        row.save(update_fields=["settings"])
        return redirect(_ask(request, row, "withdraw_import", _("An import is taken back")))
    storing.withdraw(row, by=request.user, reason=reason)
    messages.success(request, _("The import is taken back. The numbers are not given again."))
    return redirect(row)


@require_POST
def import_give_up(request: SignedInRequest, uid: Any) -> HttpResponse:
    """Stop, and remove the file."""
    row = _find(request, uid)
    storing.give_up(row, by=request.user)
    messages.success(request, _("The file is removed. Nothing was imported."))
    return redirect("nonconformities:imports")


def _steps(here: int) -> list[dict[str, str]]:
    labels = (_("Upload"), _("Columns"), _("Names"), _("Check"), _("Import"))
    return [
        {"label": label, "state": "done" if n < here else "here" if n == here else "later"}
        for n, label in enumerate(labels)
    ]
