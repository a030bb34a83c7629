"""The forms about people: appoint, end, and one's own settings."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.organization.duties import Role
from qms.organization.fields import NamedPersonField, people_of
from qms.organization.models import Appointment, Token, Unit, User
from qms.organization.rights import what_role_gives

MOST_SUGGESTED = 200


def day_field(**options: Any) -> forms.DateField:
    """Return a question about a day, with the browser's own calendar as a help."""
    calendar = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "short"})
    options.setdefault("error_messages", {"required": _("Choose a day.")})
    return forms.DateField(widget=calendar, **options)


def reason_field(**options: Any) -> forms.CharField:
    """Return the question why, which stands in the history."""
    widget = forms.Textarea(attrs={"rows": 2, "data-count": "300"})
    options.setdefault("label", _("Why?"))
    options.setdefault("error_messages", {"required": _("Say why: it stands in the history.")})
    return forms.CharField(max_length=300, widget=widget, **options)


def show_faults(form: forms.BaseForm, fault: ValidationError) -> None:
    """Put each sentence of a refusal beside its field, the rest at the top."""
    if not hasattr(fault, "error_dict"):
        form.add_error(None, fault)
        return
    for name, sentences in fault.error_dict.items():
        form.add_error(name if name in form.fields else None, sentences)


class RoleRow(forms.RadioSelect):
    """The roles, each with what it gives."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add what the role gives to what the template draws."""
        option = super().create_option(*args, **kwargs)
        option["help"] = what_role_gives(Role(option["value"]))
        return option


class AppointForm(forms.Form):
    """Who gets which role here, from when until when."""

    user = NamedPersonField(
        label=_("Who?"), help_text=_("Write the name, and choose from the list if it shows.")
    )
    role = forms.ChoiceField(
        label=_("Role"),
        widget=RoleRow(attrs={"class": "stacked"}),
        error_messages={"required": _("Choose a role.")},
    )
    since = day_field(label=_("From"))
    until = day_field(
        label=_("Until and including"),
        required=False,
        help_text=_("Leave empty when there is no last day."),
    )
    substitute = NamedPersonField(
        label=_("Substitute"),
        required=False,
        help_text=_("Has the same duties during the same time."),
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, unit: Unit, by: User, **kwargs: Any) -> None:
        self.unit, self.by = unit, by
        kwargs.setdefault("initial", {"since": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, role.label)
            for role in Role
            if all(by.may(duty, unit) for duty in role.governing)
        ]
        people = self._suggested()
        for name in ("user", "substitute"):
            self.fields[name].suggest(people)  # type: ignore[attr-defined]

    def _suggested(self) -> QuerySet[User]:
        return people_of(self.unit).exclude(pk=self.by.pk)[:MOST_SUGGESTED]

    def appoint(self) -> Appointment | None:
        """Appoint, or put the refusal beside its field and return None."""
        try:
            return self.unit.appoint(by=self.by, **self.cleaned_data)
        except ValidationError as fault:
            show_faults(self, fault)
            return None


class DismissForm(forms.Form):
    """When a role ends: at once or after a day."""

    when = forms.ChoiceField(
        label=_("When?"),
        choices=[("now", _("Now, at once")), ("after", _("After a day"))],
        widget=forms.RadioSelect,
        initial="after",
    )
    on = day_field(
        label=_("Last day"),
        required=False,
        help_text=_("The role holds this whole day and is gone the next."),
    )
    reason = reason_field(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the day when the role does not end at once."""
        answers = super().clean() or {}
        if answers.get("when") == "after" and not answers.get("on") and "on" not in self.errors:
            self.add_error("on", _("Choose the last day, or “Now, at once”."))
        return answers

    def dismiss(self, appointment: Appointment, *, by: User) -> bool:
        """End the role, or put the refusal beside its field and return False."""
        on = self.cleaned_data["on"] if self.cleaned_data["when"] == "after" else None
        try:
            appointment.dismiss(by=by, on=on, reason=self.cleaned_data["reason"])
        except ValidationError as fault:
            show_faults(self, fault)
            return False
        return True


_AUTO = "auto"  # in the form; stored as nothing chosen


def _blank_for_auto(value: str) -> str:
    return "" if value == _AUTO else value


class SettingsForm(forms.ModelForm):
    """How a person wants Takt to look and behave."""

    language = forms.TypedChoiceField(
        label=_("Language"),
        choices=[(_AUTO, _("As the browser")), ("sv", "Svenska"), ("en", "English")],
        coerce=_blank_for_auto,
        widget=forms.RadioSelect,
    )
    theme = forms.TypedChoiceField(
        label=_("Appearance"),
        choices=[(value or _AUTO, label) for value, label in User.Theme.choices],
        coerce=_blank_for_auto,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = User
        fields = ["language", "theme", "clear_letters", "shortcuts"]
        help_texts = {
            "clear_letters": _("Wider letters that are easier to tell apart."),
            "shortcuts": _("Press ? on any page to see them."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("language", "theme"):
            self.initial[name] = self.initial[name] or _AUTO


class FileForm(forms.Form):
    """The file with the organisation."""

    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        help_text=_("The easiest way is to fetch the file below, change it and choose it here."),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty. Choose another."),
        },
    )


class TokenForm(forms.Form):
    """What the key is for, how long it holds, and if it may change anything."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("What is the key for?"),
        max_length=100,
        help_text=_("The name of the program, so that you know it again."),
        error_messages={"required": _("Write what the key is for.")},
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        help_text=_("At most a year from today. Then you make a new one."),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    may_change = forms.BooleanField(
        label=_("The program may also report, comment and decide in my name"),
        required=False,
        help_text=_("Otherwise it may only read."),
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
