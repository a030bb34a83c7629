"""The forms that change the tree: each says what follows, and then does it.

A form first tries its change in a transaction that is taken back, so what hinders it is known
before the consequences are shown.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from qms.history.models import Event
from qms.organization.duties import Duty
from qms.organization.fields import UnitField
from qms.organization.forms import day_field, reason_field, show_faults
from qms.organization.models import Unit, User, change
from qms.organization.telling import sentence

NAMELESS = {"required": _("Write the name.")}


class ReorganiseForm(forms.Form):
    """What every change of the tree asks: from when, and why."""

    title: ClassVar[Any] = ""  # the heading, with %(unit)s
    lede: ClassVar[Any] = ""
    button: ClassVar[Any] = ""
    done: ClassVar[Any] = ""  # the answer afterwards, with %(unit)s
    field_order = ["name", "parent", "units", "successor", "on", "reason"]

    on = day_field(label=_("From and including"))
    reason = reason_field(help_text=_("Stands in the history, for those who wonder later."))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, unit: Unit, by: User, **kwargs: Any) -> None:
        self.unit, self.by = unit, by
        kwargs.setdefault("initial", {"on": timezone.localdate(), **self.suggestion(unit)})
        super().__init__(*args, **kwargs)
        self.prepare()

    @classmethod
    def suggestion(cls, unit: Unit) -> dict[str, Any]:
        """Return what stands in the form from the start; for subclasses."""
        return {}

    def prepare(self) -> None:
        """Fit the fields to the unit; for subclasses."""

    def clean(self) -> dict[str, Any]:
        """Try the change and take it back, so that refusals show beside their fields."""
        answers = super().clean() or {}
        if not self.errors:
            self._attempt(keep=False)
        return answers

    def perform(self) -> bool:
        """Do it; False when it was refused, with the reason in the form's errors."""
        return self._attempt(keep=True)

    def _attempt(self, *, keep: bool) -> bool:
        try:
            with transaction.atomic():
                self.change(Unit.objects.get(pk=self.unit.pk))
                if not keep:
                    transaction.set_rollback(True)
        except ValidationError as fault:
            show_faults(self, fault)
            return False
        finally:
            self.by.forget_duties()
        if keep:
            self.unit.refresh_from_db()
        return True

    def change(self, unit: Unit) -> None:
        """Make the change; for subclasses."""
        raise NotImplementedError

    def consequences(self) -> Iterator[str]:
        """Yield what follows, a sentence each."""
        if self.waits:
            yield gettext(
                "Nothing changes until %(day)s. You can take the decision back until then."
            ) % {"day": self.day}

    def news(self) -> list[str]:
        """Return what others did to the unit since the form was drawn, a sentence each."""
        seen = self.cleaned_data.get("seen")
        if seen is None:
            return []
        since: Any = self.unit.story.filter(seq__gt=seen).exclude(actor=self.by)
        return [sentence(event) for event in since if isinstance(event, Event)]

    @property
    def answer(self) -> str:
        """What is said afterwards: that it is done, or that it has been decided."""
        if self.waits:
            return gettext("It has been decided and happens on %(day)s.") % {"day": self.day}
        return str(self.done) % {"unit": self.unit}

    @property
    def waits(self) -> bool:
        """True when the change is for a day that has not come."""
        return self.cleaned_data["on"] > timezone.localdate()

    @property
    def day(self) -> str:
        """The day of the change, in words."""
        return date_format(self.cleaned_data["on"])

    def records_and_units(self) -> str:
        """Return the open cases and the units below, counted in words."""
        parts = []
        for model, count in self.unit.open_records_by_kind(below=True):
            if count:
                name = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
                words = ngettext("%(count)d open %(name)s", "%(count)d open %(name)s", count)
                parts.append(words % {"count": count, "name": name})
        below = Unit.objects.open().filter(pk__in=self.unit.reach).count() - 1
        if below > 0:
            words = ngettext("%(count)d unit below", "%(count)d units below", below)
            parts.append(words % {"count": below})
        return ", ".join(parts)


class RenameForm(ReorganiseForm):
    """A new name from a day on."""

    title, button = _("Rename %(unit)s"), _("Rename")
    done = _("The unit has been renamed.")

    name = forms.CharField(label=_("New name"), max_length=150, error_messages=NAMELESS)

    @classmethod
    def suggestion(cls, unit: Unit) -> dict[str, Any]:
        """Begin from the name it has."""
        return {"name": unit.name}

    def change(self, unit: Unit) -> None:
        """Rename the unit."""
        answers = self.cleaned_data
        change.rename(
            unit, by=self.by, name=answers["name"], on=answers["on"], reason=answers["reason"]
        )

    def consequences(self) -> Iterator[str]:
        """Say which name stands where."""
        words = {"old": self.unit.name, "new": self.cleaned_data["name"], "day": self.day}
        yield gettext("%(old)s is called %(new)s from %(day)s.") % words
        yield gettext("What has been reported already keeps the name %(old)s.") % words
        yield gettext("Addresses and codes stay, so old links still work.")
        yield from super().consequences()


