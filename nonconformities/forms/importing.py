"""The questions of an import: the file, its columns, its names, and whether to go on."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from nonconformities.importing.choices import choices_of
from nonconformities.importing.columns import Column
from nonconformities.importing.meanings import Chosen, Question
from nonconformities.importing.names import MANAGER, Directory, Kind
from nonconformities.importing.preparing import Preparation, receive
from nonconformities.models import Import
from qms.organization.fields import UnitField
from qms.organization.models import Unit, User
from qms.records.forms import name_what_is_missing
from qms.records.importing.words import alike
from qms.records.widgets import ChoiceRow

_LABELS = {
    Kind.UNIT: gettext_lazy("Units"),
    Kind.PERSON: gettext_lazy("People"),
    Kind.SEVERITY: gettext_lazy("Severity"),
    Kind.LIKELIHOOD: gettext_lazy("Likelihood"),
    Kind.STATUS: gettext_lazy("Status"),
    Kind.CATEGORY: gettext_lazy("Categories"),
    Kind.KIND: gettext_lazy("Kinds"),
}
_LISTED = (Kind.UNIT, Kind.PERSON)  # too many for a choice: written, with suggestions


class FileForm(forms.Form):
    """The register as it lies in some older system."""

    file = forms.FileField(
        label=gettext_lazy("The old register"),
        help_text=gettext_lazy("A file from Excel (.xlsx) or a CSV file. Nothing is stored yet."),
        error_messages={"required": gettext_lazy("Choose the file with the old register.")},
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
    )

    def receive(self, by: User) -> Import | None:
        """Keep the file; None when it cannot be read, with the reason beside the question."""
        upload = self.cleaned_data["file"]
        try:
            if getattr(upload, "could_not_be_kept", False):
                raise ValidationError(_("There is no room for the file just now. Try later."))
            return receive(upload.file, upload.name or "", upload.size or 0, by=by)
        except ValidationError as fault:
            self.add_error("file", fault)
            return None


class ColumnsForm(forms.Form):
    """What each column means."""

    register = forms.CharField(
        label=gettext_lazy("Name of the old register"),
        max_length=100,
        help_text=gettext_lazy(
            "It stands on every case. Use the same name for the next file of the same register: "
            "what is here already is then found by its number."
        ),
    )
    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    heading = forms.IntegerField(
        label=gettext_lazy("The headings stand on row"),
        min_value=1,
        max_value=60,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )
    unit = UnitField(
        label=gettext_lazy("One unit for all rows, if no column says"),
        required=False,
        to_field_name="code",
        empty_label=gettext_lazy("A column says"),
    )

    def __init__(self, *args: Any, preparation: Preparation, **kwargs: Any) -> None:
        self.preparation, self.row = preparation, preparation.row
        chosen = self.row.settings
        kwargs["initial"] = {
            "register": self.row.register, "sheet": chosen["sheet"], "unit": chosen["unit"],
            "heading": chosen["heading"],
        } | (kwargs.get("initial") or {})  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.all()  # type: ignore[attr-defined]
        sheets = self.row.found.get("sheets", [""])
        if len(sheets) > 1:
            self.fields["sheet"].choices = [(n, n) for n in sheets]  # type: ignore[attr-defined]
        else:
            del self.fields["sheet"]
        for place, name in enumerate(self.row.found["names_of_columns"]):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=name, choices=Column.choices, initial=chosen["columns"][place]
            )

    def columns(self) -> Iterator[dict[str, Any]]:
        """Yield each column with its examples and its question."""
        for place, texts in enumerate(self.row.found["examples"]):
            yield {"field": self[f"column_{place}"], "examples": texts}

    def about(self) -> list[forms.BoundField]:
        """The questions about the file itself."""
        names = ("register", "sheet", "heading", "unit")
        return [self[name] for name in names if name in self.fields]

    @property
    def reads_elsewhere(self) -> bool:
        """True when another sheet or another row of headings was chosen: guess anew."""
        answer, chosen = self.cleaned_data, self.row.settings
        sheet = answer.get("sheet", chosen["sheet"]) or chosen["sheet"]
        return bool(answer["heading"] != chosen["heading"] or sheet != chosen["sheet"])

    def read_elsewhere(self) -> bool:
        """Read the headings anew. False when there are none there, with the reason."""
        answer = self.cleaned_data
        self.row.register = answer["register"]
        try:
            self.preparation.examine(
                answer.get("sheet") or self.row.settings["sheet"], answer["heading"]
            )
        except ValidationError as fault:
            self.add_error("heading", fault)
            return False
        self.row.save(update_fields=["register", "settings", "found", "counts"])
        return True

    def choose(self) -> bool:
        """Keep the choices. False when the columns cannot be read so, with the reason."""
        answer, row = self.cleaned_data, self.row
        columns = [answer[f"column_{n}"] for n in range(len(row.found["names_of_columns"]))]
        unit = answer["unit"].code if answer["unit"] else ""
        row.settings = row.settings | {"columns": columns, "unit": unit}
        row.register = answer["register"]
        if fault := self.preparation.fault_of_columns():
            self.add_error(None, fault)
            return False
        row.found = {n: row.found[n] for n in ("examples", "sheets", "names_of_columns")}
        row.counts = {}
        row.save(update_fields=["register", "settings", "found", "counts"])
        return True


class NamesForm(forms.Form):
    """What the names that nobody knows mean; each stands once."""

    def __init__(self, *args: Any, preparation: Preparation, **kwargs: Any) -> None:
        self.preparation = preparation
        self.directory: Directory = preparation.directory
        self.questions = preparation.questions()
        super().__init__(*args, **kwargs)
        for number, question in enumerate(self.questions):
            self.fields[f"name_{number}"] = self._field(question)

    def _field(self, question: Question) -> forms.Field:
        label = f"”{question.text}”" if question.text else _("(empty)")
        times = ngettext("%(n)d row", "%(n)d rows", question.count) % {"n": question.count}
        if question.kind in _LISTED:
            return forms.CharField(
                label=label, help_text=times, required=False, max_length=250,
                initial=self._shown(question.kind, question.suggestion),
                widget=forms.TextInput(
                    attrs={"list": f"list-{question.kind}", "autocomplete": "off"}
                ),
            )  # fmt: skip
        return forms.ChoiceField(
            label=label, help_text=times, required=False, initial=question.suggestion,
            choices=[("", _("Nothing: kept as text")), *choices_of(question.kind)],
        )  # fmt: skip

    def _shown(self, kind: str, code: str) -> str:
        if not code:
            return ""
        if code == MANAGER:
            return _("The unit's manager")
        if kind == Kind.UNIT:
            return f"{self.directory.unit_by_code[code].name} ({code})"
        return f"{self.directory.person_by_username[code].name} ({code})"

    def lists(self) -> Iterator[dict[str, Any]]:
        """Yield what is suggested while somebody writes a unit or a person."""
        kinds = {question.kind for question in self.questions}
        if Kind.UNIT in kinds:
            codes = [unit.code for unit in self.directory.units]
            yield {"id": f"list-{Kind.UNIT}", "names": [self._shown(Kind.UNIT, c) for c in codes]}
        if Kind.PERSON in kinds:
            people = [p.username for p in self.directory.people if p.is_active]
            names = [self._shown(Kind.PERSON, code) for code in (MANAGER, *people)]
            yield {"id": f"list-{Kind.PERSON}", "names": names}

    def groups(self) -> Iterator[dict[str, Any]]:
        """Yield the questions by kind."""
        for kind, label in _LABELS.items():
            fields = [
                self[f"name_{n}"] for n, each in enumerate(self.questions) if each.kind == kind
            ]
            if fields:
                yield {"label": label, "kind": str(kind), "fields": fields}

    def clean(self) -> dict[str, Any]:
        """Find what each answer means; one that is nothing here is asked again."""
        self.chosen: Chosen = {}
        for number, question in enumerate(self.questions):
            name = f"name_{number}"
            written = (self.cleaned_data.get(name) or "").strip()
            code = self._code(question.kind, written) if question.kind in _LISTED else written
            if code is None:
                self.add_error(name, _("Choose one from the list, or leave it empty."))
            else:
                self.chosen.setdefault(question.kind, {})[alike(question.text)] = code
        return self.cleaned_data

    def _code(self, kind: str, written: str) -> str | None:
        """Return the code of what was written; None when it is nothing here."""
        if not written:
            return ""
        if kind == Kind.PERSON and written == _("The unit's manager"):
            return MANAGER
        by_code: Any = self.directory.unit_by_code
        if kind == Kind.PERSON:
            by_code = self.directory.person_by_username
        inside = written.rpartition("(")[2].removesuffix(")").strip()
        if written.endswith(")") and inside in by_code:
            return inside
        return written if written in by_code else self.directory.known(kind, written)


class StoreForm(forms.Form):
    """The last question before the rows become cases."""

    personal = forms.ChoiceField(
        label=gettext_lazy("Personal details in the texts"),
        choices=[
            ("redact", gettext_lazy("Remove them")),
            ("keep", gettext_lazy("Keep the texts as they are")),
        ],
        widget=ChoiceRow(
            help={"redact": gettext_lazy("A word in brackets says what stood there.")},
        ),
    )
    due_on = forms.DateField(
        label=gettext_lazy("Last day to assess those that are open"),
        help_text=gettext_lazy("Holds for rows without a last day of their own."),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
    )
    skips = forms.BooleanField(
        label=gettext_lazy("Leave out the rows to mend; I send them later"), required=False
    )

    def __init__(self, *args: Any, row: Import, **kwargs: Any) -> None:
        self.row = row
        kwargs["initial"] = {
            "personal": row.settings["personal"], "due_on": row.settings["due_on"],
        } | (kwargs.get("initial") or {})  # fmt: skip
        super().__init__(*args, **kwargs)
        needed = {"personal": "personal", "due_on": "open", "skips": "failed"}
        for name, count in needed.items():
            if not row.counts[count]:
                del self.fields[name]

    def clean_due_on(self) -> date:
        """Refuse a day that has passed."""
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError(_("Choose today or a later day."))
        return day

    def clean_skips(self) -> bool:
        """Ask for a decision about the rows that cannot be imported."""
        if not self.cleaned_data["skips"]:
            raise ValidationError(
                _("Some rows cannot be imported. Leave them out, or mend the file and send it.")
            )
        return True

    def keep(self) -> None:
        """Keep the answers on the import."""
        answer = self.cleaned_data
        self.row.settings = self.row.settings | {
            "personal": answer.get("personal", "keep"),
            "due_on": str(answer["due_on"]) if "due_on" in answer else self.row.settings["due_on"],
        }
        self.row.save(update_fields=["settings"])


class WithdrawForm(forms.Form):
    """Why the import is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it taken back?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_what_is_missing(self)
