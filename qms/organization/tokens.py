"""One's own keys for other programs: what there are, a new one, and the end of one."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qms.organization.ciphers import KeyMissing
from qms.organization.models import Token, User
from qms.organization.once import keep_once, take_once
from qms.organization.requests import SignedInRequest


class TokenForm(forms.Form):
    """What the key is for, how long it holds, and if it may change anything."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("What is the key for?"),
        max_length=100,
        help_text=gettext_lazy("The name of the program, so that you know it again."),
        error_messages={"required": gettext_lazy("Write what the key is for.")},
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("At most a year from today. Then you make a new one."),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    may_change = forms.BooleanField(
        label=gettext_lazy("The program may also report, comment and decide in my name"),
        required=False,
        help_text=gettext_lazy("Otherwise it may only read."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("uid", uuid.uuid4())
        self.initial.setdefault("expires_on", timezone.localdate() + timedelta(days=365))

    def create(self, by: User) -> str | None:
        """Make the key and return its text; None when refused, with the reason beside it."""
        answers = self.cleaned_data
        try:
            with transaction.atomic():
                _token, key = Token.create(
                    by=by, name=answers["name"], expires_on=answers["expires_on"],
                    is_read_only=not answers["may_change"], uid=answers["uid"],
                )  # fmt: skip
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return None
        return key


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
