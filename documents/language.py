"""LanguageHelp: how hard a draft is to read by the limits of its kind, and what to do about it."""

from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from documents.models import DocumentType
from documents.plain import Readability, readability
from documents.plain.advice import Finding
from qms.requirements.glossary import known_words

SHOWN = 5  # of each kind; who has mended five asks again


class LanguageHelp:
    """The language help beside a text."""

    def __init__(self, html: str, kind: DocumentType) -> None:
        self.kind = kind
        self.text: Readability = readability(html, known_words())

    @property
    def sentence(self) -> str:
        """LIX in a sentence, or why there is no figure."""
        if self.text.lix is None:
            return _("LIX is counted from a hundred words on. This text has %(count)s.") % {
                "count": self.text.words
            }
        return _("LIX %(lix)s, %(band)s.") % {"lix": self.text.lix, "band": self.text.band}

    @property
    def look(self) -> str:
        """What the label of a measured text looks like: by the limits of its kind."""
        lix = self.text.lix or 0
        if lix <= self.kind.lix_green:
            return "done"
        return "soon" if lix < self.kind.lix_red else "late"

    @property
    def word(self) -> str:
        """What the label says."""
        words = {
            "done": _("easy enough"),
            "soon": _("somewhat hard"),
            "late": _("too hard"),
        }
        return words[self.look]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """What can be made easier, kind by kind."""
        headings = {
            "sentence": _("Long sentences"),
            "mean": _("On the whole"),
            "long_words": _("On the whole"),
            "passive": _("Who does it?"),
            "abbreviation": _("Abbreviations"),
            "paragraph": _("Long paragraphs"),
            "heading": _("Headings"),
        }
        return [
            self._group(heading, list(found))
            for heading, found in groupby(self.text.findings, key=lambda one: headings[one.kind])
        ]

    @staticmethod
    def _group(heading: str, found: list[Finding]) -> dict[str, Any]:
        rest = len(found) - SHOWN
        return {
            "heading": heading, "kind": found[0].kind, "count": len(found),
            "rows": found[:SHOWN], "rest": max(rest, 0),
        }  # fmt: skip
