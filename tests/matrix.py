"""The matrix: what everybody in the cast is answered at every address, and who may do which verb.

Read a line across: 200 shown, 403 known but not yours to do, 404 does not exist for you, 302 sent
elsewhere (nobody: to sign in). {north}, {company}, {secret}, {school} are cases in those places
(see tests/planted.py); {…_file}, {…_action} belong to them; {draft} is Anna's.

Bo, Berit and Eva lead home care; Ines investigates there. Cecilia and Gun follow the whole group
and David the company, with secret texts masked. Frank leads a school. Adam appoints. Nils has no
appointment at all.
"""

# ruff: noqa: E501
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.matrix_pages import PAGE_ROWS

CAST = ("anna", "bo", "berit", "cecilia", "david", "eva", "ines", "frank", "gun", "adam", "nils", "nobody")  # fmt: skip

# fmt: off
# Who may do each verb in north: to a case of score 6, and to a serious one (score 12). Nobody in
# the cast may do any of them at the company, where only people of the company decide. `opens` is
# the answer to who may: 200 asks, 409 and 422 say why it cannot be done in this state. `empty` is
# the answer to a form sent without answers: 422 asks again, 302 does it, 409 is too late for it.
_VERBS = """
record        verb                 state          small                           serious                         opens empty
nonconformity report               reported       anna                            anna                            409   409
nonconformity assess               reported       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity reassess             assessed       bo+berit+eva                    berit+eva                       200   422
nonconformity dismiss              reported       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity reconsider           dismissed      berit+eva                       berit+eva                       200   422
nonconformity close_as_corrected   assessed       bo+berit+eva                    bo+berit+eva                    422   422
nonconformity start_investigation  assessed       bo+berit+eva                    berit+eva+ines                  200   422
nonconformity add_cause            investigating  bo+berit+eva                    bo+berit+eva                    200   422
nonconformity withdraw_cause       investigating  bo+berit+eva                    bo+berit+eva                    422   422
nonconformity answer_extent        investigating  bo+berit+eva                    bo+berit+eva                    200   422
nonconformity plan_action          investigating  bo+berit+eva                    bo+berit+eva                    200   422
nonconformity decide_actions       investigating  bo+berit+eva                    berit+eva                       422   422
nonconformity approve_effect       effect_check   bo+berit+eva                    berit+eva                       422   422
version       take_over            draft          bo+berit+eva                    bo+berit+eva                    200   302
version       discard              draft          bo+berit+eva                    bo+berit+eva                    200   422
version       send_to_review       draft          bo+berit+eva                    bo+berit+eva                    200   422
version       approve              review         anna                            anna                            200   302
version       ask_for_change       review         anna                            anna                            200   422
version       pass_on              review         anna                            anna                            200   422
version       return_to_draft      review         bo+berit+eva                    bo+berit+eva                    200   422
version       adopt                approved       bo+berit+eva                    bo+berit+eva                    200   422
version       reviewed_unchanged   in_force       bo+berit+eva                    bo+berit+eva                    200   422
version       withdraw             in_force       bo+berit+eva                    bo+berit+eva                    200   422
version       ask_readers          in_force       bo+berit+eva                    bo+berit+eva                    422   422
changerequest accept               asked          bo+berit+eva                    bo+berit+eva                    200   302
changerequest decline              asked          bo+berit+eva                    bo+berit+eva                    200   422
nonconformity reject_effect        effect_check   bo+berit+eva                    berit+eva                       200   422
nonconformity reopen               closed         berit+eva                       berit+eva                       200   422
nonconformity merge_into           assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity split_off            dismissed      bo+berit+eva                    bo+berit+eva                    422   422
nonconformity gather               assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity leave_group          assessed       bo+berit+eva                    bo+berit+eva                    422   422
nonconformity ask_others           investigating  bo+berit+eva                    bo+berit+eva                    200   422
nonconformity withdraw_question    investigating  bo+berit+eva                    bo+berit+eva                    422   422
nonconformity pass_answers         investigating  bo+berit+eva                    bo+berit+eva                    422   422
nonconformity share_lesson         closed         bo+berit+eva                    bo+berit+eva                    200   422
nonconformity begin_trial          reported       anna                            anna                            409   409
nonconformity end_trial            effect_check   bo+berit+eva                    bo+berit+eva                    422   422
nonconformity assign               assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity take_back            reported       cecilia                         cecilia                         422   422
nonconformity comment              assessed       anna+bo+berit+eva+ines+cecilia  anna+bo+berit+eva+ines+cecilia  200   422
nonconformity issue_report         assessed       bo+berit+eva+ines+cecilia       bo+berit+eva+ines+cecilia       200   422
nonconformity attach               assessed       anna+bo+berit+eva+ines          anna+bo+berit+eva+ines          200   422
nonconformity ask_reporter         assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity answer_question      assessed       anna                            anna                            422   422
nonconformity say_verdict          closed         anna                            anna                            200   422
nonconformity keep_closed          closed         berit+eva                       berit+eva                       422   422
nonconformity protect_details      assessed       bo+ines                         bo+ines                         200   422
nonconformity open_protected       assessed       bo+ines                         bo+ines                         200   422
nonconformity hand_over            reported       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity accept_handover      reported       berit+eva                       berit+eva                       200   302
nonconformity accept_across        reported       frank                           frank                           200   302
nonconformity decline_handover     reported       berit+eva                       berit+eva                       200   422
nonconformity withdraw_handover    reported       bo+berit+eva                    bo+berit+eva                    200   302
nonconformity rule_handover        reported       berit+eva+cecilia               berit+eva+cecilia               200   422
nonconformity rule_across          reported       cecilia                         cecilia                         200   422
nonconformity share                assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity end_share            assessed       bo+berit+eva                    bo+berit+eva                    200   422
nonconformity accept_share         assessed       berit+eva                       berit+eva                       200   302
nonconformity decline_share        assessed       berit+eva                       berit+eva                       200   422
nonconformity write_part           assessed       berit+eva                       berit+eva                       200   422
nonconformity add_part_cause       investigating  berit+eva                       berit+eva                       200   422
nonconformity plan_part_action     investigating  berit+eva                       berit+eva                       200   422
nonconformity finish_part          investigating  berit+eva                       berit+eva                       200   422
action        begin                planned        anna+bo+berit+eva               anna+bo+berit+eva               200   302
action        complete             planned        anna+bo+berit+eva               anna+bo+berit+eva               200   422
action        verify               done           bo+berit+eva                    bo+berit+eva                    200   422
action        send_back            done           bo+berit+eva                    bo+berit+eva                    200   422
action        cancel               planned        bo+berit+eva                    bo+berit+eva                    422   422
action        postpone             planned        anna+bo+berit+eva               anna+bo+berit+eva               200   422
action        assign               planned        bo+berit+eva                    bo+berit+eva                    200   422
action        attach               planned        anna+bo+berit+eva+ines          anna+bo+berit+eva+ines          200   422
track         examine              opened         ines                            ines                            200   422
track         write_entry          opened         bo+ines                         bo+ines                         200   422
track         open_entries         opened         bo+ines                         bo+ines                         422   422
track         rule_out             opened         ines                            ines                            200   422
track         decide               examined       ines                            ines                            200   422
track         register_sent        decided        ines                            ines                            200   422
track         close                decided        ines                            ines                            200   302
track         examine_again        closed         ines                            ines                            200   422
track         assign               opened         ines                            ines                            200   422
extentanswer  answer               asked          bo+berit+eva                    bo+berit+eva                    200   422
lesson        try_out              published      bo+berit+eva+frank              bo+berit+eva+frank              200   422
lesson        withdraw             published      bo+berit+eva                    bo+berit+eva                    200   422
"""
# fmt: on

