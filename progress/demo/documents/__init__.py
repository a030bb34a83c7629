"""The demo group's documents: texts written for it, and what became of each of them.

The texts lie in `texts/` (one file each, also with what stood there in earlier versions) and in
`local/` (one file for a routine that many units have, filled from what `places.toml` says of
each unit).
"""

from progress.demo.documents.library import add_documents

__all__ = ["add_documents"]
