"""Setting where reports go, and what a law asks of us: for who may change settings."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.fields import CategoryField
from nonconformities.models import Category, Nonconformity, Obligation, Route
from nonconformities.models.clocks import TimeUnit
from nonconformities.models.obligation import in_words
from nonconformities.models.route import HANDLERS
from qms.organization.fields import UnitField
from qms.organization.forms import day_field, reason_field, show_faults
from qms.organization.models import User
from qms.records.forms import name_what_is_missing


class RouteForm(forms.Form):
    """What, where, who handles it, which laws must know, from which day."""

    kind = forms.ChoiceField(label=_("Which kind of report?"), required=False)
    category = CategoryField(
        label=_("Which category?"),
        queryset=Category.objects.filter(is_active=True),
        required=False,
        empty_label=_("Every category"),
        help_text=_("A group takes along every category in it."),
    )
    unit = UnitField(
        label=_("Which unit?"),
        required=False,
        empty_label=_("Every unit"),
        help_text=_("The units below are taken along."),
    )
    handler_role = forms.ChoiceField(
        label=_("Who handles it?"),
        required=False,
        help_text=_("The nearest in that role. When nobody has it, the nearest manager."),
    )
    obligations = forms.MultipleChoiceField(
        label=_("Which laws is it always examined under?"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "stacked"}),
    )
    valid_from = day_field(label=_("From and including"), help_text=_("Today or later."))
    reason = reason_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("valid_from", timezone.localdate())
        choices = {
            "kind": [("", _("Every kind")), *Nonconformity.Kind.choices],
            "handler_role": [("", _("The nearest manager"))]
            + [(role.value, role.label) for role in HANDLERS],
            "obligations": [(law.code, law.name) for law in _laws()],
        }
        for name, choice in choices.items():
            self.fields[name].choices = choice  # type: ignore[attr-defined]
        name_what_is_missing(self)

    def decide(self, *, by: User, **more: Any) -> Route | None:
        """Set the route; None when it is refused, with the reason beside its question."""
        try:
            return Route.decide(by=by, **self.cleaned_data, **more)
        except ValidationError as fault:
            show_faults(self, fault)
            return None


class EndRouteForm(forms.Form):
    """From which day a route no longer holds, and why."""

    valid_from = day_field(label=_("Gone from and including"))
    reason = reason_field()

    def __init__(self, *args: Any, route: Route, **kwargs: Any) -> None:
        self.route = route
        super().__init__(*args, **kwargs)
        self.initial.setdefault("valid_from", timezone.localdate())

    def decide(self, *, by: User) -> Route | None:
        """Take the route away; None when it is refused."""
        route = self.route
        about: Any = {"kind": route.kind, "category": route.category, "unit": route.unit}
        try:
            return Route.decide(by=by, ends=True, **about, **self.cleaned_data)
        except ValidationError as fault:
            show_faults(self, fault)
            return None


def _laws() -> Any:
    return Obligation.objects.filter(is_active=True)


class ObligationForm(forms.ModelForm):
    """The words, the owner, the authority and how long each clock is."""

    service_url = forms.URLField(
        label=_("The authority's own e-service"),
        help_text=_("It begins with https://"),
        assume_scheme="https",
        max_length=300,
        required=False,
    )
    reason = reason_field()

    class Meta:
        model = Obligation
        fields = ["law_sv", "law_en", "owner_role", "authority", "service_url", "is_active"]
        help_texts = {
            "owner_role": _("The nearest in that role gets it. When nobody has it, the manager."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, clock in enumerate(self.instance.clocks):
            self.fields[f"amount_{place}"] = forms.IntegerField(
                label=_("How long: %s") % in_words(clock),
                initial=clock["amount"],
                min_value=1,
                widget=forms.NumberInput(attrs={"class": "short"}),
                help_text=TimeUnit(clock["unit"]).label,
            )
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])
        name_what_is_missing(self)

    def _post_clean(self) -> None:
        """Leave the row as it is: the verb changes it, and says what was wrong."""

    def amend(self, *, by: User) -> bool:
        """Change the row; False when it is refused, with the reason beside its question."""
        answers = dict(self.cleaned_data)
        reason = answers.pop("reason")
        clocks = [
            clock | {"amount": answers.pop(f"amount_{place}")}
            for place, clock in enumerate(self.instance.clocks)
        ]
        try:
            self.instance.amend(by=by, reason=reason, clocks=clocks, **answers)
        except ValidationError as fault:
            show_faults(self, fault)
            return False
        return True
