"""Desk: what whoever writes in a draft meets, and what comes of what was written."""

from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from documents.comparing import difference
from documents.forms.writing import DraftForm
from documents.language import LanguageHelp
from documents.models import Version
from documents.models.pictures import pictures_of
from documents.models.writing import Held, Stale
from qms.organization.models import User
from qms.records.models import Attachment
from qms.records.refusals import Refused


class Desk:
    """A draft, the form for it, and who sits there."""

    def __init__(self, version: Version, form: DraftForm, user: User) -> None:
        self.version, self.form, self.user = version, form, user
        self.refusal: Refused | None = None

    def open(self) -> bool:
        """Take the pen; False while somebody else holds it."""
        try:
            self.version.begin_editing(by=self.user)
        except Refused as refusal:
            self.refusal = refusal
        return self.refusal is None

    def save(self) -> bool:
        """Store what was sent; False when it was not, with the reason on the form or here."""
        if not self.form.is_valid():
            return False
        try:
            if "take_over" in self.form.data and self.version.is_held_from(self.user):
                self.version.take_over(by=self.user)
            saw = self.form.cleaned_data["saw"]
            self.version.save_text(by=self.user, saw=saw, **self.form.texts)
        except ValidationError as fault:
            self.form.add_error(None, fault)
        except Refused as refusal:
            self.refusal = refusal
        return self.form.is_valid() and self.refusal is None

    @property
    def status(self) -> int:
        """What the web answers when it was not stored."""
        return self.refusal.status if self.refusal else 422

    @property
    def fault(self) -> str:
        """Why it was not stored, in a sentence."""
        if self.refusal:
            return str(self.refusal)
        faults = [str(said) for listed in self.form.errors.values() for said in listed]
        return " ".join(faults)

    @property
    def told(self) -> dict[str, Any]:
        """What the script beside the form is told when it was stored."""
        now = time_format(timezone.localtime(), "H.i")
        return {
            "revision": self.version.revision,
            "saved": _("Saved at %(time)s") % {"time": now},
            "removed": " ".join(self.form.washed.sentences),
        }

    # --- When two have written -----------------------------------------------------------------

    @property
    def is_held(self) -> bool:
        """True when somebody else holds the pen."""
        return isinstance(self.refusal, Held)

    @property
    def stored(self) -> dict[str, str]:
        """What stands in the draft now, when it is another text than the page was opened with."""
        return self.refusal.stored if isinstance(self.refusal, Stale) else {}

    @property
    def both(self) -> list[dict[str, str]]:
        """The short texts that differ, as they were stored and as they were sent."""
        return [
            {"label": str(field.label), "stored": self.stored[name], "sent": self.form.texts[name]}
            for name, field in self.form.fields.items()
            if name in self.stored and name != "body" and self.stored[name] != self.form.texts[name]
        ]

    @property
    def differs(self) -> SafeString | str:
        """How the text that was sent differs from the one stored."""
        stored = self.stored.get("body", "")
        return "" if stored == self.form.shown else difference(stored, self.form.shown)

    # --- What stands beside ----------------------------------------------------------------------

    @cached_property
    def language(self) -> LanguageHelp:
        """The language help for the text as it stands in the form."""
        return LanguageHelp(self.form.shown, self.version.document.document_type)

    @cached_property
    def pictures(self) -> list[Attachment]:
        """The pictures that can stand in the text."""
        return list(pictures_of(self.version))
