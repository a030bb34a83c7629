"""DocumentStory and DraftStory: what the pages of a document show, gathered for one reader."""

from functools import cached_property
from itertools import dropwhile, islice
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.changes import Changes
from documents.explaining import explained
from documents.local import LocalTexts
from documents.markup import Heading, headings, with_ids
from documents.models import Document, Review, Status, Version
from documents.on_paper import OnPaper
from documents.plain import band
from documents.readers import ReaderStory, minutes_to_read
from qms.organization.models import User
from qms.records.models import Access
from qms.records.timeline import timeline
from qms.records.workflow import Step
from qms.requirements.models import Clause

LONG = 4  # headings; from here on a text has a contents list


def address_of(version: Version, verb: str) -> str:
    """Return the address of a verb's page."""
    return reverse("documents:move", args=[version.document.number, version.label, verb])


def _in_words(day: Any) -> str:
    return date_format(day, "j F Y") if day else ""


class VersionStory(ReaderStory):
    """One version as one reader meets it."""

    def __init__(self, document: Document, version: Version | None, user: User) -> None:
        self.document, self.version, self.user = document, version, user
        if version:
            version.document = document
            version.access = Access.FULL  # whoever sees a version reads it

    @cached_property
    def is_kept(self) -> bool:
        """True for those who also see the work on it: drafts, reviews, what has happened."""
        return bool(self.version and self.version.is_kept_by(self.user))

    @cached_property
    def steps(self) -> list[Step]:
        """Every verb open to the reader in this status."""
        if not (self.version and self.is_kept):
            return []
        return list(self.version.steps_for(self.user))

    @cached_property
    def offered(self) -> dict[str, str]:
        """The address of each verb's page that the reader may open, by the verb's name."""
        if not self.version:
            return {}
        ready = [step.move for step in self.steps if step.is_ready]
        return {move.name: address_of(self.version, move.address) for move in ready}

    @property
    def menu(self) -> list[dict[str, str]]:
        """The quieter verbs, the facts to change, and the text as a file in Word."""
        found = [
            {"label": str(step.move.label), "url": self.offered[step.move.name]}
            for step in self.steps
            if step.is_ready and not step.move.main
        ]
        if self.may_amend:
            address = reverse("documents:facts", args=[self.document.number])
            found.insert(0, {"label": _("Change the facts"), "url": address})
        return [*self._as_word, *found]

    @property
    def _as_word(self) -> list[dict[str, str]]:
        if not (self.version and self.version.body):
            return []
        place = [self.document.number, self.version.label]
        return [{"label": _("Fetch as Word"), "url": reverse("documents:export_word", args=place)}]

    @cached_property
    def may_amend(self) -> bool:
        """True when the reader may change the facts about the document, and begin versions."""
        return self.document.may_be_written_by(self.user)

    @cached_property
    def text(self) -> SafeString | str:
        """The text as it is read: with places to link to, and our own words explained."""
        return explained(with_ids(self.version.body)) if self.version else ""

    @cached_property
    def contents(self) -> list[Heading]:
        """The contents list; none for a text one can look over."""
        found = headings(self.version.body) if self.version else []
        return [each for each in found if each.level < 4] if len(found) >= LONG else []

    @property
    def reading(self) -> str:
        """How long it takes to read and how hard it is, in words."""
        version = self.version
        if version is None or not version.words:
            return ""
        minutes = minutes_to_read(version)
        parts = [
            ngettext("%(count)s minute to read", "%(count)s minutes to read", minutes)
            % {"count": minutes}
        ]
        if version.lix is not None:
            lix = round(version.lix)
            parts.append(_("LIX %(lix)s, %(band)s") % {"lix": lix, "band": band(lix)})
        return " · ".join(parts)

    @property
    def compare_url(self) -> str:
        """Where this version stands beside the one before it, "" when there is none to see."""
        before = self.before
        if before is None or self.version is None:
            return ""
        pair = f"{before.label}..{self.version.label}"
        return reverse("documents:compare", args=[self.document.number, pair])

    @cached_property
    def before(self) -> Version | None:
        """The version before this one, when it exists for the reader."""
        return None

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """What has happened with it, newest first; for those at work with it alone."""
        return timeline(self.version, self.user) if self.version and self.is_kept else []

    @cached_property
    def paper(self) -> OnPaper | None:
        """How it is fetched as a PDF, and what a printed page says."""
        return OnPaper(self.version, is_kept=self.is_kept) if self.version else None

    @cached_property
    def local(self) -> LocalTexts:
        """The supplements of units: what is shown with the text, begun, or to be checked."""
        return LocalTexts(self.document, self.user)

    @cached_property
    def clauses(self) -> list[Clause]:
        """The requirements it helps to meet."""
        found = self.document.clauses.select_related("edition__standard")
        return list(found.order_by("edition", "sort_key"))

    @cached_property
    def _linked(self) -> dict[str, list[Document]]:
        """The documents it belongs with, by how; only those that exist for the reader."""
        document, found = self.document, {}
        for name in ("related", "used_in", "supplemented_by", "replaces"):
            rows = getattr(document, name).visible_to(self.user).titled()
            found[name] = list(rows.order_by("number"))
        return found

    @property
    def links(self) -> list[dict[str, Any]]:
        """The documents it belongs with, each group under its heading."""
        headings = {
            "related": _("Refers to"),
            "used_in": _("Used in"),
            "supplemented_by": _("Local supplements"),
            "replaces": _("Replaces"),
        }
        groups = [{"heading": headings[name], "rows": rows} for name, rows in self._linked.items()]
        return [group for group in groups if group["rows"]]

    @cached_property
    def supplements(self) -> Document | None:
        """What it supplements, when that exists for the reader."""
        return self._seen(self.document.supplements_id)

    @cached_property
    def replaced_by(self) -> Document | None:
        """What applies instead, when that exists for the reader."""
        return self._seen(self.document.replaced_by_id)

    def _seen(self, pk: int | None) -> Document | None:
        if pk is None:
            return None
        return Document.objects.visible_to(self.user).titled().filter(pk=pk).first()

    @property
    def facts(self) -> list[dict[str, str]]:
        """The rows of the facts column: whose it is, for whom, and what was decided."""
        document, version = self.document, self.version
        kind = document.document_type
        rows = [
            (_("Type of document"), kind.name),
            (_("Belongs to"), document.unit.name),
            (_("Owner"), document.owner.name if document.owner else _("Nobody")),
            (_("Applies to"), self._applies_to),
            (_("Open to"), str(document.get_openness_display())),
            (_("Services"), ", ".join(self._services)),
            (_("Next review"), _in_words(document.review_on)),
        ]
        if version and version.adopted_on:
            rows[3:3] = [
                (_("Adopted by"), self._adopted),
                (_("In force from"), _in_words(version.valid_from)),
                (_("Decision"), self._decision),
            ]
        rows += [
            (_("Issued by"), document.source),
            (_("Retention"), kind.retention_in_words if self.is_kept else ""),
        ]
        return [{"label": label, "value": value} for label, value in rows if value]

    @property
    def _applies_to(self) -> str:
        return ", ".join(unit.name for unit in self.document.applies_to.all())

    @property
    def _services(self) -> list[str]:
        names = dict(self.document.unit.Service.choices)
        return [str(names[code]) for code in self.document.services if code in names]

    @property
    def _adopted(self) -> str:
        version: Any = self.version
        by = version.adopted_by.name if version.adopted_by else ""
        return ", ".join(part for part in (by, _in_words(version.adopted_on)) if part)

    @property
    def _decision(self) -> str:
        version: Any = self.version
        parts = (version.decision_body, version.decision_paragraph, version.decision_number)
        return ", ".join(part for part in parts if part)


