"""What the verbs ask that let a case cross a border between units.

The fields' names are the verb's arguments.
"""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from nonconformities.forms.checked import CheckedText
from nonconformities.forms.fields import long_text
from nonconformities.forms.moves import PlanActionForm
from nonconformities.models import Nonconformity, Share
from nonconformities.models.crossing import GROUND_HELP, Ground
from qms.organization.duties import Duty
from qms.organization.fields import PersonField, UnitField, people_of
from qms.organization.models import Unit
from qms.records.forms import MoveForm, form_of
from qms.records.widgets import ChoiceRow


class ReleaseForm(CheckedText):
    """Which unit, why, and what text goes along: the same for a hand-over and a shared case."""

    template_name = "nonconformities/forms/release.html"
    OUTWARD: ClassVar[tuple[str, ...]] = ("text", "reason")

    unit = UnitField(label=_("Which unit?"))
    reason = long_text(
        _("Why should they have it?"),
        rows=3,
        help_text=_("The other unit reads this, in another authority too. No names."),
    )
    ground = forms.ChoiceField(
        label=_("Why may the text go there?"),
        choices=Ground.choices,
        required=False,
        widget=ChoiceRow(attrs={"class": "stacked"}, help=GROUND_HELP),
    )
    ground_note = long_text(_("More about the ground"), rows=2, required=False)
    text = long_text(
        _("Text that goes along"),
        rows=6,
        required=False,
        most=20_000,
        help_text=_("Begin with the report's own words, and take out what they need not know."),
    )
    decided_by = PersonField(label=_("Who has decided?"), required=False)

    def prepare(self) -> None:
        """Offer the other units, the people of the authority, and the report's own words."""
        super().prepare()
        here = self.record.unit
        units: Any = Unit.objects.open().exclude(pk=here.pk)
        self.fields["unit"].queryset = units
        self.fields["decided_by"].queryset = people_of(here)
        self.initial.setdefault("decided_by", self.user.pk)
        self.initial.setdefault("text", self._let_out_before() or self.record.description)
        for name in self._decision:
            self.fields[name].one_of_two = True  # asked for when the other unit's board is another

    def _let_out_before(self) -> str:
        """Return the text last let out to another authority: what was taken out stays out."""
        rows = [*self.record.handovers.all(), *self.record.shares.all()]
        let_out = [row for row in rows if row.crosses and row.text]
        return max(let_out, key=lambda row: row.asked_at).text if let_out else ""

    @property
    def questions(self) -> list[forms.BoundField]:
        """What is always asked."""
        return [field for field in self.visible_fields() if field.name not in self._decision]

    @property
    def decision(self) -> list[forms.BoundField]:
        """What is asked when secrecy may hinder."""
        return [self[name] for name in self._decision]

    _decision = ("ground", "ground_note", "text", "decided_by")


@form_of(Nonconformity, "hand_over")
class HandOverForm(ReleaseForm):
    """Which unit should have the case."""

    lede = _("They answer yes or no. Until they say yes, you answer for the case.")


@form_of(Nonconformity, "share")
class ShareForm(ReleaseForm):
    """Which unit takes a part, and what it is asked to do."""

    lede = _("Each unit does its part. The case is closed when both are ready.")
    OUTWARD = (*ReleaseForm.OUTWARD, "task")
    task = long_text(_("What are they asked to do?"), rows=3)


class ReceiverForm(MoveForm):
    """An answer from the other unit, for which the page of the case may be gone afterwards."""

    beside = "nonconformities/parts/asked.html"

    def after_url(self) -> str:
        """Return the case as the answer left it: theirs, their own new one, or the list."""
        if went := self.record.went_by:
            return str(went.became.get_absolute_url())
        seen = self.record.is_visible_to(self.user)
        return super().after_url() if seen else reverse("nonconformities:index")

    @property
    def asked(self) -> list[Any]:
        """What the person's unit was asked, with the text that was let out."""
        rows = [self.record.waiting, *self.record.shared]
        handled = self.user.units_for(Duty.HANDLE_NONCONFORMITIES)
        return [row for row in rows if row and row.is_waiting and row.to_unit_id in handled]


@form_of(Nonconformity, "accept_handover")
class AcceptForm(ReceiverForm):
    """The case is ours."""

    lede = _("Your unit assesses the case from now on. The one who reported is told.")


@form_of(Nonconformity, "accept_across")
class AcceptAcrossForm(ReceiverForm):
    """The case is ours, as a case of our own."""

    lede = _(
        "Your unit gets a case of its own, with the text below. The rest stays with the other "
        "authority. The one who reported is told."
    )


class NoForm(ReceiverForm):
    """A no, with the reason."""

    reason = long_text(_("Why not?"), rows=3)


@form_of(Nonconformity, "decline_handover")
class DeclineForm(NoForm):
    """Why it is not ours."""

    lede = _("The case stays where it is. Say whose it may be instead, if you know.")


@form_of(Nonconformity, "accept_share")
class AcceptShareForm(ReceiverForm):
    """We take a part."""

    lede = _("Your unit tells what it saw, why it happened there, and what it changes.")


@form_of(Nonconformity, "decline_share")
class DeclineShareForm(NoForm):
    """Why we take no part."""


