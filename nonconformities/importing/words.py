"""What the usual words of old registers mean."""

import re
from collections.abc import Iterable
from typing import Any

from nonconformities.models.nonconformity import Nonconformity
from nonconformities.models.status import Status
from qms.records.importing.words import alike

AUTO = "auto"  # closed when there is a closing day, else open
_GRADES = {
    1: "låg obetydlig försumbar ringa liten ingen low negligible none trivial",
    2: "mindre måttlig medel medelhög begränsad lindrig medium moderate minor",
    3: "hög betydande stor allvarligt kännbar high significant major",
    4: "allvarlig kritisk katastrofal extrem severe critical catastrophic serious",
}
_STATES = {
    Status.CLOSED: "avslutad avslutat avslutade klar klart klara stängd stängt färdig åtgärdad "
    "åtgärdat slutförd arkiverad löst closed done resolved completed finished",
    Status.DISMISSED: "avskriven avskrivet makulerad avvisad felaktig dismissed rejected cancelled",
    Status.REPORTED: "öppen öppet pågår pågående utreds utredning ny nytt inkommen väntar vilande "
    "registrerad mottagen påbörjad open new ongoing progress pending registered started",
}
_KINDS = {
    Nonconformity.Kind.DEVIATION: "avvikelse fel brist händelse deviation nonconformity",
    Nonconformity.Kind.COMPLAINT: "klagomål synpunkt synpunkter reklamation complaint opinion",
    Nonconformity.Kind.NEAR_MISS: "tillbud olycka incident olycksfall",
    Nonconformity.Kind.RISK: "risk riskobservation",
    Nonconformity.Kind.IDEA: "förslag förbättringsförslag förbättring idé suggestion improvement",
    Nonconformity.Kind.AUDIT: "revision revisionsavvikelse audit finding",
}


def grade_meant(text: str) -> int | None:
    """Return which of the four steps a word probably means."""
    said = set(re.findall(r"\w+", alike(text)))
    if found := re.match(r"[1-4](?!\d)", alike(text)):
        return int(found[0])
    if "mycket" in said:
        return 4 if said & {"hög", "allvarlig", "stor"} else 1 if said & {"låg", "liten"} else None
    return _meant(said, _GRADES)


def status_meant(text: str) -> str:
    """Return the state a word probably means; the empty cell follows the closing day."""
    said = set(re.findall(r"\w+", alike(text)))
    if not said:
        return AUTO
    if "ej" in said or "inte" in said or "not" in said:
        closed = _meant(said, {Status.CLOSED: _STATES[Status.CLOSED]})
        return str(Status.REPORTED) if closed else str(Status.DISMISSED)
    return str(_meant(said, _STATES) or "")


def kind_meant(text: str) -> str:
    """Return the kind of report a word probably means."""
    return str(_meant(set(re.findall(r"\w+", alike(text))), _KINDS) or "")


def _meant(said: Iterable[str], meanings: dict[Any, str]) -> Any:
    for meaning, words in meanings.items():
        if set(said) & set(words.split()):
            return meaning
    return None
