"""Receives uploaded files without letting them fill the disk, which may be memory."""

import errno
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http.multipartparser import MultiPartParserError

_FAR_TOO_MUCH = 5  # times what is kept: then nothing is read, and the answer is 400


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keeps at most the allowed number of bytes of each file and of them all, and counts the rest.

    The form then sees the true size and says that the file is too big; nothing else that was
    typed is lost. A disk that is already full is met the same way: the file counts as unread.
    """

    kept = 0  # bytes of this request; there is one handler for each

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, *args: Any, **more: Any
    ) -> None:
        """Refuse, before anything is read, what no form of ours could send."""
        if content_length > _FAR_TOO_MUCH * settings.UPLOAD_MAX_BYTES:
            raise MultiPartParserError("More was sent than any form asks for.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        self.received = 0
        self.is_full = self.is_crowded = False
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or only count it."""
        self.received += len(raw_data)
        most = max(settings.ATTACHMENT_MAX_BYTES, settings.IMPORT_MAX_BYTES)
        if self.received > most or self.is_full or self.is_crowded:
            return
        if self.kept + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            self.is_crowded = True
            return
        self.kept += len(raw_data)
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as fault:
            if fault.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            self.is_full = True

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file with its true size."""
        upload = super().file_complete(file_size)
        if upload is not None:
            upload.could_not_be_kept = self.is_full  # type: ignore[attr-defined]
            upload.was_crowded_out = self.is_crowded  # type: ignore[attr-defined]
        return upload