class DocumentStory(VersionStory):
    """What applies, or an older version, and the way between the versions."""

    def __init__(self, document: Document, user: User, version: Version | None = None) -> None:
        seen = Version.objects.visible_to(user).filter(document=document)
        self.valid = _latest(seen.applying_on(timezone.localdate()))
        super().__init__(document, version or self.valid or _latest(seen.was_in_force()), user)

    @property
    def is_valid(self) -> bool:
        """True when the version shown is what applies today."""
        return bool(self.version and self.valid and self.version.pk == self.valid.pk)

    @cached_property
    def versions(self) -> list[Version]:
        """The versions that exist for the reader, the latest first; not what is being written."""
        seen = Version.objects.visible_to(self.user).filter(document=self.document)
        adopted = seen.exclude(status__in=["draft", "review", "approved"])
        found = list(adopted.select_related("unit").defer("search", "body", "plain", "file_text"))
        for each in found:
            each.document = self.document
        return found

    @cached_property
    def before(self) -> Version | None:
        """The version before this one, when it exists for the reader."""
        later = dropwhile(lambda each: each.pk != getattr(self.version, "pk", None), self.versions)
        return next(islice(later, 1, None), None)

    @cached_property
    def draft(self) -> Version | None:
        """What is being written, for those who may know of it."""
        seen = Version.objects.kept_by(self.user).before_adoption()
        return seen.filter(document=self.document).select_related("editing_by").first()

    @cached_property
    def coming(self) -> Version | None:
        """The adopted version whose day has not come, for those who may know of it."""
        waiting = [each for each in self.versions if each.phase == Status.ADOPTED]
        return waiting[0] if waiting else None

    @property
    def may_begin_version(self) -> bool:
        """True when the reader may begin the next version."""
        return self.draft is None and self.may_amend

    @property
    def menu(self) -> list[dict[str, str]]:
        """The quieter verbs; the next version first."""
        found = super().menu
        if self.may_begin_version:
            address = reverse("documents:new_version", args=[self.document.number])
            found.insert(0, {"label": _("Begin a new version"), "url": address})
        return found


