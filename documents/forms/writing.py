"""What is sent from the desk of whoever writes: the text in one of its two shapes, and pictures."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from documents.forms.fields import text
from documents.markup import Washed, from_light, to_light, washed
from documents.models import Version
from qms.organization.models import User
from qms.records import files
from qms.records.models import Attachment
from qms.records.refusals import Refused

MOST_TEXT = 1_000_000


class DraftForm(forms.Form):
    """The texts of a draft. `body` comes from the editor, `plain` from the field without script."""

    title = forms.CharField(label=_("Title"), max_length=150)
    summary = text(
        _("In short"), required=False,
        help_text=_("Three lines at most: what the reader must know."),
    )  # fmt: skip
    body = forms.CharField(required=False, max_length=MOST_TEXT, widget=forms.Textarea)
    plain = forms.CharField(required=False, max_length=MOST_TEXT, widget=forms.Textarea)
    news = text(
        _("What is new?"), required=False,
        help_text=_("Readers see it first. Say what is different from the version before."),
    )  # fmt: skip
    is_meaningful = forms.BooleanField(
        label=_("Those who have read the version before are asked to read again"), required=False
    )
    saw = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, version: Version, **kwargs: Any) -> None:
        self.version = version
        self.washed = Washed(version.body)
        stored = {name: getattr(version, name) for name in ("title", "summary", "news", "body")}
        stored |= {"is_meaningful": version.is_meaningful, "saw": version.revision}
        kwargs["initial"] = stored | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if version.is_first:
            del self.fields["news"], self.fields["is_meaningful"]

    def clean(self) -> dict[str, Any]:
        """Make one text of what was sent, in whichever shape."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        pictures = self.version.picture_addresses
        if "body" in self.data:
            self.washed = washed(values.get("body", ""), pictures)
        else:
            before = self.version.body
            self.washed = Washed(from_light(values.get("plain", ""), before, pictures))
        values["body"] = self.washed.html
        return values

    @property
    def shown(self) -> str:
        """The text as it is to stand in the editor: what was sent, else what is stored."""
        if self.is_bound:
            return self.washed.html
        if "plain" in self.initial:  # held while signed out, from the field without script
            return from_light(self.initial["plain"], self.version.body)
        return self.initial["body"]

    @property
    def shown_plain(self) -> str:
        """The same text as it is to stand in the field without script."""
        return self.data.get("plain") or to_light(self.shown)

    @property
    def texts(self) -> dict[str, Any]:
        """What save_text() takes."""
        names = ("title", "summary", "body", "news", "is_meaningful")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class PictureForm(forms.Form):
    """A picture for the text. What it shows must be said for those who do not see it (WCAG 1.1)."""

    file = forms.FileField(label=_("Picture"), widget=forms.FileInput(attrs={"accept": "image/*"}))
    alt = forms.CharField(
        label=_("What does the picture show?"), max_length=120,
        help_text=_("Is read aloud to those who do not see it."),
    )  # fmt: skip

    def clean_file(self) -> Attachment:
        """Check that it is a picture, by its content."""
        return files.check(self.cleaned_data["file"], only_pictures=True)

    def clean_alt(self) -> str:
        """Let a description be words, not the name of a file."""
        alt = " ".join(self.cleaned_data["alt"].split())
        if alt.lower().endswith((".jpg", ".jpeg", ".png", ".webp", ".gif")):
            raise ValidationError(
                _("Describe what the picture shows, not what the file is called.")
            )
        return alt

    @property
    def fault(self) -> str:
        """What is wrong, in sentences."""
        return " ".join(str(said) for faults in self.errors.values() for said in faults)

    def save(self, version: Version, *, by: User) -> Attachment | None:
        """Store the picture on a draft; None when the form is wrong or the draft is taken."""
        if not self.is_valid():
            return None
        try:
            return version.add_picture(by=by, **self.cleaned_data)
        except Refused as refusal:
            self.add_error(None, str(refusal))
        return None
