"""The questions that verbs, the report and the lists ask."""

from nonconformities.forms import (
    actions,
    borders,
    grading,
    joining,
    learning,
    moves,
    paper,
    speaking,
    tracks,
)
from nonconformities.forms.filters import FilterForm
from nonconformities.forms.report import ReportForm

__all__ = [
    "FilterForm",
    "ReportForm",
    "actions",
    "borders",
    "grading",
    "joining",
    "learning",
    "moves",
    "paper",
    "speaking",
    "tracks",
]