SEE = {
    "north": {"anna", "bo", "berit", "cecilia", "eva", "ines", "gun"},
    "company": {"cecilia", "david", "gun"},
}
KNOW = {"north": {"bo", "ines"}, "company": set[str]()}  # of an examination by law
# Cecilia talks with reporters in the whole group, answers for what she imports, and rules when a
# case has gone to and fro.
COMPANY_MAY = {
    "comment": {"cecilia"}, "issue_report": {"cecilia"}, "take_back": {"cecilia"}, "rule_handover": {"cecilia"},
    "rule_across": {"cecilia"}, "accept_across": {"frank"},
    "try_out": {"bo", "berit", "eva", "frank"},  # whoever leads a unit tries a lesson there
}  # fmt: skip
# Who else sees a case because it was put to their unit (tests/borders.py).
ASKED = {"accept_across": {"frank"}}


def seen_at(place: str, record: str, verb: str = "") -> set[str]:
    """Return for whom of the cast a record in a place exists; a lesson is for everybody."""
    if record == "lesson":
        return set(CAST)
    if record == "track":
        return KNOW[place]
    if record == "changerequest":  # who writes there, and Anna, who made it
        return {"bo", "berit", "eva", "anna"} if place == "north" else set()
    if record == "version":  # who writes and adopts there; Anna while she reviews it
        asked = (
            {"anna"}
            if verb in {"approve", "ask_for_change", "pass_on", "return_to_draft"}
            else set()
        )
        return {"bo", "berit", "eva"} | asked if place == "north" else set()
    seen = SEE[place] | ASKED.get(verb, set())
    return seen - ({"anna"} if record == "extentanswer" else set())


