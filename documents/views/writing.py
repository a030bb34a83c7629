"""The desk of whoever writes: the editor, its autosave, the language help and the pictures."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from documents.desk import Desk
from documents.forms.writing import DraftForm, PictureForm
from documents.language import LanguageHelp
from documents.models import Status, Version
from documents.views.pages import find
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.pages import form_for, render_page


def find_draft(user: User, number: str) -> Version:
    """Return the draft of a document if this person may write in it, or 404."""
    document = find(user, number)
    found = Version.objects.visible_to(user).kept_by(user).filter(status=Status.DRAFT)
    version = get_object_or_404(found.select_related("unit", "editing_by"), document=document)
    version.document = document
    return version


def wants_data(request: SignedInRequest) -> bool:
    """Return True for the script beside the form; a browser asks for a page."""
    return request.headers.get("Accept", "").startswith("application/json")


@never_cache
def write(request: SignedInRequest, number: str) -> HttpResponse:
    """Show the editor, or store what was written; what is refused is shown with what stands."""
    version = find_draft(request.user, number)
    desk = Desk(version, form_for(request, DraftForm, version=version), request.user)
    if request.method == "POST":
        return _autosaved(desk) if wants_data(request) else _saved(request, desk)
    if not desk.open():
        messages.warning(request, str(desk.refusal))
        return redirect("documents:draft", number)
    return _page(request, desk)


def _autosaved(desk: Desk) -> HttpResponse:
    if desk.save():
        return JsonResponse(desk.told)
    return JsonResponse({"fault": desk.fault}, status=desk.status)


def _saved(request: SignedInRequest, desk: Desk) -> HttpResponse:
    if not desk.save():
        return _page(request, desk, status=desk.status)
    for sentence in desk.form.washed.sentences:
        messages.warning(request, sentence)
    messages.success(request, desk.told["saved"])
    page = "documents:write" if "stay" in request.POST else "documents:draft"
    return redirect(page, desk.version.document.number)


def _page(request: SignedInRequest, desk: Desk, status: int = 200) -> HttpResponse:
    return render_page(
        request, "documents/write.html", status=status, desk=desk, form=desk.form,
        document=desk.version.document, version=desk.version, picture=PictureForm(),
    )  # fmt: skip


@require_POST
def language(request: SignedInRequest, number: str) -> HttpResponse:
    """Measure the text that was sent; nothing is stored."""
    version = find_draft(request.user, number)
    form = DraftForm(request.POST, version=version)
    form.is_valid()
    help_ = LanguageHelp(form.shown, version.document.document_type)
    return render_page(request, "documents/parts/language.html", language=help_)


def picture(request: SignedInRequest, number: str) -> HttpResponse:
    """Ask for a picture for the text, or store it and say how it gets there."""
    version = find_draft(request.user, number)
    form = form_for(request, PictureForm)
    if kept := form.save(version, by=request.user) if request.method == "POST" else None:
        told = {"src": kept.get_absolute_url(), "alt": form.cleaned_data["alt"]}
        if wants_data(request):
            return JsonResponse(told)
        said = _("The picture is here. Put this line in the text where it is to stand: %(line)s")
        messages.success(request, said % {"line": f"![{told['alt']}]({told['src']})"})
        return redirect("documents:write", number)
    if form.is_bound and wants_data(request):
        return JsonResponse({"fault": form.fault}, status=422)
    return render_page(
        request, "documents/picture.html", status=422 if form.is_bound else 200, form=form,
        document=version.document,
    )  # fmt: skip
