"""The pages of one document: what applies, an older version, the draft, and the verbs."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from documents.models import Document, Opening, Version
from documents.story import DocumentStory, DraftStory
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.pages import render_page
from qms.records.views import move


def find(user: User, number: str) -> Document:
    """Return a document as this person sees it, or 404."""
    seen = Document.objects.visible_to(user).for_page()
    return get_object_or_404(seen.select_related("supplements", "replaced_by"), number=number)


def find_version(user: User, number: str, label: str) -> Version:
    """Return a version as this person sees it, or 404."""
    seen = Version.objects.visible_to(user).select_related("unit", "document__document_type")
    return get_object_or_404(seen, number=f"{number}/{label}")


def detail(request: SignedInRequest, number: str) -> HttpResponse:
    """Show what applies; to those who write it, the draft when nothing has applied yet."""
    document = find(request.user, number)
    story = DocumentStory(document, request.user)
    if story.version is None and story.draft:
        return redirect("documents:draft", number)
    if story.version is None and story.coming:
        return redirect(story.coming)
    if story.version and request.method == "GET":
        Opening.count_one(document, request.user)
    return render_page(request, "documents/detail.html", document=document, story=story)


def version(request: SignedInRequest, number: str, label: str) -> HttpResponse:
    """Show one version; the one that applies, and the draft, have addresses of their own."""
    document = find(request.user, number)
    found = find_version(request.user, number, label)
    address = found.get_absolute_url()
    if address != request.path:
        return redirect(address)
    story = DocumentStory(document, request.user, found)
    return render_page(request, "documents/detail.html", document=document, story=story)


def draft(request: SignedInRequest, number: str) -> HttpResponse:
    """Show the version that is written, reviewed or waits to be adopted."""
    document = find(request.user, number)
    found = Version.objects.visible_to(request.user).kept_by(request.user).before_adoption()
    rows = found.select_related("unit", "editing_by").prefetch_related("writers")
    written = get_object_or_404(rows, document=document)
    return render_page(
        request, "documents/draft.html", document=document,
        story=DraftStory(document, written, request.user),
    )  # fmt: skip


def version_move(request: SignedInRequest, number: str, label: str, address: str) -> HttpResponse:
    """Show a verb's questions, or do it, by the shared page; for those at work with it only."""
    seen = Version.objects.visible_to(request.user).kept_by(request.user)
    if not seen.filter(number=f"{number}/{label}").exists():
        raise Http404
    return move(request, Version, f"{number}/{label}", address)
