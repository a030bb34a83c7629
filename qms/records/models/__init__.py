"""Record and what hangs on every record."""

from qms.records.models.absence import Absence
from qms.records.models.attachment import Attachment
from qms.records.models.comment import Comment
from qms.records.models.due import Due
from qms.records.models.export import Export
from qms.records.models.issued import IssuedFile
from qms.records.models.numbering import NumberSeries
from qms.records.models.record import Access, Record, RecordQuerySet
from qms.records.models.rule import Rule
from qms.records.models.saved_view import SavedView
from qms.records.models.webhook import Delivery, Webhook
from qms.records.models.work import Work

__all__ = [
    "Absence",
    "Access",
    "Attachment",
    "Comment",
    "Delivery",
    "Due",
    "Export",
    "IssuedFile",
    "NumberSeries",
    "Record",
    "RecordQuerySet",
    "Rule",
    "SavedView",
    "Webhook",
    "Work",
]
