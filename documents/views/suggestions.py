"""Suggestions: a reader tells what is wrong in a document, and reads the answer."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from documents.forms.answering import SuggestForm
from documents.markup import headings
from documents.models import ChangeRequest, Document
from documents.models.openness import kept_by
from documents.views.pages import find
from qms.organization.requests import SignedInRequest
from qms.records.lists import ROWS
from qms.records.pages import fingerprint, form_for, render_page
from qms.records.timeline import timeline


def index(request: SignedInRequest) -> HttpResponse:
    """List the own suggestions, and those about what the person writes; waiting ones first."""
    seen = ChangeRequest.objects.visible_to(request.user).for_page()
    page = Paginator(seen.order_by("-status", "-pk"), ROWS).get_page(request.GET.get("sida"))
    return render_page(request, "documents/suggestions.html", page=page)


def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show one suggestion with its answer; whoever may answer does so here."""
    seen = ChangeRequest.objects.visible_to(request.user).for_page()
    change = get_object_or_404(seen, number=number)
    documents = Document.objects.visible_to(request.user).titled()
    is_kept = Document.objects.filter(kept_by(request.user), pk=change.document_id).exists()
    moves = [step.move for step in change.steps_for(request.user)]
    return render_page(
        request, "documents/suggestion.html", change=change, is_kept=is_kept, moves=moves,
        document=documents.filter(pk=change.document_id).first(),
        events=timeline(change, request.user),
    )  # fmt: skip


def suggest(request: SignedInRequest, number: str) -> HttpResponse:
    """Tell what is wrong in what applies."""
    document = find(request.user, number)
    version = document.valid_version
    if version is None:
        raise Http404(_("Nothing applies, so there is nothing to suggest a change of."))
    titles = [heading.text[:200] for heading in headings(version.body)]
    form = form_for(request, SuggestForm, headings=titles)
    if request.method == "POST" and form.is_valid():
        made = ChangeRequest.suggest(
            document, version, by=request.user, key=fingerprint(request),
            text=form.cleaned_data["text"], heading=form.cleaned_data.get("where", ""),
        )  # fmt: skip
        return redirect(made)
    return render_page(
        request, "documents/suggest.html", status=422 if form.is_bound else 200, form=form,
        document=document, version=version,
    )  # fmt: skip
