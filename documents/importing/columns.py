"""What each column of the list means."""

import re

from django.db import models
from django.utils.translation import gettext_lazy as _

from qms.records.importing.words import heading_of, is_reason


class Column(models.TextChoices):
    """What a column of the list becomes."""

    TITLE = "title", _("Title")
    TYPE = "type", _("Type of document")
    UNIT = "unit", _("Unit")
    FILE = "file", _("File name")
    VERSION = "version", _("Version")
    VALID_FROM = "valid_from", _("In force from (day)")
    REVIEW_ON = "review_on", _("Next review (day)")
    OWNER = "owner", _("Owner")
    CLAUSES = "clauses", _("Requirements")
    SUMMARY = "summary", _("In short")
    OPENNESS = "openness", _("Open to")
    DECISION_BODY = "decision_body", _("Who decided")
    PARAGRAPH = "paragraph", _("Paragraph")
    DECISION_NUMBER = "decision_number", _("Registration number")
    EARLIER = "earlier", _("Earlier versions")


NEEDED = (Column.TITLE, Column.TYPE, Column.UNIT, Column.FILE)
_HEADINGS: dict[str, str] = {
    Column.TITLE: "titel rubrik namn dokumentnamn dokumenttitel dokument title name document",
    Column.TYPE: "typ dokumenttyp slag typ_av_dokument type document_type kind",
    Column.UNIT: "enhet enhetsnamn enhetskod avdelning förvaltning verksamhet organisation unit "
    "department",
    Column.FILE: "fil filnamn file file_name filename dokumentfil sökväg path",
    Column.VERSION: "version versionsnr versionsnummer utgåva version_number edition ver",
    Column.VALID_FROM: "gäller_från giltig_från giltigt_från i_kraft fastställd fastställd_datum "
    "beslutsdatum beslutad antagen datum valid_from in_force_from adopted date in_force_from_day",
    Column.REVIEW_ON: "revideras nästa_revidering granskas nästa_granskning nästa_översyn översyn "
    "revisionsdatum giltig_till gäller_till review review_on next_review next_review_day "
    "gäller_tom giltigt_till",
    Column.OWNER: "ägare dokumentägare ansvarig dokumentansvarig owner responsible",
    Column.CLAUSES: "krav klausul klausuler iso iso_krav kravpunkt avsnitt requirement "
    "requirements clause clauses",
    Column.SUMMARY: "i_korthet sammanfattning kort_beskrivning beskrivning syfte summary in_short "
    "purpose",
    Column.OPENNESS: "öppet_för öppen_för läses_av synlighet open_to openness",
    Column.DECISION_BODY: "beslutsinstans beslutad_av fastställd_av antagen_av instans decided_by "
    "who_decided vem_som_beslutade",
    Column.PARAGRAPH: "paragraf § paragraph",
    Column.DECISION_NUMBER: "diarienummer diarienr dnr ärendenummer registration_number",
    Column.EARLIER: "tidigare_versioner äldre_versioner tidigare tidigare_utgåvor föregående "
    "earlier_versions earlier history",
}  # fmt: skip
_KNOWN = {
    heading.replace("_", " "): column
    for column, names in _HEADINGS.items()
    for heading in names.split()
}


def meaning_of(name: str) -> tuple[str, int]:
    """Return which column a heading names, and how sure that is: 0 to 3."""
    if is_reason(name):
        return "", 0
    heading = heading_of(name) or name.strip()
    if column := _KNOWN.get(heading):
        return column, 3
    words = re.sub(r"\bdag\b|\bday\b", "", heading).split()
    for count in (3, 2, 1):  # "Krav (ISO 9001)" begins with what it is
        if len(words) >= count and (column := _KNOWN.get(" ".join(words[:count]))):
            return column, 1
    return "", 0


def places_of(names: list[str]) -> dict[str, int]:
    """Return where each column stands; the surest heading has it, then the first."""
    found: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(names):
        column, sure = meaning_of(name)
        if sure and sure > found.get(column, (0, 0))[0]:
            found[column] = (sure, place)
    return {column: place for column, (_sure, place) in found.items()}
