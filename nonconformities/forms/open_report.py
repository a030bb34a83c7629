"""OpenReportForm: the report of somebody without an account, from a place that allows it."""

import time
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from nonconformities.forms.report import ReportForm
from nonconformities.models import Nonconformity, Place
from qms.organization.fields import by_name
from qms.organization.models import Appointment, User
from qms.records.fields import FilesField

_SALT = "takt.drawn"
_SHORTEST = 2  # seconds: no person reads three questions faster
_LONGEST = 7 * 24 * 60 * 60
MOST_FILES = 3


class PhoneCamera(forms.FileInput):
    """Photographs, from the camera or the album; whoever wants can choose several."""

    allow_multiple_selected = True


class OpenReportForm(ReportForm):
    """The same questions; never who asks, save a name from a list on a shared device."""

    language = forms.ChoiceField(
        label=_("Which language do you write in?"), choices=Nonconformity.Language.choices
    )
    said_to_be = forms.ChoiceField(label=_("Your name"), required=False)
    # A field that nobody sees: what fills it in is a program.
    homepage = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    drawn = forms.CharField(widget=forms.HiddenInput, required=False)

    spot: Place
    OPTIONAL = ("place", "happened_at", "correction", "language")

    def __init__(self, *args: Any, at: Place, on_device: bool, **kwargs: Any) -> None:
        self.spot, self.on_device = at, on_device
        super().__init__(*args, user=None, **kwargs)

    def settle(self) -> None:
        """Take away what only a person with an account is asked; where it is stands on the wall."""
        for name in ("at", "unit", "contact", "hides_reporter"):
            del self.fields[name]
        self.initial.setdefault("place", str(self.spot))
        self.initial.setdefault("language", "en" if get_language() == "en" else "sv")
        self.initial.setdefault("drawn", stamp())
        self.fields["files"] = photographs()
        harm = _("Call 112 if it is acute. Tell somebody who works here.")
        self.fields["urgency"].widget.help = {"harm": harm}
        if self.offers_names:
            names = [(person.name, person.name) for person in staff_of(self.spot)]
            self.fields["said_to_be"].choices = [("", _("No name")), *names]  # type: ignore[attr-defined]
        else:
            del self.fields["said_to_be"]

    @property
    def has_more(self) -> bool:
        """True when there is more than the wall says already."""
        return any(f.errors or (f.value() or "") != (f.initial or "") for f in self.more)

    @property
    def offers_names(self) -> bool:
        """True where a name may be chosen: on the device at the place, never on the open web."""
        return self.on_device and self.spot.offers_names

    def clean(self) -> dict[str, Any]:
        """Refuse what a program seems to have sent; a person sends again and loses nothing."""
        if doubt := self._doubt():
            raise forms.ValidationError(doubt)
        return self.cleaned_data

    def _doubt(self) -> Any:
        if self.cleaned_data.get("homepage"):
            self._renew(homepage="")
            return _("A field that should be empty was filled in. It is emptied now: send again.")
        try:
            drawn = self.cleaned_data.get("drawn", "")
            at = float(signing.loads(drawn, salt=_SALT, max_age=_LONGEST))
        except (signing.BadSignature, TypeError, ValueError):
            self._renew(drawn=stamp())
            return _("This page had been open for very long. Your text is here: send again.")
        if time.time() - at < _SHORTEST:
            return _("That went very fast. Your text is here: send again.")
        return ""

    def _renew(self, **answers: str) -> None:
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name, value in answers.items():
            data[name] = value
        self.data = data

    def begin_anew(self) -> None:
        """Let what stands in the form be another report than the one that was sent."""
        self._renew(uid=str(uuid.uuid4()))

    def again(self, data: Any) -> "OpenReportForm":
        """Return the same form with other answers."""
        return type(self)(data, self.files, at=self.spot, on_device=self.on_device)

    @property
    def facts(self) -> dict[str, Any]:
        """What the record is made of."""
        answer = self.cleaned_data
        kind = answer["kind"] or Nonconformity.Kind.DEVIATION
        names = ("description", "place", "urgency", "correction", "language")
        channel = Nonconformity.Channel.DEVICE if self.on_device else Nonconformity.Channel.PLACE
        return {name: answer[name] for name in names} | {
            "kind": kind,
            "voice": answer["voice"] if kind == Nonconformity.Kind.COMPLAINT else "",
            "happened_at": answer["happened_at"] or timezone.now(),
            "unit": self.spot.unit,
            "from_place": self.spot,
            "channel": channel,
            "said_to_be": answer.get("said_to_be", ""),
        }


def photographs() -> FilesField:
    """Return the field for photographs of who has no account: fewer and smaller."""
    return FilesField(
        label=_("Photo"),
        required=False,
        most=MOST_FILES,
        most_bytes=settings.OPEN_ATTACHMENT_MAX_BYTES,
        only_pictures=True,
        widget=PhoneCamera(attrs={"accept": "image/*"}),
    )


def stamp() -> str:
    """Return when a form was drawn, signed."""
    return signing.dumps(time.time(), salt=_SALT)


def staff_of(place: Place) -> list[User]:
    """Return who works in the place's unit today, by name."""
    there = Appointment.objects.current().filter(unit=place.unit)
    return list(by_name(User.objects.filter(pk__in=there.values("user"), is_active=True)))
