"""WebhookForm: which other system is told, and of what."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qms.organization.ciphers import KeyMissing
from qms.organization.fields import UnitField
from qms.organization.models import User
from qms.records.models import Webhook


class WebhookForm(forms.Form):
    """Which system, where it listens and what about."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("What is the system called?"),
        max_length=100,
        error_messages={"required": gettext_lazy("Write what the system is called.")},
    )
    address = forms.URLField(
        label=gettext_lazy("The address that it listens at"),
        max_length=500,
        assume_scheme="https",
        help_text=gettext_lazy("It begins with https:// and lies on the internet."),
        error_messages={"required": gettext_lazy("Write the address that it listens at.")},
    )
    unit = UnitField(
        label=gettext_lazy("Which unit is it told about?"),
        help_text=gettext_lazy("The units below are taken along."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("uid", uuid.uuid4())

    def create(self, by: User) -> tuple[Webhook, str] | None:
        """Begin to tell the system; None when refused, with the reason beside the question."""
        try:
            return Webhook.create(by=by, **self.cleaned_data)
        except ValidationError as refusal:
            self.add_error(None, refusal)
        except KeyMissing:
            self.add_error(None, _("Tell who runs Takt that PROTECTED_KEYS is missing or wrong."))
        return None
