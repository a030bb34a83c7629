"""What each address of documents answers."""

import documents.forms  # noqa: F401 (the forms of the verbs register themselves)
from documents.views.comparing import compare
from documents.views.library import index
from documents.views.pages import detail, draft, version, version_move
from documents.views.printing import paper
from documents.views.writing import language, picture, write

__all__ = [
    "compare",
    "detail",
    "draft",
    "index",
    "language",
    "paper",
    "picture",
    "version",
    "version_move",
    "write",
]
