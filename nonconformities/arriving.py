"""Arriving: a report without an account is stored and sent, once however often it is sent."""

from django.db import IntegrityError, transaction

from nonconformities.forms.open_report import OpenReportForm
from nonconformities.models import Nonconformity
from nonconformities.models.codes import new_bearer_code
from qms.records.limits import Limit
from qms.records.workflow import Bearer

# A whole municipality may share one address, so reports are counted per address and place. What
# is asked again (empty, very fast) is no report: it closes no place, and has a wider limit.
SENDINGS = Limit("report-sending", 300, 60 * 60)
PER_ADDRESS = Limit("report-address", 20, 60 * 60)
PER_PLACE = Limit("report-place", 60, 60 * 60)
# A code has 75 bits, so no limit is needed to protect it: this one only says stop to who has
# misread it again and again. A right code opens its receipt whatever was tried from there.
GUESSES = Limit("receipt-code", 20, 10 * 60)


def already_sent(form: OpenReportForm) -> Nonconformity | None:
    """Return what an earlier sending of the very same form made."""
    borne = Nonconformity.objects.filter(
        reported_by=None, channel__in=Nonconformity.WITHOUT_ACCOUNT
    )
    return borne.filter(uid=form.cleaned_data["uid"], from_place=form.spot).first()


def send(form: OpenReportForm) -> Nonconformity:
    """Store the report and send it to the unit. The same form sent twice is one report.

    Raises NoRoom when the disk is full and IntegrityError when the form's id is another report's.
    """
    if sent := already_sent(form):
        return sent
    try:
        with transaction.atomic():
            return _send(form)
    except IntegrityError:  # two clicks at the very same time: the other one was first
        if sent := already_sent(form):
            return sent
        raise


def _send(form: OpenReportForm) -> Nonconformity:
    case = Nonconformity(receipt_code=new_bearer_code(), **form.facts)
    case.uid = form.cleaned_data["uid"] or case.uid
    case.save()
    bearer = Bearer(case.pk)
    if files := form.cleaned_data.get("files"):
        case.attach(by=bearer, files=files)
    case.report(by=bearer)
    return case
