"""Settings: the numbers the municipality sets itself, what they mean, and who set them when."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from qms.history.models import SYSTEM
from qms.organization.duties import Duty
from qms.organization.navigation import settings_pages
from qms.records.models import Rule
from qms.records.pages import form_for, render_page


class RuleForm(forms.Form):
    """A new value of one rule, from a day, with the reason."""

    value = forms.IntegerField(
        label=gettext_lazy("New value"), widget=forms.NumberInput(attrs={"class": "short"})
    )
    valid_from = forms.DateField(
        label=gettext_lazy("From and including"),
        help_text=gettext_lazy("Today or later. What has begun already keeps its last day."),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=300,
        help_text=gettext_lazy("One sentence. It is shown in the history of the rule."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, code: str, **kwargs: Any) -> None:
        self.code = code
        super().__init__(*args, **kwargs)
        least, most = Rule.bounds(code)
        self.fields["value"].help_text = _("From %(least)d to %(most)d.") % {
            "least": least, "most": most,
        }  # fmt: skip
        self.initial.setdefault("valid_from", timezone.localdate())

    def decide(self, *, by: Any) -> Rule | None:
        """Set the value; None when the rule refuses it, with the reasons beside the questions."""
        try:
            return Rule.decide(self.code, by=by, **self.cleaned_data)
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return None


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """List every rule with what holds today. 404 for who may not change settings."""
    _require_duty(request)
    today = timezone.localdate()
    in_force = Rule.objects.select_related("set_by").in_force(today)
    waiting = {row.code: row for row in reversed(Rule.objects.waiting(today))}
    listed = [
        {
            "code": code.value,
            "name": code.label,
            "value": row.value if (row := in_force.get(code)) else Rule.DEFAULTS[code],
            "row": in_force.get(code),
            "meaning": Rule.meaning_of(code, row.value if row else Rule.DEFAULTS[code]),
            "next": waiting.get(code),
        }
        for code in Rule.Code
    ]
    pages = [page.drawn(request.path) for page in settings_pages(request.user)]  # type: ignore[arg-type]
    return render_page(request, "records/rules.html", rules=listed, pages=pages)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """Show one rule with its history; set a new value from a day on."""
    _require_duty(request)
    if code not in Rule.Code:
        raise Http404
    form = form_for(request, RuleForm, code=code)
    if request.method == "POST" and form.is_valid() and (decided := form.decide(by=request.user)):
        messages.success(request, _told(decided))
        return redirect("records:rules")
    return render_page(
        request,
        "records/rule.html",
        status=422 if form.is_bound else 200,
        code=code,
        name=Rule.Code(code).label,
        meaning=Rule.meaning_of(code, Rule.value_of(code)),
        default=Rule.DEFAULTS[Rule.Code(code)],
        form=form,
        events=[_event(row) for row in Rule.objects.filter(code=code).select_related("set_by")],
    )


def _event(row: Rule) -> dict[str, Any]:
    """Return one line of the rule's history."""
    who = row.set_by.name if row.set_by else SYSTEM
    values = {"who": who, "value": row.value, "day": date_format(row.valid_from, "j F Y")}
    sentence = _("%(who)s set the value to %(value)d from %(day)s.") % values
    return {"at": row.set_at, "sentence": sentence, "note": row.reason, "kind": ""}


def _told(decided: Rule) -> str:
    return _("From %(day)s: %(meaning)s") % {
        "day": date_format(decided.valid_from, "j F Y"),
        "meaning": decided.meaning,
    }


def _require_duty(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.units_for(Duty.CONFIGURE).everything:
        raise Http404
