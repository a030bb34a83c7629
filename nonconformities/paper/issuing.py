"""Issuing: the report is drawn once, from what holds now, and kept with its fingerprint."""

import json
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from nonconformities.models import Nonconformity
from nonconformities.paper.full import Full
from nonconformities.paper.masked import Masked
from nonconformities.paper.variants import Variant
from nonconformities.story import CaseStory, cases_for_story
from qms.organization.models import User
from qms.records import pdf
from qms.records.models import Access, IssuedFile

KIND = "nonconformity_report"


def issue(record: Nonconformity, variant: Variant, by: User) -> IssuedFile:
    """Draw the report of a deviation as `by` may see it, and store it for good.

    The caller holds the lock on the record. Raises ValidationError when `by` may not read as much
    as the variant tells, and Refused when the server cannot draw.
    """
    at = timezone.now().replace(microsecond=0)
    case = cases_for_story(by).get(pk=record.pk)
    if variant is Variant.FULL and case.access != Access.FULL:
        raise ValidationError(
            {"variant": _("You may not read all of it. Choose one without texts.")}
        )
    snapshot = told(case, variant, by, at)
    content = pdf.render(
        _TEMPLATES[variant], {"report": snapshot, "number": case.number},
        title=f"{_KINDS[variant]()} {case.number}", language=snapshot["language"], created=at,
        identifier=f"{case.number} {variant} {record.event_head}",
        attachments=[_data(snapshot)],
    )  # fmt: skip
    return IssuedFile.issue(
        record, content, by=by, at=at, kind=f"{KIND}:{variant}", is_full=variant is Variant.FULL,
        language=snapshot["language"], name=f"{case.number}-{variant}-{at:%Y%m%d}.pdf",
        media_type="application/pdf", snapshot=snapshot,
    )  # fmt: skip


_TEMPLATES = {
    Variant.FULL: "nonconformities/pdf/report.html",
    Variant.MASKED: "nonconformities/pdf/report.html",
    Variant.MANAGEMENT: "nonconformities/pdf/management.html",
}
_KINDS = {
    Variant.FULL: lambda: _("Report of a deviation"),
    Variant.MASKED: lambda: _("Report of a deviation, masked"),
    Variant.MANAGEMENT: lambda: _("Deviation on one page"),
}


def told(case: Nonconformity, variant: Variant, by: User, at: datetime) -> dict[str, Any]:
    """Return everything that will stand in the file, in words and in the language of the moment."""
    paper = Full(case, CaseStory(case, by)) if variant is Variant.FULL else Masked(case)
    sections = paper.in_short() if variant is Variant.MANAGEMENT else paper.sections()
    return {
        "variant": str(variant),
        "language": translation.get_language() or "sv",
        "kind": _KINDS[variant](),
        "number": case.number,
        "heading": paper.heading,
        "status": case.get_status_display(),
        "look": case.LOOKS[case.status],
        "marks": paper.marks,
        "road": [{"label": str(s["label"]), "state": s["state"]} for s in case.stepper],
        "header": [[str(a), str(b)] for a, b in paper.header() if b not in (None, "", False)],
        "figures": paper.figures(),
        "sections": sections,
        "unwritten": [one["title"] for one in sections if not one["blocks"]],
        "severity": case.severity,
        "likelihood": case.likelihood,
        "cells": _matrix(case) if variant is Variant.MANAGEMENT and case.score else [],
        "issued_at": at.isoformat(),
        "issued_by": by.name if variant is Variant.FULL else "",
        "events": case.event_count,
        "event_head": case.event_head,
    }


_SHADES = ("#c9e2f2", "#88c0e1", "#297ba9", "#084163")


def _matrix(case: Nonconformity) -> list[dict[str, Any]]:
    """Return the squares of severity times likelihood, drawn from the bottom left."""
    return [_cell(case, s, n) for s in range(1, 5) for n in range(1, 5)]


def _cell(case: Nonconformity, severity: int, likelihood: int) -> dict[str, Any]:
    score = severity * likelihood
    level = sum(score >= limit for limit in (3, 8, 12))
    x, y = 20 + (likelihood - 1) * 28, 4 + (4 - severity) * 28
    return {
        "x": x, "y": y, "tx": x + 14, "ty": y + 17, "score": score, "fill": _SHADES[level],
        "ink": "#ffffff" if level > 1 else "#18232d",
        "chosen": (severity, likelihood) == (case.severity, case.likelihood),
    }  # fmt: skip


def _data(snapshot: dict[str, Any]) -> pdf.Attached:
    """Return the snapshot as a file inside the PDF: an archive reads data, not pages."""
    content = json.dumps(snapshot, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return pdf.Attached(f"{snapshot['number']}.json", content, _("What the report says, as data"))
