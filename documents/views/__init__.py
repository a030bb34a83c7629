"""What each address of documents answers."""

import documents.forms  # noqa: F401 (the forms of the verbs register themselves)
from documents.views.library import index
from documents.views.pages import detail, draft, version, version_move

__all__ = ["detail", "draft", "index", "version", "version_move"]
