"""Form fields that more than one app uses."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from qms.records.files import check
from qms.records.models import Attachment


class FilesInput(forms.FileInput):
    """A file chooser that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Some files, checked: `cleaned_data` holds a list of Attachment, not stored yet.

    Each file that is refused adds its own sentence. `most` is how many may be sent at once,
    `most_bytes` how big each may be and `only_pictures` of what kind, where less is let in.
    """

    widget = FilesInput
    default_error_messages = {"required": _("Choose at least one file.")}

    def __init__(
        self, *, most: int = 10, most_bytes: int | None = None, only_pictures: bool = False,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        self.most, self.most_bytes, self.only_pictures = most, most_bytes, only_pictures
        super().__init__(**kwargs)

    def clean(
        self, data: list[UploadedFile] | UploadedFile | None, initial: Any = None
    ) -> list[Attachment]:
        """Return the checked files, [] when none was chosen.

        Raises ValidationError with one sentence per file that is refused.
        """
        uploads = [data] if isinstance(data, UploadedFile) else list(data or [])
        if not uploads and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > self.most:
            raise ValidationError(
                ngettext(
                    "You chose %(count)s files. Send at most %(most)s at a time.",
                    "You chose %(count)s files. Send at most %(most)s at a time.",
                    self.most,
                )
                % {"count": len(uploads), "most": self.most}
            )
        return self._checked(uploads)

    def _checked(self, uploads: list[UploadedFile]) -> list[Attachment]:
        accepted, faults = [], []
        for upload in uploads:
            try:
                accepted.append(check(upload, self.most_bytes, only_pictures=self.only_pictures))
            except ValidationError as fault:
                faults.append(fault)
        if faults:
            raise ValidationError(faults)
        return accepted
