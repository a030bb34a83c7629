"""Forms of documents; importing them lets the shared page of verbs find each verb's questions."""

from documents.forms import answering, moves, reviewing  # noqa: F401 (each form registers itself)