def _latest(found: Any) -> Version | None:
    """Return the one that began last."""
    rows = found.select_related("unit", "adopted_by", "file")
    return rows.order_by("-valid_from", "-major", "-minor").first()


class DraftStory(VersionStory):
    """What is written, reviewed, or waits to be adopted; only for those at work with it."""

    version: Version
    is_kept = True  # the page is fetched by that rule

    @cached_property
    def main(self) -> Any:
        """The verb that carries it forward from here, whoever may do it."""
        moves = self.version.moves().values()
        return next((m for m in moves if m.main and self.version.status in m.sources), None)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """What is met and what is missing for the next step."""
        if self.version.status == Status.REVIEW:
            return [self._turn(turn) for turn in self.turns]
        needs = self.main.needs if self.main else ()
        found = [(need.says(self.version), need.met(self.version), need) for need in needs]
        return [
            {"text": text, "met": met}
            for text, met, need in found
            if not (met and need.unsaid_when_met)
        ]

    def _turn(self, turn: Review) -> dict[str, Any]:
        text = _("%(person)s: %(answer)s") % {"person": turn.reviewer, "answer": turn.look["word"]}
        return {"text": text, "met": turn.answer in {"approved", "passed_on"}}

    @property
    def is_complete(self) -> bool:
        """True when nothing is missing for the next step."""
        return all(row["met"] for row in self.rows)

    @property
    def button(self) -> dict[str, str] | None:
        """The main button: the next step, for who may do it now."""
        if self.main is None or self.main.name not in self.offered:
            return None
        return {"label": str(self.main.label), "url": self.offered[self.main.name]}

    @property
    def waits_for(self) -> str:
        """Who goes on with it, for those who cannot themselves."""
        if self.button or self.main is None:
            return ""
        if self.version.status == Status.REVIEW:
            names = ", ".join(str(t.reviewer) for t in self.turns if not t.answer)
            return _("This waits for %s.") % names if names else ""
        if self.version.status == Status.APPROVED:
            duty = self.version.document.document_type.adopting_duty
            return _("This waits for somebody who may %s.") % duty.label
        return ""

    @cached_property
    def turns(self) -> list[Review]:
        """The turns of the latest round."""
        return self.version.turns

    @property
    def remarks(self) -> list[Review]:
        """What the reviewers wrote in the latest round."""
        return [turn for turn in self.turns if turn.comment]

    @property
    def is_held_from_reader(self) -> bool:
        """True while somebody else edits."""
        return self.version.status == Status.DRAFT and self.version.is_held_from(self.user)

    @cached_property
    def before(self) -> Version | None:
        """The version that this one builds on."""
        return self.version.predecessor

    @cached_property
    def changes(self) -> Changes | None:
        """What differs from that version: whoever reviews reads it first."""
        if self.before is None or self.version.status != Status.REVIEW:
            return None
        return Changes(self.before, self.version, user=self.user)

    @property
    def may_write(self) -> bool:
        """True when the reader may write in it now."""
        version = self.version
        is_free = version.status == Status.DRAFT and not version.is_held_from(self.user)
        return is_free and version.may_be_written_by(self.user)
