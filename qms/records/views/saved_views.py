"""Saved views: give an address of a list a name, share it, begin with it, take it away."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from qms.organization.requests import SignedInRequest
from qms.records.forms.saved_view import SavedViewForm
from qms.records.lists import RecordList
from qms.records.models import SavedView
from qms.records.pages import form_for, render_page


@require_http_methods(["GET", "POST"])
def save_view(request: SignedInRequest) -> HttpResponse:
    """Ask for a name and save the view. 404 for a list or a query that no list knows."""
    kind = RecordList.KINDS.get(request.GET.get("lista", ""))
    query = kind.normal(QueryDict(request.GET.get("fraga", ""))) if kind else ""
    if kind is None or not query:
        raise Http404
    form = form_for(request, SavedViewForm, user=request.user)
    if request.method == "POST" and form.is_valid() and (view := form.keep(kind.CODE, query)):
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return redirect(f"{reverse(kind.ADDRESS)}?{query}")
    return _page(request, form, f"{reverse(kind.ADDRESS)}?{query}")


@require_http_methods(["GET", "POST"])
def saved_view(request: SignedInRequest, uid: UUID) -> HttpResponse:
    """Change a view, or take it away. 404 for views of others."""
    view = get_object_or_404(SavedView.objects.usable_by(request.user), uid=uid)
    back = reverse(RecordList.KINDS[view.listing].ADDRESS)
    if "remove" in request.POST and view.may_be_changed_by(request.user):
        view.remove()
        messages.success(request, _("The view “%(name)s” is taken away.") % {"name": view.name})
        return redirect(f"{back}?{view.query}")
    form = form_for(request, SavedViewForm, user=request.user, view=view)
    if request.method == "POST" and form.is_valid() and form.keep(view.listing, view.query):
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
        return redirect(f"{back}?{view.query}")
    return _page(request, form, f"{back}?{view.query}", view)


def _page(
    request: SignedInRequest, form: SavedViewForm, back: str, view: SavedView | None = None
) -> HttpResponse:
    return render_page(
        request,
        "records/saved_view.html",
        status=422 if form.errors else 200,
        form=form,
        view=view,
        back=back,
        may_change=view is not None and view.may_be_changed_by(request.user),
    )
