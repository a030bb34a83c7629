"""The questions about files: in the place of a text, to open in it, or a folder of them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from documents.importing.preparing import again, receive
from documents.models import DocumentImport, IncomingWord, Version
from documents.texts import KINDS
from qms.organization.models import User
from qms.records.fields import FilesField
from qms.records.files import DOCX
from qms.records.forms import name_what_is_missing
from qms.records.models import Attachment

_ACCEPT = ".pdf,.docx,.odt,.xlsx"


class FileField(FilesField):
    """One checked file: `cleaned_data` holds an Attachment that is not stored yet, or None."""

    widget = forms.FileInput  # type: ignore[assignment]

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the file. Raises ValidationError when it may not be a document."""
        found: list[Attachment] = super().clean(data, initial)
        if found and found[0].media_type not in KINDS:
            raise ValidationError(
                _("“%s” is no document. Choose a file in PDF, Word, OpenDocument text or Excel.")
                % found[0].name
            )
        return found[0] if found else None


class WordField(FileField):
    """A Word file."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return the file. Raises ValidationError when it is no Word file."""
        found = super().clean(data, initial)
        if found and found.media_type != DOCX:
            raise ValidationError(
                _("“%s” is no Word file (docx). Other files stand as they are, beside a summary.")
                % found.name
            )
        return found


class FileForm(forms.Form):
    """A file in the place of the text."""

    file = FileField(
        label=gettext_lazy("The file"),
        help_text=gettext_lazy(
            "PDF, Word (docx), OpenDocument text (odt) or Excel (xlsx). At most 25 MB."
        ),
        widget=forms.FileInput(attrs={"accept": _ACCEPT}),
    )
    summary = forms.CharField(
        label=gettext_lazy("In short"),
        help_text=gettext_lazy(
            "What it is about and for whom, in a few sentences. It is what most people read."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "data-count": "2000"}),
    )
    instead = forms.BooleanField(
        label=gettext_lazy("The file takes the place of the text that is written here"),
        help_text=gettext_lazy("The text is removed. Fetch it as a Word file first to keep it."),
    )

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        self.version = version
        kwargs["initial"] = {"summary": version.summary} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        if not version.has_text_beside:
            del self.fields["instead"]
        name_what_is_missing(self)


class WordForm(forms.Form):
    """A Word file to open in the editor."""

    file = WordField(
        label=gettext_lazy("The Word file"),
        help_text=gettext_lazy(
            "A file that ends in docx. You see what becomes of it before anything is saved."
        ),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
    )

    def receive(self, version: Version, by: User) -> IncomingWord | None:
        """Keep the file; None when it cannot be read, with the reason beside the question."""
        try:
            return IncomingWord.receive(version, self.cleaned_data["file"], by=by)
        except ValidationError as fault:
            self.add_error("file", fault)
            return None


class WordCheckForm(forms.Form):
    """Whether the text becomes what the Word file says."""

    saw = forms.IntegerField(widget=forms.HiddenInput)


class FolderForm(forms.Form):
    """The folder, packed, with the list in it or beside it."""

    folder = forms.FileField(
        label=gettext_lazy("The folder, as a ZIP file"),
        help_text=gettext_lazy(
            "The documents and a list of them (Excel or CSV). Nothing is stored yet."
        ),
        error_messages={"required": gettext_lazy("Choose the ZIP file with the documents.")},
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )
    listing = forms.FileField(
        label=gettext_lazy("The list, if it is not in the folder"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def receive(self, by: User) -> DocumentImport | None:
        """Keep the folder; None when it cannot be read, with the reason beside the question."""
        folder, listing = self.cleaned_data["folder"], self.cleaned_data["listing"]
        try:
            for upload in filter(None, (folder, listing)):
                if getattr(upload, "could_not_be_kept", False):
                    raise ValidationError(_("There is no room for the file just now. Try later."))
                if getattr(upload, "was_crowded_out", False):
                    raise ValidationError(_("The files are too large together. Divide the folder."))
            return receive(
                folder.file, folder.name or "", folder.size or 0, by=by,
                listing=listing.file if listing else None,
            )  # fmt: skip
        except ValidationError as fault:
            self.add_error("folder", fault)
            return None


class ListForm(forms.Form):
    """The mended rows, for a folder that is here already."""

    listing = forms.FileField(
        label=gettext_lazy("The mended rows"),
        error_messages={"required": gettext_lazy("Choose the file with the mended rows.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
    )

    def receive(self, row: DocumentImport, by: User) -> DocumentImport | None:
        """Keep the list; None when it cannot be read, with the reason beside the question."""
        try:
            return again(row, self.cleaned_data["listing"].file, by=by)
        except ValidationError as fault:
            self.add_error("listing", fault)
            return None


class StoreForm(forms.Form):
    """Whether to go on, although some rows are to be mended."""

    skips = forms.BooleanField()

    def __init__(self, *args: Any, row: DocumentImport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        failed = row.counts.get("failed", 0)
        if not failed:
            del self.fields["skips"]
            return
        self.fields["skips"].label = ngettext(
            "Leave out the row that is to be mended",
            "Leave out the %(n)d rows that are to be mended",
            failed,
        ) % {"n": failed}
        self.fields["skips"].error_messages["required"] = _(
            "Say that the rows to mend are left out, or mend them first."
        )
