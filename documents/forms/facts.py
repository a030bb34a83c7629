"""Beginning a document and its next version, and what is said about it beside its text."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.forms.fields import NumbersField, UnitsField
from documents.models import Document, DocumentType, Openness
from qms.organization.duties import Duty
from qms.organization.fields import PersonField, UnitField, people_of
from qms.organization.models import Unit, User
from qms.records.forms import name_what_is_missing
from qms.records.widgets import ChoiceRow
from qms.requirements.fields import RequirementsField, newest_edition
from qms.requirements.models import Clause

_OPEN_HELP = {
    "group": _("Everybody who works somewhere in the group can read it once it is in force."),
    "authority": _("Only those who work in the same board or company."),
    "unit": _("Only those who work in its unit, and in the units it applies to."),
}


def _openness() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Who may read it?"), choices=Openness.choices, initial=Openness.GROUP,
        widget=ChoiceRow(help=_OPEN_HELP),
    )  # fmt: skip


class BeginForm(forms.Form):
    """What it is called, of what kind, and whose."""

    title = forms.CharField(label=_("Title"), max_length=150)
    document_type = forms.ModelChoiceField(
        label=_("Type of document"), queryset=DocumentType.objects.filter(is_active=True),
        widget=ChoiceRow, empty_label=None,
    )  # fmt: skip
    unit = UnitField(label=_("Which unit does it belong to?"), queryset=Unit.objects.none())
    openness = _openness()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        writes = user.units_for(Duty.WRITE_DOCUMENTS).ids
        units = Unit.objects.open().filter(pk__in=writes)
        field: Any = self.fields["unit"]
        field.queryset = units
        if len(own := [pk for pk in user.workplaces if pk in writes]) == 1:
            self.initial.setdefault("unit", own[0])
        name_what_is_missing(self)


class NextVersionForm(forms.Form):
    """How great the change is."""

    is_minor = forms.TypedChoiceField(
        label=_("How great is the change?"),
        choices=[
            ("major", _("Something is to be done in another way")),
            ("minor", _("Only the wording, a name or a link")),
        ],
        coerce=lambda value: value == "minor",
        initial="major",
        widget=ChoiceRow(
            help={
                "major": _("A whole new version. Those it concerns are asked to read it again."),
                "minor": _("A small step. Nobody is asked to read it again."),
            }
        ),
    )


class FactsForm(forms.Form):
    """Whose it is, for whom, and what it belongs with."""

    owner = PersonField(label=_("Owner"), help_text=_("Answers for that it is right."))
    openness = _openness()
    applies_to = UnitsField(
        label=_("Which units does it apply to?"), queryset=Unit.objects.none(), required=False,
        help_text=_("The units below are taken along. None ticked: its own unit."),
    )  # fmt: skip
    services = forms.MultipleChoiceField(
        label=_("Which services is it for?"), choices=Unit.Service.choices, required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "stacked"}),
    )  # fmt: skip
    clauses = RequirementsField(
        label=_("Which requirements does it help to meet?"), queryset=Clause.objects.none()
    )
    related = NumbersField(
        label=_("Which documents does it refer to?"),
        help_text=_("Their numbers with commas between, for example DOK-0012, DOK-0034."),
    )
    supplements = NumbersField(
        label=_("Is it a local supplement?"),
        help_text=_("The number of the document it adds to. Empty when it stands alone."),
    )
    source = forms.CharField(label=_("Who issued it?"), max_length=150, required=False)
    source_url = forms.URLField(
        label=_("Where is the original?"), max_length=500, required=False, assume_scheme="https"
    )

    def __init__(self, *args: Any, user: User, document: Document, **kwargs: Any) -> None:
        self.document = document
        kwargs["initial"] = _as_it_is(document) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["owner"].queryset = people_of(document.unit)
        fields["applies_to"].queryset = Unit.objects.open()
        chosen = Clause.objects.filter(edition=newest_edition()).order_by("sort_key")
        fields["clauses"].queryset = chosen
        for name in ("related", "supplements"):
            fields[name].bind(user, but=document)
        seen = fields["related"].seen
        self.initial.setdefault("related", list(seen.filter(used_in=document)))
        self.initial.setdefault("supplements", list(seen.filter(supplemented_by=document)))
        if not document.document_type.is_external:
            del fields["source"], fields["source_url"]
        adopts = user.may(document.document_type.adopting_duty, document.unit_id)
        if document.first_valid_on and not adopts:  # who reads it is the adopter's to say
            del fields["openness"], fields["applies_to"]
        name_what_is_missing(self)

    def clean_supplements(self) -> Document | None:
        """Return the one document it adds to, or None."""
        found = self.cleaned_data["supplements"]
        if len(found) > 1:
            raise forms.ValidationError(_("Write one number only."))
        return found[0] if found else None

    @property
    def facts(self) -> dict[str, Any]:
        """What was answered; links the person does not see stay as they are."""
        facts = dict(self.cleaned_data)
        seen = self.fields["related"].seen  # type: ignore[attr-defined]
        unseen = self.document.related.exclude(pk__in=seen.values("pk"))
        facts["related"] = [*facts["related"], *unseen]
        hidden = self.document.supplements
        if facts["supplements"] is None and hidden and not seen.filter(pk=hidden.pk).exists():
            facts["supplements"] = hidden
        older = self.document.clauses.exclude(edition=newest_edition())
        facts["clauses"] = [*facts["clauses"], *older]
        return facts


def _as_it_is(document: Document) -> dict[str, Any]:
    return {
        "owner": document.owner_id, "openness": document.openness,
        "applies_to": [unit.pk for unit in document.applies_to.all()],
        "services": document.services, "clauses": list(document.clauses.all()),
        "source": document.source, "source_url": document.source_url,
    }  # fmt: skip
