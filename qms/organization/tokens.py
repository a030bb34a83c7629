"""One's own keys for other programs: what there are, a new one, and the end of one."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from qms.organization.ciphers import KeyMissing
from qms.organization.forms import TokenForm
from qms.organization.once import keep_once, take_once
from qms.organization.requests import SignedInRequest


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: SignedInRequest) -> HttpResponse:
    """Show one's own keys, the new one once, and make another."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _has_made(request, form):
        return redirect("organization:tokens")
    context = {
        "form": form,
        "key": take_once(request, "token") if request.method == "GET" else "",
        "tokens": request.user.tokens.all(),
    }
    return render(request, "organization/tokens.html", context, status=422 if form.errors else 200)


def _has_made(request: SignedInRequest, form: TokenForm) -> bool:
    """Make the key, to be shown on the next page; the second of two clicks makes none."""
    try:
        with transaction.atomic():
            if key := form.create(request.user):
                keep_once(request, "token", key)
            return bool(key)
    except IntegrityError:
        return True
    except KeyMissing:
        form.add_error(None, _("Tell who runs Takt that PROTECTED_KEYS is missing or wrong."))
        return False


@require_POST
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let one of one's own keys open nothing from now on."""
    token = get_object_or_404(request.user.tokens, pk=pk)
    token.revoke(by=request.user)
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": token})
    return redirect("organization:tokens")
