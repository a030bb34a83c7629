"""What each column means: guessed from its heading and from what stands in it."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from qms.records.importing.dates import NotADay, read_day
from qms.records.importing.words import heading_of, is_nothing, is_reason


class Column(models.TextChoices):
    """What a column of an old register becomes here."""

    NUMBER = "number", _("Number in the old register")
    REPORTED_ON = "reported_on", _("Reported (day)")
    HAPPENED_ON = "happened_on", _("When it happened (day)")
    UNIT = "unit", _("Unit")
    PLACE = "place", _("Where, more exactly")
    TITLE = "title", _("Heading")
    DESCRIPTION = "description", _("What happened")
    CORRECTION = "correction", _("What was done")
    CAUSE = "cause", _("Cause")
    SEVERITY = "severity", _("Severity")
    LIKELIHOOD = "likelihood", _("Likelihood")
    CATEGORY = "category", _("Category")
    KIND = "kind", _("Kind")
    HANDLER = "handler", _("Handler")
    REPORTER = "reporter", _("Reported by")
    STATUS = "status", _("Status")
    CLOSED_ON = "closed_on", _("Closed (day)")
    DUE_ON = "due_on", _("Last day")
    OTHER = "other", _("Kept as text on the case")
    SKIP = "skip", _("Leave out")


DAYS = (Column.REPORTED_ON, Column.HAPPENED_ON, Column.CLOSED_ON, Column.DUE_ON)
# Several columns may become one of these; their texts are put together.
TEXTS = (Column.DESCRIPTION, Column.CORRECTION, Column.CAUSE, Column.PLACE)
MANY = (*TEXTS, Column.OTHER, Column.SKIP)
# In these a name stands for something here.
NAMED = (
    Column.UNIT, Column.HANDLER, Column.REPORTER, Column.SEVERITY, Column.LIKELIHOOD,
    Column.CATEGORY, Column.KIND, Column.STATUS,
)  # fmt: skip
_HEADINGS: dict[str, str] = {
    Column.NUMBER: "ärendenr ärendenummer ärende_nr ärende_id nr nummer id löpnr löpnummer "
    "avvikelsenr avvikelse_nr avvikelsenummer rapportnr dnr diarienr diarienummer referens ref "
    "case_no case_number number no record_id record_no ticket ärende_nummer",
    Column.REPORTED_ON: "inkom inkommen inkommet inkom_datum rapporterad rapporterat "
    "rapporterad_datum rapportdatum registrerad registrerat registreringsdatum reg_datum anmäld "
    "anmäld_datum anmälningsdatum upprättad skapad skapat skapad_datum inrapporterad ankom "
    "reported reported_on report_date created created_at created_on date_reported opened datum "
    "date",
    Column.HAPPENED_ON: "händelsedatum inträffade inträffad inträffade_datum inträffat skedde när "
    "när_hände_det datum_för_händelsen händelse_datum tidpunkt event_date occurred occurred_on "
    "date_of_event incident_date happened happened_on when",
    Column.UNIT: "enhet enhet_plats avdelning arbetsplats verksamhet organisation förvaltning "
    "skola enhetsnamn org_enhet ansvarig_enhet kostnadsställe unit department workplace site "
    "division",
    Column.PLACE: "plats var lokal ställe adress rum location place where room address",
    Column.TITLE: "rubrik ämne titel kort_beskrivning subject title heading summary sammanfattning",
    Column.DESCRIPTION: "händelse beskrivning händelsebeskrivning händelse_beskrivning vad_hände "
    "vad_har_hänt vad_som_hände avvikelse händelseförlopp beskrivning_av_händelsen description "
    "what_happened event details incident text",
    Column.CORRECTION: "åtgärd åtgärder vidtagna_åtgärder vidtagen_åtgärd omedelbar_åtgärd "
    "direkt_åtgärd korrigering vad_gjordes action actions action_taken correction measures "
    "corrective_action immediate_action åtgärdat",
    Column.CAUSE: "orsak orsaker grundorsak bakomliggande_orsak varför cause root_cause why",
    Column.SEVERITY: "allvarlighet allvarlighetsgrad allvar konsekvens risknivå severity prio "
    "prioritet priority seriousness impact grad",
    Column.LIKELIHOOD: "sannolikhet frekvens likelihood probability",
    Column.CATEGORY: "kategori avvikelsekategori område category area",
    Column.KIND: "ärendetyp typ_av_avvikelse avvikelsetyp rapporttyp typ slag kind type",
    Column.HANDLER: "handläggare ansvarig ansvarig_handläggare utredare ägare mottagare "
    "handler responsible owner assigned_to assignee investigator chef",
    Column.REPORTER: "rapportör rapporterad_av anmälare anmäld_av inrapporterad_av upprättad_av "
    "skapad_av uppgiftslämnare reporter reported_by created_by submitted_by",
    Column.STATUS: "status ärendestatus läge tillstånd state",
    Column.CLOSED_ON: "klart_datum klardatum avslutad_datum avslutsdatum avslutad avslutat "
    "avslutad_den stängd stängt slutdatum åtgärdat_datum klart closed closed_on completed "
    "end_date date_closed closed_date resolved",
    Column.DUE_ON: "åtgärdas_senast senast senast_klart klart_senast förfallodatum sista_datum "
    "sista_dag deadline due due_date måldatum",
    Column.OTHER: "kommentar kommentarer anteckning anteckningar övrigt notering anmärkning "
    "comment comments note notes remark",
    Column.SKIP: "personnummer personnr pnr social_security_number",
}  # fmt: skip
_VAGUE = {
    "datum", "date", "text", "typ", "nr", "no", "id", "state", "område", "area", "grad", "klart",
    "chef", "avslutad", "var", "when", "type", "incident", "händelse", "event",
}  # fmt: skip
_KNOWN = {
    heading.replace("_", " "): column
    for column, names in _HEADINGS.items()
    for heading in names.split()
}


def meaning_of(name: str) -> tuple[str, int]:
    """Return which column a heading names, and how sure that is: 0 to 3."""
    heading = heading_of(name)
    if is_reason(name):
        return Column.SKIP, 3
    if column := _KNOWN.get(heading):
        return column, 2 if heading in _VAGUE else 3
    words = heading.split()
    for count in (3, 2, 1):  # "Åtgärd (vidtagen)" begins with what it is
        if len(words) > count and (column := _KNOWN.get(" ".join(words[:count]))):
            is_day = {"datum", "date", "dag"} & set(words)
            return (column, 1) if not is_day or column in DAYS else ("", 0)
    return "", 0


def guessed(names: Sequence[str], sample: Sequence[Sequence[Any]]) -> list[str]:
    """Return what each column probably means. What nothing tells is kept as text."""
    said = [meaning_of(name) for name in names]
    chosen = [""] * len(names)
    taken: set[str] = set()
    for place in sorted(range(len(names)), key=lambda place: (-said[place][1], place)):
        column, sure = said[place]
        if sure and (column in (Column.OTHER, Column.SKIP) or column not in taken):
            if column in DAYS and not _holds_days(_cells(sample, place)):
                continue
            chosen[place] = str(column)
            taken.add(str(column))
    for place, _name in enumerate(names):
        if not chosen[place]:
            column = _by_content(_cells(sample, place), taken)
            chosen[place] = str(column or Column.OTHER)
            taken.add(chosen[place])
    return chosen


def _cells(sample: Sequence[Sequence[Any]], place: int) -> list[Any]:
    cells = (row[place] for row in sample if place < len(row))
    return [cell for cell in cells if cell is not None and not is_nothing(str(cell))]


def _holds_days(cells: Sequence[Any]) -> bool:
    """Return True unless most of what stands there is no day; an empty column may hold days."""
    return not cells or _share(cells, _is_day) >= 0.5


def _share(cells: Sequence[Any], is_so: Any) -> float:
    return sum(map(is_so, cells)) / len(cells) if cells else 0.0


def _is_day(cell: Any) -> bool:
    if isinstance(cell, date | datetime):
        return True
    try:
        read_day(cell, timezone.localdate())
    except NotADay as refusal:
        return str(refusal).startswith(("det finns ingen", "there is no"))
    return True


def _by_content(cells: Sequence[Any], taken: Iterable[str]) -> str:
    """Return what a column without a telling heading holds: days, a long text, people."""
    if not cells:
        return ""
    if _share(cells, _is_day) >= 0.7:
        return next((c for c in (Column.REPORTED_ON, Column.CLOSED_ON) if c not in taken), "")
    texts = [str(cell) for cell in cells]
    if sum(map(len, texts)) / len(texts) > 30 and Column.DESCRIPTION not in taken:
        return Column.DESCRIPTION
    if _share(texts, lambda text: bool(re.fullmatch(r"\S+@\S+\.\w+", text))) >= 0.6:
        return next((c for c in (Column.HANDLER, Column.REPORTER) if c not in taken), "")
    return ""
