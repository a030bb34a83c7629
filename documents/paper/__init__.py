"""A version on paper: the archive copy that is kept for good, and prints that say what they are.

The archive copy of a version is drawn once, when it enters force, and never changes. Once the
version no longer applies, readers get a fresh print with that written across each page; the copy
in the archive is shown to those who see the history.
"""

from documents.paper.drawing import Drawn, archive_copy, for_paper, printed
from documents.paper.telling import mark_of

__all__ = ["Drawn", "archive_copy", "for_paper", "mark_of", "printed"]