class MoveForm(ReorganiseForm):
    """A new place in the tree."""

    title, button = _("Move %(unit)s"), _("Move the unit")
    done = _("The unit has been moved.")

    parent = UnitField(
        label=_("Below which unit?"),
        error_messages={
            "required": _("Choose a unit."),
            "invalid_choice": _("Choose a unit in the list. A unit cannot lie below itself."),
        },
    )

    def prepare(self) -> None:
        """Offer the open units outside this one that the person may reorganise."""
        places = Unit.objects.open().where(self.by, Duty.ORGANIZE)
        self.fields["parent"].queryset = places.exclude(  # type: ignore[attr-defined]
            pk__in=self.unit.reach
        )

    def change(self, unit: Unit) -> None:
        """Move the unit."""
        answers = self.cleaned_data
        change.move(
            unit, by=self.by, parent=answers["parent"], on=answers["on"], reason=answers["reason"]
        )

    def consequences(self) -> Iterator[str]:
        """Say what follows along and whose duties change."""
        words = {"unit": self.unit, "new": self.cleaned_data["parent"], "old": self.unit.parent}
        yield gettext("%(unit)s moves from %(old)s to %(new)s.") % words
        if along := self.records_and_units():
            yield gettext("This follows along: %s.") % along
        yield gettext("Those who have duties at %(new)s have them here as well.") % words
        yield gettext("Those who had them only through %(old)s lose them here.") % words
        yield from super().consequences()


class CloseForm(ReorganiseForm):
    """The unit ceases."""

    title, button = _("Close %(unit)s"), _("Close the unit")
    done = _("%(unit)s has been closed.")

    on = day_field(
        label=_("Closed from and including"),
        help_text=_("The day before is the last day."),
    )
    successor = UnitField(
        label=_("Which unit takes over?"),
        required=False,
        empty_label=_("No unit"),
        help_text=_("Needed when there are open cases."),
    )

    def prepare(self) -> None:
        """Offer every open unit but this one."""
        others = Unit.objects.open().exclude(pk__in=self.unit.reach)
        self.fields["successor"].queryset = others  # type: ignore[attr-defined]

    def change(self, unit: Unit) -> None:
        """Close the unit."""
        answers = self.cleaned_data
        change.close(
            unit,
            by=self.by,
            on=answers["on"],
            reason=answers["reason"],
            successor=answers["successor"],
        )

    def consequences(self) -> Iterator[str]:
        """Say what ends and who takes over."""
        yield from ending(self.unit, self.cleaned_data["successor"], self.day)
        yield from super().consequences()


class MergeForm(ReorganiseForm):
    """Other units go into this one."""

    title, button = _("Merge units into %(unit)s"), _("Merge the units")
    done = _("The units have been merged into %(unit)s.")
    lede = _("The units you choose are closed and %(unit)s takes over from them.")

    units = forms.ModelMultipleChoiceField(
        label=_("Which units go in?"),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one unit.")},
    )

    def prepare(self) -> None:
        """Offer the open units of the same authority that have no units below them."""
        parents = Unit.objects.open().exclude(parent=None).values("parent")
        places = Unit.objects.open().where(self.by, Duty.ORGANIZE).exclude(pk__in=parents)
        offered = places.filter(authority=self.unit.authority).exclude(pk=self.unit.pk)
        if self.is_bound:  # a second click names units that the first one has closed
            offered |= Unit.objects.where(self.by, Duty.ORGANIZE).filter(successor=self.unit)
        self.fields["units"].queryset = offered  # type: ignore[attr-defined]

    def change(self, unit: Unit) -> None:
        """Close the others into this one."""
        answers = self.cleaned_data
        change.merge(answers["units"], unit, by=self.by, on=answers["on"], reason=answers["reason"])

    def consequences(self) -> Iterator[str]:
        """Say for each unit what ends."""
        for unit in self.cleaned_data["units"]:
            yield from ending(unit, self.unit, self.day)
        yield from super().consequences()


def ending(unit: Unit, successor: Unit | str | None, day: str) -> Iterator[str]:
    """Yield what it means that a unit closes, a sentence each."""
    words = {"unit": unit, "heir": successor, "day": day}
    yield gettext("%(unit)s is closed from %(day)s.") % words
    if roles := unit.appointments.not_over().count():
        yield ngettext(
            "%(count)d role at %(unit)s ends.", "%(count)d roles at %(unit)s end.", roles
        ) % {**words, "count": roles}
    count = unit.open_records()
    if isinstance(successor, Unit) and not unit.same_authority(successor):
        yield (
            gettext(
                "%(heir)s belongs to another authority, so nobody there sees the cases. They stay "
                "here: those who have duties above the unit take them to their end."
            )
            % words
        )
    elif successor and count:
        yield ngettext(
            "%(count)d open case is followed by those who have duties at %(heir)s.",
            "%(count)d open cases are followed by those who have duties at %(heir)s.",
            count,
        ) % {**words, "count": count}
    yield gettext("What has been reported already keeps the name %(unit)s.") % words
