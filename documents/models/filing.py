"""Filing: a file in the place of a text, and a Word file opened in it."""

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from documents.models.status import BEFORE_ADOPTION
from documents.models.writing import Writing
from documents.texts import KINDS, State
from qms.organization.models import User
from qms.records.models import Attachment
from qms.records.refusals import Refused

if TYPE_CHECKING:
    from documents.models.incoming import IncomingWord


class Filing(Writing):
    """What those who write do with files."""

    class Meta:
        abstract = True

    @property
    def file_says(self) -> str:
        """What came of reading the file for search, when it is worth knowing; else ""."""
        is_worth_knowing = self.file_id and self.file_state not in {"", State.FOUND}
        return str(State(self.file_state).label) if is_worth_knowing else ""

    @property
    def has_text_beside(self) -> bool:
        """True when a file would take the place of a text that is written."""
        return bool(self.plain.strip()) and not self.file_id

    def put_file(self, *, by: User, file: Attachment, summary: str) -> None:
        """Let a checked file stand in the place of the text, with what it is about in short.

        The text that was written is left out. A file that stood there is kept with the record.
        The words of the file are read by a task. Raises Refused when there is no summary or the
        file is of another kind, and as save_text() does.
        """
        if not summary.strip():
            raise Refused(_("Write what the file is about: a file cannot be skimmed."))
        if file.media_type not in KINDS:
            raise Refused(_("A document is a file in PDF, Word, OpenDocument text or Excel."))
        with transaction.atomic():
            self.lock()
            self._require_writing(by)
            before = self.file
            self._add_files([file], by)
            self.file, self.file_sha256, self.summary = file, file.sha256, summary
            self.file_text, self.file_state, self.body = "", State.WAITING, ""
            self._filed(by, "put_file", before)
            self._read_later()

    def remove_file(self, *, by: User) -> None:
        """Let the text be written here instead of in a file. Raises as save_text() does."""
        with transaction.atomic():
            self.lock()
            self._require_writing(by)
            before = self.file
            if before is None:
                return
            self.file, self.file_sha256, self.file_text, self.file_state = None, "", "", ""
            self._filed(by, "remove_file", before)

    def _filed(self, by: User, verb: str, before: Attachment | None) -> None:
        self._take_pen(by)
        self._written(by, ["file", "file_text", "file_state", "summary", "body"])
        told = {"file_sha256": [before.sha256 if before else None, self.file_sha256 or None]}
        self.tell(verb, by=by, changes=told)
        self.save()

    def _read_later(self) -> None:
        from documents.tasks import read_file

        read_file.delay_on_commit(self.pk, self.file_id)

    def take_words(self, text: str, state: str) -> None:
        """Keep the words of its file, for search, as long as nobody has adopted it."""
        rows = type(self)._default_manager.filter(pk=self.pk, file=self.file_id)
        rows.filter(status__in=BEFORE_ADOPTION).update(file_text=text, file_state=state)

    # --- Word ---------------------------------------------------------------------------------

    def open_word(self, *, by: User, incoming: "IncomingWord", saw: int | None = None) -> None:
        """Let a Word file's text be the draft's, its pictures with it.

        `saw` is the `revision` the page was opened with. Raises as save_text() does, and
        ValidationError when the file or a picture in it cannot be read.
        """
        found = incoming.read()
        with transaction.atomic():
            self.lock()
            self._require_writing(by)
            known = set(self.attachments.values_list("uid", flat=True))
            new = [image for image in found.images if image.uid not in known]
            self._add_files([_attachment(image) for image in new], by)
            if self.file is not None:
                self.file, self.file_sha256, self.file_text, self.file_state = None, "", "", ""
                self.save(update_fields=["file", "file_sha256", "file_text", "file_state"])
            self.save_text(by=by, saw=saw, body=found.html)
            self.tell("open_word", by=by, changes={"sha256": [None, incoming.sha256]})
            self.save(update_fields=["event_count", "event_head"])
            incoming.forget()


def _attachment(image: Any) -> Attachment:
    """Return a picture of a Word file as an attachment with the id its address in the text has."""
    from qms.records.files import check

    found = check(SimpleUploadedFile(image.name, image.content, image.media_type))
    found.uid = image.uid
    return found
