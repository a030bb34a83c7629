"""Receipt: what somebody without an account sees of the own report, by its code alone."""

from functools import cached_property
from typing import Any

from django.db import transaction

from nonconformities.forms.receipt import LastWordForm, WriteForm
from nonconformities.models import Nonconformity
from nonconformities.models.codes import as_receipt
from nonconformities.models.status import Status
from nonconformities.steps import own_words
from qms.records.workflow import Bearer


def by_code(written: str) -> Nonconformity | None:
    """Return the report without an account whose receipt code somebody wrote, or None."""
    cases = Nonconformity.objects.select_related("unit", "from_place__unit")
    return cases.borne_by(as_receipt(written))


class Receipt:
    """One report, as the one who sent it without an account follows it. Nobody is named."""

    def __init__(self, case: Nonconformity) -> None:
        self.case: Any = case
        self.bearer = Bearer(case.pk)

    def may(self, verb: str) -> bool:
        """Return True when the verb is open now."""
        return self.case.refusal(self.bearer, self.case.moves()[verb]) is None

    @property
    def in_words(self) -> str:
        """Where it stands; who reads it is said by the part, not by the name."""
        return own_words(self.case, named=False)

    @property
    def is_new(self) -> bool:
        """True until something has come of it: then the code matters most on the page."""
        return self.case.status == Status.REPORTED and not (self.messages or self.case.waiting)

    @property
    def answers(self) -> list[Any]:
        """The cases whose answer concerns the report: itself, and those it went on in."""
        met: list[Any] = []
        case = self.case
        while case and case not in met:
            met.append(case)
            went = case.went_by
            case = case.merged_into or (went and went.became)
        return [case for case in met if case.answer or case.lesson]

    @property
    def goes_on_at(self) -> Any:
        """The case of another authority in which one reads and writes now, or None."""
        there = self.case.followed
        return there if there != self.case and there.is_borne else None

    @cached_property
    def messages(self) -> list[Any]:
        """What was written between the unit and the one who reported, the first first."""
        found = self.case.comments.filter(to_reporter=True).order_by("written_at")
        return list(found)

    @cached_property
    def asked(self) -> Any:
        """The question that waits for an answer, or None."""
        if not self.may("answer_question"):
            return None
        return next((each for each in reversed(self.messages) if each.written_by_id), None)

    @property
    def said(self) -> list[Any]:
        """The messages but for the question that waits: it stands by its answer."""
        return [message for message in self.messages if message != self.asked]

    @cached_property
    def file_names(self) -> list[str]:
        """The names of the own files; the files themselves are not sent out again."""
        return list(self.case.attachments.filter(added_by=None).values_list("name", flat=True))

    @property
    def write_form(self) -> WriteForm | None:
        """The form for a word more, as long as somebody reads it."""
        if self.case.status == Status.HANDED_OVER or not self.may("comment"):
            return None
        return WriteForm(asked=self.asked is not None, initial=self._drawn)

    @property
    def _drawn(self) -> dict[str, int]:
        return {"seen": self.case.event_count}

    @property
    def last_word_form(self) -> LastWordForm | None:
        """The question if it was enough, once, at the end."""
        return LastWordForm(initial=self._drawn) if self.may("say_verdict") else None

    # --- What the one who reported does --------------------------------------------------------

    def write(self, form: WriteForm, *, key: str) -> None:
        """Answer the question that waits, or say something more; with photographs.

        Raises Refused, and NoRoom when the disk is full.
        """
        text, files = form.cleaned_data["text"], form.cleaned_data["files"]
        with transaction.atomic():
            if text and self.may("answer_question"):
                self.case.answer_question(by=self.bearer, text=text, key=key)
            elif text:
                self.case.comment(by=self.bearer, text=text, key=key)
            if files:
                self.case.attach(by=self.bearer, files=files, key=None if text else key)

    def say(self, form: LastWordForm, *, key: str) -> None:
        """Say if it was enough. Raises Refused."""
        said = {name: form.cleaned_data[name] for name in ("satisfied", "reason")}
        self.case.say_verdict(by=self.bearer, key=key, **said)
