"""What a place is asked about by those who lead its unit."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nonconformities.models import Place
from nonconformities.posters import Size
from qms.organization.duties import Duty
from qms.organization.fields import UnitField
from qms.organization.models import Unit, User
from qms.records.forms import name_what_is_missing
from qms.records.widgets import ChoiceRow


class PlaceForm(forms.Form):
    """Its name, where it belongs, and how one reports there."""

    unit = UnitField(queryset=Unit.objects.none())
    name = forms.CharField(
        label=_("Name of the place"),
        max_length=100,
        help_text=_("For example the kitchen, floor 2, or car ABC 123"),
    )
    parent = forms.ModelChoiceField(
        label=_("Part of a bigger place"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=_("No, it is a place of its own"),
    )
    allows_anonymous = forms.BooleanField(
        label=_("One may report here without signing in"),
        required=False,
        help_text=_("Everybody who scans the code can then send a report. Off from the start."),
    )
    is_shared_device = forms.BooleanField(
        label=_("There is a shared tablet here"),
        required=False,
        help_text=_("You set it up on the tablet itself. Nobody is signed in on it."),
    )
    offers_names = forms.BooleanField(
        label=_("The shared tablet offers the names of those who work in the unit"),
        required=False,
        help_text=_("Anybody can choose any name, so it is shown as what somebody said."),
    )

    def __init__(self, *args: Any, user: User, place: Place | None = None, **kwargs: Any) -> None:
        self.place = place
        names = ("name", "parent", "allows_anonymous", "is_shared_device", "offers_names")
        if place:
            kwargs["initial"] = {name: getattr(place, name) for name in names}
        super().__init__(*args, **kwargs)
        led = user.units_for(Duty.HANDLE_NONCONFORMITIES, Duty.CONFIGURE).ids
        mine: Any = Place.objects.led_by(user).open().filter(parent=None).in_order()
        if place:
            del self.fields["unit"]
            mine = mine.filter(unit=place.unit_id).exclude(pk=place.pk)
        else:
            self.fields["unit"].queryset = Unit.objects.open().filter(pk__in=led)  # type: ignore[attr-defined]
        self.fields["parent"].queryset = mine  # type: ignore[attr-defined]
        name_what_is_missing(self)


class PosterForm(forms.Form):
    """How big, and whose: one place, or all of a unit."""

    size = forms.ChoiceField(label=_("Size"), choices=Size.choices, widget=ChoiceRow)
    plats = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    enhet = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.led = Place.objects.led_by(user).open()
        super().__init__(*args, **kwargs)
        self.initial.setdefault("size", Size.A4)

    @property
    def places(self) -> Any:
        """The places whose posters are drawn: one, those of a unit, or all that one leads."""
        place, unit = self["plats"].value(), self["enhet"].value()
        if place:
            return self.led.filter(code=place)
        return self.led.filter(unit__code=unit) if unit else self.led


class ClosePlaceForm(forms.Form):
    """Where one reports instead."""

    instead = forms.ModelChoiceField(
        label=_("Where does one report instead?"),
        queryset=Place.objects.none(),
        required=False,
        empty_label=_("Nowhere in particular"),
        help_text=_("Whoever scans the old code is led there."),
    )

    def __init__(self, *args: Any, user: User, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Place.objects.led_by(user).open().exclude(pk=place.pk).in_order()
        self.fields["instead"].queryset = others  # type: ignore[attr-defined]
