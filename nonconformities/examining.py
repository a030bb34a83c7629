"""TrackStory: what the page of one examination by law shows, for one reader."""

from functools import cached_property
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from nonconformities.holding import has_any
from nonconformities.models import Nonconformity, Track
from nonconformities.models.examination import KNOWING
from qms.organization.models import User
from qms.records.timeline import timeline
from qms.records.workflow import Step


def may_know(user: User, case: Nonconformity | None = None) -> bool:
    """Return True when `user` may know of examinations by law: of this case, or of any."""
    if case is None:
        return bool(user.units_for(*KNOWING))
    return user.may(KNOWING, case.unit_id)


def tracks_of(case: Nonconformity, user: User) -> list[Track]:
    """Return the examinations of a case that exist for `user`; no query for who may know none."""
    if not has_any(case, "tracks") or not (may_know(user, case) or user.authorities):
        return []
    return list(Track.objects.visible_to(user).filter(nonconformity=case).for_page())


class TrackStory:
    """What one person may see of one examination and do with it."""

    def __init__(self, track: Track, user: User) -> None:
        self.track, self.user = track, user

    @cached_property
    def steps(self) -> list[Step]:
        """Every verb open to the reader in this status."""
        return list(self.track.steps_for(self.user))

    @cached_property
    def offered(self) -> dict[str, dict[str, str]]:
        """The verbs the reader may do now, by name: each with its label and address."""
        return {
            step.move.name: {
                "label": str(step.move.label),
                "url": reverse(
                    "nonconformities:track_move", args=[self.track.number, step.move.address]
                ),
            }
            for step in self.steps
            if step.is_ready
        }

    @property
    def button(self) -> dict[str, str] | None:
        """The verb that carries it forward; closing when nothing is left to send."""
        names = [step.move.name for step in self.steps if step.move.main]
        wanted = ["close", *names] if not self._is_something_to_send else names
        return next((self.offered[name] for name in wanted if name in self.offered), None)

    @property
    def _is_something_to_send(self) -> bool:
        return any(clock.purpose == "send" for clock in self.track.running)

    @property
    def menu(self) -> list[dict[str, str]]:
        """The quieter verbs."""
        beside = {"write_entry", "open_entries"}
        chosen = self.button
        return [
            item for name, item in self.offered.items() if name not in beside and item != chosen
        ]

    @cached_property
    def is_opened(self) -> bool:
        """True when the reader has just logged the reading of what is written."""
        return self.track.has_just_opened(self.user)

    @cached_property
    def entries(self) -> list[Any]:
        """What is written, without its words."""
        return list(self.track.entries.select_related("written_by"))

    @property
    def chapters(self) -> list[dict[str, Any]]:
        """What is written under each heading of the law, in the law's order."""
        headings = self.track.obligation.headings | {
            "decision": _("Decision"),
            "answer": _("The authority's answer"),
        }
        order = list(headings)
        known = [entry for entry in self.entries if entry.field in headings]
        known.sort(key=lambda entry: order.index(entry.field))
        return [
            {"heading": headings[field], "entries": list(entries)}
            for field, entries in groupby(known, key=lambda entry: entry.field)
        ]

    @property
    def lacking(self) -> list[str]:
        """What the law asks for and nobody has written of."""
        written = {entry.field for entry in self.entries}
        return [name for key, name in self.track.obligation.headings.items() if key not in written]

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """The timeline, newest first."""
        return timeline(self.track, self.user)
