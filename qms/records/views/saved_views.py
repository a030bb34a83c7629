"""Saved views: give an address of a list a name, share it, begin with it, take it away."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from qms.organization.models import Unit
from qms.organization.requests import SignedInRequest
from qms.records.lists import RecordList
from qms.records.models import SavedView
from qms.records.pages import form_for, render_page


class SavedViewForm(forms.Form):
    """What the view is called, who has it, and if the list begins with it."""

    name = forms.CharField(label=gettext_lazy("What shall the view be called?"), max_length=60)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("Who has the view?"),
        queryset=Unit.objects.none(),
        required=False,
        empty_label=gettext_lazy("Only I"),
        help_text=gettext_lazy(
            "Shared with a unit, everybody who works there has it. Each sees only what they may."
        ),
    )
    begins = forms.BooleanField(
        label=gettext_lazy("Begin with this view when I open the list"), required=False
    )

    def __init__(self, *args: Any, user: Any, view: SavedView | None = None, **more: Any) -> None:
        self.user, self.view = user, view
        if view:
            more["initial"] = {
                "name": view.name,
                "unit": view.unit_id,
                "begins": view.is_begun_with(),
            }
        super().__init__(*args, **more)
        places = set(user.workplaces) | ({view.unit_id} if view and view.unit_id else set())
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=places)  # type: ignore[attr-defined]
        if view and not view.may_be_changed_by(user):
            del self.fields["name"], self.fields["unit"]
        elif not places:
            del self.fields["unit"]

    def keep(self, listing: str, query: str) -> SavedView | None:
        """Save or change the view; None when it is refused, with the reasons in the form."""
        answer = self.cleaned_data
        try:
            if self.view is None:
                self.view = SavedView.keep(
                    by=self.user, listing=listing, query=query, name=answer["name"],
                    unit=answer.get("unit"),
                )  # fmt: skip
            elif "name" in answer:
                self.view.change(name=answer["name"], unit=answer.get("unit"))
        except ValidationError as refusal:
            self._object(refusal)
            return None
        self.view.begin_with(self.user, answer["begins"])
        return self.view

    def _object(self, refusal: ValidationError) -> None:
        known = refusal.error_dict if hasattr(refusal, "error_dict") else {"": refusal.error_list}
        for field, errors in known.items():
            self.add_error(field if field in self.fields else None, errors)


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
