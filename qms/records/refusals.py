"""Why a verb is refused: one family, each with a sentence that says how to go on."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from qms.history.models import Event


class Refused(Exception):
    """A verb could not be done. `str()` is a sentence for the person who tried."""

    status = 422  # what the web answers


class NotAllowed(Refused):
    """The person may not do this."""

    status = 403


class WrongStatus(Refused):
    """The record is no longer where the verb starts."""

    status = 409


class Changed(Refused):
    """Somebody else did something to the record since the page was opened.

    The exception names nobody: who they are for the reader, the reader's timeline says.
    """

    status = 409

    def __init__(self, events: "Iterable[Event]") -> None:
        self.events = list(events)
        super().__init__(self.told([_("Somebody")]))

    @staticmethod
    def told(names: "Iterable[str]") -> str:
        """Return the sentence, with the names as the reader may see them."""
        return _(
            "%(names)s changed this while you were writing. Read what happened below. "
            "What you wrote is still here: send it again if it still holds."
        ) % {"names": ", ".join(dict.fromkeys(names))}


class Missing(Refused):
    """Something must be in place first. `needs` are the unmet ones."""

    def __init__(self, record: Any, needs: "Iterable[Any]") -> None:
        self.needs = list(needs)
        super().__init__(" ".join(need.says(record) for need in self.needs))


class NoRoom(Refused):
    """The disk is full: what was written is kept on the page, the file is not."""


class AlreadyDone(Refused):
    """The very same request has been carried out: a double click. Nothing more to do."""

    status = 303
