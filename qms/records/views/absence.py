"""I am away: the days, and who steps in meanwhile."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from qms.organization.forms import day_field, show_faults
from qms.organization.models import User
from qms.organization.requests import SignedInRequest
from qms.records.forms import name_what_is_missing
from qms.records.models import Absence, Rule
from qms.records.pages import form_for, render_page


class AbsenceForm(forms.Form):
    """The first and the last day away."""

    since = day_field(label=gettext_lazy("First day away"))
    until = day_field(label=gettext_lazy("Last day away"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("since", timezone.localdate())
        name_what_is_missing(self)

    def state(self, user: User) -> Absence | None:
        """Say that `user` is away; None when it is refused, with the reason beside its day."""
        try:
            return Absence.state(user, by=user, **self.cleaned_data)
        except ValidationError as fault:
            show_faults(self, fault)
            return None


@require_http_methods(["GET", "HEAD", "POST"])
def away(request: SignedInRequest) -> HttpResponse:
    """Show the days one is away and who steps in; take new ones."""
    form = form_for(request, AbsenceForm)
    if request.method == "POST" and form.is_valid() and form.state(request.user):
        messages.success(request, _("It is noted that you are away."))
        return redirect("records:away")
    leading = request.user.appointments.current().leading().select_related("unit", "substitute")
    return render_page(
        request,
        "records/away.html",
        status=422 if form.errors else 200,
        form=form,
        absences=request.user.absences.not_over(),
        leading=leading,
        meaning=Rule.meaning_of(Rule.Code.ABSENCE_DAYS, Rule.value_of(Rule.Code.ABSENCE_DAYS)),
    )


@require_POST
def back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say that one is back, or will not be away."""
    get_object_or_404(Absence, pk=pk, user=request.user).end(by=request.user)
    messages.success(request, _("Welcome back. New reports come to you again."))
    return redirect("records:away")