@dataclass(frozen=True)
class PageRow:
    """One address and the status each of the cast is answered."""

    name: str
    address: str
    expected: dict[str, int]

    def __str__(self) -> str:
        return self.address


@dataclass(frozen=True)
class VerbRow:
    """One verb: the state it is tried in, who may, and what its page answers them."""

    record: str
    verb: str
    state: str
    small: frozenset[str]
    serious: frozenset[str]
    opens: int
    empty: int

    def __str__(self) -> str:
        return f"{self.record}-{self.verb}"


def _page_rows() -> Iterator[PageRow]:
    for line in PAGE_ROWS.strip("\n").splitlines()[1:]:
        name, address, *statuses = line.split()
        yield PageRow(name, address, dict(zip(CAST, map(int, statuses), strict=True)))


def _verb_rows() -> Iterator[VerbRow]:
    for line in _VERBS.strip("\n").splitlines()[1:]:
        record, verb, state, small, serious, opens, empty = line.split()
        some, few = frozenset(small.split("+")), frozenset(serious.split("+"))
        yield VerbRow(record, verb, state, some, few, int(opens), int(empty))


PAGES = tuple(_page_rows())
VERBS = tuple(_verb_rows())


def names_of_addresses(patterns: Any = None, namespace: str = "") -> Iterator[str]:
    """Yield the name of every address the site answers; one without a name by its pattern."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names_of_addresses(pattern.url_patterns, inside)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"


def filled(planted: SimpleNamespace) -> dict[str, Any]:
    """Return what stands in the braces of the addresses."""
    values: dict[str, Any] = {
        "draft": planted.draft.uid, "sent": planted.north.uid, "hidden": planted.hidden.number,
        "receipt": planted.north.receipt_code,
        "imported": planted.old.imported_in.uid, "waiting": planted.waiting.uid,
        "webhook": planted.webhook.uid,
        "old": planted.old.number,
        "role": planted.north.unit.appointments.get(user__username="bo").pk,
        "change": planted.change.pk, "route": planted.route.pk,
        "work": planted.work.uid,
        "view": planted.view.uid, "own_view": planted.own_view.uid,
        "issued_full": planted.issued["full"], "issued_masked": planted.issued["masked"],
        "issued_page": planted.issued["management"],
        "lesson": planted.north.lessons.get().number,
    }  # fmt: skip
    values |= vars(planted.documents)
    values |= {"borne": planted.borne.receipt_code, "borne_case": planted.borne.number}
    values |= {name: place.code for name, place in vars(planted.spots).items()}
    question = planted.north.extent_questions.get()
    values["asked"] = question.answers.get(unit__code="BUF").number
    values["asking"] = question.answers.get(unit__code="SOF-HT-02").number
    for place in ("north", "company", "secret", "school"):
        case = getattr(planted, place)
        own, later = case.attachments.order_by("pk")
        values |= {
            place: case.number, f"{place}_action": case.actions.get().number,
            f"{place}_own_file": own.uid, f"{place}_file": later.uid,
            f"{place}_track": case.tracks.get().number,
        }  # fmt: skip
    return values
