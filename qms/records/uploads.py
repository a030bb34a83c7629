"""Receives uploaded files without letting one of them fill the disk."""

import errno
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Keeps at most the allowed number of bytes of each file, and counts the rest.

    The form then sees the true size and says that the file is too big; nothing else that was
    typed is lost. A disk that is already full is met the same way: the file counts as unread.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        self.received = 0
        self.is_full = False
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or only count it."""
        self.received += len(raw_data)
        if self.received > settings.ATTACHMENT_MAX_BYTES or self.is_full:
            return
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as fault:
            if fault.errno not in {errno.ENOSPC, errno.EDQUOT}:
                raise
            self.is_full = True

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file with its true size."""
        upload = super().file_complete(file_size)
        if upload is not None and self.is_full:
            upload.could_not_be_kept = True  # type: ignore[attr-defined]
        return upload
