"""The forms that make new units: one below another, and one divided into several."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from qms.organization.models import Unit, change
from qms.organization.reorganising import NAMELESS, ReorganiseForm, ending

CODELESS = {"required": _("Write a code.")}


class FoundForm(ReorganiseForm):
    """A new unit below this one."""

    title, button = _("New unit below %(unit)s"), _("Found the unit")
    done = _("The unit has been founded.")
    field_order = ["name", "code", "kind", "service", "customer_word", "secrecy_area", "authority"]

    name = forms.CharField(label=_("Name"), max_length=150, error_messages=NAMELESS)
    code = forms.CharField(
        label=_("Code"),
        max_length=30,
        help_text=_("Capitals, digits and -. It never changes."),
        error_messages=CODELESS,
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Unit.Kind.choices)
    service = forms.ChoiceField(
        label=_("Kind of service"), choices=[("", "–"), *Unit.Service.choices], required=False
    )
    customer_word = forms.CharField(
        label=_("Our word for those we are here for"),
        max_length=60,
        required=False,
        help_text=_("For example pupil, resident, tenant, guest."),
    )
    secrecy_area = forms.ChoiceField(
        label=_("Secrecy area"), choices=Unit.SecrecyArea.choices, required=False
    )
    authority = forms.CharField(
        label=_("Authority or legal entity"),
        max_length=100,
        required=False,
        help_text=_("Only for a new board or company. Otherwise it follows the unit above."),
    )

    @classmethod
    def suggestion(cls, unit: Unit) -> dict[str, Any]:
        """Suggest the next code, and what the unit above has."""
        same = ("service", "customer_word", "secrecy_area")
        kind = Unit.Kind.SITE if unit.kind == Unit.Kind.DEPARTMENT else Unit.Kind.DEPARTMENT
        return {"code": next_codes(unit, 1)[0], "kind": kind} | {n: getattr(unit, n) for n in same}

    def change(self, unit: Unit) -> None:
        """Found the unit."""
        fields = dict(self.cleaned_data)
        del fields["seen"]
        if not fields["authority"]:
            del fields["authority"]
        valid_from = fields.pop("on")
        Unit.found(by=self.by, parent=unit, valid_from=valid_from, **fields)

    def consequences(self) -> Iterator[str]:
        """Say where the unit will lie and who reaches it."""
        words = {"name": self.cleaned_data["name"], "unit": self.unit, "day": self.day}
        yield gettext("%(name)s lies below %(unit)s from %(day)s.") % words
        own = self.cleaned_data["authority"]
        if own and own != self.unit.authority:
            yield (
                gettext(
                    "It is an authority of its own: whoever reads deviations in full at %(unit)s "
                    "does not reach it."
                )
                % words
            )
            return
        yield gettext("Those who have duties at %(unit)s have them there as well.") % words


class SplitForm(ReorganiseForm):
    """The unit becomes two or three."""

    title, button = _("Divide %(unit)s"), _("Divide the unit")
    done = _("%(unit)s has been divided.")
    lede = _("%(unit)s is closed. The first new unit takes over what is open.")
    field_order = [f"{part}_{number}" for number in (1, 2, 3) for part in ("name", "code")]

    name_1 = forms.CharField(
        label=_("First new unit: name"), max_length=150, error_messages=NAMELESS
    )
    code_1 = forms.CharField(
        label=_("First new unit: code"), max_length=30, error_messages=CODELESS
    )
    name_2 = forms.CharField(
        label=_("Second new unit: name"), max_length=150, error_messages=NAMELESS
    )
    code_2 = forms.CharField(
        label=_("Second new unit: code"), max_length=30, error_messages=CODELESS
    )
    name_3 = forms.CharField(label=_("Third new unit: name"), max_length=150, required=False)
    code_3 = forms.CharField(label=_("Third new unit: code"), max_length=30, required=False)

    @classmethod
    def suggestion(cls, unit: Unit) -> dict[str, Any]:
        """Suggest the next free codes beside the unit."""
        codes = next_codes(unit.parent, 3) if unit.parent else []
        return {f"code_{number}": code for number, code in enumerate(codes[:2], 1)}

    def parts(self) -> list[dict[str, str]]:
        """Return the new units' names and codes."""
        answers = self.cleaned_data
        both = [(answers[f"name_{n}"], answers[f"code_{n}"]) for n in (1, 2, 3)]
        return [{"name": name, "code": code} for name, code in both if name and code]

    def change(self, unit: Unit) -> None:
        """Divide the unit."""
        answers = self.cleaned_data
        change.split(unit, self.parts(), by=self.by, on=answers["on"], reason=answers["reason"])

    def consequences(self) -> Iterator[str]:
        """Say which units come and what ends."""
        parts = self.parts()
        names = ", ".join(part["name"] for part in parts)
        words = {"names": names, "day": self.day, "parent": self.unit.parent}
        yield gettext("%(names)s lie below %(parent)s from %(day)s.") % words
        yield from ending(self.unit, parts[0]["name"], self.day)
        yield gettext("The new units have no people from the start. Appoint them afterwards.")
        yield from super().consequences()


def next_codes(parent: Unit, count: int) -> list[str]:
    """Return free codes below a unit, in the way its units are numbered already."""
    taken = Unit.objects.filter(code__startswith=f"{parent.code}-").values_list("code", flat=True)
    ends = [re.fullmatch(rf"{re.escape(parent.code)}-(\d{{1,4}})", code) for code in taken]
    last = max((int(end.group(1)) for end in ends if end), default=0)
    return [f"{parent.code}-{last + step:02d}" for step in range(1, count + 1)]
