"""Printing: what has entered force gets an archive copy, which is never made again."""

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.models import conditions
from documents.models.facts import VersionFacts
from documents.models.status import FROZEN
from qms.organization.models import User
from qms.records.models import IssuedFile
from qms.records.refusals import AlreadyDone
from qms.records.workflow import Move, transition

if TYPE_CHECKING:
    from documents.paper import Drawn

ARCHIVE_COPY = "document_archive"  # the kind of issued file


class Printing(VersionFacts):
    """What is kept on paper of a version."""

    class Meta:
        abstract = True

    @transition(
        *FROZEN,
        by_clock=True,
        quiet=True,
        address="arkivkopia",
        label=gettext_lazy("The archive copy is kept"),
        told=gettext_lazy("The archive copy was made."),
        needs=[conditions.BEGAN],
    )
    def keep_archive_copy(self, *, drawn: "Drawn", by: User | None = None) -> None:
        """Keep what was drawn, with its fingerprint in the event (ISO 9001, 7.5.3.2).

        Raises AlreadyDone when there is a copy: it is made once.
        """
        if self.archive_copy:
            raise AlreadyDone(_("This is already done."))
        IssuedFile.issue(
            self, drawn.content, by=None, at=drawn.at, kind=ARCHIVE_COPY, is_full=True,
            language=drawn.language, name=f"{drawn.name}.pdf", media_type="application/pdf",
            snapshot=drawn.snapshot,
        )  # fmt: skip

    @property
    def archive_copy(self) -> IssuedFile | None:
        """The file that was made when it entered force, or None until then."""
        return self.issued.filter(kind=ARCHIVE_COPY).order_by("pk").first()

    def after(self, move: Move, *, by: User | None) -> None:
        """Have the copy made by a worker when it has entered force; the night makes up for it."""
        from documents.tasks import make_archive_copy  # which stands on the models

        super().after(move, by=by)
        if move.name == "enter_force":
            transaction.on_commit(partial(make_archive_copy.delay, self.pk), robust=True)
