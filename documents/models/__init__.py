"""Documents, their versions and reviews, and the kinds with their rules."""

from documents.models.document import Document
from documents.models.document_type import DocumentType
from documents.models.openness import Openness
from documents.models.review import Review
from documents.models.status import Status
from documents.models.version import Version
from documents.models.writer import Writer

__all__ = ["Document", "DocumentType", "Openness", "Review", "Status", "Version", "Writer"]
