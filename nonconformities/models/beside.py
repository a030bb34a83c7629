"""Beside the road: what may be done in nearly every state without moving the case on."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nonconformities.models import conditions
from nonconformities.models.case import Case
from nonconformities.models.protected import ProtectedDetails
from nonconformities.models.status import AFTER_REPORT, OPEN, Status
from qms.organization.duties import Duty
from qms.organization.models import User
from qms.records.models import Attachment
from qms.records.workflow import Actor, transition

_OPEN_FOR = timedelta(minutes=5)


class Beside(Case):
    """Comments, files, protected details, and who answers for the next step."""

    class Meta:
        abstract = True

    @transition(
        *OPEN,
        duty=Duty.HANDLE_NONCONFORMITIES,
        address="byt-ansvarig",
        label=_("Change who is responsible"),
        told=_("%(actor)s changed who is responsible."),
    )
    def assign(self, *, by: User, responsible: User, reason: str = "") -> str:
        """Let somebody else answer for the next step."""
        self.require_colleague(responsible, "responsible")
        self.responsible = responsible
        return reason

    @transition(
        *AFTER_REPORT,
        duty=conditions.conversing,
        person=("reported_by", "investigator", "responsible"),
        by_code=True,
        address="kommentera",
        label=_("Write a comment"),
        told=_("%(actor)s commented."),
        quiet=True,
    )
    def comment(self, *, by: Actor, text: str, to_reporter: bool = False) -> str:
        """Say something about the case; what the reporter writes or is told is marked."""
        own = by.pk == self.reported_by_id
        self._add_comment(by=by, text=text, to_reporter=to_reporter or own)
        if own and self.merged_into_id:
            self._tell_the_main_case()
        return text

    def _tell_the_main_case(self) -> None:
        """Let those who go on with it in another case know that a word has come here."""
        main = type(self)._default_manager.select_for_update().get(pk=self.merged_into_id)
        main.tell("word_came", by=None, note=str(self))
        main.save(update_fields=["event_count", "event_head"])

    @transition(
        Status.DRAFT,
        *AFTER_REPORT,
        duty=Duty.READ_RECORDS,
        person=("reported_by", "investigator", "responsible"),
        by_code=True,
        address="bifoga",
        label=_("Attach a file"),
        told=_("%(actor)s attached a file."),
        quiet=True,
    )
    def attach(self, *, by: Actor, files: list[Attachment]) -> str:
        """Attach photographs or documents that have been checked."""
        return self._add_files(files, by)

    @transition(
        *AFTER_REPORT,
        duty=conditions.conversing,
        person=("investigator", "responsible"),
        address="rapport",
        label=_("Make a report (PDF)"),
        told=_("%(actor)s issued a report (PDF)."),
        quiet=True,
    )
    def issue_report(self, *, by: User, variant: str) -> str:
        """Draw the report and keep it with its fingerprint; a worker does it, it takes seconds."""
        from nonconformities import paper  # which stands on the models

        chosen = paper.Variant(variant)
        paper.issue(self, chosen, by)  # type: ignore[arg-type]
        return chosen.short

    @transition(
        *AFTER_REPORT,
        duty=Duty.READ_PROTECTED,
        address="skyddade-uppgifter",
        label=_("Write protected details"),
        told=_("%(actor)s wrote protected details."),
    )
    def protect_details(self, *, by: User, details: str) -> None:
        """Keep what points at a person apart, encrypted; what stands there already stays."""
        row = ProtectedDetails.objects.filter(nonconformity_id=self.pk).first()
        row = row or ProtectedDetails(nonconformity_id=self.pk)
        row.add(details, by=by)
        row.save()

    @transition(
        *AFTER_REPORT,
        duty=Duty.READ_PROTECTED,
        address="visa-skyddade-uppgifter",
        label=_("Open protected details"),
        told=_("%(actor)s read the protected details."),
        needs=[conditions.PROTECTED_WRITTEN],
        quiet=True,
    )
    def open_protected(self, *, by: User, reason: str = "") -> str:
        """Log that `by` reads the protected details, before they are shown."""
        return reason

    @transition(
        Status.REPORTED,
        Status.CLOSED,
        Status.DISMISSED,
        to=Status.VOID,
        duty=Duty.CONFIGURE,
        address="ta-tillbaka",
        label=_("Take back from the import"),
        told=_("%(actor)s took it back: it was imported by mistake."),
        needs=[conditions.UNTOUCHED],
    )
    def take_back(self, *, by: User, reason: str) -> str:
        """Withdraw what was imported by mistake: the number stays, the case is shown no more."""
        self.due_on = None
        self.old_row.is_withdrawn = True
        self.old_row.save(update_fields=["is_withdrawn"])
        return reason

    def has_just_opened_protected(self, user: User) -> bool:
        """True when `user` logged a reading minutes ago of what stands there now."""
        read = self.story.filter(
            verb="open_protected",
            actor=user,
            at__gte=max(timezone.now() - _OPEN_FOR, self.protected.written_at),
        )
        return read.exists()