@form_of(Nonconformity, "withdraw_handover")
class WithdrawHandoverForm(MoveForm):
    """Why the question is taken back."""

    reason = long_text(_("Why?"), rows=2, required=False)


class RulingForm(MoveForm):
    """Which unit keeps the case."""

    beside = "nonconformities/parts/bounced.html"

    unit = UnitField(label=_("Which unit has the case from now on?"))
    reason = long_text(
        _("Why?"), rows=3, help_text=_("Both units read this, in another authority too. No names.")
    )

    def prepare(self) -> None:
        """Offer the units that may be chosen."""
        self.fields["unit"].queryset = self.units()

    @property
    def passed(self) -> list[Any]:
        """What the units asked each other and answered."""
        return list(self.record.passed)

    def units(self) -> QuerySet[Unit]:
        """Return the open units of the case's own authority."""
        return Unit.objects.open().filter(authority=self.record.unit.authority)


@form_of(Nonconformity, "rule_handover")
class RuleHandoverForm(RulingForm):
    """Which unit of the authority keeps it."""

    lede = _("It has gone to and fro. You decide, and nobody says no.")


@form_of(Nonconformity, "rule_across")
class RuleAcrossForm(RulingForm):
    """Which unit of another authority takes it."""

    lede = _("They get the text that was let out to them before, and nothing more.")

    def units(self) -> QuerySet[Unit]:
        """Return the open units of other authorities that have read the text."""
        rows = [row for row in self.record.passed if row.crosses]
        known = {row.to_unit_id for row in rows} | {row.from_unit_id for row in rows}
        others = Unit.objects.open().exclude(authority=self.record.unit.authority)
        return others.filter(pk__in=known)


@form_of(Nonconformity, "end_share")
class EndShareForm(MoveForm):
    """With which unit, and why."""

    part = forms.ModelChoiceField(
        label=_("With which unit?"), queryset=Share.objects.none(), empty_label=_("Choose")
    )
    reason = long_text(_("Why?"), rows=2)

    def prepare(self) -> None:
        """Offer the units that share the case."""
        self.fields["part"].queryset = self.record.shares.standing()
        self.fields["part"].label_from_instance = lambda part: part.to_name
        if found := [each for part in self.record.shared if (each := self._falls(part))]:
            self.lede = " ".join(found)

    def _falls(self, part: Share) -> str:
        """Return how many of a unit's actions fall with its part; "" when none does."""
        many = self.record.promised_by(part).count()
        said = ngettext(
            "%(unit)s has %(many)d action that is not verified. It is cancelled with the sharing, "
            "with your reason.",
            "%(unit)s has %(many)d actions that are not verified. They are cancelled with the "
            "sharing, with your reason.",
            many,
        )
        return said % {"unit": part.to_name, "many": many} if many else ""


class PartForm(MoveForm):
    """Something about the own part."""

    beside = "nonconformities/parts/asked.html"

    @property
    def asked(self) -> list[Share]:
        """The own part, with the text that was let out."""
        handled = self.user.units_for(Duty.HANDLE_NONCONFORMITIES)
        return [row for row in self.record.parted if row.to_unit_id in handled]

    @property
    def part(self) -> Share | None:
        """The part that the verb is about."""
        return min(self.asked, key=lambda row: row.ready_at is not None, default=None)


@form_of(Nonconformity, "write_part")
class WritePartForm(PartForm):
    """What happened, seen from here."""

    lede = _("Both units read what you write here. Nothing secret, and no names.")
    account = long_text(_("What happened, seen from your unit?"), rows=5)

    def prepare(self) -> None:
        """Begin with what stands there."""
        if self.part:
            self.initial.setdefault("account", self.part.account)


@form_of(Nonconformity, "add_part_cause")
class PartCauseForm(PartForm):
    """Why it happened, seen from here."""

    lede = _("Look for the cause in the way of working, not in the person. Both units read it.")
    cause = long_text(_("Why did it happen, at your unit?"), rows=3)


@form_of(Nonconformity, "plan_part_action")
class PlanPartActionForm(PlanActionForm):
    """What this unit does about a cause."""

    lede: Any = _("Both units read what is to be done. Your own people do it.")

    def prepare(self) -> None:
        """Offer the unit's own causes and the people of its authority."""
        super().prepare()
        handled = self.user.units_for(Duty.HANDLE_NONCONFORMITIES)
        parts = [row for row in self.record.parted if row.to_unit_id in handled]
        part = min(parts, key=lambda row: row.ready_at is not None, default=None)
        causes = self.fields["cause"].queryset.filter(part=part)
        self.fields["cause"].queryset = causes if part else causes.none()
        if part and not causes.exists():
            address = self.record.moves()["add_part_cause"].address
            self.lede = format_html(
                '{} <a href="{}">{}</a>',
                _("What stops it from happening again removes a cause, and your unit has none."),
                reverse("nonconformities:move", args=[self.record.number, address]),
                _("Write down a cause at your unit"),
            )
        self.initial["cause"] = getattr(self.fields["cause"].queryset.last(), "pk", None)
        if part:
            self.fields["responsible"].queryset = people_of(part.to_unit)


@form_of(Nonconformity, "finish_part")
class FinishPartForm(PartForm):
    """Our part is ready."""

    lede = _("You have told what you saw, and what you were to do is done and verified.")
