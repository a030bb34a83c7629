"""Documents, their versions and reviews, and the kinds with their rules."""

from documents.models.audience import Audience
from documents.models.change_request import ChangeRequest
from documents.models.document import Document
from documents.models.document_type import DocumentType
from documents.models.importing import DocumentImport, ImportedRow
from documents.models.incoming import IncomingWord
from documents.models.opening import Opening
from documents.models.openness import Openness
from documents.models.reading import ReaderCheck, Reading
from documents.models.review import Review
from documents.models.status import Status
from documents.models.version import Version
from documents.models.writer import Writer

__all__ = [
    "Audience",
    "ChangeRequest",
    "Document",
    "DocumentImport",
    "DocumentType",
    "ImportedRow",
    "IncomingWord",
    "Opening",
    "Openness",
    "ReaderCheck",
    "Reading",
    "Review",
    "Status",
    "Version",
    "Writer",
]
